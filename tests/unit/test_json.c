/* test_json.c: the gate for strangers' JSON, with every trap that SQLite's
   functions were measured to have, and reading and making documents. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"
#include "dying.h"

#include <string.h>

static const char *
fault(const char *document)
{
    return json_fault(document, strlen(document));
}

static void
clean_documents_pass(void **state)
{
    static const char *const clean[] = {
        "{}", "[]", " {\"a\":1} ", "\"x\"", "1", "-0.5e3", "null", "true",
        "{\"a\":\"b\\u0041\\n\\\"\\\\\"}", "[\"\xc3\xa4\\u00e4\"]",
        "\"\\ud83d\\ude00\"", "\"\\\\u0000\"", "\"\\\\ud800\"",
        "{\"a\":1,\"a\":2}", "\"[[[[{{{{\"", "\"\\\"[\"",
        "9223372036854775808", "1e999"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof clean / sizeof clean[0]; i++)
        if (fault(clean[i]) != NULL)
            fail_msg("%s: %s", clean[i], fault(clean[i]));
}

static void
traps_are_refused(void **state)
{
    static const struct { const char *document, *words; } traps[] = {
        /* JSON5 */
        { "{a:1}", "not valid JSON" }, { "{'a':1}", "not valid JSON" },
        { "{\"a\":1,}", "not valid JSON" }, { "[1,]", "not valid JSON" },
        { "[0x10]", "not valid JSON" }, { "[+1]", "not valid JSON" },
        { "[.5]", "not valid JSON" }, { "[NaN]", "not valid JSON" },
        { "[Infinity]", "not valid JSON" }, { "[1 /* x */]", "not valid" },
        { "[1] // x", "not valid JSON" }, { "\"a\tb\"", "not valid JSON" },
        { "\"a\nb\"", "not valid JSON" }, { "\"a\\\nb\"", "not valid JSON" },
        { "\xef\xbb\xbf{}", "not valid JSON" },
        { "\xc2\xa0{}", "not valid JSON" },
        /* plainly broken */
        { "", "not valid JSON" }, { " ", "not valid JSON" },
        { "{", "not valid JSON" }, { "{}}", "not valid JSON" },
        { "{} {}", "not valid JSON" }, { "\"a", "not valid JSON" },
        { "\"\\", "not valid JSON" }, { "\"\\x\"", "not valid JSON" },
        { "[01]", "not valid JSON" }, { "[1.]", "not valid JSON" },
        { "[-]", "not valid JSON" }, { "nul", "not valid JSON" },
        { "{\"a\"}", "not valid JSON" }, { "{1:2}", "not valid JSON" },
        /* NUL by escape */
        { "\"a\\u0000b\"", "\\u0000" }, { "{\"a\\u0000\":1}", "\\u0000" },
        { "\"\\\\\\u0000\"", "\\u0000" },
        /* bytes that are no text */
        { "\"\xff\"", "UTF-8" }, { "\"\xc0\xaf\"", "UTF-8" },
        { "\"\xed\xa0\x80\"", "UTF-8" }, { "\"\xe2\x82\"", "UTF-8" },
        { "{\"\xff\":1}", "UTF-8" },
        /* surrogates alone */
        { "\"\\ud800\"", "surrogate" }, { "\"\\udc00\"", "surrogate" },
        { "\"\\ud800x\"", "surrogate" }, { "\"\\ud800\\n\"", "surrogate" },
        { "\"\\ud800\\u0041\"", "surrogate" },
        { "\"\\ud800\\ud800\"", "surrogate" },
        { "\"\\udc00\\ud800\"", "surrogate" },
        { "\"\\ud83d\\ude0\"", "surrogate" },
        /* escapes that are cut */
        { "\"\\u12\"", "four hex digits" }, { "\"\\u\"", "four hex digits" },
        { "\"\\u12g4\"", "four hex digits" }, { "\"\\u123", "four hex" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        const char *words = fault(traps[i].document);

        if (words == NULL || strstr(words, traps[i].words) == NULL)
            fail_msg("%s: %s", traps[i].document, words ? words : "passes");
    }
}

