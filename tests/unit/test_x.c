/* test_x.c: the driver for X against a strict stand-in (tests/doubles/x.py):
   connecting, and what is done with posts that are public; and its reading of
   posts. How posts come there is tests/publisher/test_x.py's. */
#include "network/x.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "provider.h"

static const char alice[] = "2244994945000000001";
extern const struct network x;
static const char *folder;

static int
set_up(void **state)
{
    (void)state;
    provider_start("x");
    folder = instance_open(memory_format(
        "allow_private_networks = 127.0.0.1\n"
        "api_url.x = %s/api.x.com\nlogin_url.twitter = %s/x.com\n",
        provider_url, provider_url));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    provider_end();
    instance_remove(folder);
    return 0;
}

static const char *
publish(const char *text)
{
    return json_text(provider_control(memory_format(
        "{\"call\":\"publish\",\"account\":\"alice\",\"text\":\"%s\"}",
        text)), "$.id");
}

static struct job
job_of(const char *id)
{
    struct job job = provider_job(alice);

    job.remote_id = id;
    return job;
}

/* ------------------------------------------------------------ connecting */

static void
an_account_is_connected(void **state)
{
    struct oauth_start start = x.oauth_begin("", provider_app, provider_back,
                                             "the-state");
    struct connected connected;
    const char *code;

    (void)state;
    assert_null(start.fault);
    assert_non_null(strstr(start.authorize_url,
        "&scope=tweet.read%20tweet.write%20users.read%20media.write"
        "%20offline.access&"));
    code = provider_code(start.authorize_url);
    connected = x.oauth_finish("", start.app, provider_back, start.verifier,
                               code);
    assert_null(connected.fault);
    assert_string_equal(connected.remote_id, alice);
    assert_string_equal(connected.handle, "alice");
    assert_string_equal(connected.profile_url, "https://x.com/alice");
    assert_string_equal(connected.avatar_url,
                        "https://pbs.twimg.com/profile_images/1/face.jpg");
    assert_int_equal(json_integer(connected.limits, "$.max_characters", 0),
                     0);
    assert_non_null(json_text(connected.credentials, "$.refresh_token"));
    assert_true(connected.token_expires_at > clock_now() + HOUR);
    connected = x.oauth_finish("", start.app, provider_back, start.verifier,
                               code);
    assert_non_null(connected.fault);
    assert_false(provider_leaks(connected.fault));
}

static void
a_paid_account_may_write_more(void **state)
{
    const char *tokens = provider_control(
        "{\"call\":\"token\",\"account\":\"alice\"}");
    struct connected connected;

    (void)state;
    provider_control("{\"set\":{\"premium\":true}}");
    connected = x.connect("", "@Alice", json_text(tokens, "$.access_token"));
    provider_control("{\"set\":{\"premium\":false}}");
    assert_null(connected.fault);
    assert_int_equal(json_integer(connected.limits, "$.max_characters", 0),
                     25000);
}

static void
what_cannot_be_connected_is_told(void **state)
{
    struct oauth_start start = x.oauth_begin("", NULL, provider_back, "s");
    struct connected connected;

    (void)state;
    assert_non_null(start.fault);
    assert_non_null(x.connect("", "", "unknown-token").fault);
    assert_non_null(x.connect("", "", "").fault);
    provider_control("{\"set\":{\"grants\":[\"tweet.read\","
                     "\"users.read\"]}}");
    start = x.oauth_begin("", provider_app, provider_back, "s");
    connected = x.oauth_finish("", start.app, provider_back, start.verifier,
                               provider_code(start.authorize_url));
    provider_control("{\"set\":{\"grants\":null}}");
    assert_non_null(strstr(connected.fault, "did not give all"));
}

