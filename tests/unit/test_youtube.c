/* test_youtube.c: the driver for YouTube against a strict stand-in
   (tests/doubles/youtube.py): connecting a channel; and when a day's quota
   ends. How videos come there is tests/publisher/test_youtube.py's. */
#include "network/youtube.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "provider.h"

extern const struct network youtube;
static const char *folder;

static int
set_up(void **state)
{
    (void)state;
    provider_start("youtube");
    folder = instance_open(memory_format(
        "allow_private_networks = 127.0.0.1\n"
        "api_url.youtube = %s/www.googleapis.com\n"
        "login_url.youtube = %s/accounts.google.com\n"
        "token_url.youtube = %s/oauth2.googleapis.com\n",
        provider_url, provider_url, provider_url));
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

static struct connected
finish(void)
{
    struct oauth_start start = youtube.oauth_begin("", provider_app,
                                                   provider_back, "the-state");

    assert_null(start.fault);
    assert_non_null(strstr(start.authorize_url, "&scope=https%3A%2F%2F"
        "www.googleapis.com%2Fauth%2Fyoutube.force-ssl&"));
    return youtube.oauth_finish("", start.app, provider_back, start.verifier,
                                provider_code(start.authorize_url));
}

static void
a_channel_is_connected(void **state)
{
    struct connected connected = finish();

    (void)state;
    assert_null(connected.fault);
    assert_string_equal(connected.remote_id, "UCalice0000000000000000A");
    assert_string_equal(connected.handle, "alice");
    assert_string_equal(connected.name, "Alice's films");
    assert_string_equal(connected.profile_url,
                        "https://www.youtube.com/@alice");
    assert_non_null(json_text(connected.credentials, "$.refresh_token"));
    assert_true(connected.token_expires_at > clock_now() + 50 * MINUTE);
}

static void
what_cannot_be_connected_is_told(void **state)
{
    (void)state;
    provider_control("{\"set\":{\"grants\":"
        "[\"https://www.googleapis.com/auth/youtube.readonly\"]}}");
    assert_non_null(strstr(finish().fault, "did not give all"));
    provider_control("{\"set\":{\"grants\":null,\"channel\":false}}");
    assert_non_null(strstr(finish().fault, "no channel"));
    provider_control("{\"set\":{\"channel\":true,\"units\":0}}");
    assert_non_null(strstr(finish().fault, "quotaExceeded"));
    provider_control("{\"set\":{\"units\":10000}}");
}

static void
a_days_quota_ends_at_midnight_in_los_angeles(void **state)
{
    static const struct { const char *now, *at; } rows[] = {
        { "2026-11-25T20:00:00Z", "2026-11-26T08:00:00Z" },
        { "2026-11-26T07:59:59Z", "2026-11-26T08:00:00Z" },
        { "2026-11-26T08:00:00Z", "2026-11-27T08:00:00Z" },
        { "2026-07-01T06:59:59Z", "2026-07-01T07:00:00Z" },
        { "2026-07-01T07:00:00Z", "2026-07-02T07:00:00Z" },
        { "2026-07-01T07:30:00Z", "2026-07-02T07:00:00Z" },
        { "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z" },
        { "2026-11-01T07:30:00Z", "2026-11-02T08:00:00Z" },
    };
    int64_t now, at;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(clock_read(rows[i].now, NULL, &now), CLOCK_OK);
        assert_int_equal(clock_read(rows[i].at, NULL, &at), CLOCK_OK);
        assert_int_equal(day_quota_ends(catalogue_find(
                             "youtube"), now), at);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_is_connected),
        cmocka_unit_test(what_cannot_be_connected_is_told),
        cmocka_unit_test(a_days_quota_ends_at_midnight_in_los_angeles)
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
