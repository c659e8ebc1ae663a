/* opengraph.c: fetching a page, and reading the few tags of its head that
   describe it. */
#include "network/opengraph.h"
#include "network/guard.h"
#include "network/html.h"
#include "network/http.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { PAGE_BYTES = 1024 * 1024, PAGE_SECONDS = 10, REDIRECTS = 3 };

const char *
opengraph_resolve(const char *base, const char *link)
{
    CURLU *url = curl_url();
    const char *resolved = NULL;
    char *whole = NULL;

    if (url != NULL && curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK
        && curl_url_set(url, CURLUPART_URL, link, 0) == CURLUE_OK
        && curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK
        && curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK) {
        resolved = memory_copy(whole);
        curl_free(whole);
    }
    curl_url_cleanup(url);
    return resolved != NULL && guard_url_fault(resolved) == NULL ? resolved
                                                                 : NULL;
}

/* The first of several tags that say the same stays. */
static void
take(const char **place, const char *words)
{
    if (words != NULL && words[0] != '\0' && (*place)[0] == '\0')
        *place = words;
}

struct finds {
    const char *title, *description, *image;    /* of Open Graph */
    const char *plain_title, *plain_description;
};

static void
take_meta(const struct html_reader *reader, struct finds *finds)
{
    const char *name = html_attribute(reader, "property");
    const char *content = html_attribute(reader, "content");

    if (name == NULL)
        name = html_attribute(reader, "name");
    if (name == NULL || content == NULL)
        return;
    if (text_same_nocase(name, "og:title"))
        take(&finds->title, content);
    else if (text_same_nocase(name, "og:description"))
        take(&finds->description, content);
    else if (text_same_nocase(name, "og:image")
             || text_same_nocase(name, "og:image:url")
             || text_same_nocase(name, "og:image:secure_url"))
        take(&finds->image, content);
    else if (text_same_nocase(name, "description"))
        take(&finds->plain_description, content);
}

void
opengraph_read(const char *html, const char *url, struct opengraph *page)
{
    struct finds finds = { "", "", "", "", "" };
    struct html_reader reader = { .rest = html };

    while (html_next(&reader) && !html_is(&reader, "body")
           && !html_is(&reader, "/head")) {
        if (html_is(&reader, "meta"))
            take_meta(&reader, &finds);
        else if (html_is(&reader, "title"))
            take(&finds.plain_title, html_text(&reader));
    }
    *page = (struct opengraph){
        .title = finds.title[0] ? finds.title : finds.plain_title,
        .description = finds.description[0] ? finds.description
                                            : finds.plain_description,
        .image = finds.image[0] ? opengraph_resolve(url, finds.image) : NULL
    };
}

/* The page as far as it was read: a sequence that was cut goes. NULL where it
   is no HTML in UTF-8. */
static const char *
page_text(const struct http_answer *answer)
{
    const char *type = http_header(answer, "content-type");
    size_t length = answer->body.length, most = length < 4 ? length : 4, cut;

    if (type == NULL)
        return NULL;
    if (strncasecmp(type, "text/html", 9) != 0
        && strncasecmp(type, "application/xhtml+xml", 21) != 0)
        return NULL;
    for (cut = 0; cut < most; cut++)
        if (utf8_is_clean(answer->body.data, length - cut))
            return memory_copy_bytes(answer->body.data, length - cut);
    return NULL;
}

int
opengraph_fetch(const char *url, struct opengraph *page)
{
    int i;

    for (i = 0; url != NULL && i <= REDIRECTS; i++) {
        struct http_request request = { .url = url,
            .headers = { "Accept: text/html" },
            .answer_limit = PAGE_BYTES, .seconds = PAGE_SECONDS };
        struct http_answer answer = http_send(&request);
        const char *location = http_header(&answer, "location"), *html;

        if (answer.status >= 301 && answer.status <= 308 && location != NULL) {
            url = opengraph_resolve(url, location);
            continue;
        }
        html = page_text(&answer);
        if (answer.status != 200 || html == NULL
            || (answer.result != HTTP_ANSWERED
                && answer.result != HTTP_TOO_LARGE))
            return 0;
        opengraph_read(html, url, page);
        return page->title[0] != '\0';
    }
    return 0;
}
