/* test_ending.c: what each answer and each death means for a target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/clock.h"
#include "base/text.h"
#include "publish/ending.h"

static const int64_t NOW = 1800000000000;

static struct claim
fresh(void)
{
    return (struct claim){
        .target = "t", .attempt = "0190a000-0000-7000-8000-000000000001",
        .account = "a", .worker = "w", .network = "mastodon",
        .handle = "@ana@example.org", .due_at = NOW, .began_at = NOW
    };
}

static struct claim
sent(int64_t at)
{
    struct claim claim = fresh();

    claim.sent_at = at;
    return claim;
}

static struct ending
after(enum stage stage, enum result_kind kind, struct claim claim)
{
    struct result result = { .kind = kind, .category = "network_error",
                             .words = "words" };

    return ending_of_result(stage, &result, &claim, NOW);
}

static void
expect(struct ending ending, const char *outcome, const char *state)
{
    if (outcome == NULL)
        assert_null(ending.outcome);
    else
        assert_string_equal(ending.outcome, outcome);
    assert_string_equal(ending.state, state);
}

static void
clear_answers_end_an_attempt(void **state)
{
    (void)state;
    expect(after(STAGE_SEND, RESULT_POSTED, sent(NOW)), "posted", "posted");
    expect(after(STAGE_SEND, RESULT_REJECTED, sent(NOW)), "failed", "failed");
    expect(after(STAGE_SEND, RESULT_RETRY, sent(NOW)), "retry", "scheduled");
    expect(after(STAGE_PREPARE, RESULT_REJECTED, fresh()), "failed",
           "failed");
    expect(after(STAGE_PREPARE, RESULT_RETRY, fresh()), "retry",
           "scheduled");
}

static void
a_posted_target_always_has_an_id(void **state)
{
    struct ending ending = after(STAGE_SEND, RESULT_POSTED, sent(NOW));

    (void)state;
    assert_non_null(ending.remote_id);
    assert_null(ending.category);
}

static void
an_empty_id_is_none(void **state)
{
    struct result result = { .kind = RESULT_POSTED, .remote_id = "",
                             .permalink = "https://example.org/1" };
    struct claim claim = sent(NOW);

    (void)state;
    assert_string_equal(ending_of_result(STAGE_SEND, &result, &claim,
                                         NOW).remote_id, result.permalink);
}

static void
a_permalink_is_a_link(void **state)
{
    struct result result = { .kind = RESULT_POSTED, .remote_id = "1",
                             .permalink = "https://example.org/1" };
    struct claim claim = sent(NOW);

    (void)state;
    assert_string_equal(ending_of_result(STAGE_SEND, &result, &claim,
                                         NOW).permalink, result.permalink);
    result.permalink = "javascript:alert(1)";
    assert_null(ending_of_result(STAGE_SEND, &result, &claim, NOW).permalink);
}

/* Such as a thumbnail that was not taken: of the attempt, no fault of the
   post (finish.c). */
static void
what_is_said_of_a_post_that_is_out_stays(void **state)
{
    (void)state;
    assert_string_equal(after(STAGE_SEND, RESULT_POSTED, sent(NOW)).words,
                        "words");
    assert_string_equal(after(STAGE_LOOK_UP, RESULT_POSTED, sent(NOW)).words,
                        "words");
}

static void
retries_wait_one_two_minutes_and_the_third_failure_is_the_last(void **state)
{
    struct claim claim = fresh();
    int64_t wait;

    (void)state;
    for (claim.failures = 0; claim.failures < 2; claim.failures++) {
        struct ending ending = after(STAGE_SEND, RESULT_RETRY, claim);

        expect(ending, "retry", "scheduled");
        assert_int_equal(ending.failures, 1);
        wait = ending.next_at - NOW;
        assert_true(wait >= (MINUTE << claim.failures) * 8 / 10);
        assert_true(wait <= (MINUTE << claim.failures) * 12 / 10);
    }
    expect(after(STAGE_SEND, RESULT_RETRY, claim), "failed", "failed");
}

