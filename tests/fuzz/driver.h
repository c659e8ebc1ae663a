/* driver.h: a network's driver, told anything by its server.

   A program is a file that says whose driver, on which account and post:

       #include "driver.h"
       static const struct driver_case fuzz_case = { "mastodon", ... };

   An input's first line names calls of struct network, in order, for one job;
   a digit chooses the account's limits. Servers' answers follow, as answer.h
   has them. */
#ifndef DRIVER_H
#define DRIVER_H
#include "answer.h"
#include "base/clock.h"
#include "core/connect.h"
#include "network/guard.h"
#include "network/network.h"

#define DRIVER_SECRET "qX7-vB2_nW9zK4sT"

struct driver_case {
    const char *network, *server, *credentials, *app;
    const char *limits[10];     /* what a digit means; NULL: "{}" */
    const char *settings;       /* of the post, and of the account */
    const char *remote_id;      /* of a post that is public */
    const char *secret;         /* to connect with; NULL: DRIVER_SECRET */
};

static const struct driver_case fuzz_case;
static const char *driver_input;
static int driver_ready;        /* to send: prepare() said so */

static void
driver_keep_resume(struct job *job, const char *resume)
{
    must(json_fault(resume, strlen(resume)) == NULL);
    job->resume = memory_copy(resume);
}

static void
driver_keep_credentials(struct job *job, const char *credentials,
                        int64_t expires_at)
{
    (void)expires_at;
    must(json_fault(credentials, strlen(credentials)) == NULL);
    job->credentials = memory_copy(credentials);
}

static void
fuzz_begin(void)
{
    FILE *picture;

    fuzz_instance("");
    picture = fopen(memory_format("%s/a.png", fuzz_folder), "w");
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, picture);
    fclose(picture);
}

static struct job
driver_job(const char *calls)
{
    const char *digit = strpbrk(calls, "0123456789");
    const char *limits = fuzz_case.limits[digit ? digit[0] - '0' : 0];
    struct job job = {
        .target = "0190d3c2-0000-7000-8000-000000000001",
        .account = "0190d3c2-0000-7000-8000-000000000002",
        .server = fuzz_case.server, .remote_account = "did:plc:abc123",
        .handle = "ana.example", .title = "",
        .text = "Hello @ben@other.example https://example.org/a #tag",
        .settings = fuzz_case.settings ? fuzz_case.settings : "{}",
        .account_settings = fuzz_case.settings ? fuzz_case.settings : "{}",
        .limits = limits ? limits : "{}",
        .category = "", .now = clock_now(), .due_at = 1795255200000,
        .credentials = fuzz_case.credentials, .app = fuzz_case.app,
        .save_credentials = driver_keep_credentials, .resume = "{}",
        .save_resume = driver_keep_resume
    };

    if (strstr(calls, "media") != NULL) {
        job.media_count = 1;
        job.media[0] = (struct job_media){ "m", memory_format("%s/a.png",
            fuzz_folder), "image/png", "png", 8, 4, 3, 0, "A stamp" };
    }
    if (strstr(calls, "video") != NULL)
        job.media[0] = (struct job_media){ "m", memory_format("%s/a.png",
            fuzz_folder), "video/mp4", "mp4", 8, 400, 300, 3000, "" };
    return job;
}

/* What holds for every string of a driver: clean, and no secret of ours that
   the server did not say itself. */
static void
driver_check_text(const char *text)
{
    if (text == NULL)
        return;
    must(fuzz_is_text(text));
    must(strstr(text, DRIVER_SECRET) == NULL
         || strstr(driver_input, DRIVER_SECRET) != NULL);
}

static void
driver_check(const struct result *result, const char *kinds)
{
    static const char *const names[] = { "ready", "wait", "posted", "absent",
        "retry", "rejected", "auth", "unknown" };
    static const char categories[] = "rate_limited auth_error network_error"
        " duplicate media_error media_processing platform_rejected"
        " platform_5xx";

    must((size_t)result->kind < sizeof names / sizeof names[0]);
    if (!text_has_word(kinds, names[result->kind])) {
        fprintf(stderr, "%s is not one of %s\n", names[result->kind], kinds);
        abort();
    }
    must(result->category == NULL
         || text_has_word(categories, result->category));
    must(result->retry_at >= 0 && result->retry_at <= clock_now() + 2 * DAY);
    must(result->kind != RESULT_POSTED
         || (result->remote_id != NULL && result->remote_id[0] != '\0'));
    driver_check_text(result->words);
    driver_check_text(result->remote_id);
    driver_check_text(result->permalink);
    must(result->permalink == NULL || text_is_link(result->permalink));
}

