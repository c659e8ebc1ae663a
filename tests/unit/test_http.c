/* test_http.c: http_send() against a server that misbehaves
   (tests/doubles/misbehaving.py), result by result. */
#include "network/http.h"
#include "base/clock.h"
#include "data/json.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "instance.h"
#include "misbehaving.h"

static const char *folder;

static struct http_answer
get(const char *path)
{
    struct http_request request = { .url = misbehaving_url(path),
                                    .seconds = 5 };

    return http_send(&request);
}

static const char *
body_of(const char *path)
{
    struct http_answer answer = get(path);

    return text_string(&answer.body);
}

static struct http_answer
post(const char *path, const char *body)
{
    struct http_request request = {
        .method = "POST", .url = misbehaving_url(path), .body = body,
        .body_length = strlen(body), .seconds = 2
    };

    return http_send(&request);
}

static void
assert_answer(const char *path, enum http_result result, long status)
{
    struct http_answer answer = get(path);

    if (answer.result != result || answer.status != status)
        fail_msg("%s: result %d, status %ld, %s", path, answer.result,
                 answer.status, answer.words ? answer.words : "no words");
    assert_int_equal(answer.words == NULL, result == HTTP_ANSWERED);
}

static const char *
write_file(const char *name, size_t size)
{
    const char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    size_t i;

    assert_non_null(file);
    for (i = 0; i < size; i++)
        fputc("0123456789"[i % 10], file);
    fclose(file);
    return path;
}

/* ------------------------------------------------------------- answered */

static void
every_status_is_an_answer(void **state)
{
    (void)state;
    assert_answer("status?200", HTTP_ANSWERED, 200);
    assert_answer("status?301", HTTP_ANSWERED, 301);
    assert_answer("status?307", HTTP_ANSWERED, 307);
    assert_answer("status?404", HTTP_ANSWERED, 404);
    assert_answer("status?500", HTTP_ANSWERED, 500);
    assert_string_equal(body_of("status?302"), "said");
}

static void
interim_answers_are_passed_over(void **state)
{
    struct http_answer answer = get("early");

    (void)state;
    assert_int_equal(answer.result, HTTP_ANSWERED);
    assert_int_equal(answer.status, 201);
    assert_string_equal(text_string(&answer.body), "done");
    assert_null(http_header(&answer, "x-interim"));
    assert_string_equal(http_header(&answer, "x-final"), "1");
}

static void
bodies_come_whole(void **state)
{
    (void)state;
    assert_string_equal(body_of("chunked"), "abcde");
    assert_string_equal(body_of("too_long"), "yes");
    assert_int_equal(get("zipped").body.length, 9);
}

static void
what_we_send_is_what_we_said(void **state)
{
    struct http_request request = {
        .method = "PUT", .url = misbehaving_url("echo?a=b"), .bearer = "secret",
        .headers = { "Content-Type: application/json", "X-One: 1" },
        .body = "{\"a\":1}", .body_length = 7
    };
    struct http_answer answer = http_send(&request);
    const char *echo = text_string(&answer.body);

    (void)state;
    assert_true(http_is_json(&answer));
    assert_string_equal(json_text(echo, "$.method"), "PUT");
    assert_string_equal(json_text(echo, "$.query"), "a=b");
    assert_string_equal(json_text(echo, "$.body"), "{\"a\":1}");
    echo = json_raw(echo, "$.headers");
    assert_non_null(strstr(echo, "\"Authorization: Bearer secret\""));
    assert_non_null(strstr(echo, "\"Content-Type: application/json\""));
    assert_non_null(strstr(echo, "\"X-One: 1\""));
    assert_non_null(strstr(echo, "\"Content-Length: 7\""));
    assert_non_null(strstr(echo, "\"Accept-Encoding: identity\""));
    assert_non_null(strstr(echo, "Crier/1 (+http://127.0.0.1:1)"));
    assert_null(strstr(echo, "Expect:"));
    assert_null(strstr(echo, "form-urlencoded"));
}