static void
backoff_differs_between_attempts(void **state)
{
    struct claim one = fresh(), two = fresh();

    (void)state;
    two.attempt = "0190a000-0000-7000-8000-000000000002";
    assert_true(after(STAGE_SEND, RESULT_RETRY, one).next_at
                != after(STAGE_SEND, RESULT_RETRY, two).next_at);
    assert_int_equal(after(STAGE_SEND, RESULT_RETRY, one).next_at,
                     after(STAGE_SEND, RESULT_RETRY, one).next_at);
}

static void
a_time_the_network_named_is_shared_and_no_failure(void **state)
{
    struct claim claim = fresh();
    struct result limited = { .kind = RESULT_RETRY,
        .category = "rate_limited", .retry_at = NOW + 10 * MINUTE };
    struct ending ending;

    (void)state;
    claim.failures = 2;
    ending = ending_of_result(STAGE_SEND, &limited, &claim, NOW);
    expect(ending, "retry", "scheduled");
    assert_int_equal(ending.failures, 0);
    assert_int_equal(ending.next_at, NOW + 10 * MINUTE);
    assert_int_equal(ending.not_before, NOW + 10 * MINUTE);
    claim.failures = 0;
    limited.retry_at = NOW + 24 * HOUR;
    claim.due_at = NOW - 25 * HOUR;
    claim.began_at = NOW - 24 * HOUR + 1;
    expect(ending_of_result(STAGE_SEND, &limited, &claim, NOW), "retry",
           "scheduled");
    limited.retry_at = NOW + MINUTE;
    claim.began_at = NOW - 24 * HOUR;
    expect(ending_of_result(STAGE_SEND, &limited, &claim, NOW), "failed",
           "failed");
    claim.due_at = NOW - HOUR;          /* its owner's new time */
    expect(ending_of_result(STAGE_SEND, &limited, &claim, NOW), "retry",
           "scheduled");
}

/* Each wait is as long as all before it, from a minute to an hour. */
static void
too_many_requests_are_no_failure(void **state)
{
    static const int64_t waited[] = { 0, 5, 40, 61, 600, 23 * 60 };
    static const int64_t wait[] = { 1, 5, 40, 60, 60, 60 };
    struct result limited = { .kind = RESULT_RETRY,
                              .category = "rate_limited" };
    struct claim claim = fresh();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wait / sizeof wait[0]; i++) {
        struct ending ending;

        claim.failures = i == 0 ? 0 : 2;
        claim.began_at = NOW - waited[i] * MINUTE;
        ending = ending_of_result(STAGE_SEND, &limited, &claim, NOW);
        expect(ending, "retry", "scheduled");
        assert_int_equal(ending.failures, 0);
        assert_int_equal(ending.not_before, ending.next_at);
        assert_in_range(ending.next_at - NOW, wait[i] * MINUTE * 8 / 10,
                        wait[i] * MINUTE * 12 / 10);
    }
    claim.began_at = claim.due_at = NOW - 24 * HOUR;
    expect(ending_of_result(STAGE_SEND, &limited, &claim, NOW), "failed",
           "failed");
}

static void
a_busy_network_is_asked_again_for_a_day(void **state)
{
    struct claim claim = fresh();
    struct result wait = { .kind = RESULT_WAIT, .retry_at = NOW + 5000 };
    struct ending ending = ending_of_result(STAGE_PREPARE, &wait, &claim,
                                            NOW);

    (void)state;
    expect(ending, "released", "scheduled");
    assert_int_equal(ending.next_at, NOW + 5000);
    assert_int_equal(ending.failures, 0);
    claim.began_at = claim.due_at = NOW - 24 * HOUR;
    ending = ending_of_result(STAGE_PREPARE, &wait, &claim, NOW);
    expect(ending, "failed", "failed");
    assert_string_equal(ending.category, "media_processing");
}

static void
a_refused_token_stops_the_account_and_fails_nothing(void **state)
{
    struct ending ending = after(STAGE_SEND, RESULT_AUTH, sent(NOW));

    (void)state;
    expect(ending, "retry", "scheduled");
    assert_int_equal(ending.account_expired, 1);
    assert_int_equal(ending.failures, 0);
    assert_string_equal(ending.category, "auth_error");
}

