/* test_webhook.c: a delivery's signatures against published vectors, and what
   counts as taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "base/base64.h"
#include "base/clock.h"
#include "network/webhook.h"

static const char *
header(const struct http_request *request, const char *name)
{
    int i;

    for (i = 0; i < HTTP_HEADERS && request->headers[i] != NULL; i++)
        if (text_begins(request->headers[i], name))
            return request->headers[i] + strlen(name) + 2;
    return "";
}

/* The vector of Standard Webhooks' reference libraries. */
static struct webhook_message vector = {
    .url = "https://a.example/", .id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
    .body = "{\"test\": 2432232314}",
    .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    .now = (int64_t)1614265330 * SECOND + 999
};

#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static void
signed_as_the_reference_does(void **state)
{
    struct http_request request = webhook_request(&vector);

    (void)state;
    assert_string_equal(header(&request, "webhook-id"), vector.id);
    assert_string_equal(header(&request, "webhook-timestamp"), "1614265330");
    assert_string_equal(header(&request, "webhook-signature"), SIGNATURE);
    assert_string_equal(request.body, vector.body);
    assert_int_equal(request.seconds, WEBHOOK_SECONDS);
}

static void
the_old_secret_signs_after_the_new(void **state)
{
    struct webhook_message message = vector;
    struct http_request request;

    (void)state;
    message.old_secret = vector.secret;
    message.secret = "new";
    request = webhook_request(&message);
    assert_string_equal(strchr(header(&request, "webhook-signature"), ' '),
                        " " SIGNATURE);
}

/* RFC 4231, test case 2. */
static void
the_body_is_signed_under_the_secret_as_it_is(void **state)
{
    struct webhook_message message = vector;
    struct http_request request;

    (void)state;
    message.secret = "Jefe";
    message.body = "what do ya want for nothing?";
    request = webhook_request(&message);
    assert_string_equal(header(&request, "X-Webhook-Signature"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void
base64_is_read_with_and_without_padding(void **state)
{
    static const char *const good[] = { "TQ==", "TQ", "TWE=", "TWE", "TWFu" };
    static const char *const bad[] = { "T", "TQ=", "TQ===", "T Q=", "TWFu=",
                                       "-_==", "TQ==TQ==" };
    struct text text = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < 5; i++)
        assert_true(base64_read(&text, good[i]));
    assert_string_equal(text_string(&text), "MMMaMaMan");
    for (i = 0; i < 7; i++)
        if (base64_read(&text, bad[i]))
            fail_msg("%s was read", bad[i]);
}

static void
only_a_2xx_is_taken(void **state)
{
    struct http_answer answer = { .result = HTTP_ANSWERED };
    long status;

    (void)state;
    for (status = 100; status < 600; status++) {
        answer.status = status;
        assert_int_equal(webhook_was_taken(&answer), status / 100 == 2);
    }
    answer.status = 200;
    answer.result = HTTP_UNKNOWN;
    assert_false(webhook_was_taken(&answer));
    answer.result = HTTP_TOO_LARGE;
    assert_true(webhook_was_taken(&answer));
}

static void
a_wait_is_spread_by_a_fifth_at_most(void **state)
{
    int64_t least = 1000, most = 0;
    int i;

    (void)state;
    for (i = 0; i < 2000; i++) {
        int64_t wait = hash_spread(1000, memory_format("%d", i));

        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_in_range(least, 800, 805);
    assert_in_range(most, 1195, 1200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_as_the_reference_does),
        cmocka_unit_test(the_old_secret_signs_after_the_new),
        cmocka_unit_test(the_body_is_signed_under_the_secret_as_it_is),
        cmocka_unit_test(base64_is_read_with_and_without_padding),
        cmocka_unit_test(only_a_2xx_is_taken),
        cmocka_unit_test(a_wait_is_spread_by_a_fifth_at_most),
    };
    const char *folder = instance_folder("");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failed;
}