static void
methods_without_a_body(void **state)
{
    struct http_request request = { .method = "DELETE",
                                    .url = misbehaving_url("echo") };
    struct http_answer answer = http_send(&request);

    (void)state;
    assert_string_equal(json_text(text_string(&answer.body), "$.method"),
                        "DELETE");
    request.method = "POST";
    answer = http_send(&request);
    assert_non_null(strstr(text_string(&answer.body), "Content-Length: 0"));
    request.method = "HEAD";
    answer = http_send(&request);
    assert_int_equal(answer.result, HTTP_ANSWERED);
    assert_int_equal(answer.body.length, 0);
}

static void
files_are_sent_as_a_body(void **state)
{
    struct http_request request = {
        .method = "POST", .url = misbehaving_url("echo"),
        .body_path = write_file("body", 3 * 1024 * 1024),
        .headers = { "Content-Type: video/mp4" }
    };
    struct http_answer answer = http_send(&request);
    const char *echo = text_string(&answer.body);

    (void)state;
    assert_int_equal(json_integer(echo, "$.bytes", 0), 3 * 1024 * 1024);
    assert_non_null(strstr(echo, "Content-Type: video/mp4"));
    request.body_path = memory_format("%s/absent", folder);
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
}

static void
parts_are_fields_and_files(void **state)
{
    struct http_request request = {
        .method = "POST", .url = misbehaving_url("echo"),
        .parts = {
            { .name = "description", .value = "S\xc3\xbc\xc3\x9f \"quoted\"" },
            { .name = "file", .path = write_file("part", 25),
              .file_name = "photo.jpg", .type = "image/jpeg" }
        }
    };
    struct http_answer answer = http_send(&request);
    const char *body = json_text(text_string(&answer.body), "$.body");

    (void)state;
    assert_non_null(strstr(text_string(&answer.body),
                           "Content-Type: multipart/form-data; boundary="));
    assert_non_null(strstr(body, "name=\"description\"\r\n"));
    assert_non_null(strstr(body, "\"quoted\""));
    assert_non_null(strstr(body, "name=\"file\"; filename=\"photo.jpg\"\r\n"));
    assert_non_null(strstr(body, "Content-Type: image/jpeg\r\n"));
    assert_non_null(strstr(body, "\r\n\r\n0123456789012345678901234\r\n"));
}

/* A file's piece goes alone, as a body and as a part; one that reaches past
   the file's end does not go at all. */
static void
a_piece_of_a_file_is_sent(void **state)
{
    struct http_request request = {
        .method = "PUT", .url = misbehaving_url("echo"),
        .body_path = write_file("whole", 25),
        .body_offset = 13, .body_length = 4
    };
    struct http_answer answer = http_send(&request);
    const char *body;

    (void)state;
    assert_string_equal(json_text(text_string(&answer.body), "$.body"),
                        "3456");
    request.body_length = 0;
    answer = http_send(&request);
    assert_string_equal(json_text(text_string(&answer.body), "$.body"),
                        "345678901234");
    request.body_length = 13;
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
    request.parts[0] = (struct http_part){
        .name = "media", .path = request.body_path, .file_name = "blob",
        .type = "video/mp4", .offset = 20, .length = 5
    };
    answer = http_send(&request);
    body = json_text(text_string(&answer.body), "$.body");
    assert_non_null(strstr(body, "\r\n\r\n01234\r\n--"));
    request.parts[0].offset = 26;
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
}

static void
an_answer_is_saved_to_a_file(void **state)
{
    const char *path = memory_format("%s/saved", folder);
    struct http_request request = { .url = misbehaving_url("chunked"),
                                    .save_path = path };
    struct http_answer answer = http_send(&request);

    (void)state;
    assert_int_equal(answer.result, HTTP_ANSWERED);
    assert_int_equal(answer.body.length, 0);
    assert_string_equal(instance_read(path), "abcde");
    request.save_path = memory_format("%s/absent/saved", folder);
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
    request.save_path = "/dev/full";
    answer = http_send(&request);
    assert_int_equal(answer.result, HTTP_UNKNOWN);
    assert_non_null(strstr(answer.words, "disk"));
}

/* ------------------------------------------- not sent, refused, unknown */

static void
no_connection_means_not_sent(void **state)
{
    struct http_request request = { .method = "POST", .body = "x",
                                    .body_length = 1, .seconds = 5 };

    (void)state;
    request.url = "http://127.0.0.1:9/";
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
    request.url = "https://nowhere.invalid/";
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
    request.url = memory_format("https://127.0.0.1:%d/",
                                misbehaving_port);      /* speaks no TLS */
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
}