static void
unknown_is_asked_about_where_it_can_be(void **state)
{
    struct claim claim = sent(NOW);
    struct ending ending = after(STAGE_SEND, RESULT_UNKNOWN, claim);

    (void)state;
    expect(ending, NULL, "verifying");
    assert_int_equal(ending.next_at, NOW + 120 * SECOND);
    claim.network = "telegram";
    ending = after(STAGE_SEND, RESULT_UNKNOWN, claim);
    expect(ending, "uncertain", "uncertain");
    assert_true(text_begins(ending.words, "uncertain:"));
    assert_non_null(strstr(ending.words, "@ana@example.org"));
    expect(after(STAGE_PREPARE, RESULT_UNKNOWN, fresh()), "retry",
           "scheduled");
}

static void
only_proof_ends_a_doubt(void **state)
{
    struct claim claim = sent(NOW - 2 * MINUTE);

    (void)state;
    expect(after(STAGE_LOOK_UP, RESULT_POSTED, claim), "posted", "posted");
    expect(after(STAGE_LOOK_UP, RESULT_ABSENT, claim), "retry", "scheduled");
    expect(after(STAGE_LOOK_UP, RESULT_WAIT, claim), NULL, "verifying");
    expect(after(STAGE_LOOK_UP, RESULT_RETRY, claim), NULL, "verifying");
    expect(after(STAGE_LOOK_UP, RESULT_UNKNOWN, claim), "uncertain",
           "uncertain");
    expect(after(STAGE_LOOK_UP, RESULT_DISCARDED, claim), "failed", "failed");
    /* I11 */
    expect(after(STAGE_LOOK_UP, RESULT_REJECTED, claim), "uncertain",
           "uncertain");
    expect(after(STAGE_LOOK_UP, RESULT_AUTH, claim), NULL, "verifying");
    assert_int_equal(after(STAGE_LOOK_UP, RESULT_AUTH,
                           claim).account_expired, 1);
}

static void
half_an_hour_without_proof_is_uncertain(void **state)
{
    struct claim claim = sent(NOW - 31 * MINUTE);

    (void)state;
    expect(after(STAGE_LOOK_UP, RESULT_WAIT, claim), "uncertain",
           "uncertain");
    expect(after(STAGE_LOOK_UP, RESULT_RETRY, claim), "uncertain",
           "uncertain");
    expect(after(STAGE_LOOK_UP, RESULT_POSTED, claim), "posted", "posted");
}

static void
deaths(void **state)
{
    struct claim claim = fresh();
    struct ending ending = ending_of_crash(&claim, NOW);

    (void)state;
    expect(ending, "crashed", "scheduled");
    assert_int_equal(ending.crashes, 1);
    assert_int_equal(ending.failures, 0);
    claim.crashes = 2;
    ending = ending_of_crash(&claim, NOW);
    expect(ending, "failed", "failed");
    assert_string_equal(ending.category, "poison");
    claim = sent(NOW);
    expect(ending_of_crash(&claim, NOW), NULL, "verifying");
    claim.crashes = 2;
    expect(ending_of_crash(&claim, NOW), "uncertain", "uncertain");
    claim = sent(NOW);
    claim.network = "discord";
    expect(ending_of_crash(&claim, NOW), "uncertain", "uncertain");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_answers_end_an_attempt),
        cmocka_unit_test(a_posted_target_always_has_an_id),
        cmocka_unit_test(an_empty_id_is_none),
        cmocka_unit_test(a_permalink_is_a_link),
        cmocka_unit_test(what_is_said_of_a_post_that_is_out_stays),
        cmocka_unit_test(
            retries_wait_one_two_minutes_and_the_third_failure_is_the_last),
        cmocka_unit_test(backoff_differs_between_attempts),
        cmocka_unit_test(a_time_the_network_named_is_shared_and_no_failure),
        cmocka_unit_test(too_many_requests_are_no_failure),
        cmocka_unit_test(a_busy_network_is_asked_again_for_a_day),
        cmocka_unit_test(a_refused_token_stops_the_account_and_fails_nothing),
        cmocka_unit_test(unknown_is_asked_about_where_it_can_be),
        cmocka_unit_test(only_proof_ends_a_doubt),
        cmocka_unit_test(half_an_hour_without_proof_is_uncertain),
        cmocka_unit_test(deaths),
    };
    const char *folder = instance_folder("");
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failures;
}
