/* test_choice.c: one account among those that a network described. */
#include "connect/choice.h"
#include "data/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
one_account_is_kept_whole(void **state)
{
    struct connected connected = { .server = "https://s", .remote_id = "7",
        .handle = "ana", .credentials = "{\"access_token\":\"t\"}",
        .limits = "{}", .token_expires_at = 12345678901234 };
    const char *details = choice_details(&connected);
    struct account_facts facts = choice_facts(details);

    (void)state;
    assert_int_equal(choice_count(details), 0);
    assert_string_equal(facts.server, "https://s");
    assert_string_equal(facts.remote_id, "7");
    assert_string_equal(facts.handle, "ana");
    assert_null(facts.name);
    assert_string_equal(facts.credentials, "{\"access_token\":\"t\"}");
    assert_string_equal(facts.limits, "{}");
    assert_int_equal(facts.token_expires_at, 12345678901234);
}

static void
a_list_of_one_is_no_choice(void **state)
{
    struct connected connected = { .choices =
        "[{\"remote_id\":\"9\",\"handle\":\"page\"}]" };
    const char *details = choice_details(&connected);

    (void)state;
    assert_int_equal(choice_count(details), 0);
    assert_string_equal(choice_facts(details).remote_id, "9");
}

/* Credentials may be a document, or a string that holds one; ids stay text
   however long they are. */
static void
one_of_several_is_chosen(void **state)
{
    struct connected connected = { .choices =
        "[{\"remote_id\":\"17841400000000000001\",\"handle\":\"a\","
        "\"credentials\":{\"access_token\":\"one\"},\"limits\":null},"
        "{\"remote_id\":\"17841400000000000002\",\"handle\":\"b\","
        "\"credentials\":\"{\\\"access_token\\\":\\\"two\\\"}\","
        "\"limits\":{\"x\":1},\"token_expires_at\":5}]" };
    const char *details = choice_details(&connected), *chosen;

    (void)state;
    assert_int_equal(choice_count(details), 2);
    assert_null(choice_with(details, ""));
    assert_null(choice_with(details, NULL));
    assert_null(choice_with(details, "17841400000000000003"));
    assert_null(choice_with("{\"remote_id\":\"7\"}", "7"));
    chosen = choice_with(details, "17841400000000000001");
    assert_int_equal(choice_count(chosen), 0);
    assert_string_equal(choice_facts(chosen).credentials,
                        "{\"access_token\":\"one\"}");
    assert_null(choice_facts(chosen).limits);
    assert_int_equal(choice_facts(chosen).token_expires_at, 0);
    chosen = choice_with(details, "17841400000000000002");
    assert_string_equal(choice_facts(chosen).remote_id,
                        "17841400000000000002");
    assert_string_equal(choice_facts(chosen).credentials,
                        "{\"access_token\":\"two\"}");
    assert_string_equal(choice_facts(chosen).limits, "{\"x\":1}");
    assert_int_equal(choice_facts(chosen).token_expires_at, 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_account_is_kept_whole),
        cmocka_unit_test(a_list_of_one_is_no_choice),
        cmocka_unit_test(one_of_several_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
