/* page.c: writing HTML that cannot be made to say anything else. */
#include "web/page.h"
#include "web/reply.h"
#include "web/session.h"
#include "base/base64.h"
#include "base/memory.h"
#include "base/secret.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6570;--sheet:#fff;"
    "--desk:#eef1f4;--line:#c4ccd4;--act:#1257b8;--on:#fff;--bad:#a1161e;"
    "--badsheet:#fdecec}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3acb6;"
    "--sheet:#1d2126;--desk:#121518;--line:#434c56;--act:#8ab8ff;"
    "--on:#0c1a2e;--bad:#ffb4b4;--badsheet:#3a1d20}}"
    "*{box-sizing:border-box}"
    "body{margin:0;padding:1.5rem 1rem;background:var(--desk);"
    "color:var(--ink);font:1rem/1.5 system-ui,sans-serif}"
    "main{max-width:30rem;margin:6vh auto 0;padding:2rem;"
    "background:var(--sheet);border:1px solid var(--line);"
    "border-radius:.75rem}"
    "h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}"
    "p{margin:.75rem 0;overflow-wrap:anywhere}"
    "label{display:block;margin-top:1rem;font-weight:600}"
    "input{width:100%;margin-top:.25rem;padding:.6rem .7rem;font:inherit;"
    "color:inherit;background:transparent;border:1px solid var(--soft);"
    "border-radius:.4rem}"
    "fieldset{margin:1rem 0 0;padding:0;border:0}legend{padding:0}"
    "label.one{display:flex;gap:.7rem;align-items:baseline;font-weight:400}"
    "label.one input{width:auto;flex:none;margin:0}"
    "small{display:block;margin-top:.25rem;color:var(--soft)}"
    "button{width:100%;margin-top:1.25rem;padding:.7rem 1rem;font:inherit;"
    "font-weight:600;color:var(--on);background:var(--act);"
    "border:1px solid var(--act);border-radius:.4rem;cursor:pointer}"
    "button.quiet{margin-top:.75rem;color:var(--act);background:transparent}"
    "a{color:var(--act)}"
    "img{float:right;width:4rem;height:4rem;margin:0 0 .75rem .75rem;"
    "object-fit:cover;border-radius:50%}"
    ":focus-visible{outline:3px solid var(--act);outline-offset:2px}"
    ".bad{padding:.6rem .8rem;color:var(--bad);background:var(--badsheet);"
    "border-left:4px solid var(--bad);border-radius:.3rem}"
    "footer{max-width:30rem;margin:1rem auto;text-align:center;"
    "color:var(--soft);font-size:.875rem}";

static const char *picture_origin;     /* of the page being made; or NULL */

void
page_say(struct text *body, const char *words)
{
    text_add(body, "<p>");
    text_add_markup(body, words);
    text_add(body, "</p>\n");
}

void
page_warn(struct text *body, const char *words)
{
    text_add(body, "<p class=\"bad\" role=\"alert\">");
    text_add_markup(body, words);
    text_add(body, "</p>\n");
}

void
page_link(struct text *body, const char *url, const char *label)
{
    if (!text_begins(url, "https://") && !text_begins(url, "http://")) {
        page_say(body, label);
        return;
    }
    text_add(body, "<p><a rel=\"noreferrer\" href=\"");
    text_add_markup(body, url);
    text_add(body, "\">");
    text_add_markup(body, label);
    text_add(body, "</a></p>\n");
}

