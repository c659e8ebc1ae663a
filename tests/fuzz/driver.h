/* driver.h: a network's driver, told anything by its server.

   A program is a file that says whose driver, on which account and post:

       #include "driver.h"
       static const struct driver_case fuzz_case = { "mastodon", ... };

   An input's first line names calls of struct network, in order, for one job,
   as a publisher would make them: send and look_up only where prepare was
   ready, send once. Among them words say what the post is (media, video,
   album, large, long) or that it follows another (part), that its send is an
   hour old (old), and that another process holds the credentials (busy); a
   digit chooses among what the case lists. Servers' answers follow, as
   answer.h has them. */
#ifndef DRIVER_H
#define DRIVER_H
#include "answer.h"
#include "base/clock.h"
#include "network/network.h"
#include "network/told.h"

#define DRIVER_SECRET "qX7-vB2_nW9zK4sT"

/* What a digit means; NULL: what the first does. */
typedef const char *driver_choice[10];

struct driver_case {
    const char *network, *server, *credentials, *app;
    driver_choice limits;
    driver_choice settings;     /* of the post, and of the account */
    driver_choice remote_ids;   /* of a post that is public */
    driver_choice accounts;     /* the network's ids of them */
    const char *secret;         /* to connect with; NULL: DRIVER_SECRET */
    const char *always;         /* words that stand in each first line */
    int needs_prepare;          /* nothing is sent without it, no text even */
    int is_task;                /* send() begins what look_up() sees end */
    int may_wait;               /* send() may leave its end to look_up() */
    int may_discard;            /* what was sent may be thrown away later */
    int may_lack_id;            /* what is surely posted may have none */
};

static const struct driver_case fuzz_case;
static const char *driver_words;        /* the first line */
static const char *driver_input;
static int driver_ready;        /* prepare() said so: to look up */
static int driver_armed;        /* and to send, once */

