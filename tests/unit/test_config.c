/* test_config.c: crier.conf: every key's values, and every refusal. Settings
   are read once, so each file is read by a child of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"
#include "core/config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define START "base_url = https://a.de\ndata_dir = /var/lib/crier\n"

static char path[] = "/tmp/crier-config-XXXXXX";

/* Read a file of these lines in a child. Its exit status; what it said on
   standard error goes into words. */
static int
read_in_child(const char *lines, int (*check)(void), char words[1024])
{
    FILE *file = fopen(path, "w");
    int errors = memfd_create("stderr", 0), status;
    ssize_t got;

    fputs(lines, file);
    fclose(file);
    if (fork() == 0) {
        dup2(errors, STDERR_FILENO);
        config();
        _exit(check ? check() : 0);
    }
    wait(&status);
    got = pread(errors, words, 1023, 0);
    words[got > 0 ? got : 0] = '\0';
    close(errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
good(const char *lines, int (*check)(void))
{
    char words[1024];
    int status = read_in_child(lines, check, words);

    if (status != 0)
        fail_msg("status %d, %s for: %s", status, words, lines);
}

static int
has_defaults(void)
{
    const struct config *c = config();

    return !(text_same(c->base_url, "https://a.de")
             && text_same(c->database, "/var/lib/crier/crier.db")
             && text_same(c->media_dir, "/var/lib/crier/media")
             && text_same(c->run_dir, "/var/lib/crier/run")
             && text_same(c->key_file, "/var/lib/crier/key")
             && text_same(c->site_url, "https://a.de/site")
             && text_same(c->allow_private_networks, "no")
             && c->site_dir == NULL && c->x_sendfile == NULL
             && c->ai_url == NULL && c->ai_model == NULL
             && c->ai_key_file == NULL
             && !c->trust_forwarded && !c->connect_without_login
             && c->request_slots == 32 && c->workers == 8
             && c->tick_seconds == 55 && c->settle_seconds == 120
             && c->retry_seconds == 60 && c->http_seconds == 30
             && c->requests_an_hour == -1 && c->posts_an_hour == 100
             && c->uploads_an_hour == 50 && c->minimum_free_mb == 64
             && c->backup_dir == NULL && c->backup_keep == 7
             && text_same(config_api_url("bluesky", "https://b.example"),
                          "https://b.example"));
}

static int
has_all(void)
{
    const struct config *c = config();

    return !(text_same(c->base_url, "http://127.0.0.1:8080")
             && text_same(c->key_file, "/etc/crier.key")
             && text_same(c->site_dir, "/var/www/site")
             && text_same(c->site_url, "https://b.de/notes")
             && text_same(c->share_dir, "/usr/share/crier")
             && text_same(c->allow_private_networks,
                          "127.0.0.1:8080, ::1 [::1]:80 10.0.0.1")
             && text_same(c->x_sendfile, "X-LIGHTTPD-send-file")
             && c->trust_forwarded && c->connect_without_login
             && c->request_slots == 512 && c->workers == 1
             && c->tick_seconds == 290 && c->settle_seconds == 0
             && c->retry_seconds == 3600 && c->http_seconds == 600
             && c->requests_an_hour == 0 && c->posts_an_hour == 1
             && c->uploads_an_hour == 10000000 && c->minimum_free_mb == 1
             && text_same(c->ai_url, "https://ai.example/v1")
             && text_same(c->ai_model, "small model")
             && text_same(c->ai_key_file, "/etc/ai.key")
             && text_same(c->backup_dir, "/b") && c->backup_keep == 1000
             && text_same(config_api_url("twitter", "x"),
                          "http://127.0.0.1:9/x")
             && text_same(config_api_url("mastodon", NULL),
                          "https://m.example")
             && text_same(config_url("login_url", "twitter", "l"),
                          "http://127.0.0.1:9/l")
             && text_same(config_url("upload_url", "twitter", "u"), "u")
             && text_same(config_url("login_url", "mastodon", "l"), "l")
             && text_same(config_app("twitter"), "{\"client_id\":\"an id\","
                          "\"client_secret\":\"a \\\"b\\\"\"}")
             && text_same(config_app("tiktok"), "{\"client_id\":\"k\","
                          "\"client_secret\":\"\"}")
             && config_app("mastodon") == NULL);
}

static void
settings_are_taken(void **state)
{
    (void)state;
    good(START, has_defaults);
    good("# a comment\n\n  \t\n base_url=https://a.de/\r\n"
         "\tdata_dir\t=\t/var/lib/crier \nx_sendfile = no\n"
         "trust_forwarded = no\nallow_private_networks = no", has_defaults);
    good("base_url = http://127.0.0.1:8080\ndata_dir = /d\n"
         "key_file = /etc/crier.key\nsite_dir = /var/www/site\n"
         "site_url = https://b.de/notes/\nshare_dir = /usr/share/crier\n"
         "allow_private_networks = 127.0.0.1:8080, ::1 [::1]:80 10.0.0.1\n"
         "x_sendfile = X-LIGHTTPD-send-file\ntrust_forwarded = yes\n"
         "connect_without_login = yes\nrequest_slots = 512\nworkers = 1\n"
         "tick_seconds = 290\nsettle_seconds = 0\nretry_seconds = 3600\n"
         "http_seconds = 600\nrequests_an_hour = 0\nposts_an_hour = 1\n"
         "uploads_an_hour = 10000000\nminimum_free_mb = 1\n"
         "ai_url = https://ai.example/v1/\nai_model = small model\n"
         "ai_key_file = /etc/ai.key\n"
         "backup_dir = /b\nbackup_keep = 1000\n"
         "api_url.x = http://127.0.0.1:9/x/\n"
         "api_url.mastodon = https://m.example\n"
         "login_url.x = http://127.0.0.1:9/l\n"
         "client_id.x = an id\nclient_secret.X = a \"b\"\n"
         "client_id.tiktok = k\n", has_all);
    good(START "allow_private_networks = yes\n", NULL);
}

/* In a child: a sealed secret of its own key file, and of another. */
static int
opens_what_is_sealed(void)
{
    const char *app = config_app("reddit");

    return !(text_same(app, "{\"client_id\":\"r\",\"client_secret\":\"s e\"}")
             && config_app("tiktok") == NULL
             && config_app("pinterest") == NULL);
}

static int
prints_sealed(void)
{
    fprintf(stderr, "%s", config_seal("s e"));
    return 0;
}

static void
sealed_values_are_opened(void **state)
{
    char other[] = "/tmp/crier-key-XXXXXX", key[] = "/tmp/crier-key-XXXXXX";
    char words[1024], strange[1024];
    const char *names[2] = { key, other }, *lines;
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        close(mkstemp(i ? other : key));
        unlink(names[i]);
        assert_int_equal(secret_new_key(names[i]), 0);
        lines = memory_format(START "key_file = %s\n", names[i]);
        assert_int_equal(read_in_child(lines, prints_sealed,
                                       i ? strange : words), 0);
    }
    assert_int_equal(strncmp(words, "sealed:", 7), 0);
    lines = memory_format(START "key_file = %s\nclient_id.reddit = r\n"
        "client_secret.reddit = %s\nclient_id.tiktok = t\n"
        "client_secret.tiktok = %s\nclient_id.pinterest = p\n"
        "client_secret.pinterest = sealed:!\n", key, words, strange);
    assert_int_equal(read_in_child(lines, opens_what_is_sealed, words), 0);
    assert_non_null(strstr(words, "client_secret.tiktok was sealed under"));
    unlink(key);
    unlink(other);
}

/* The words name file, line and key. */
static void
bad_lines_are_named(void **state)
{
    static const struct { const char *line, *key, *why; } rows[] = {
        { "colour = red", "colour", "is not a setting" },
        { "Base_url = https://a.de", "Base_url", "is not a setting" },
        { "database = /x", "database", "is not a setting" },
        { "workers 3", "workers 3", "has no =" },
        { "workers =", "workers", "has no value" },
        { "base_url = a.de", "base_url", "http://" },
        { "base_url = ftp://a.de", "base_url", "http://" },
        { "base_url = https://a.de/?x", "base_url", "plain URL" },
        { "base_url = https://a.de/#x", "base_url", "plain URL" },
        { "base_url = https://a.de/<", "base_url", "plain URL" },
        { "site_url = https://a b", "site_url", "plain URL" },
        { "base_url = https://", "base_url", "plain URL" },
        { "data_dir = data", "data_dir", "absolute path" },
        { "key_file = ~/key", "key_file", "absolute path" },
        { "site_dir = ./x", "site_dir", "absolute path" },
        { "share_dir = x", "share_dir", "absolute path" },
        { "x_sendfile = yes", "x_sendfile", "X-Sendfile" },
        { "x_sendfile = X-Evil: 1", "x_sendfile", "X-Sendfile" },
        { "trust_forwarded = 1", "trust_forwarded", "yes or no" },
        { "connect_without_login = on", "connect_without_login", "yes or" },
        { "request_slots = 0", "request_slots", "from 1 to 512" },
        { "request_slots = 513", "request_slots", "from 1 to 512" },
        { "workers = 65", "workers", "from 1 to 64" },
        { "workers = three", "workers", "from 1 to 64" },
        { "workers = 3.5", "workers", "from 1 to 64" },
        { "tick_seconds = 291", "tick_seconds", "to 290" },
        { "settle_seconds = -1", "settle_seconds", "from 0 to 3600" },
        { "retry_seconds = 0", "retry_seconds", "from 1 to 3600" },
        { "http_seconds = 601", "http_seconds", "from 1 to 600" },
        { "requests_an_hour = -2", "requests_an_hour", "from 0" },
        { "posts_an_hour = x", "posts_an_hour", "from 0" },
        { "uploads_an_hour = 10000001", "uploads_an_hour", "from 0" },
        { "minimum_free_mb = 0", "minimum_free_mb", "from 1" },
        { "allow_private_networks = maybe", "allow_private", "no, yes or" },
        { "allow_private_networks = localhost", "allow_private", "no, yes" },
        { "allow_private_networks = 10.0.0.0/8", "allow_private", "no, yes" },
        { "allow_private_networks = 10.0.0.1:0", "allow_private", "port" },
        { "allow_private_networks = 10.0.0.1:99999", "allow_private",
          "port" },
        { "allow_private_networks = [::1]:x", "allow_private", "port" },
        { "allow_private_networks = yes no", "allow_private", "no, yes or" },
        { "api_url.myspace = https://a.de", "api_url.myspace",
          "names no network" },
        { "api_url. = https://a.de", "api_url.", "names no network" },
        { "api_url.bluesky = a.de", "api_url.bluesky", "http://" },
        { "login_url.x = https://a.de/?x", "login_url.x", "plain URL" },
        { "client_id.myspace = x", "client_id.myspace", "names no network" },
        { "client_id = x", "client_id", "is not a setting" },
        { "client.x = x", "client.x", "is not a setting" },
    };
    char words[1024];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *lines = memory_format(START "# three\n%s\nworkers = 2\n",
                                          rows[i].line);
        int status = read_in_child(lines, NULL, words);

        if (status != 70 || strstr(words, rows[i].why) == NULL
            || strstr(words, memory_format("%s line 4: %s", path,
                                           rows[i].key)) == NULL)
            fail_msg("status %d, %s for: %s", status, words, rows[i].line);
    }
}