static void
driver_check_connected(const struct connected *connected)
{
    driver_check_text(connected->fault);
    if (connected->fault != NULL)
        return;
    driver_check_text(connected->handle);
    driver_check_text(connected->name);
    driver_check_text(connected->profile_url);
    driver_check_text(connected->avatar_url);
    must(connected->limits != NULL
         && json_fault(connected->limits, strlen(connected->limits)) == NULL);
    must(connected->choices == NULL
         || json_fault(connected->choices, strlen(connected->choices))
            == NULL);
    must(connected->choices != NULL
         || (connected->remote_id != NULL && connected->remote_id[0] != '\0'
             && connected->credentials != NULL));
    must(connected->credentials == NULL
         || json_fault(connected->credentials,
                       strlen(connected->credentials)) == NULL);
}

static void
driver_oauth(const struct network *network)
{
    struct oauth_start start;
    struct connected connected;

    if (network->oauth_begin == NULL)
        return;
    start = network->oauth_begin(fuzz_case.server, fuzz_case.app,
                                 "https://crier.example/mcp/connect/x",
                                 "state");
    driver_check_text(start.fault);
    if (start.fault != NULL)
        return;
    must(start.authorize_url != NULL && text_is_link(start.authorize_url));
    must(start.app == NULL || json_fault(start.app, strlen(start.app)) == NULL);
    connected = network->oauth_finish(fuzz_case.server, start.app,
        "https://crier.example/mcp/connect/x", start.verifier, "code");
    driver_check_connected(&connected);
}

static void
driver_send(const struct network *network, struct job *job)
{
    struct result result;

    if (job->remote_key == NULL)
        job->remote_key = "3labcdefghi2k";
    result = network->send(job);
    driver_check(&result, "posted retry rejected auth unknown");
}

static void
driver_measure(const struct network *network, struct job *job)
{
    struct metrics metrics = { -1, -1, -1, -1, -1, -1, -1 };
    struct result result = network->measure(job, &metrics);

    driver_check(&result, "ready retry rejected auth unknown");
    must(metrics.likes >= -1 && metrics.comments >= -1 && metrics.shares >= -1
         && metrics.views >= -1 && metrics.impressions >= -1
         && metrics.clicks >= -1 && metrics.saves >= -1);
}

/* A call of a post that is public, or of the account. */
static void
driver_after(const struct network *network, struct job *job, const char *call)
{
    static const char kinds[] = "ready retry rejected auth unknown wait";
    struct result result;

    job->remote_id = fuzz_case.remote_id ? fuzz_case.remote_id : "77";
    job->permalink = "https://example.org/1";
    if (text_same(call, "measure") && network->measure != NULL)
        driver_measure(network, job);
    else if (text_same(call, "edit") && network->edit != NULL)
        driver_check((result = network->edit(job), &result), kinds);
    else if (text_same(call, "remove") && network->remove != NULL)
        driver_check((result = network->remove(job), &result), kinds);
    else if (text_same(call, "refresh") && network->refresh != NULL)
        driver_check((result = network->refresh(job), &result), kinds);
}

static void
driver_call(const struct network *network, struct job *job, const char *call)
{
    struct connected connected;
    struct result result;

    if (text_same(call, "prepare")) {
        result = network->prepare(job);
        driver_check(&result, "ready wait retry rejected auth unknown");
        driver_ready = result.kind == RESULT_READY;
    } else if (text_same(call, "send") && driver_ready) {
        driver_send(network, job);
    } else if (text_same(call, "look_up") && network->look_up != NULL
               && driver_ready) {
        if (job->remote_key == NULL)
            job->remote_key = "3labcdefghi2k";
        job->first_sent_at = clock_now() - MINUTE;
        result = network->look_up(job);
        /* retry is taken as wait there, rejected as unknown */
        driver_check(&result, "posted absent wait retry rejected auth"
                     " unknown");
    } else if (text_same(call, "connect") && network->connect != NULL) {
        connected = network->connect(fuzz_case.server, "ana.example",
            fuzz_case.secret ? fuzz_case.secret : DRIVER_SECRET);
        driver_check_connected(&connected);
    } else if (text_same(call, "oauth")) {
        driver_oauth(network);
    } else {
        driver_after(network, job, call);
    }
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const struct network *network = network_find(fuzz_case.network);
    char *rest = fuzz_string(bytes, length), *calls, *call;
    struct job job;

    driver_input = memory_copy(rest);
    calls = fuzz_line(&rest);
    job = driver_job(calls);
    driver_ready = job.media_count == 0;
    answer_begin(rest);
    for (int most = 6; most > 0 && (call = strsep(&calls, " ")) != NULL;
         most--)
        driver_call(network, &job, call);
}
#endif