static void
a_renewal_keeps_the_new_pair(void **state)
{
    struct job job = provider_job(alice);
    const char *old = json_text(job.credentials, "$.refresh_token");
    struct result result;

    (void)state;
    provider_saves = 0;
    assert_int_equal(x.refresh(&job).kind, RESULT_READY);
    assert_int_equal(provider_saves, 1);
    assert_string_not_equal(json_text(job.credentials, "$.refresh_token"),
                            old);
    assert_int_equal(x.refresh(&job).kind, RESULT_READY);
    job.credentials = memory_format("{\"refresh_token\":\"%s\"}", old);
    result = x.refresh(&job);
    assert_int_equal(result.kind, RESULT_AUTH);
    assert_false(provider_leaks(result.words));
}

/* ------------------------------------------------------ what is public */

static void
metrics_are_what_x_tells(void **state)
{
    struct job job = job_of(publish("measured"));
    struct metrics metrics;
    int renamed;

    (void)state;
    provider_control(memory_format(
        "{\"call\":\"metrics\",\"id\":\"%s\",\"likes\":5,\"replies\":1,"
        "\"reposts\":2,\"quotes\":3,\"bookmarks\":4,\"impressions\":99,"
        "\"clicks\":6}", job.remote_id));
    for (renamed = 0; renamed < 2; renamed++) {
        provider_control(renamed ? "{\"set\":{\"renamed\":true}}"
                                 : "{\"set\":{\"renamed\":false}}");
        assert_int_equal(x.measure(&job, &metrics).kind, RESULT_READY);
        assert_int_equal(metrics.likes, 5);
        assert_int_equal(metrics.comments, 1);
        assert_int_equal(metrics.shares, 5);
        assert_int_equal(metrics.saves, 4);
        assert_int_equal(metrics.impressions, 99);
        assert_int_equal(metrics.clicks, 6);
        assert_int_equal(metrics.views, -1);
    }
}

/* After thirty days X tells no clicks, and answers 200 without the post. */
static void
a_missing_metric_does_not_fail_the_rest(void **state)
{
    struct job job = job_of(publish("old"));
    struct metrics metrics;

    (void)state;
    provider_control("{\"set\":{\"private_days\":-1}}");
    assert_int_equal(x.measure(&job, &metrics).kind, RESULT_READY);
    assert_int_equal(metrics.likes, 0);
    assert_int_equal(metrics.clicks, -1);
    provider_control("{\"set\":{\"private_days\":30}}");
    job.remote_id = "1";
    assert_int_equal(x.measure(&job, &metrics).kind, RESULT_REJECTED);
}

static void
a_post_is_removed_once_or_twice(void **state)
{
    struct job job = job_of(publish("going"));
    struct metrics metrics;

    (void)state;
    assert_int_equal(x.remove(&job).kind, RESULT_READY);
    assert_int_equal(x.measure(&job, &metrics).kind, RESULT_REJECTED);
    assert_int_equal(x.remove(&job).kind, RESULT_READY);
    provider_control("{\"call\":\"revoke\",\"account\":\"alice\"}");
    assert_int_equal(x.remove(&job).kind, RESULT_AUTH);
}

/* X gives a version an id of its own. An edit whose answer was lost is not
   made again: there are five. */
static void
an_edit_is_a_new_version(void **state)
{
    struct job job = job_of(publish("tpyo & https://example.com"));
    struct result first, again;

    (void)state;
    job.text = "typo & https://example.com";
    first = x.edit(&job);
    assert_int_equal(first.kind, RESULT_REJECTED);
    assert_non_null(strstr(first.words, "paid"));
    provider_control("{\"set\":{\"premium\":true}}");
    first = x.edit(&job);
    assert_int_equal(first.kind, RESULT_READY);
    assert_string_not_equal(first.remote_id, job.remote_id);
    assert_non_null(strstr(first.permalink, first.remote_id));
    again = x.edit(&job);
    assert_int_equal(again.kind, RESULT_READY);
    assert_string_equal(again.remote_id, first.remote_id);
    job.text = "another text";
    again = x.edit(&job);
    assert_int_equal(again.kind, RESULT_READY);
    assert_string_not_equal(again.remote_id, first.remote_id);
    provider_control("{\"set\":{\"premium\":false}}");
    job.remote_id = "1";
    assert_int_equal(x.edit(&job).kind, RESULT_REJECTED);
}

/* ------------------------------------------------------------ readers */

