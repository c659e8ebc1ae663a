/* test_json_part.c: documents taken apart where they lie. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/json.h"
#include "data/json_part.h"

#include <string.h>

static const char *const documents[] = {
    "{}", "[]", " [ ] ", "\t{\r\n}", "[[]]", "[{}]", "{\"\":{}}", "[null]",
    "[1,-2,0.5,1e9,0,1234567890123456789,2E-3]",
    "{\"a\":true,\"b\":false,\"c\":null,\"a\":\"again\"}",
    " { \"a\" : \"x\" , \"b\" : [ 1 , { \"c\" : \"]\" } ] , \"d\" : { } } ",
    "[\"\",\"\\\"\",\"\\\\\",\"a\\\\\",\"\\\\\\\"]\",\"[{,:\"]",
    "{\"k\\u0065y\":1,\"\\\"\":2,\"\\\\\":3,\"\xc3\xa4\":4}",
    "[\"\\ud83d\\ude00\",\"\xf0\x9f\x98\x80\",\"\\u00e4\xc3\xa4\\n\\/\"]",
    "[\"\\uD83D\\uDE00\\uDBFF\\uDFFF\\ud7ff\\ue000\\u0dd8\"]",
    "[[[1,2],[3]],[[4]],\"5\"]",
};

static void
parts_are_what_sqlite_sees(void **state)
{
    size_t n;

    (void)state;
    for (n = 0; n < sizeof documents / sizeof documents[0]; n++) {
        struct json_member *members;
        struct json_part part, again;
        int i = 0, more, count = json_members(documents[n], "$", &members);

        assert_null(json_fault(documents[n], strlen(documents[n])));
        more = json_part_first(&part, memory_copy(documents[n]));
        for (; more; more = json_part_next(&part), i++) {
            assert_true(i < count);
            assert_string_equal(part.type, members[i].type);
            assert_true((part.key != NULL) == (members[i].key != NULL));
            if (part.key != NULL) {
                assert_string_equal(json_part_key(&part), members[i].key);
                assert_true(json_part_is(&part, members[i].key));
                assert_false(json_part_is(&part, "other"));
            }
            if (text_same(part.type, "real"))
                continue;       /* which SQLite writes its own way */
            again = part;
            again.value = memory_copy_bytes(part.value, part.length);
            if (!text_same(part.type, "text"))
                assert_string_equal(json_raw(json_part_raw(&again), "$"),
                                    members[i].json);
            if (members[i].text == NULL)
                continue;
            if (text_same(part.type, "text"))
                assert_int_equal(json_part_characters(&part),
                                 utf8_code_points(members[i].text));
            assert_string_equal(json_part_text(&part), members[i].text);
        }
        assert_int_equal(i, count);
    }
}

static void
a_list_loses_its_blanks(void **state)
{
    static const char *const lists[][2] = {
        { "{\"a\":[ ],\"b\":1}", "[]" },
        { "{\"a\":[\n1 , \" 2 \" ,[ 3 ] ] ,\"b\":1}", "[1,\" 2 \",[ 3 ]]" },
        { "{\"a\":[1],\"b\":1}", "[1]" },
    };
    struct json_part part;
    size_t n;

    (void)state;
    for (n = 0; n < sizeof lists / sizeof lists[0]; n++) {
        assert_true(json_part_first(&part, memory_copy(lists[n][0])));
        assert_string_equal(json_part_squeeze(&part), lists[n][1]);
        assert_true(json_part_next(&part));
        assert_true(json_part_is(&part, "b"));
        assert_string_equal(json_part_text(&part), "1");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_what_sqlite_sees),
        cmocka_unit_test(a_list_loses_its_blanks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