static void
what_must_be_there(void **state)
{
    struct text text = { 0 };
    char words[1024];
    int i;

    (void)state;
    assert_int_equal(read_in_child("base_url = https://a.de\n", NULL, words),
                     70);
    assert_non_null(strstr(words, "data_dir and base_url must be set"));
    assert_int_equal(read_in_child("data_dir = /d\n", NULL, words), 70);
    assert_int_equal(read_in_child("", NULL, words), 70);

    text_add(&text, START "key_file = /");      /* a line is not cut in two */
    for (i = 0; i < 2000; i++)
        text_add_char(&text, 'x');
    text_add(&text, "\n");
    assert_int_equal(read_in_child(text.data, NULL, words), 70);
    assert_non_null(strstr(words, "line 3"));

    setenv("CRIER_CONF", "/nowhere/crier.conf", 1);
    assert_string_equal(config_path(), "/nowhere/crier.conf");
    assert_int_equal(read_in_child("", NULL, words), 70);
    assert_non_null(strstr(words, "/nowhere/crier.conf"));
    assert_non_null(strstr(words, "CRIER_CONF"));
    setenv("CRIER_CONF", "", 1);
    assert_string_equal(config_path(), CRIER_PREFIX "/etc/crier.conf");
    setenv("CRIER_CONF", path, 1);
}