static void
texts_are_what_was_written(void **state)
{
    static const struct { const char *post, *text; } rows[] = {
        { "{\"text\":\"a &amp;lt; b &lt;i&gt;\"}", "a &lt; b <i>" },
        { "{\"text\":\"see https://t.co/a https://t.co/b\",\"entities\":"
          "{\"urls\":[{\"url\":\"https://t.co/a\",\"expanded_url\":"
          "\"https://example.com/?a=1\"},{\"url\":\"https://t.co/b\","
          "\"expanded_url\":\"https://x.com/a/status/1/photo/1\"}]}}",
          "see example.com/?a=1" },
        { "{\"text\":\"https://t.co/b\",\"entities\":{\"urls\":[{\"url\":"
          "\"https://t.co/b\",\"expanded_url\":\"https://example.com\","
          "\"media_key\":\"3_1\"}]}}", "" },
        { "{\"text\":\"cut\",\"note_tweet\":{\"text\":\"cut no more\"}}",
          "cut no more" },
        { "{}", "" }, { "{\"text\":7}", "7" }, { "[]", "" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(x_text_normal(x_text_of(rows[i].post)),
                            x_text_normal(rows[i].text));
    assert_string_equal(x_text_normal("  a \n\n b/ https://c.example/ "),
                        "a b c.example");
    assert_string_equal(x_text_normal("e\xcc\x81"), "\xc3\xa9");
    assert_string_not_equal(x_text_normal("A"), x_text_normal("a"));
}

static void
windows_and_problems_are_read(void **state)
{
    struct oauth_answer answer = {
        .http = { .result = HTTP_ANSWERED, .status = 429 },
        .renewal = { .kind = RESULT_READY }
    };
    int64_t hour = clock_now() / SECOND + 3600;
    struct result result;

    (void)state;
    text_add_format(&answer.http.headers,
        "x-rate-limit-remaining: 3\nx-rate-limit-reset: %lld\n"
        "x-app-limit-24hour-remaining: 0\nx-app-limit-24hour-reset: %lld\n",
        (long long)hour - 3000, (long long)hour);
    assert_int_equal(x_refusal(&answer, 1).retry_at, hour * SECOND);
    text_clear(&answer.http.headers);
    text_add(&answer.http.headers, "x-rate-limit-reset: soon\n");
    assert_int_equal(x_refusal(&answer, 1).retry_at, 0);
    text_add(&answer.http.body, "{\"type\":"
             "\"https://api.x.com/2/problems/usage-capped\"}");
    result = x_refusal(&answer, 1);
    assert_int_equal(result.kind, RESULT_RETRY);
    assert_true(result.retry_at > clock_now() + 11 * HOUR);
    answer.http.status = 403;
    text_clear(&answer.http.body);
    text_add(&answer.http.body, "{\"type\":\"https://api.twitter.com/2/"
             "problems/unsupported-authentication\",\"detail\":\"No.\"}");
    result = x_refusal(&answer, 1);
    assert_int_equal(result.kind, RESULT_AUTH);
    assert_string_equal(result.words, "X answered 403: No.");
}

/* As the collector does between two accounts. */
static void
the_provider_outlives_a_jobs_memory(void **state)
{
    (void)state;
    memory_keep();
    x_provider();
    memory_reset();
    memory_format("%0100d", 7);
    assert_true(text_ends(x_provider()->token_url, "/2/oauth2/token"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_provider_outlives_a_jobs_memory),
        cmocka_unit_test(an_account_is_connected),
        cmocka_unit_test(a_paid_account_may_write_more),
        cmocka_unit_test(what_cannot_be_connected_is_told),
        cmocka_unit_test(a_renewal_keeps_the_new_pair),
        cmocka_unit_test(metrics_are_what_x_tells),
        cmocka_unit_test(a_missing_metric_does_not_fail_the_rest),
        cmocka_unit_test(a_post_is_removed_once_or_twice),
        cmocka_unit_test(an_edit_is_a_new_version),
        cmocka_unit_test(texts_are_what_was_written),
        cmocka_unit_test(windows_and_problems_are_read)
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
