/* test_network_server.c: a server's address, however people type it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "network/network.h"

static void
assert_server(const char *typed, const char *wanted)
{
    const char *fault, *server = network_server(typed, &fault);

    assert_null(fault);
    assert_string_equal(server, wanted);
}

static void
assert_no_server(const char *typed)
{
    const char *fault;

    network_server(typed, &fault);
    assert_non_null(fault);
    assert_true(text_ends(fault, "."));
}

static void
a_server_may_be_typed_in_many_ways(void **state)
{
    (void)state;
    assert_server("mastodon.social", "https://mastodon.social");
    assert_server("https://mastodon.social", "https://mastodon.social");
    assert_server("Mastodon.Social", "https://mastodon.social");
    assert_server("HTTPS://MASTODON.social//", "https://mastodon.social");
    assert_server("@me@mastodon.social", "https://mastodon.social");
    assert_server("me@mastodon.social/", "https://mastodon.social");
    assert_server("Example.org/Users/", "https://example.org/Users");
    assert_server("example.org:8443", "https://example.org:8443");
}

static void
what_is_no_server_says_so(void **state)
{
    (void)state;
    assert_no_server("");
    assert_no_server("@me@");
    assert_no_server("https://");
    assert_no_server("ftp://example.org");
    assert_no_server("https://me:secret@example.org");
    assert_no_server("example.org?x");
    assert_no_server("example.org#x");
    assert_no_server("example.org\r\nX: y");
    assert_no_server("exam ple.org");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_may_be_typed_in_many_ways),
        cmocka_unit_test(what_is_no_server_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
