/* test_opengraph.c: what strangers' pages say about themselves, well formed
   or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "network/html.h"
#include "network/opengraph.h"

static struct opengraph
read_page(const char *html)
{
    struct opengraph page;

    opengraph_read(html, "https://example.com/a/b?c#d", &page);
    return page;
}

static void
open_graph_goes_before_plain_tags(void **state)
{
    struct opengraph page = read_page(
        "<!DOCTYPE html><html><head><title>Plain</title>"
        "<meta name=description content='plain words'>"
        "<META CONTENT=\"One &amp; only > all\" PROPERTY=\"og:title\">"
        "<meta property='og:title' content='a second one'>"
        "<meta property=og:description content=short />"
        "<meta property=\"og:image\" content=\"/i.png?x=1&amp;y=2\"></head>");

    (void)state;
    assert_string_equal(page.title, "One & only > all");
    assert_string_equal(page.description, "short");
    assert_string_equal(page.image, "https://example.com/i.png?x=1&y=2");
}

static void
plain_tags_serve_where_there_is_nothing_else(void **state)
{
    struct opengraph page = read_page(
        "<title lang=en>\n  A  &eacute;t&#233; &#x1f98b;\n more </title>"
        "<meta content=words name=Description>");

    (void)state;
    assert_string_equal(page.title, "A été 🦋 more");
    assert_string_equal(page.description, "words");
    assert_null(page.image);
}

static void
only_the_head_speaks(void **state)
{
    struct opengraph page = read_page(
        "<head><!-- <title>hidden</title> --><script>var a = '<title>no"
        "</title>';</script><style>a:before{content:'<title>no</title>'}"
        "</style></head><title>late</title>");

    (void)state;
    assert_string_equal(page.title, "");
    assert_string_equal(read_page("<body><title>x</title>").title, "");
}

static void
broken_pages_are_survived(void **state)
{
    static const char *const pages[] = {
        "", "<", "<meta", "<meta property", "<meta property=", "<meta =x",
        "<meta property=\"og:title", "<meta property='og:title' content=",
        "<meta property='og:title' content='x", "<title", "<title>", "<!--",
        "<script>", "<style", "</", "<title>&", "<title>&#;", "<title>&#0;",
        "<title>&#x110000;", "<title>&#xd800;", "<meta / / = = ''>", "<p it's>"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof pages / sizeof pages[0]; i++)
        read_page(memory_copy(pages[i]));
    assert_string_equal(read_page("<p it's><title>x</title>").title, "x");
    assert_string_equal(read_page("<title>a &nosuch; b &amp").title,
                        "a &nosuch; b &amp");
}

static void
links_are_resolved_against_their_page(void **state)
{
    static const struct { const char *link, *url; } samples[] = {
        { "https://cdn.example/x.png", "https://cdn.example/x.png" },
        { "//cdn.example/x.png", "https://cdn.example/x.png" },
        { "/x.png", "https://example.com/x.png" },
        { "x.png", "https://example.com/a/x.png" },
        { "../x.png#part", "https://example.com/x.png" },
        { "?y", "https://example.com/a/b?y" },
        { "http://example.com/", NULL },        /* not to a public address */
        { "https://user:word@example.com/", NULL },
        { "javascript:alert(1)", NULL },
        { "data:image/png;base64,AAAA", NULL },
        { "file:///etc/passwd", NULL }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const char *url = opengraph_resolve("https://example.com/a/b?c#d",
                                            samples[i].link);

        if (samples[i].url == NULL)
            assert_null(url);
        else
            assert_string_equal(url, samples[i].url);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_graph_goes_before_plain_tags),
        cmocka_unit_test(plain_tags_serve_where_there_is_nothing_else),
        cmocka_unit_test(only_the_head_speaks),
        cmocka_unit_test(broken_pages_are_survived),
        cmocka_unit_test(links_are_resolved_against_their_page),
    };
    const char *folder = instance_folder("");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failed;
}
