/* test_bluesky_text.c: facets stand where Bluesky's own app puts them; the
   cases are those of its tests, and the odd ones beyond them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "network/bluesky_text.h"

struct sample {
    const char *text;
    const char *found;          /* "START-END kind value", joined by " | " */
};

static void
check(const struct sample *samples)
{
    static const char *const kinds[] = { "link", "mention", "tag" };

    for (; samples->text != NULL; samples++) {
        struct bluesky_facet *facets;
        struct text found = {0};
        int count = bluesky_text_facets(samples->text, &facets), i;

        for (i = 0; i < count; i++)
            text_add_format(&found, "%s%zu-%zu %s %s", i ? " | " : "",
                            facets[i].start, facets[i].end,
                            kinds[facets[i].kind], facets[i].value);
        if (strcmp(text_string(&found), samples->found) != 0)
            fail_msg("in \"%s\"\nfound    \"%s\"\nexpected \"%s\"",
                     samples->text, text_string(&found), samples->found);
    }
}

static void
mentions_are_found(void **state)
{
    static const struct sample samples[] = {
        { "no mention", "" },
        { "@handle.com middle end", "0-11 mention handle.com" },
        { "start @handle.com end", "6-17 mention handle.com" },
        { "start middle @handle.com", "13-24 mention handle.com" },
        { "@handle.com @handle.com @handle.com", "0-11 mention handle.com"
          " | 12-23 mention handle.com | 24-35 mention handle.com" },
        { "@full123-chars.test", "0-19 mention full123-chars.test" },
        { "not@right", "" },
        { "mail me@handle.com", "" },
        { "@handle.com!@#$chars", "0-11 mention handle.com" },
        { "@handle.com\n@handle.com", "0-11 mention handle.com"
          " | 12-23 mention handle.com" },
        { "parenthetical (@handle.com)", "15-26 mention handle.com" },
        { "👨‍👩‍👧‍👧 @handle.com 👨‍👩‍👧‍👧", "26-37 mention handle.com" },
        { "ends @handle.com.", "5-16 mention handle.com" },
        { "@handle.com's", "0-11 mention handle.com" },
        { "@handle.com_", "" },
        { "@handle.jpg @nodot @.com @Handle.COM @", "" },
        { "@xn--tst-qla.de", "0-15 mention xn--tst-qla.de" },
        { "“@handle.com”", "" },
        { "\u00a0@handle.com", "2-13 mention handle.com" },
        { NULL, NULL }
    };

    (void)state;
    check(samples);
}

static void
links_are_found(void **state)
{
    static const struct sample samples[] = {
        { "start https://middle.com end", "6-24 link https://middle.com" },
        { "start https://middle.com/foo/bar?baz=bux#hash end",
          "6-45 link https://middle.com/foo/bar?baz=bux#hash" },
        { "https://newline1.com\nhttps://newline2.com",
          "0-20 link https://newline1.com | 21-41 link https://newline2.com" },
        { "👨‍👩‍👧‍👧 https://middle.com 👨‍👩‍👧‍👧",
          "26-44 link https://middle.com" },
        { "start middle.com end", "6-16 link https://middle.com" },
        { "start middle.com/foo/bar?baz=bux#hash end",
          "6-37 link https://middle.com/foo/bar?baz=bux#hash" },
        { "newline1.com\nnewline2.com",
          "0-12 link https://newline1.com | 13-25 link https://newline2.com" },
        { "not.. a..url ..here", "" },
        { "e.g.", "" },
        { "something-cool.jpg", "" },
        { "website.com.jpg", "" },
        { "e.g./foo", "" },
        { "website.com.jpg/foo", "" },
        { "Classic https://socket3.wordpress.com/2018/02/03/ui/ ",
          "8-52 link https://socket3.wordpress.com/2018/02/03/ui/" },
        { "https://foo.com https://bar.com/whatever https://baz.com",
          "0-15 link https://foo.com | 16-40 link https://bar.com/whatever"
          " | 41-56 link https://baz.com" },
        { "punctuation https://foo.com, https://bar.com/whatever;"
          " https://baz.com.", "12-27 link https://foo.com"
          " | 29-53 link https://bar.com/whatever"
          " | 55-70 link https://baz.com" },
        { "parenthentical (https://foo.com)", "16-31 link https://foo.com" },
        { "except for https://foo.com/thing_(cool)",
          "11-39 link https://foo.com/thing_(cool)" },
        { "(see https://foo.com).", "5-20 link https://foo.com" },
        { "really https://foo.com?! yes", "7-23 link https://foo.com?" },
        { "http://foo.test/x", "0-17 link http://foo.test/x" },
        { "a https://münchen.de/straße b",
          "2-29 link https://münchen.de/straße" },
        { "httpbin.org/get", "0-15 link https://httpbin.org/get" },
        { "example.com:8080/x", "0-18 link https://example.com:8080/x" },
        { "x.museum, y.co.uk", "0-8 link https://x.museum"
          " | 10-17 link https://y.co.uk" },
        { "https:// nothing https:///foo https://. http://", "" },
        { "HTTPS://FOO.COM", "" },
        { "ftp://foo.com", "" },
        { "my-site.com", "" },
        { "a.jpg(https://foo.com)", "" },
        { NULL, NULL }
    };

    (void)state;
    check(samples);
}