static int
is_public(void)
{
    return !config_is_public();
}

static int
is_private(void)
{
    return config_is_public();
}

static void
an_address_is_public_or_private(void **state)
{
    static const char *const outside[] = {
        "https://a.de", "https://crier.example.org:8443/x", "https://8.8.8.8",
        "https://172.15.0.1", "https://172.32.0.1", "https://100.63.0.1",
        "https://100.128.0.1", "https://169.253.0.1", "https://192.167.0.1",
        "https://[2001:db8::1]:8443", "https://locality.de"
    };
    static const char *const inside[] = {
        "http://a.de", "https://localhost", "https://crier:8443",
        "https://a.localhost", "https://a.local", "https://a.internal",
        "https://a.lan", "https://a.home.arpa", "https://a.test",
        "https://a.invalid", "https://a.localdomain", "https://0.0.0.0",
        "https://10.1.2.3", "https://127.0.0.1", "https://169.254.0.1",
        "https://192.168.0.1", "https://172.16.0.1", "https://172.31.0.1",
        "https://100.64.0.1", "https://100.127.0.1", "https://[::1]",
        "https://[fd00::1]", "https://[fe80::1]", "https://[a.de]"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof outside / sizeof outside[0]; i++)
        good(memory_format("data_dir = /d\nbase_url = %s\n", outside[i]),
             is_public);
    for (i = 0; i < sizeof inside / sizeof inside[0]; i++)
        good(memory_format("data_dir = /d\nbase_url = %s\n", inside[i]),
             is_private);
}

static int
make_file(void **state)
{
    int file = mkstemp(path);

    (void)state;
    close(file);
    return setenv("CRIER_CONF", path, 1);
}

static int
remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_taken),
        cmocka_unit_test(sealed_values_are_opened),
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(what_must_be_there),
        cmocka_unit_test(an_address_is_public_or_private),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