static void
a_tail_behind_a_nul_is_seen(void **state)
{
    static const char two[] = "{\"a\":1}\0{\"a\":2}";

    (void)state;
    assert_non_null(strstr(json_fault(two, sizeof two - 1), "NUL"));
    assert_non_null(json_fault("{}\0", 3));
    /* Only the bytes that were named are read. */
    assert_null(json_fault("{}garbage", 2));
}

static void
depth_is_bounded(void **state)
{
    struct text deep = { 0 };
    int i;

    (void)state;
    for (i = 0; i < JSON_DEPTH; i++)
        text_add(&deep, i % 2 ? "{\"a\":" : "[");
    text_add(&deep, "1");
    for (i = JSON_DEPTH; i-- > 0;)
        text_add(&deep, i % 2 ? "}" : "]");
    assert_null(fault(deep.data));
    assert_non_null(strstr(fault(memory_format("[%s]", deep.data)), "64"));
}

static void
values_are_bounded(void **state)
{
    struct text many = { 0 };
    int i;

    (void)state;
    text_add(&many, "[\"a,:\"");                /* these two do not count */
    for (i = 1; i < JSON_VALUES; i++)
        text_add(&many, ",0");
    assert_null(fault(memory_format("%s]", many.data)));
    assert_non_null(strstr(fault(memory_format("%s,0]", many.data)),
                           "50000 values"));
    assert_null(json_fault_within("{\"a\":[0,[]]}", 12, 5));
    assert_non_null(strstr(json_fault_within("{\"a\":[0,[]]}", 12, 4),
                           "more than 4 values"));
    /* What holds nothing is a value too. */
    text_clear(&many);
    for (i = 0; i < JSON_VALUES / 2; i++)
        text_add(&many, i ? ",[]" : "[[]");
    assert_null(fault(memory_format("%s]", many.data)));
    assert_non_null(fault(memory_format("%s,[]]", many.data)));
}

static const char document[] = "{\"text\":\"t\",\"empty\":\"\",\"number\":5,"
    "\"negative\":-7,\"large\":9223372036854775808,"
    "\"real\":0.30000000000000004,"
    "\"yes\":true,\"no\":false,\"nothing\":null,\"list\":[1,\"two\",[3]],"
    "\"object\":{\"x\":{\"y\":\"deep\"}},\"twice\":1,\"twice\":2}";

static void
things_are_read_by_type(void **state)
{
    (void)state;
    assert_null(fault(document));
    assert_string_equal(json_text(document, "$.text"), "t");
    assert_string_equal(json_text(document, "$.empty"), "");
    assert_string_equal(json_text(document, "$.number"), "5");
    assert_string_equal(json_text(document, "$.large"),
                        "9223372036854775808");
    assert_string_equal(json_text(document, "$.real"), "0.30000000000000004");
    assert_string_equal(json_text(document, "$.object.x.y"), "deep");
    assert_string_equal(json_text(document, "$.list[1]"), "two");
    assert_null(json_text(document, "$.yes"));
    assert_null(json_text(document, "$.nothing"));
    assert_null(json_text(document, "$.list"));
    assert_null(json_text(document, "$.absent"));

    assert_int_equal(json_integer(document, "$.number", 1), 5);
    assert_int_equal(json_integer(document, "$.negative", 1), -7);
    assert_int_equal(json_integer(document, "$.large", 1), 1);
    assert_int_equal(json_integer(document, "$.real", 1), 1);
    assert_int_equal(json_integer(document, "$.yes", 7), 7);
    assert_int_equal(json_integer(document, "$.text", 7), 7);
    assert_int_equal(json_integer(document, "$.nothing", 7), 7);
    assert_int_equal(json_integer(document, "$.absent", 7), 7);

    assert_true(json_is_true(document, "$.yes"));
    assert_false(json_is_true(document, "$.no"));
    assert_false(json_is_true(document, "$.number"));
    assert_false(json_is_true("{\"a\":\"true\"}", "$.a"));
    assert_false(json_is_true(document, "$.absent"));

    assert_string_equal(json_raw(document, "$.list"), "[1,\"two\",[3]]");
    assert_string_equal(json_raw(document, "$.text"), "\"t\"");
    assert_string_equal(json_raw(document, "$.yes"), "true");
    assert_string_equal(json_raw(document, "$.nothing"), "null");
    assert_null(json_raw(document, "$.absent"));

    assert_int_equal(json_count(document, "$.list"), 3);
    assert_int_equal(json_count(document, "$.object"), 0);
    assert_int_equal(json_count(document, "$.text"), 0);
    assert_int_equal(json_count(document, "$.absent"), 0);
}