static const char *
driver_choose(const driver_choice choice, const char *otherwise)
{
    const char *digit = strpbrk(driver_words, "0123456789");
    const char *chosen = choice[digit ? digit[0] - '0' : 0];

    if (chosen == NULL)
        chosen = choice[0];
    return chosen ? chosen : otherwise;
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
driver_check_json(const char *json)
{
    must(json != NULL && json_fault(json, strlen(json)) == NULL);
}

/* ------------------------------------------------------------ the job */

static void
driver_keep_resume(struct job *job, const char *resume)
{
    driver_check_json(resume);
    job->resume = memory_copy(resume);
}

static void
driver_keep_credentials(struct job *job, const char *credentials,
                        int64_t expires_at)
{
    driver_check_json(credentials);
    must(expires_at >= 0);
    job->credentials = memory_copy(credentials);
}

static int
driver_hold_credentials(struct job *job)
{
    (void)job;
    return !text_has_word(driver_words, "busy");
}

enum { DRIVER_LARGE = 25 * 1000 * 1000 };

static void
fuzz_begin(void)
{
    FILE *file;

    fuzz_instance("");
    file = fopen(memory_format("%s/a.png", fuzz_folder), "w");
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
    fclose(file);
    file = fopen(memory_format("%s/large", fuzz_folder), "w");
    must(ftruncate(fileno(file), DRIVER_LARGE) == 0);
    fclose(file);
}

static void
driver_add_media(struct job *job)
{
    const char *path = memory_format("%s/a.png", fuzz_folder);
    struct job_media image = { "m", path, "image/png", "png", 8, 4, 3, 0,
                               "A stamp" };
    struct job_media video = { "v", path, "video/mp4", "mp4", 8, 400, 300,
                               3000, "" };

    if (text_has_word(driver_words, "large")) {
        video.path = memory_format("%s/large", fuzz_folder);
        video.bytes = DRIVER_LARGE;
    }
    if (text_has_word(driver_words, "video"))
        job->media[job->media_count++] = video;
    else if (text_has_word(driver_words, "media"))
        job->media[job->media_count++] = image;
    if (text_has_word(driver_words, "album")) {
        image.id = "n";
        job->media[job->media_count++] = image;
        image.id = "o";
        image.alt = "";
        job->media[job->media_count++] = image;
    }
}

static const char *
driver_text(void)
{
    const char *text = "Hello @ben@other.example https://example.org/a #tag";

    if (text_has_word(driver_words, "long"))
        return memory_format("%s %01100d", text, 7);
    return text;
}

static struct job
driver_job(void)
{
    struct job job = {
        .target = "0190d3c2-0000-7000-8000-000000000001",
        .account = "0190d3c2-0000-7000-8000-000000000002",
        .server = fuzz_case.server,
        .remote_account = driver_choose(fuzz_case.accounts, "did:plc:abc123"),
        .handle = "ana.example", .title = "", .text = driver_text(),
        .settings = driver_choose(fuzz_case.settings, "{}"),
        .account_settings = driver_choose(fuzz_case.settings, "{}"),
        .limits = driver_choose(fuzz_case.limits, "{}"),
        .category = "", .now = clock_now(), .due_at = 1795255200000,
        .credentials = fuzz_case.credentials, .app = fuzz_case.app,
        .hold_credentials = driver_hold_credentials,
        .save_credentials = driver_keep_credentials, .resume = "{}",
        .save_resume = driver_keep_resume
    };

    driver_add_media(&job);
    if (job.media_count != 1
        && text_same(json_text(job.settings, "$.type"), "story"))
        job.settings = "{}";            /* refused before a driver sees it */
    return job;
}

/* ------------------------------------------------------------ its results */

/* The publisher shows words only when told_hushed() has seen them: then they
   hold no secret of the account, even where the server said it. */
static void
driver_check_words(const struct result *result, const struct job *job)
{
    const char *secret = fuzz_case.secret ? fuzz_case.secret : DRIVER_SECRET;
    struct result shown = told_hushed(*result, job);

    driver_check_text(result->words);
    must(shown.words == NULL || (shown.words[0] != '\0'
         && fuzz_is_text(shown.words)));
    must(shown.words == NULL || strstr(shown.words, secret) == NULL
         || strstr(job->credentials, secret) == NULL);
    must(shown.words != NULL || text_has_word("ready posted absent",
         result->kind == RESULT_READY ? "ready"
         : result->kind == RESULT_POSTED ? "posted"
         : result->kind == RESULT_ABSENT ? "absent" : "none"));
}

static void
driver_check(const struct result *result, const struct job *job,
             const char *kinds)
{
    static const char *const names[] = { "ready", "wait", "posted", "absent",
        "retry", "rejected", "auth", "unknown", "discarded" };
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
    must(result->http_status >= 0 && result->http_status <= 999);
    must(result->retry_at >= 0 && result->retry_at <= clock_now() + 2 * DAY);
    driver_check_words(result, job);
    driver_check_text(result->remote_id);
    must(result->remote_id == NULL || result->remote_id[0] != '\0');
    must(result->kind != RESULT_POSTED || result->remote_id != NULL
         || fuzz_case.may_lack_id);
    driver_check_text(result->permalink);
    must(result->permalink == NULL || text_is_link(result->permalink));
}

/* Whose account it is. */
static void
driver_check_owner(const struct connected *account)
{
    driver_check_text(account->remote_id);
    driver_check_text(account->handle);
    driver_check_text(account->name);
    driver_check_text(account->profile_url);
    driver_check_text(account->avatar_url);
    must(account->remote_id != NULL && account->remote_id[0] != '\0');
    must(account->handle != NULL && account->handle[0] != '\0');
}

/* An account, or one of those to choose among. */
static void
driver_check_account(const struct connected *account)
{
    driver_check_owner(account);
    driver_check_text(account->server);
    must(account->token_expires_at >= 0);
    driver_check_json(account->credentials);
    driver_check_json(account->limits);
}

static void
driver_check_choices(const char *choices)
{
    struct json_member *members;
    int i, count = json_members(choices, "$", &members);

    must(count > 0);
    for (i = 0; i < count; i++) {
        const char *json = members[i].json;
        struct connected account = {
            .server = json_text(json, "$.server"),
            .remote_id = json_text(json, "$.remote_id"),
            .handle = json_text(json, "$.handle"),
            .name = json_text(json, "$.name"),
            .profile_url = json_text(json, "$.profile_url"),
            .avatar_url = json_text(json, "$.avatar_url"),
            .credentials = json_text(json, "$.credentials"),
            .limits = json_text(json, "$.limits"),
            .token_expires_at = json_integer(json, "$.token_expires_at", 0)
        };

        driver_check_account(&account);
    }
}

static void
driver_check_connected(const struct connected *connected)
{
    driver_check_text(connected->fault);
    must(connected->fault == NULL || connected->fault[0] != '\0');
    if (connected->fault != NULL)
        return;
    if (connected->choices == NULL) {
        driver_check_account(connected);
        return;
    }
    driver_check_json(connected->choices);
    driver_check_choices(connected->choices);
}

/* ------------------------------------------------------------ its calls */

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
    must(strstr(start.authorize_url, DRIVER_SECRET) == NULL
         || strstr(driver_input, DRIVER_SECRET) != NULL);
    must(start.verifier != NULL);
    driver_check_json(start.app);
    connected = network->oauth_finish(fuzz_case.server, start.app,
        "https://crier.example/mcp/connect/x", start.verifier, "code");
    driver_check_connected(&connected);
}

