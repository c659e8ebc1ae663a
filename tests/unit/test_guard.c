/* test_guard.c: every address and URL that must not be reached. */
#include "network/guard.h"
#include "core/config.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"

static void
allow(const char *networks)
{
    ((struct config *)(uintptr_t)config())->allow_private_networks = networks;
}

/* Ask the guard about a literal address. */
static int
allows(const char *literal, int port)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, literal, &in.sin_addr) == 1)
        return guard_allows((const void *)&in, port);
    assert_int_equal(inet_pton(AF_INET6, literal, &in6.sin6_addr), 1);
    return guard_allows((const void *)&in6, port);
}

static const char *const closed[] = {
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1",
    "100.127.255.255", "127.0.0.1", "127.1.2.3", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1",
    "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:53aa:64c::1", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1",
    "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1",
    "febf::1", "fec0::1", "ff02::1", "ff0e::1", "::8.8.8.8"
};

static const char *const open_addresses[] = {
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255",
    "100.128.0.1", "126.255.255.255", "128.0.0.1", "172.15.255.255",
    "172.32.0.1", "192.167.255.255", "192.169.0.1", "198.17.255.255",
    "198.20.0.1", "223.255.255.255", "2606:4700:4700::1111",
    "2001:4860:4860::8888", "2a00:1450:4001::1", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8"
};

enum {
    CLOSED = sizeof closed / sizeof closed[0],
    OPEN = sizeof open_addresses / sizeof open_addresses[0]
};

static void
private_addresses_are_closed(void **state)
{
    int i;

    (void)state;
    allow("no");
    for (i = 0; i < CLOSED; i++)
        if (allows(closed[i], 443) || allows(closed[i], 80))
            fail_msg("%s is open", closed[i]);
}

static void
public_addresses_are_open_at_web_ports(void **state)
{
    static const int odd[] = { 1, 22, 25, 79, 81, 444, 3306, 6379, 8080,
                               9200, 65535 };
    size_t j;
    int i;

    (void)state;
    allow("no");
    for (i = 0; i < OPEN; i++)
        if (!allows(open_addresses[i], 443) || !allows(open_addresses[i], 80)
            || !allows(open_addresses[i], 8443))
            fail_msg("%s is closed", open_addresses[i]);
    for (j = 0; j < sizeof odd / sizeof odd[0]; j++)
        assert_false(allows("8.8.8.8", odd[j]));
    allow("yes");
    assert_false(allows("8.8.8.8", 22));
}

static void
own_addresses_are_closed(void **state)
{
    struct ifaddrs *list, *at;
    int seen = 0;

    (void)state;
    allow("no");
    assert_int_equal(getifaddrs(&list), 0);
    for (at = list; at != NULL; at = at->ifa_next)
        if (at->ifa_addr != NULL && (at->ifa_addr->sa_family == AF_INET
                                     || at->ifa_addr->sa_family == AF_INET6)) {
            assert_false(guard_allows(at->ifa_addr, 443));
            seen++;
        }
    freeifaddrs(list);
    assert_true(seen > 0);
}

static void
other_families_are_closed(void **state)
{
    struct sockaddr local = { .sa_family = AF_UNIX };

    (void)state;
    allow("yes");
    assert_false(guard_allows(&local, 80));
}

static void
yes_opens_private_addresses_at_any_port(void **state)
{
    int i;

    (void)state;
    allow("yes");
    for (i = 0; i < CLOSED; i++)
        if (!allows(closed[i], 443) || !allows(closed[i], 8080))
            fail_msg("%s is closed", closed[i]);
}

static void
a_list_opens_what_it_names(void **state)
{
    (void)state;
    allow("127.0.0.1:8080, [::1]:99 10.0.0.7 fd00::5");
    assert_true(allows("127.0.0.1", 8080));
    assert_true(allows("::ffff:127.0.0.1", 8080));
    assert_false(allows("127.0.0.1", 8081));
    assert_false(allows("127.0.0.1", 443));
    assert_false(allows("127.0.0.2", 8080));
    assert_true(allows("::1", 99));
    assert_false(allows("::1", 100));
    assert_true(allows("10.0.0.7", 1));
    assert_true(allows("10.0.0.7", 65535));
    assert_false(allows("10.0.0.8", 443));
    assert_true(allows("fd00::5", 8443));
    assert_false(allows("fd00::6", 8443));
    assert_true(allows("8.8.8.8", 443));
}