/* https://host:port of a URL that is all letters a policy can hold; NULL. */
static const char *
plain_origin(const char *url)
{
    size_t scheme = text_begins(url, "https://") ? strlen("https://")
                    : text_begins(url, "http://") ? strlen("http://") : 0;
    size_t host = strspn(url + scheme, "abcdefghijklmnopqrstuvwxyz"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-");

    if (scheme == 0 || host == 0
        || strchr("/?#", url[scheme + host]) == NULL)
        return NULL;
    return memory_copy_bytes(url, scheme + host);
}

void
page_picture(struct text *body, const char *url)
{
    picture_origin = url ? plain_origin(url) : NULL;
    if (picture_origin == NULL)
        return;
    text_add(body, "<img alt=\"\" src=\"");
    text_add_markup(body, url);
    text_add(body, "\">\n");
}

void
page_form(struct text *body, const char *action)
{
    text_add(body, "<form method=\"post\" action=\"");
    text_add_markup(body, action);
    text_add_format(body, "\">\n<input type=\"hidden\" name=\"csrf\""
                    " value=\"%s\">\n", session_form_token());
}

static void
add_attribute(struct text *body, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_add_format(body, " %s=\"", name);
    text_add_markup(body, value);
    text_add(body, "\"");
}

void
page_input(struct text *body, const struct page_field *field)
{
    text_add_format(body, "<label for=\"%s\">", field->name);
    text_add_markup(body, field->label);
    text_add_format(body, "</label>\n<input id=\"%s\" name=\"%s\""
                    " autocapitalize=\"none\" spellcheck=\"false\"%s",
                    field->name, field->name,
                    field->optional ? "" : " required");
    add_attribute(body, "type", field->type);
    add_attribute(body, "value", field->value);
    add_attribute(body, "autocomplete",
                  field->autocomplete ? field->autocomplete : "off");
    if (field->hint != NULL)
        text_add_format(body, " aria-describedby=\"%s-hint\"", field->name);
    text_add(body, ">\n");
    if (field->hint == NULL)
        return;
    text_add_format(body, "<small id=\"%s-hint\">", field->name);
    text_add_markup(body, field->hint);
    text_add(body, "</small>\n");
}

void
page_choices(struct text *body, const char *question, const char *name,
             const struct page_choice *choice, int count)
{
    text_add(body, "<fieldset>\n<legend>");
    text_add_markup(body, question);
    text_add(body, "</legend>\n");
    for (; count-- > 0; choice++) {
        text_add_format(body, "<label class=\"one\"><input type=\"radio\""
                        " name=\"%s\" required", name);
        add_attribute(body, "value", choice->value);
        text_add(body, "><span>");
        text_add_markup(body, choice->label);
        if (choice->hint != NULL) {
            text_add(body, "<small>");
            text_add_markup(body, choice->hint);
            text_add(body, "</small>");
        }
        text_add(body, "</span></label>\n");
    }
    text_add(body, "</fieldset>\n");
}

void
page_button(struct text *body, const char *label, int quiet)
{
    text_add_format(body, "<button%s>", quiet ? " class=\"quiet\"" : "");
    text_add_markup(body, label);
    text_add(body, "</button>\n</form>\n");
}

static void
add_headers(void)
{
    uint8_t hash[HASH_BYTES];
    struct text digest = { .limit = 64 };

    hash_bytes(style, strlen(style), hash);
    base64_add(&digest, hash, sizeof hash);
    reply_header("Content-Security-Policy", memory_format(
        "default-src 'none'; style-src 'sha256-%s';%s%s form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'", text_string(&digest),
        picture_origin ? " img-src " : "",
        picture_origin ? memory_format("%s;", picture_origin) : ""));
    picture_origin = NULL;
    reply_header("X-Frame-Options", "DENY");
    reply_header("Referrer-Policy", "same-origin");
}

void
page_write(struct text *document, const char *title, const struct text *body)
{
    add_headers();
    text_add(document, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
             "<meta charset=\"utf-8\">\n<meta name=\"viewport\""
             " content=\"width=device-width, initial-scale=1\">\n<title>");
    text_add_markup(document, title);
    text_add_format(document, " - Crier</title>\n<style>%s</style>\n</head>\n"
                    "<body>\n<main>\n<h1>", style);
    text_add_markup(document, title);
    text_add_format(document, "</h1>\n%s</main>\n<footer>Crier</footer>\n"
                    "</body>\n</html>\n", text_string(body));
}

void
page_reply(int status, const char *title, const struct text *body)
{
    struct text document = { .limit = TEXT_LIMIT };

    page_write(&document, title, body);
    reply_as(status, "text/html; charset=utf-8", &document);
}