static void
driver_connect(const struct network *network)
{
    struct connected connected;

    if (network->connect == NULL)
        return;
    connected = network->connect(fuzz_case.server, "ana.example",
        fuzz_case.secret ? fuzz_case.secret : DRIVER_SECRET);
    driver_check_connected(&connected);
}

/* What was sent may turn out to be thrown away. */
static const char *
driver_or_discarded(const char *kinds)
{
    return memory_format("%s%s", kinds,
                         fuzz_case.may_discard ? " discarded" : "");
}

/* The key of an armed attempt is what prepare() set, or none. */
static void
driver_prepare(const struct network *network, struct job *job)
{
    struct result result = network->prepare(job);

    driver_check(&result, job, driver_or_discarded(fuzz_case.needs_prepare
                 ? "ready wait posted retry rejected auth unknown"
                 : "ready wait retry rejected auth unknown"));
    driver_check_text(job->remote_key);
    must(job->remote_key == NULL || job->remote_key[0] != '\0');
    driver_ready = driver_armed = result.kind == RESULT_READY;
}

/* What may stand in the database of what was sent before this version. */
static void
driver_arm(struct job *job)
{
    if (job->remote_key == NULL)
        job->remote_key = "3labcdefghi2k";
    job->first_sent_at = clock_now()
        - (text_has_word(driver_words, "old") ? HOUR : MINUTE);
}

static void
driver_send(const struct network *network, struct job *job)
{
    struct result result;

    driver_armed = 0;
    driver_arm(job);
    result = network->send(job);
    driver_check(&result, job, driver_or_discarded(fuzz_case.is_task
                 ? "wait retry rejected auth unknown" : fuzz_case.may_wait
                 ? "posted wait retry rejected auth unknown"
                 : "posted retry rejected auth unknown"));
}

static void
driver_look_up(const struct network *network, struct job *job)
{
    struct result result;

    if (network->look_up == NULL)
        return;
    driver_arm(job);
    result = network->look_up(job);
    driver_check(&result, job, driver_or_discarded(
                 "posted absent wait retry rejected auth unknown"));
}

