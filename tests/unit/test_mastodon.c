/* test_mastodon.c: the driver against strict stand-ins
   (tests/doubles/mastodon.py), flavour by flavour. What counts in the end is
   the stand-in's ledger. */
#include "network/network.h"
#include "network/mastodon.h"
#include "base/clock.h"
#include "data/json.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "instance.h"

extern const struct network mastodon;

static const char *folder, *ledger, *server;
static pid_t double_process;
static int doubles;

/* ------------------------------------------------------------ the stand-in */

static void
stop_double(void)
{
    if (double_process <= 0)
        return;
    kill(double_process, SIGKILL);
    waitpid(double_process, NULL, 0);
    double_process = 0;
}

/* Start a stand-in of a flavour, with an empty ledger. */
static void
start_double(const char *flavour)
{
    int out[2], port = 0;
    FILE *output;

    stop_double();
    ledger = memory_format("%s/ledger-%d.jsonl", folder, ++doubles);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    double_process = fork();
    if (double_process == 0) {
        dup2(out[1], 1);
        execl("/usr/bin/python3", "python3", "tests/doubles/mastodon.py",
              "--ledger", ledger, "--flavour", flavour, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    output = fdopen(out[0], "r");
    assert_int_equal(fscanf(output, "%d", &port), 1);
    fclose(output);
    server = memory_format("http://127.0.0.1:%d", port);
}

static const char *
control(const char *order)
{
    struct http_answer answer = http_send(&(struct http_request){
        .method = order ? "POST" : "GET",
        .url = memory_format("%s/_control", server),
        .body = order, .body_length = order ? strlen(order) : 0 });

    assert_int_equal(answer.status, 200);
    return text_string(&answer.body);
}

/* How many statuses became public; in *last the line of the newest. */
static int
public_statuses(const char **last)
{
    static char line[65536];
    FILE *file = fopen(ledger, "r");
    int count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        count++;
    fclose(file);
    if (last != NULL)
        *last = line;
    return count;
}

static void
assert_public(const char *path, const char *wanted)
{
    const char *last, *found;

    assert_true(public_statuses(&last) > 0);
    found = json_raw(last, path);
    assert_non_null(found);
    if (!text_same(found, wanted))
        fail_msg("%s is %s, not %s", path, found, wanted);
}

/* ---------------------------------------------------------------- the job */

static void
save_resume(struct job *job, const char *resume)
{
    job->resume = memory_copy(resume);
}

static struct connected
connect_alice(void)
{
    struct connected connected = mastodon.connect(server, "", "alice-token");

    if (connected.fault != NULL)
        fail_msg("%s", connected.fault);
    return connected;
}

/* A job for alice with a target of its own. */
static struct job *
new_job(const char *text)
{
    struct connected alice = connect_alice();
    struct job *job = memory_get(sizeof *job);

    *job = (struct job){
        .target = id_new(memory_get(ID_ROOM)), .account = "account",
        .server = alice.server, .remote_account = alice.remote_id,
        .handle = alice.handle, .text = text, .title = "", .category = "",
        .settings = "{}", .account_settings = "{}", .limits = alice.limits,
        .credentials = alice.credentials, .resume = "{}",
        .save_resume = save_resume, .now = clock_now()
    };
    return job;
}

static void
add_media(struct job *job, const char *type, const char *alt)
{
    static const char jpeg[] = "\xff\xd8\xff\xe0 an image";
    static const char mp4[] = "\0\0\0\x18" "ftypmp42 a video";
    int is_video = text_begins(type, "video/");
    struct job_media *media = &job->media[job->media_count];
    FILE *file;

    *media = (struct job_media){
        .id = id_new(memory_get(ID_ROOM)), .type = type,
        .extension = is_video ? "mp4" : "jpg",
        .bytes = is_video ? sizeof mp4 : sizeof jpeg, .alt = alt
    };
    media->path = memory_format("%s/%s", folder, media->id);
    file = fopen(media->path, "w");
    fwrite(is_video ? mp4 : jpeg, 1, (size_t)media->bytes, file);
    fprintf(file, "%d", job->media_count);
    fclose(file);
    media->bytes++;
    job->media_count++;
}

/* Prepare, as often as the network says to wait. */
static struct result
prepare(struct job *job)
{
    struct result result;

    for (;;) {
        result = mastodon.prepare(job);
        if (result.kind != RESULT_WAIT)
            return result;
        assert_string_equal(result.category, "media_processing");
        while (clock_now() < result.retry_at)
            usleep(20000);
    }
}

static struct result
publish(struct job *job)
{
    struct result result = prepare(job);

    if (result.kind != RESULT_READY)
        return result;
    job->first_sent_at = clock_now();
    return mastodon.send(job);
}

static void
assert_kind(struct result result, enum result_kind kind)
{
    if (result.kind != kind)
        fail_msg("kind is %d, not %d: %s", result.kind, kind,
                 result.words ? result.words : "no words");
}

/* A refusal says which kind it is, for whom, and in words. */
static void
assert_refused(struct result result, enum result_kind kind,
               const char *category)
{
    assert_kind(result, kind);
    assert_string_equal(result.category, category);
    assert_non_null(result.words);
    assert_null(strstr(result.words, "alice-token"));
}

static void
fault(const char *kind, const char *more)
{
    control(memory_format("{\"fault\": \"%s\", \"method\": \"POST\","
                          " \"path\": \"/api/v1/statuses\"%s}", kind, more));
}

static const char *const flavour_names[] = {
    "mastodon", "gotosocial", "pleroma", "pixelfed", "snac", NULL
};

/* ------------------------------------------------------------- connecting */

static void
a_token_tells_whose_it_is(void **state)
{
    int i;

    (void)state;
    for (i = 0; flavour_names[i] != NULL; i++) {
        struct connected alice;

        start_double(flavour_names[i]);
        alice = connect_alice();
        assert_string_equal(alice.handle, memory_format(
            "alice@%s", server + strlen("http://")));
        assert_string_equal(alice.name, "Alice ☀");
        assert_string_equal(alice.server, server);
        assert_string_equal(json_text(alice.limits, "$.software"),
                            flavour_names[i]);
        assert_true(json_integer(alice.limits, "$.max_characters", 0) >= 500);
        assert_int_equal(json_integer(alice.limits, "$.image_bytes", 0),
                         16 << 20);
        assert_int_equal(text_same(json_text(alice.limits, "$.counting"),
                                   "code_points"), i != 0);
        assert_int_equal(json_is_true(alice.limits, "$.media_required"),
                         text_same(flavour_names[i], "pixelfed"));
    }
}

static void
the_limits_are_the_servers_own(void **state)
{
    struct connected alice;

    (void)state;
    start_double("mastodon");
    control("{\"set\": {\"max_characters\": 777, \"max_media\": 3,"
            " \"url_length\": 30, \"description_limit\": 99}}");
    alice = connect_alice();
    assert_int_equal(json_integer(alice.limits, "$.max_characters", 0), 777);
    assert_int_equal(json_integer(alice.limits, "$.max_media_attachments", 0),
                     3);
    assert_int_equal(json_integer(alice.limits, "$.url_length", 0), 30);
    assert_int_equal(json_integer(alice.limits, "$.description_limit", 0),
                     99);
    assert_int_equal(json_count(alice.limits, "$.mime_types"), 6);
    assert_int_equal(json_integer(alice.limits, "$.image_pixels", 0),
                     33177600);
    assert_int_equal(json_integer(alice.limits, "$.video_pixels", 0),
                     8294400);
}

static void
assert_not_connected(const char *where, const char *login, const char *secret,
                     const char *words)
{
    struct connected connected = mastodon.connect(where, login, secret);

    assert_non_null(connected.fault);
    if (strstr(connected.fault, words) == NULL)
        fail_msg("%s", connected.fault);
}

static void
what_cannot_be_connected_says_why(void **state)
{
    const char *closed = "http://127.0.0.1:1";

    (void)state;
    start_double("mastodon");
    assert_not_connected(server, "", "wrong-token", "does not know");
    assert_not_connected(server, "", "", "no access token");
    assert_not_connected(server, "", "a\r\nX: y", "no access token");
    assert_not_connected("", "", "alice-token", "Name the server");
    assert_not_connected("ftp://example.org", "", "x", "address is wrong");
    assert_not_connected(closed, "", "x", "could not be asked");
    assert_not_connected(server, "bob", "alice-token", "alice@127.0.0.1");
    assert_null(mastodon.connect(server, "@alice", "alice-token").fault);
    control("{\"call\": \"token\", \"account\": \"alice\","
            " \"scopes\": \"write\", \"token\": \"narrow\"}");
    assert_not_connected(server, "", "narrow", "scope");
    control("{\"fault\": \"status\", \"status\": 301,"
            " \"headers\": {\"Location\": \"https://example.org/\"}}");
    assert_not_connected(server, "", "alice-token", "redirect");
}

/* Answer the consent page as a browser would; the code, or NULL. */
static const char *
consent(const char *authorize_url)
{
    const char *query = strchr(authorize_url, '?') + 1;
    const char *form = memory_format("%s&decision=allow&account=bob", query);
    const char *code;
    struct http_answer answer = http_send(&(struct http_request){
        .url = authorize_url });

    assert_int_equal(answer.status, 200);
    answer = http_send(&(struct http_request){
        .method = "POST", .url = memory_copy_bytes(
            authorize_url, strcspn(authorize_url, "?")),
        .headers = { "Content-Type: application/x-www-form-urlencoded" },
        .body = form, .body_length = strlen(form) });
    assert_int_equal(answer.status, 302);
    assert_non_null(strstr(http_header(&answer, "location"), "state=st4te"));
    code = strstr(http_header(&answer, "location"), "code=");
    assert_non_null(code);
    return memory_copy_bytes(code + 5, strcspn(code + 5, "&"));
}

static const char redirect_uri[] = "https://crier.example/connect/callback";

static struct oauth_start
begin(const char *app)
{
    struct oauth_start start = mastodon.oauth_begin(server, app, redirect_uri,
                                                    "st4te");

    if (start.fault != NULL)
        fail_msg("%s", start.fault);
    return start;
}

static void
oauth_brings_an_account_that_can_post(void **state)
{
    int i;

    (void)state;
    for (i = 0; flavour_names[i] != NULL; i++) {
        struct oauth_start start;
        struct connected bob;
        struct job *job;

        start_double(flavour_names[i]);
        start = begin(NULL);
        assert_int_equal(start.verifier[0] != '\0', i == 0);
        bob = mastodon.oauth_finish(server, start.app, redirect_uri,
                                    start.verifier,
                                    consent(start.authorize_url));
        assert_null(bob.fault);
        assert_true(text_begins(bob.handle, "bob@"));
        job = new_job("by OAuth");
        job->credentials = bob.credentials;
        add_media(job, "image/jpeg", "");
        assert_kind(publish(job), RESULT_POSTED);
        assert_public("$.account", "\"bob\"");
    }
}

static void
a_code_serves_once_and_only_with_its_verifier(void **state)
{
    struct oauth_start start;
    struct connected bob;
    const char *code;

    (void)state;
    start_double("mastodon");
    start = begin(NULL);
    code = consent(start.authorize_url);
    bob = mastodon.oauth_finish(server, start.app, redirect_uri,
        "wrong-verifier-wrong-verifier-wrong-verifier", code);
    assert_non_null(bob.fault);
    bob = mastodon.oauth_finish(server, start.app, redirect_uri,
                                start.verifier, code);
    assert_non_null(bob.fault);
}

static void
an_application_is_used_again_while_it_is_known(void **state)
{
    struct oauth_start first, again;

    (void)state;
    start_double("mastodon");
    first = begin(NULL);
    again = begin(first.app);
    assert_string_equal(first.app, again.app);
    control("{\"call\": \"forget_apps\"}");
    again = begin(first.app);
    assert_string_not_equal(first.app, again.app);
    start_double("snac");
    first = begin(NULL);
    again = begin(first.app);
    assert_string_not_equal(first.app, again.app);
}

/* ------------------------------------------------------------- publishing */

static void
text_is_published_with_its_options(void **state)
{
    static const char *const with_text[] = {
        "mastodon", "gotosocial", "pleroma", "snac", NULL
    };
    int i;

    (void)state;
    for (i = 0; with_text[i] != NULL; i++) {
        struct result result;
        struct job *job;

        start_double(with_text[i]);
        job = new_job("Grüße & <b>more</b> https://example.com/?a=1&b=%20");
        job->settings = "{\"visibility\":\"unlisted\","
            "\"contentWarning\":\"Spoilers & all\",\"language\":\"de\"}";
        result = publish(job);
        assert_kind(result, RESULT_POSTED);
        assert_true(text_begins(result.permalink, server));
        assert_int_equal(public_statuses(NULL), 1);
        assert_public("$.text", "\"Grüße & <b>more</b>"
                      " https://example.com/?a=1&b=%20\"");
        assert_public("$.visibility", "\"unlisted\"");
        assert_public("$.spoiler_text", "\"Spoilers & all\"");
        assert_public("$.language", "\"de\"");
        assert_public("$.sensitive", "true");
        assert_public("$.id", memory_format("\"%s\"", result.remote_id));
    }
}

static void
a_post_falls_back_on_its_accounts_options(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("one");
    job->account_settings = "{\"visibility\":\"private\",\"language\":\"fr\","
                            "\"sensitive\":true}";
    job->settings = "{\"language\":\"pt\"}";
    assert_kind(publish(job), RESULT_POSTED);
    assert_public("$.visibility", "\"private\"");
    assert_public("$.language", "\"pt\"");
    assert_public("$.sensitive", "true");
    job->target = "another";
    job->settings = "{\"sensitive\":false}";
    assert_kind(publish(job), RESULT_POSTED);
    assert_public("$.sensitive", "false");
    control("{\"set\":{\"silenced\":true}}");
    job->target = "a third";
    assert_null(publish(job).words);
    job->target = "a fourth";
    job->settings = "{\"visibility\":\"public\"}";
    assert_non_null(strstr(publish(job).words, "as unlisted, not as public"));
}

static void
images_keep_their_order_and_alt_text(void **state)
{
    int i;

    (void)state;
    for (i = 0; flavour_names[i] != NULL; i++) {
        struct job *job;

        start_double(flavour_names[i]);
        job = new_job("three images");
        add_media(job, "image/jpeg", "first: \"ä\"");
        add_media(job, "image/jpeg", "");
        add_media(job, "image/jpeg", "third");
        assert_kind(publish(job), RESULT_POSTED);
        assert_public("$.media[0].description", "\"first: \\\"ä\\\"\"");
        assert_public("$.media[1].description", "\"\"");
        assert_public("$.media[2].description", "\"third\"");
        assert_public("$.media[2].type", "\"image/jpeg\"");
    }
}

static void
a_video_is_waited_for(void **state)
{
    struct job *job;
    struct result result;

    (void)state;
    start_double("mastodon");
    job = new_job("a video");
    add_media(job, "video/mp4", "it moves");
    result = mastodon.prepare(job);
    assert_refused(result, RESULT_WAIT, "media_processing");
    assert_in_range(result.retry_at - clock_now(), 1, 2000);
    assert_int_equal(json_integer(job->resume, "$.media[0].ready", -1), 0);
    assert_kind(publish(job), RESULT_POSTED);
    assert_public("$.media[0].description", "\"it moves\"");
    control("{\"set\": {\"processing_fails\": true,"
            " \"processing_polls\": 0}}");
    job = new_job("a bad video");
    add_media(job, "video/mp4", "");
    assert_refused(publish(job), RESULT_REJECTED, "media_error");
    assert_int_equal(public_statuses(NULL), 1);
}

static int
uploads(void)
{
    struct json_member *requests;
    int i, count = 0, all = json_members(control(NULL), "$.requests",
                                         &requests);

    for (i = 0; i < all; i++)
        count += text_same(requests[i].json,
                           "[\"POST\",\"/api/v2/media\"]");
    return count;
}

static void
an_upload_survives_a_crash(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("two images");
    add_media(job, "image/jpeg", "one");
    add_media(job, "image/jpeg", "two");
    control("{\"fault\": \"status\", \"status\": 502, \"skip\": 1,"
            " \"path\": \"/api/v2/media\"}");
    assert_refused(prepare(job), RESULT_RETRY, "platform_5xx");
    assert_int_equal(uploads(), 1);
    assert_kind(publish(job), RESULT_POSTED);
    assert_int_equal(uploads(), 2);
}

static void
a_file_the_server_lost_is_uploaded_again(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("an image");
    add_media(job, "image/jpeg", "");
    assert_kind(prepare(job), RESULT_READY);
    control("{\"call\": \"lose_media\"}");
    assert_refused(mastodon.send(job), RESULT_RETRY, "media_error");
    assert_kind(publish(job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 1);
}

static void
a_file_that_is_not_ready_after_all_is_waited_for(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("a video");
    add_media(job, "video/mp4", "");
    assert_kind(mastodon.prepare(job), RESULT_WAIT);
    assert_refused(mastodon.send(job), RESULT_RETRY, "media_processing");
    assert_kind(publish(job), RESULT_POSTED);
}

static void
a_server_without_version_2_takes_media_by_version_1(void **state)
{
    struct job *job;

    (void)state;
    start_double("pixelfed");
    job = new_job("an image");
    add_media(job, "image/jpeg", "alt");
    control("{\"fault\": \"status\", \"status\": 404,"
            " \"path\": \"/api/v2/media\"}");
    assert_kind(publish(job), RESULT_POSTED);
    assert_public("$.media[0].description", "\"alt\"");
}

/* ---------------------------------------------------------------- refusals */

static void
assert_answer_means(const char *more, enum result_kind kind,
                    const char *category)
{
    struct job *job = new_job("refused");

    fault("status", more);
    assert_refused(publish(job), kind, category);
    assert_int_equal(public_statuses(NULL), 0);
}

static void
each_status_has_its_meaning(void **state)
{
    (void)state;
    start_double("mastodon");
    assert_answer_means(", \"status\": 401", RESULT_AUTH, "auth_error");
    assert_answer_means(", \"status\": 403", RESULT_REJECTED,
                        "platform_rejected");
    assert_answer_means(", \"status\": 403, \"headers\": {"
                        "\"WWW-Authenticate\": \"Bearer"
                        " error=\\\"insufficient_scope\\\"\"}", RESULT_AUTH,
                        "auth_error");
    assert_answer_means(", \"status\": 403, \"body\": {\"error\":"
                        " \"outside the scope of our rules\"}",
                        RESULT_REJECTED, "platform_rejected");
    assert_answer_means(", \"status\": 404", RESULT_REJECTED,
                        "platform_rejected");
    assert_answer_means(", \"status\": 410", RESULT_REJECTED,
                        "platform_rejected");
    assert_answer_means(", \"status\": 422", RESULT_REJECTED,
                        "platform_rejected");
    assert_answer_means(", \"status\": 302", RESULT_REJECTED,
                        "platform_rejected");
    assert_answer_means(", \"status\": 500", RESULT_UNKNOWN, "platform_5xx");
    assert_answer_means(", \"status\": 503", RESULT_UNKNOWN, "platform_5xx");
    assert_answer_means(", \"status\": 200, \"body\": \"<html>\"",
                        RESULT_UNKNOWN, "platform_5xx");
    assert_answer_means(", \"status\": 200, \"body\": {}", RESULT_UNKNOWN,
                        "platform_5xx");
    fault("drop_before", "");
    assert_refused(publish(new_job("x")), RESULT_UNKNOWN, "network_error");
    start_double("gotosocial");
    assert_answer_means(", \"status\": 503, \"headers\":"
                        " {\"Retry-After\": \"30\"}", RESULT_RETRY,
                        "rate_limited");
    assert_answer_means(", \"status\": 503", RESULT_UNKNOWN, "platform_5xx");
    assert_answer_means(", \"status\": 400", RESULT_REJECTED,
                        "platform_rejected");
}

static void
a_dead_server_was_not_sent_anything(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("x");
    assert_kind(prepare(job), RESULT_READY);
    stop_double();
    assert_refused(mastodon.send(job), RESULT_RETRY, "network_error");
}

static void
a_limit_says_until_when(void **state)
{
    struct result result;
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("one too many");
    control("{\"set\": {\"rate_limit\": 0}}");
    result = publish(job);
    assert_refused(result, RESULT_RETRY, "rate_limited");
    assert_in_range(result.retry_at - clock_now(), 290000, 300000);
    control("{\"set\": {\"rate_limit\": 300}}");
    assert_answer_means(", \"status\": 429, \"headers\":"
                        " {\"Retry-After\": \"7\"}", RESULT_RETRY,
                        "rate_limited");
}

static void
content_a_server_refuses_says_why(void **state)
{
    struct result result;
    struct job *job;

    (void)state;
    start_double("mastodon");
    control("{\"set\": {\"max_characters\": 3}}");
    result = publish(new_job("four"));
    assert_refused(result, RESULT_REJECTED, "platform_rejected");
    assert_non_null(strstr(result.words, "character limit of 3"));
    assert_int_equal(result.http_status, 422);
    control("{\"set\": {\"image_size_limit\": 3}}");
    job = new_job("x");
    add_media(job, "image/jpeg", "");
    assert_refused(publish(job), RESULT_REJECTED, "media_error");
    start_double("pixelfed");
    assert_refused(publish(new_job("text alone")), RESULT_REJECTED,
                   "platform_rejected");
    assert_int_equal(public_statuses(NULL), 0);
}

/* ---------------------------------------------------------------- unknown */

/* Send with a fault whose outcome is unknown, then look it up. */
static struct result
look_up_after(const char *kind, struct job *job)
{
    fault(kind, ", \"seconds\": 5");
    assert_kind(publish(job), RESULT_UNKNOWN);
    return mastodon.look_up(job);
}

static struct job *
image_job(const char *text)
{
    struct job *job = new_job(text);

    add_media(job, "image/jpeg", "alt");
    return job;
}

static void
a_key_brings_the_same_status_back(void **state)
{
    static const char *const keyed[] = { "mastodon", "pleroma", NULL };
    static const char *const faults[] = {
        "drop", "drop_before", "truncate", "hang", "status_after", NULL
    };
    int i, k;

    (void)state;
    for (i = 0; keyed[i] != NULL; i++) {
        start_double(keyed[i]);
        for (k = 0; faults[k] != NULL; k++) {
            const char *text = memory_format("post %d", k);
            struct result result = look_up_after(faults[k], new_job(text));

            assert_kind(result, RESULT_POSTED);
            assert_int_equal(public_statuses(NULL), 2 * k + 1);
            result = look_up_after(faults[k], image_job(text));
            assert_kind(result, RESULT_POSTED);
            assert_int_equal(public_statuses(NULL), 2 * k + 2);
            assert_public("$.id", memory_format("\"%s\"", result.remote_id));
        }
    }
}

static void
what_the_look_up_cannot_ask_it_asks_later(void **state)
{
    struct result result;
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("post");
    fault("drop", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    fault("drop_before", "");
    result = mastodon.look_up(job);
    assert_kind(result, RESULT_WAIT);
    assert_true(result.retry_at > clock_now());
    fault("status", ", \"status\": 500");
    assert_kind(mastodon.look_up(job), RESULT_WAIT);
    fault("status", ", \"status\": 429");
    assert_kind(mastodon.look_up(job), RESULT_WAIT);
    assert_kind(mastodon.look_up(job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 1);
}

static void
an_old_key_is_not_sent_again(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("Hello @bob@else.org https://example.com/a/long/way/to/go");
    fault("drop", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    job->first_sent_at = clock_now() - 51 * MINUTE;
    assert_kind(mastodon.look_up(job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 1);
    job = new_job("never arrived");
    fault("drop_before", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    job->first_sent_at = clock_now() - 51 * MINUTE;
    assert_refused(mastodon.look_up(job), RESULT_UNKNOWN, "network_error");
    assert_int_equal(public_statuses(NULL), 1);
}

static void
a_status_without_an_id_is_not_adopted(void **state)
{
    struct job *job;

    (void)state;
    start_double("snac");
    job = new_job("post");
    fault("drop_before", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    control("{\"fault\": \"status\", \"method\": \"GET\","
            " \"path\": \"/api/v1/accounts/[0-9a-f]+/statuses\","
            " \"status\": 200, \"body\": [{\"content\": \"<p>post</p>\","
            " \"created_at\": \"2099-01-01T00:00:00.000Z\","
            " \"media_attachments\": []}]}");
    assert_kind(mastodon.look_up(job), RESULT_UNKNOWN);
    assert_int_equal(public_statuses(NULL), 0);
}

static void
without_keys_the_account_is_looked_through(void **state)
{
    static const char *const keyless[] = {
        "gotosocial", "snac", "pixelfed", NULL
    };
    int i;

    (void)state;
    for (i = 0; keyless[i] != NULL; i++) {
        struct result result;

        start_double(keyless[i]);
        result = look_up_after("drop", image_job("lost & <found>"));
        assert_kind(result, RESULT_POSTED);
        assert_true(text_begins(result.permalink, server));
        assert_int_equal(public_statuses(NULL), 1);
        assert_kind(look_up_after("drop_before", image_job("gone")),
                    i == 0 ? RESULT_ABSENT : RESULT_UNKNOWN);
        assert_int_equal(public_statuses(NULL), 1);
    }
}

static void
an_earlier_post_of_the_same_text_is_not_taken(void **state)
{
    struct job *job;

    (void)state;
    start_double("gotosocial");
    assert_kind(publish(new_job("Good morning")), RESULT_POSTED);
    job = new_job("Good morning");
    assert_kind(look_up_after("drop_before", job), RESULT_ABSENT);
    assert_kind(publish(job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 2);
}

/* A list that does not reach back to the send proves nothing. */
static void
a_list_that_is_too_short_proves_nothing(void **state)
{
    struct job *job;
    int i;

    (void)state;
    start_double("gotosocial");
    job = new_job("the one");
    fault("drop_before", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    for (i = 0; i < 20; i++)
        assert_kind(publish(new_job(memory_format("other %d", i))),
                    RESULT_POSTED);
    assert_kind(mastodon.look_up(job), RESULT_UNKNOWN);
}

static void
formatted_text_is_found_by_its_source(void **state)
{
    struct job *job;

    (void)state;
    start_double("gotosocial");
    job = new_job("**bold** text");
    control("{\"set\": {\"markdown\": true}}");
    assert_kind(look_up_after("drop", job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 1);
}

static void
a_revoked_token_in_a_look_up_is_said(void **state)
{
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = new_job("x");
    fault("drop", "");
    assert_kind(publish(job), RESULT_UNKNOWN);
    control("{\"call\": \"revoke\", \"token\": \"alice-token\"}");
    assert_kind(mastodon.look_up(job), RESULT_AUTH);
}

/* Pleroma would bring a refusal back under the same key for hours. */
static void
a_refused_key_is_not_used_again(void **state)
{
    struct job *job;

    (void)state;
    start_double("pleroma");
    job = new_job("four");
    control("{\"set\": {\"max_characters\": 3}}");
    assert_refused(publish(job), RESULT_REJECTED, "platform_rejected");
    control("{\"set\": {\"max_characters\": 500}}");
    assert_kind(publish(job), RESULT_POSTED);
    assert_int_equal(public_statuses(NULL), 1);
}

static void
a_key_is_the_contents_own(void **state)
{
    const char *first, *again;
    struct job *job;

    (void)state;
    start_double("mastodon");
    job = image_job("text");
    first = mastodon_status_key(job);
    again = mastodon_status_key(job);
    assert_string_equal(first, again);
    assert_int_equal(strlen(first), 64);
    job->text = "texts";
    assert_string_not_equal(first, mastodon_status_key(job));
    job->text = "text";
    job->media[0].alt = "other";
    assert_string_not_equal(first, mastodon_status_key(job));
    job->media[0].alt = "alt";
    job->settings = "{\"visibility\":\"direct\"}";
    assert_string_not_equal(first, mastodon_status_key(job));
    job->settings = "{}";
    assert_string_equal(first, mastodon_status_key(job));
    job->target = "another";
    assert_string_not_equal(first, mastodon_status_key(job));
}

static void
pixelfeds_repeated_key_leaves_it_unknown(void **state)
{
    struct job *job;

    (void)state;
    start_double("pixelfed");
    job = image_job("once");
    assert_kind(publish(job), RESULT_POSTED);
    job->resume = "{}";
    assert_kind(publish(job), RESULT_UNKNOWN);
    assert_int_equal(public_statuses(NULL), 1);
}

static int
set_up(void **state)
{
    (void)state;
    folder = instance_open("allow_private_networks = 127.0.0.1\n"
                           "http_seconds = 2\nsettle_seconds = 0\n");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    stop_double();
    instance_remove(folder);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_tells_whose_it_is),
        cmocka_unit_test(the_limits_are_the_servers_own),
        cmocka_unit_test(what_cannot_be_connected_says_why),
        cmocka_unit_test(oauth_brings_an_account_that_can_post),
        cmocka_unit_test(a_code_serves_once_and_only_with_its_verifier),
        cmocka_unit_test(an_application_is_used_again_while_it_is_known),
        cmocka_unit_test(text_is_published_with_its_options),
        cmocka_unit_test(a_post_falls_back_on_its_accounts_options),
        cmocka_unit_test(images_keep_their_order_and_alt_text),
        cmocka_unit_test(a_video_is_waited_for),
        cmocka_unit_test(an_upload_survives_a_crash),
        cmocka_unit_test(a_file_the_server_lost_is_uploaded_again),
        cmocka_unit_test(a_file_that_is_not_ready_after_all_is_waited_for),
        cmocka_unit_test(a_server_without_version_2_takes_media_by_version_1),
        cmocka_unit_test(each_status_has_its_meaning),
        cmocka_unit_test(a_dead_server_was_not_sent_anything),
        cmocka_unit_test(a_limit_says_until_when),
        cmocka_unit_test(content_a_server_refuses_says_why),
        cmocka_unit_test(a_key_brings_the_same_status_back),
        cmocka_unit_test(what_the_look_up_cannot_ask_it_asks_later),
        cmocka_unit_test(an_old_key_is_not_sent_again),
        cmocka_unit_test(a_status_without_an_id_is_not_adopted),
        cmocka_unit_test(without_keys_the_account_is_looked_through),
        cmocka_unit_test(an_earlier_post_of_the_same_text_is_not_taken),
        cmocka_unit_test(a_list_that_is_too_short_proves_nothing),
        cmocka_unit_test(formatted_text_is_found_by_its_source),
        cmocka_unit_test(a_revoked_token_in_a_look_up_is_said),
        cmocka_unit_test(a_refused_key_is_not_used_again),
        cmocka_unit_test(a_key_is_the_contents_own),
        cmocka_unit_test(pixelfeds_repeated_key_leaves_it_unknown),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