static void
members_come_in_order(void **state)
{
    struct json_member *members;
    int i, twice = 0, count = json_members(document, "$", &members);

    (void)state;
    assert_int_equal(count, 13);
    assert_string_equal(members[0].key, "text");
    assert_string_equal(members[0].type, "text");
    assert_string_equal(members[0].text, "t");
    assert_string_equal(members[0].json, "\"t\"");
    assert_string_equal(members[2].type, "integer");
    assert_string_equal(members[2].text, "5");
    assert_string_equal(members[6].type, "true");
    assert_null(members[6].text);
    assert_string_equal(members[6].json, "true");
    assert_string_equal(members[7].json, "false");
    assert_string_equal(members[8].type, "null");
    assert_string_equal(members[8].json, "null");
    assert_string_equal(members[9].json, "[1,\"two\",[3]]");
    assert_string_equal(members[10].json, "{\"x\":{\"y\":\"deep\"}}");
    for (i = 0; i < count; i++)
        twice += strcmp(members[i].key, "twice") == 0;
    assert_int_equal(twice, 2);         /* a key that comes twice is seen */

    assert_int_equal(json_members(document, "$.list", &members), 3);
    assert_null(members[0].key);
    assert_string_equal(members[1].text, "two");
    assert_int_equal(json_members("{}", "$", &members), 0);
    assert_int_equal(json_members("{}", "$.absent", &members), 0);
    /* An escaped key is the key it stands for; dots and quotes mean nothing. */
    assert_int_equal(json_members("{\"a\\u0062\":1,\"a.b\":2,\"\\\"\":3}", "$",
                                  &members), 3);
    assert_string_equal(members[0].key, "ab");
    assert_string_equal(members[1].key, "a.b");
    assert_string_equal(members[2].key, "\"");
}

static void
documents_are_made_from_values(void **state)
{
    (void)state;
    value_set_text("a", "quote \" and \\ and \xc3\xa4");
    value_set_integer("n", 9007199254740993);
    value_set_null("z");
    value_set_text("old", "{\"x\":1,\"y\":2}");
    assert_string_equal(json_make("json_object('a', :a, 'n', :n, 'z', :z)"),
        "{\"a\":\"quote \\\" and \\\\ and \xc3\xa4\","
        "\"n\":9007199254740993,\"z\":null}");
    assert_string_equal(json_make("json_patch(:old, json_object('y', 3))"),
                        "{\"x\":1,\"y\":3}");
    assert_dies("no value :nobody", json_make("json_object('a', :nobody)"));
    assert_dies("no such function", json_make("json_objet('a', 1)"));
    assert_dies("no document", json_make("NULL"));
    value_reset();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_documents_pass),
        cmocka_unit_test(traps_are_refused),
        cmocka_unit_test(a_tail_behind_a_nul_is_seen),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(things_are_read_by_type),
        cmocka_unit_test(members_come_in_order),
        cmocka_unit_test(documents_are_made_from_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