/* A server that accepts and reads nothing of a TLS handshake: the time runs
   out before any byte of the request. */
static void
a_handshake_that_hangs_means_not_sent(void **state)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    socklen_t length = sizeof in;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct http_request request = { .method = "POST", .seconds = 1 };

    (void)state;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (void *)&in, sizeof in), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_int_equal(getsockname(listener, (void *)&in, &length), 0);
    request.url = memory_format("https://127.0.0.1:%d/", ntohs(in.sin_port));
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
    request.url = memory_format("http://127.0.0.1:%d/", ntohs(in.sin_port));
    assert_int_equal(http_send(&request).result, HTTP_UNKNOWN);
    close(listener);
}

static void
the_guard_refuses(void **state)
{
    static const char *const closed[] = {
        "https://127.0.0.2/", "https://[::1]/", "https://2130706434/",
        "https://0x7f000002/", "https://0177.0.0.2/", "https://127.2/",
        "https://169.254.169.254/", "https://10.0.0.1/", "https://[::]/",
        "https://[::ffff:127.0.0.2]/", "https://[64:ff9b::7f00:2]/",
        "https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.2/",
        "http://127.0.0.2/", "file:///etc/passwd"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        struct http_request request = { .url = closed[i], .seconds = 5 };
        struct http_answer answer = http_send(&request);

        if (answer.result != HTTP_REFUSED)
            fail_msg("%s: result %d, %s", closed[i], answer.result,
                     answer.words ? answer.words : "no words");
    }
}

/* "localhost" leads to addresses; only at connect time are they known. */
static void
names_are_judged_by_where_they_lead(void **state)
{
    struct config *settings = (struct config *)(uintptr_t)config();
    const char *allowed = settings->allow_private_networks;
    struct http_request request = {
        .url = memory_format("https://localhost:%d/", misbehaving_port),
        .seconds = 5
    };

    (void)state;
    settings->allow_private_networks = "no";
    assert_int_equal(http_send(&request).result, HTTP_REFUSED);
    settings->allow_private_networks = allowed;
    assert_int_equal(http_send(&request).result, HTTP_NOT_SENT);
}

