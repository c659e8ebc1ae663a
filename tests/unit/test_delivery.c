/* test_delivery.c: webhooks and deliveries belong to one profile, whatever
   API asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "instance.h"
#include "core/delivery.h"
#include "core/webhook.h"
#include "data/value.h"

static char webhook[ID_ROOM];
static const char *delivery;

/* Profile a's webhook, and a delivery to it that failed. */
static int
begin(void **state)
{
    struct webhook_wish wish = { .has_url = 1, .url = "https://a.example/" };
    const char *made;

    (void)state;
    db_begin();
    db_batch("INSERT INTO profile (id, name, created_at, updated_at)"
             " VALUES ('a', 'A', 1, 1), ('b', 'B', 1, 1)");
    assert_int_equal(webhook_create("a", &wish, webhook, &made).kind, 0);
    assert_int_equal(webhook_test("a", webhook).kind, 0);
    delivery = memory_copy(value_text("delivery_id"));
    db_run("UPDATE delivery SET state = 'failed', next_at = NULL");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    db_rollback();
    return 0;
}

static void
nobody_else_changes_a_webhook(void **state)
{
    struct webhook_wish wish = { .has_active = 1 };
    const char *made;

    (void)state;
    assert_int_equal(webhook_edit("b", webhook, &wish, &made).kind,
                     FAULT_NOT_FOUND);
    assert_string_equal(db_text("SELECT state FROM webhook"), "active");
    assert_int_equal(webhook_edit("a", webhook, &wish, &made).kind, 0);
    assert_string_equal(db_text("SELECT state FROM webhook"), "disabled");
}

static void
nobody_else_tests_a_webhook(void **state)
{
    (void)state;
    assert_int_equal(webhook_test("b", webhook).kind, FAULT_NOT_FOUND);
    assert_int_equal(db_integer("SELECT count(*) FROM delivery", 0), 1);
}

static void
nobody_else_repeats_a_delivery(void **state)
{
    (void)state;
    assert_int_equal(delivery_retry(delivery, "b").kind, FAULT_NOT_FOUND);
    assert_string_equal(db_text("SELECT state FROM delivery"), "failed");
    assert_int_equal(delivery_retry(delivery, "a").kind, 0);
    assert_string_equal(db_text("SELECT state FROM delivery"), "pending");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_else_changes_a_webhook, begin,
                                        end),
        cmocka_unit_test_setup_teardown(nobody_else_tests_a_webhook, begin,
                                        end),
        cmocka_unit_test_setup_teardown(nobody_else_repeats_a_delivery, begin,
                                        end),
    };
    const char *folder = instance_open("");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failed;
}