static void
plain_http_is_for_opened_literals(void **state)
{
    (void)state;
    allow("no");
    assert_false(guard_allows_http("127.0.0.1", 80));
    assert_false(guard_allows_http("8.8.8.8", 80));
    assert_false(guard_allows_http("localhost", 80));
    assert_false(guard_allows_http("example.org", 80));
    allow("127.0.0.1:8080");
    assert_true(guard_allows_http("127.0.0.1", 8080));
    assert_true(guard_allows_http("localhost", 8080));
    assert_true(guard_allows_http("LOCALHOST", 8080));
    assert_false(guard_allows_http("127.0.0.1", 80));
    assert_false(guard_allows_http("127.0.0.2", 8080));
    assert_false(guard_allows_http("localhost.", 8080));
    allow("[::1]:8080");
    assert_true(guard_allows_http("[::1]", 8080));
    assert_true(guard_allows_http("localhost", 8080));
    allow("yes");
    assert_true(guard_allows_http("192.168.1.1", 3000));
    assert_false(guard_allows_http("8.8.8.8", 80));
    assert_false(guard_allows_http("example.org", 80));
}

static void
urls_that_we_do_not_send_to(void **state)
{
    static const char *const bad[] = {
        "", "/", "example.org", "//example.org/", "https:example.org",
        "https://", "https:///path", "https://:443/", "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x", "dict://127.0.0.1:11211/stats",
        "ftp://example.org/", "telnet://127.0.0.1:25", "ldap://127.0.0.1/",
        "data:text/plain,x", "javascript:alert(1)",
        "https://user@example.org/", "https://user:pass@example.org/",
        "https://example.org@127.0.0.1/", "https://a b.example/",
        "https://example.org/\r\nX: y", "https://example.org/\n",
        "https://example.org/\x7f", "https://example.org:0/",
        "https://example.org:65536/", "https://example.org:x/",
        "https://[::1/", "https://[fe80::1%25eth0", " https://example.org/",
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/",
        "http://0x7f.1/", "http://0177.0.0.1/", "http://0/",
        "http://0.0.0.0/", "http://[::]/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://localhost/",
        "http://localhost./", "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/", "http://example.org/", "http://8.8.8.8/",
        "https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
        "https://example\xe3\x80\x82org/",
        "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/"
    };
    size_t i;

    (void)state;
    allow("no");
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (guard_url_fault(bad[i]) == NULL)
            fail_msg("%s is taken", bad[i]);
}

static void
urls_that_we_send_to(void **state)
{
    static const char *const good[] = {
        "https://example.org", "https://example.org/",
        "HTTPS://EXAMPLE.org:8443/a?b=c#d", "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/x"
    };
    char *lengthy = malloc(GUARD_URL_LENGTH + 2);
    size_t i;

    (void)state;
    allow("no");
    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        if (guard_url_fault(good[i]) != NULL)
            fail_msg("%s: %s", good[i], guard_url_fault(good[i]));
    memset(lengthy, 'a', GUARD_URL_LENGTH + 1);
    memcpy(lengthy, "https://a/", 10);
    lengthy[GUARD_URL_LENGTH + 1] = '\0';
    assert_non_null(guard_url_fault(lengthy));
    lengthy[GUARD_URL_LENGTH] = '\0';
    assert_null(guard_url_fault(lengthy));
    free(lengthy);
    allow("127.0.0.1:8080");
    assert_null(guard_url_fault("http://127.0.0.1:8080/api"));
    assert_null(guard_url_fault("http://localhost:8080/api"));
    assert_null(guard_url_fault("http://127.1:8080/"));
    assert_non_null(guard_url_fault("http://127.0.0.1:8081/"));
    assert_non_null(guard_url_fault("http://127.0.0.1/"));
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(private_addresses_are_closed),
        cmocka_unit_test(public_addresses_are_open_at_web_ports),
        cmocka_unit_test(own_addresses_are_closed),
        cmocka_unit_test(other_families_are_closed),
        cmocka_unit_test(yes_opens_private_addresses_at_any_port),
        cmocka_unit_test(a_list_opens_what_it_names),
        cmocka_unit_test(plain_http_is_for_opened_literals),
        cmocka_unit_test(urls_that_we_do_not_send_to),
        cmocka_unit_test(urls_that_we_send_to),
    };
    const char *folder = instance_folder("");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    instance_remove(folder);
    return failed;
}