static void
proxies_of_the_environment_are_ignored(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
    assert_answer("status?200", HTTP_ANSWERED, 200);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

static void
half_an_answer_is_unknown(void **state)
{
    (void)state;
    assert_answer("silent_close", HTTP_UNKNOWN, 0);
    assert_answer("reset_at_once", HTTP_UNKNOWN, 0);
    assert_answer("reset_in_headers", HTTP_UNKNOWN, 200);
    assert_answer("reset_in_body", HTTP_UNKNOWN, 200);
    assert_answer("ended_in_headers?200", HTTP_UNKNOWN, 200);
    assert_answer("ended_in_headers?401", HTTP_UNKNOWN, 401);
    assert_answer("truncated", HTTP_UNKNOWN, 200);
    assert_answer("truncated_chunk", HTTP_UNKNOWN, 200);
    assert_answer("broken_chunk", HTTP_UNKNOWN, 200);
    assert_answer("bad_length", HTTP_UNKNOWN, 200);
    assert_answer("not_http", HTTP_UNKNOWN, 0);
    assert_int_equal(post("reset_at_once", "x").result, HTTP_UNKNOWN);
}

static void
time_runs_out(void **state)
{
    int64_t begun = clock_steady();

    (void)state;
    assert_int_equal(post("slow", "x").result, HTTP_UNKNOWN);
    assert_int_equal(post("trickle", "x").result, HTTP_UNKNOWN);
    assert_in_range(clock_steady() - begun, 3900, 8000);
}

static void
a_refusal_before_the_body_came_is_an_answer(void **state)
{
    struct http_request request = {
        .method = "POST", .url = misbehaving_url("early_refusal"), .seconds = 5,
        .body_path = write_file("long", 2 * 1024 * 1024)
    };
    struct http_answer answer = http_send(&request);

    (void)state;
    assert_int_equal(answer.result, HTTP_ANSWERED);
    assert_int_equal(answer.status, 413);
}

static void
answers_have_a_limit(void **state)
{
    struct http_request request = { .url = misbehaving_url("status?200") };
    struct http_answer answer;

    (void)state;
    assert_answer("huge", HTTP_TOO_LARGE, 200);
    assert_answer("huge_headers", HTTP_TOO_LARGE, 200);
    assert_answer("huge_interim", HTTP_TOO_LARGE, 103);
    assert_answer("huge_extension", HTTP_TOO_LARGE, 200);
    request.answer_limit = 3;
    assert_int_equal(http_send(&request).result, HTTP_TOO_LARGE);
    request.answer_limit = 4;
    assert_int_equal(http_send(&request).result, HTTP_ANSWERED);
    request.url = misbehaving_url("huge");
    request.answer_limit = 1 << 20;
    request.save_path = memory_format("%s/huge", folder);
    answer = http_send(&request);
    assert_int_equal(answer.result, HTTP_TOO_LARGE);
    assert_int_equal(answer.body.length, 0);
}

/* ------------------------------------------------------ reading answers */

static int64_t
retry(const char *value)
{
    struct http_answer answer = get(memory_format("retry?%s", value));

    return http_retry_at(&answer);
}

static void
retry_after_is_seconds_or_a_date(void **state)
{
    int64_t now = clock_now();

    (void)state;
    assert_in_range(retry("60") - now, 60 * SECOND, 62 * SECOND);
    assert_in_range(retry("1000000000") - now, DAY, DAY + 2 * SECOND);
    assert_in_range(retry("99999999999999999999") - now, DAY,
                    DAY + 2 * SECOND);
    assert_in_range(retry("Fri,+31+Dec+2049+23:59:59+GMT") - now, DAY,
                    DAY + 2 * SECOND);
    assert_int_equal(retry("0"), 0);
    assert_int_equal(retry("-5"), 0);
    assert_int_equal(retry("soon"), 0);
    assert_int_equal(retry("Sun,+06+Nov+1994+08:49:37+GMT"), 0);
    assert_int_equal(retry(""), 0);
}

static void
json_is_only_what_is_clean(void **state)
{
    struct http_answer answer = { .result = HTTP_ANSWERED };

    (void)state;
    assert_false(http_is_json(&answer));
    text_add(&answer.body, "{\"a\":1}");
    assert_true(http_is_json(&answer));
    text_add(&answer.body, "x");
    assert_false(http_is_json(&answer));
}

static void
forms_are_escaped(void **state)
{
    struct text form = { .limit = 1000 };

    (void)state;
    http_form_add(&form, "hub.mode", "publish");
    http_form_add(&form, "a b", "\xc3\xbc&=+/");
    assert_string_equal(text_string(&form),
                        "hub.mode=publish&a%20b=%C3%BC%26%3D%2B%2F");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_is_an_answer),
        cmocka_unit_test(interim_answers_are_passed_over),
        cmocka_unit_test(bodies_come_whole),
        cmocka_unit_test(what_we_send_is_what_we_said),
        cmocka_unit_test(methods_without_a_body),
        cmocka_unit_test(files_are_sent_as_a_body),
        cmocka_unit_test(parts_are_fields_and_files),
        cmocka_unit_test(a_piece_of_a_file_is_sent),
        cmocka_unit_test(an_answer_is_saved_to_a_file),
        cmocka_unit_test(no_connection_means_not_sent),
        cmocka_unit_test(a_handshake_that_hangs_means_not_sent),
        cmocka_unit_test(the_guard_refuses),
        cmocka_unit_test(names_are_judged_by_where_they_lead),
        cmocka_unit_test(proxies_of_the_environment_are_ignored),
        cmocka_unit_test(half_an_answer_is_unknown),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(a_refusal_before_the_body_came_is_an_answer),
        cmocka_unit_test(answers_have_a_limit),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(json_is_only_what_is_clean),
        cmocka_unit_test(forms_are_escaped),
    };
    int failed;

    folder = instance_folder("allow_private_networks = 127.0.0.1\n");
    failed = cmocka_run_group_tests(tests, misbehaving_start,
                                    misbehaving_stop);
    instance_remove(folder);
    return failed;
}
