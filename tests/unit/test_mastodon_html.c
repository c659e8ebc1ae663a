/* test_mastodon_html.c: a status's HTML reads back as the text that was
   sent, whichever server made it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "network/mastodon.h"

static const char *
normal_text(const char *html)
{
    return mastodon_html_normal(mastodon_html_text(html));
}

static void
assert_same(const char *html, const char *text)
{
    assert_string_equal(normal_text(html), mastodon_html_normal(text));
}

static void
paragraphs_and_lines_are_white_space(void **state)
{
    (void)state;
    assert_same("<p>one</p><p>two<br />three</p>", "one\n\ntwo\nthree");
    assert_same("<p>one<br>two</p>", "one\r\ntwo");
    assert_same("one<br/>two", "  one two \n");
    assert_same("<ul><li>one</li><li>two</li></ul>", "one\ntwo");
    assert_same("", "  \n ");
}

static void
entities_are_their_characters(void **state)
{
    (void)state;
    assert_same("<p>a &lt; b &amp;&amp; c &gt; d &quot;e&quot; &#39;f&#x27;"
                "&apos;</p>", "a < b && c > d \"e\" 'f''");
    assert_same("&#128512;&#x1F600;&#233;&#8364;", "😀😀é€");
    assert_same("AT&T &unknown; &#xd800; &#; &", "AT&T &unknown; &#xd800;"
                " &#; &");
}

static void
a_shortened_link_is_its_whole_url(void **state)
{
    (void)state;
    assert_same("<p>see <a href=\"https://example.com/a/b\""
                " rel=\"nofollow\"><span class=\"invisible\">https://</span>"
                "<span class=\"ellipsis\">example.com/a/very/long</span>"
                "<span class=\"invisible\">/path?q=1&amp;r=2</span></a>.</p>",
                "see https://example.com/a/very/long/path?q=1&r=2.");
}

static void
a_mention_is_compared_without_its_host(void **state)
{
    (void)state;
    assert_same("<p>hi <span class=\"h-card\"><a href=\"https://else.org/"
                "@bob\" class=\"u-url mention\">@<span>bob</span></a></span>."
                "</p>", "hi @bob@else.org.");
    assert_same("mail me@example.com", "mail me@example.com");
    assert_string_not_equal(mastodon_html_normal("@bob@else.org"),
                            mastodon_html_normal("@eve@else.org"));
}

static void
other_text_is_not_the_same(void **state)
{
    (void)state;
    assert_string_not_equal(normal_text("<p>one</p>"), "two");
    assert_string_not_equal(normal_text("<p>onetwo</p>"), "one two");
}

static void
broken_html_ends(void **state)
{
    (void)state;
    assert_string_equal(normal_text("<p"), "");
    assert_string_equal(normal_text("a<"), "a");
    assert_string_equal(normal_text("a&"), "a&");
    assert_string_equal(normal_text("@"), "@");
    assert_string_equal(normal_text("@a@"), "@a@");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_and_lines_are_white_space),
        cmocka_unit_test(entities_are_their_characters),
        cmocka_unit_test(a_shortened_link_is_its_whole_url),
        cmocka_unit_test(a_mention_is_compared_without_its_host),
        cmocka_unit_test(other_text_is_not_the_same),
        cmocka_unit_test(broken_html_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