#define A10 "aaaaaaaaaa"
#define TAG64 "thisisa64characterstring_" A10 A10 A10 "aaaaaaaaa"

static void
tags_are_found(void **state)
{
    static const struct sample samples[] = {
        { "#a", "0-2 tag a" },
        { "#a #b", "0-2 tag a | 3-5 tag b" },
        { "#1", "" },
        { "#1a", "0-3 tag 1a" },
        { "body #tag body", "5-9 tag tag" },
        { "body #1", "" },
        { "body #a1", "5-8 tag a1" },
        { "#", "" },
        { "#?", "" },
        { "text # text", "" },
        { "body #" TAG64, "5-70 tag " TAG64 },
        { "body #" TAG64 "b", "" },
        { "body #" TAG64 "!", "5-70 tag " TAG64 },
        { "its a #double#rainbow", "6-21 tag double#rainbow" },
        { "##hashash", "0-9 tag #hashash" },
        { "##", "" },
        { "some #n0n3s@n5e!", "5-15 tag n0n3s@n5e" },
        { "works #with,punctuation", "6-23 tag with,punctuation" },
        { "strips trailing #punctuation, #like. #this!",
          "16-28 tag punctuation | 30-35 tag like | 37-42 tag this" },
        { "strips #multi_trailing___...", "7-22 tag multi_trailing" },
        { "works with #🦋 emoji, and #butter🦋fly",
          "11-16 tag 🦋 | 28-42 tag butter🦋fly" },
        { "#same #same #but #diff", "0-5 tag same | 6-11 tag same"
          " | 12-16 tag but | 17-22 tag diff" },
        { "this #️⃣tag should not be a tag", "" },
        { "this ##️⃣tag should be a tag", "5-16 tag #️⃣tag" },
        { "this #t\nag should be a tag", "5-7 tag t" },
        { "no match: #\u200b", "" },
        { "no match: #\u200ba", "" },
        { "match: #a\u200bb", "7-9 tag a" },
        { "match: #ab\u200b", "7-10 tag ab" },
        { "no match: #\u20e2tag", "" },
        { "match: #a\u20e2b", "7-9 tag a" },
        { "full width ＃tag", "11-17 tag tag" },
        { "full width ＃#️⃣tag", "11-24 tag #️⃣tag" },
        { "no match #1?", "" },
        { "no match (#tag)", "" },
        { "bsky.app/profile#header", "0-23 link"
          " https://bsky.app/profile#header" },
        { "#größe #日本語、", "0-8 tag größe | 9-19 tag 日本語" },
        { NULL, NULL }
    };

    (void)state;
    check(samples);
}

static void
cashtags_are_tags_in_capitals(void **state)
{
    static const struct sample samples[] = {
        { "$AAPL", "0-5 tag $AAPL" },
        { "$aapl", "0-5 tag $AAPL" },
        { "$a", "0-2 tag $A" },
        { "$BTC $ETH", "0-4 tag $BTC | 5-9 tag $ETH" },
        { "$100 $TOOLONG no$SPACE $ $123ABC $ABC123", "" },
        { "check $LEGO now", "6-11 tag $LEGO" },
        { "($GOOG)", "1-6 tag $GOOG" },
        { "$AAPL, $MSFT!", "0-5 tag $AAPL | 7-12 tag $MSFT" },
        { "$ABC12", "0-6 tag $ABC12" },
        { "$AAPL’s", "0-5 tag $AAPL" },
        { "$AAPLé", "" },
        { NULL, NULL }
    };

    (void)state;
    check(samples);
}

static void
facets_stand_in_order_and_apart(void **state)
{
    static const struct sample samples[] = {
        { "#x @handle.com $A foo.com", "0-2 tag x | 3-14 mention handle.com"
          " | 15-17 tag $A | 18-25 link https://foo.com" },
        { "#a(https://foo.com", "0-18 tag a(https://foo.com" },
        { "#a(@handle.com) b.com", "0-14 tag a(@handle.com"
          " | 16-21 link https://b.com" },
        { "", "" },
        { NULL, NULL }
    };

    (void)state;
    check(samples);
}

static void
a_tag_fits_its_bytes_too(void **state)
{
    struct bluesky_facet *facets;
    struct text text = { .limit = 4096 };
    int i;

    (void)state;
    text_add(&text, "#");
    for (i = 0; i < 60; i++)        /* 11 bytes, one cluster each */
        text_add(&text, "e\u0301\u0301\u0301\u0301\u0301");
    assert_int_equal(bluesky_text_facets(text_string(&text), &facets), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mentions_are_found),
        cmocka_unit_test(links_are_found),
        cmocka_unit_test(tags_are_found),
        cmocka_unit_test(cashtags_are_tags_in_capitals),
        cmocka_unit_test(facets_stand_in_order_and_apart),
        cmocka_unit_test(a_tag_fits_its_bytes_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