static void
driver_measure(const struct network *network, struct job *job)
{
    struct metrics metrics = { -1, -1, -1, -1, -1, -1, -1 };
    struct result result = network->measure(job, &metrics);

    driver_check(&result, job,
                 driver_or_discarded("ready retry rejected auth unknown"));
    must(metrics.likes >= -1 && metrics.comments >= -1 && metrics.shares >= -1
         && metrics.views >= -1 && metrics.impressions >= -1
         && metrics.clicks >= -1 && metrics.saves >= -1);
}

/* A call of a post that is public. */
static void
driver_change(const struct network *network, struct job job, const char *call)
{
    static const char kinds[] = "ready retry rejected auth unknown";
    struct result result;

    job.remote_id = driver_choose(fuzz_case.remote_ids, "77");
    job.permalink = "https://example.org/1";
    if (text_same(call, "measure") && network->measure != NULL)
        driver_measure(network, &job);
    else if (text_same(call, "edit") && network->edit != NULL)
        driver_check((result = network->edit(&job), &result), &job, kinds);
    else if (text_same(call, "remove") && network->remove != NULL)
        driver_check((result = network->remove(&job), &result), &job, kinds);
}

/* Ask whose account it is: where that is told, it has a name, and what it may
   is JSON, or not told. */
static struct result
driver_sync(const struct network *network, struct job *job)
{
    struct connected told = { .remote_id = NULL };
    struct result result = network->sync(job, &told);

    if (result.kind != RESULT_READY)
        return result;
    driver_check_owner(&told);
    if (told.limits != NULL)
        driver_check_json(told.limits);
    return result;
}

/* A call of the account: its job has no post. */
static void
driver_account(const struct network *network, struct job job,
               const char *call)
{
    static const char kinds[] = "ready retry rejected auth unknown";
    struct result result;

    job.target = job.text = job.title = job.category = "";
    job.settings = job.resume = "{}";
    job.media_count = 0;
    if (text_same(call, "refresh") && network->refresh != NULL)
        driver_check((result = network->refresh(&job), &result), &job, kinds);
    else if (text_same(call, "revoke") && network->revoke != NULL)
        driver_check((result = network->revoke(&job), &result), &job, kinds);
    else if (text_same(call, "sync") && network->sync != NULL)
        driver_check((result = driver_sync(network, &job), &result), &job,
                     kinds);
}

static void
driver_call(const struct network *network, struct job *job, const char *call)
{
    if (text_same(call, "prepare"))
        driver_prepare(network, job);
    else if (text_same(call, "send") && driver_armed)
        driver_send(network, job);
    else if (text_same(call, "look_up") && driver_ready)
        driver_look_up(network, job);
    else if (text_same(call, "connect"))
        driver_connect(network);
    else if (text_same(call, "oauth"))
        driver_oauth(network);
    else if (text_has_word("measure edit remove", call))
        driver_change(network, *job, call);
    else if (text_has_word("refresh revoke sync", call))
        driver_account(network, *job, call);
}

/* A comment has neither media nor anything to prepare; a reply is a post. */
static const struct network *
driver_part(const struct network *network, struct job *job)
{
    job->reply_to = job->reply_root = driver_choose(fuzz_case.remote_ids,
                                                    "77");
    if (network->parts != network) {
        job->media_count = 0;
        driver_ready = driver_armed = 1;
    }
    return network->parts;
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const struct network *network = network_find(fuzz_case.network);
    char *rest = fuzz_string(bytes, length), *calls, *call;
    struct job job;

    driver_input = memory_copy(rest);
    calls = fuzz_line(&rest);
    driver_words = memory_format("%s %s", calls, fuzz_case.always
                                 ? fuzz_case.always : "");
    job = driver_job();
    driver_ready = job.media_count == 0 && !fuzz_case.needs_prepare;
    driver_armed = driver_ready;
    if (text_has_word(driver_words, "part") && network->parts != NULL)
        network = driver_part(network, &job);
    answer_begin(rest);
    for (int most = 12; most > 0 && (call = strsep(&calls, " ")) != NULL;
         most--)
        driver_call(network, &job, call);
}
#endif
