/* test_told.c: words without secrets, how long to wait, and the addresses of
   webhooks, bots and their channels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "network/discord.h"
#include "network/telegram.h"
#include "network/told.h"

static void
a_secret_is_hidden_wherever_it_stands(void **state)
{
    char long_one[900] = "";

    (void)state;
    assert_string_equal(told_words("no /bot1:ab/x, no 1:ab.", "1:ab"),
                        "no /bot***/x, no ***");
    assert_string_equal(told_words("1:ab1:ab", "1:ab"), "******");
    assert_string_equal(told_words(NULL, "1:ab"), "");
    assert_string_equal(told_words("words...", ""), "words");
    memset(long_one, 'x', 400);
    memcpy(long_one + 198, "secret", 6);
    assert_string_equal(told_words(long_one, "secret") + 198, "**");
    assert_null(strstr(told_words(long_one, "secret"), "se"));
}

static void
a_header_is_clean_text_or_none(void **state)
{
    struct http_answer answer = { .status = 200 };

    (void)state;
    text_add(&answer.headers, "etag: \xff\xc3\nlocation: https://\xc3\xa4/\n");
    assert_null(http_header(&answer, "etag"));
    assert_string_equal(http_header(&answer, "location"),
                        "https://\xc3\xa4/");
}

static void
ids_links_and_counts_are_taken_as_such(void **state)
{
    static const char json[] = "{\"id\": \"7\", \"none\": \"\", \"minus\": -5,"
        " \"most\": 100000000000000, \"more\": 100000000000001,"
        " \"huge\": 9223372036854775807}";

    (void)state;
    assert_string_equal(told_id(json, "$.id"), "7");
    assert_null(told_id(json, "$.none"));
    assert_null(told_id(json, "$.other"));
    assert_true(told_count(json, "$.id", -1) == -1);
    assert_true(told_count(json, "$.other", 0) == 0);
    assert_true(told_count(json, "$.minus", 0) == -1);
    assert_true(told_count(json, "$.most", 0) == 100000000000000);
    assert_true(told_count(json, "$.more", 0) == -1);
    assert_true(told_count(json, "$.huge", 0) == -1);
    assert_string_equal(told_link("https://a.example/"),
                        "https://a.example/");
    assert_null(told_link("Https:// "));
    assert_null(told_link(NULL));
}

/* The seconds that an answer of this body and header says to wait. */
static int64_t
wait_of(const char *body, const char *headers)
{
    struct http_answer answer = { .status = 429 };
    int64_t at;

    text_add(&answer.body, body);
    text_add(&answer.headers, headers);
    at = told_wait(&answer, "$.retry_after");
    return at == 0 ? 0 : (at - clock_now() + SECOND / 2) / SECOND;
}

static void
waits_are_rounded_up_and_end_somewhere(void **state)
{
    (void)state;
    assert_int_equal(wait_of("{\"retry_after\":14}", ""), 15);
    assert_int_equal(wait_of("{\"retry_after\":0.3}", ""), 2);
    assert_int_equal(wait_of("{\"retry_after\":64.57}",
                             "retry-after: 9\n"), 66);
    assert_int_equal(wait_of("{\"retry_after\":99999999}", ""),
                     DAY / SECOND);
    assert_int_equal(wait_of("{\"retry_after\":-5}", ""), 0);
    assert_int_equal(wait_of("{\"retry_after\":1e9}",
                             "retry-after: 9\n"), 9);
    assert_int_equal(wait_of("<html>", "retry-after: 9\n"), 9);
    assert_int_equal(wait_of("{}", ""), 0);
}

static int
is_webhook(const char *url)
{
    struct discord_webhook webhook;

    return discord_webhook_read(url, &webhook);
}

static void
a_webhook_is_of_discord_alone(void **state)
{
    struct discord_webhook webhook;

    (void)state;
    assert_true(discord_webhook_read(
        " https://canary.discordapp.com/api/v10/webhooks/18446744073709551615"
        "/a-b_C9/?thread_id=42\n", &webhook));
    assert_string_equal(webhook.id, "18446744073709551615");
    assert_string_equal(webhook.token, "a-b_C9");
    assert_string_equal(webhook.thread, "42");
    assert_true(is_webhook("https://discord.com/api/webhooks/1/a"));
    assert_false(is_webhook("http://discord.com/api/webhooks/1/a"));
    assert_false(is_webhook("https://evil.discord.com/api/webhooks/1/a"));
    assert_false(is_webhook("https://discord.com@evil.example/api/webhooks"
                            "/1/a"));
    assert_false(is_webhook("https://discord.com/api/v/webhooks/1/a"));
    assert_false(is_webhook("https://discord.com/api/webhooks/1/a/../b"));
    assert_false(is_webhook("https://discord.com/api/webhooks//a"));
    assert_false(is_webhook("https://discord.com/api/webhooks/1/"));
    assert_false(is_webhook("https://discord.com/api/webhooks/1/a?x=1"));
    assert_false(is_webhook("https://discord.com/api/webhooks/1/a b"));
    assert_false(is_webhook(""));
}

static void
a_token_has_nothing_that_a_path_could_mistake(void **state)
{
    (void)state;
    assert_true(telegram_is_token("777:AAabcdefghijklmnopqrstuvwxyz_-01234"));
    assert_false(telegram_is_token("777:AAabcdefghijklmnopqr/../getUpdates"));
    assert_false(telegram_is_token("777:AAabcdefghijklmnopqrstuvwxyz?a=0123"));
    assert_false(telegram_is_token(":AAabcdefghijklmnopqrstuvwxyz_-01234"));
    assert_false(telegram_is_token("777:short"));
    assert_false(telegram_is_token("AAabcdefghijklmnopqrstuvwxyz_-012345"));
    assert_false(telegram_is_token(""));
}

static void
a_caption_has_1024_units_of_utf16(void **state)
{
    char text[1100] = "";
    struct job job = { .text = text, .media_count = 1 };

    (void)state;
    memset(text, 'x', 1024);
    assert_false(telegram_text_is_apart(&job));
    text[1024] = 'x';
    assert_true(telegram_text_is_apart(&job));
    job.media_count = 0;
    assert_false(telegram_text_is_apart(&job));
    job.media_count = 1;
    strcpy(text + 1022, "\xf0\x9f\x91\xa9");
    assert_false(telegram_text_is_apart(&job));
    strcpy(text + 1023, "\xf0\x9f\x91\xa9");
    text[1022] = 'x';
    assert_true(telegram_text_is_apart(&job));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_hidden_wherever_it_stands),
        cmocka_unit_test(a_header_is_clean_text_or_none),
        cmocka_unit_test(ids_links_and_counts_are_taken_as_such),
        cmocka_unit_test(waits_are_rounded_up_and_end_somewhere),
        cmocka_unit_test(a_webhook_is_of_discord_alone),
        cmocka_unit_test(a_token_has_nothing_that_a_path_could_mistake),
        cmocka_unit_test(a_caption_has_1024_units_of_utf16),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
