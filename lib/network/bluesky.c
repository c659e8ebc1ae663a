/* bluesky.c: the driver for Bluesky and every other PDS of the AT Protocol.

   A post is a record under a key of ours, derived from the target. putRecord
   with "swapRecord": null writes it only where nothing stands at that key,
   and answers a record that stands there already, byte for byte, with its
   address and without a new commit: sending again is harmless. */
#include "network/bluesky.h"
#include "network/tid.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { ASK_AGAIN_MS = 30 * SECOND };

static struct result
prepare(struct job *job)
{
    struct bluesky_session session;
    struct result result = bluesky_session_open(&session, job);
    char key[TID_ROOM];

    if (result.kind == RESULT_READY && bluesky_record_kept(job) == NULL)
        result = bluesky_record_prepare(&session);
    if (result.kind == RESULT_READY && job->remote_key == NULL)
        job->remote_key = memory_copy(tid_make(job->due_at, job->target, key));
    return result;
}

/* The app shows a post under its account's DID, which a new handle leaves as
   it is. */
static struct result
posted(const struct bluesky_session *session)
{
    const char *key = session->job->remote_key;
    struct result result = { .kind = RESULT_POSTED, .http_status = 200 };

    result.remote_id = memory_format("at://%s/%s/%s", session->did,
                                     BLUESKY_POSTS, key);
    result.permalink = memory_format("https://bsky.app/profile/%s/post/%s",
                                     session->did, key);
    return result;
}

/* Is the record that stands at our key the one we keep? A client may have
   changed its text since: then its time still says so. Where we keep none,
   the key has to do. */
static int
is_ours(const struct job *job, const char *record)
{
    const char *kept = bluesky_record_kept(job);

    return kept == NULL
        || text_same(json_text(kept, "$.text"), json_text(record, "$.text"))
        || text_same(json_text(kept, "$.createdAt"),
                     json_text(record, "$.createdAt"));
}

/* What stands at our key? The account's own server knows at once what it has
   written. RESULT_POSTED, RESULT_ABSENT, RESULT_REJECTED where it is another
   record, or RESULT_WAIT where there was no telling. */
static struct result
find(struct bluesky_session *session)
{
    struct http_answer answer = bluesky_reply_get(session,
                                                  session->job->remote_key);
    struct result result;
    const char *record;

    record = bluesky_answer_is_good(&answer)
             ? json_raw(answer.body.data, "$.value") : NULL;
    if (record != NULL)
        return is_ours(session->job, record)
            ? posted(session)
            : told_result(RESULT_REJECTED, "duplicate",
                "Another record stands where this post would go.");
    result = bluesky_answer_fault(&answer);
    result.kind = RESULT_WAIT;
    if (text_same(bluesky_answer_error(&answer), "RecordNotFound"))
        result.kind = RESULT_ABSENT;
    else if (result.retry_at == 0)
        result.retry_at = clock_now() + ASK_AGAIN_MS;
    return result;
}

/* What a refusal of the record means. No answer and a server's own failure
   tell nothing. */
static struct result
refused(struct bluesky_session *session, const struct http_answer *answer)
{
    struct result result = bluesky_session_fault(session, answer);
    const char *error = bluesky_answer_error(answer);

    if (text_same(error, "InvalidSwap"))
        return find(session);
    if (text_same(error, "BlobNotFound")
        || text_begins(bluesky_answer_message(answer), "Could not find blob")) {
        bluesky_media_forget(session->job);
        return told_result(RESULT_RETRY, "media_error",
            "Bluesky no longer has a file of this post; it goes up again.");
    }
    if ((answer->result != HTTP_ANSWERED || answer->status >= 500
         || answer->status == 200)
        && answer->result != HTTP_NOT_SENT && answer->result != HTTP_REFUSED)
        result.kind = RESULT_UNKNOWN;
    return result;
}

static struct result
put(struct bluesky_session *session)
{
    struct http_request request = { .method = "POST",
        .headers = { "Content-Type: application/json" } };
    struct http_answer answer;

    value_set_text("bluesky_did", session->did);
    value_set_text("bluesky_key", session->job->remote_key);
    value_set_text("bluesky_record", bluesky_record_kept(session->job));
    request.body = json_make("json_object('repo', :bluesky_did,"
                             " 'collection', '" BLUESKY_POSTS "',"
                             " 'rkey', :bluesky_key,"
                             " 'record', json(:bluesky_record),"
                             " 'swapRecord', NULL)");
    request.body_length = strlen(request.body);
    answer = bluesky_session_call(session, &request,
                                  "com.atproto.repo.putRecord");
    if (bluesky_answer_is_good(&answer)
        && json_text(text_string(&answer.body), "$.uri") != NULL)
        return posted(session);
    return refused(session, &answer);
}

static struct result
send(struct job *job)
{
    struct bluesky_session session;
    struct result result = bluesky_session_open(&session, job);

    if (result.kind == RESULT_READY)
        result = put(&session);
    if (result.kind == RESULT_ABSENT)
        result.kind = RESULT_RETRY;
    if (result.kind == RESULT_WAIT)
        result.kind = RESULT_UNKNOWN;
    return result;
}

static struct result
again(struct job *job)
{
    struct result result = send(job);

    if (result.kind == RESULT_UNKNOWN
        || text_same(result.category, "rate_limited"))
        result.kind = RESULT_WAIT;
    else if (result.kind != RESULT_POSTED)
        result.kind = RESULT_ABSENT;
    return result;
}

/* Ask first: that needs no token. Where the record is not there, send it
   again; whatever refuses it then, it is not there. Another record at our key
   is proof too. */
static struct result
look_up(struct job *job)
{
    struct bluesky_session session;
    struct result found;

    bluesky_session_load(&session, job);
    found = find(&session);
    if (found.kind == RESULT_REJECTED)
        found.kind = RESULT_ABSENT;
    else if (found.kind == RESULT_ABSENT && bluesky_record_kept(job) != NULL)
        found = again(job);
    return found;
}

/* deleteRecord answers 200 where nothing stands, too. */
static struct result
remove_post(struct job *job)
{
    struct http_request request = { .method = "POST",
        .headers = { "Content-Type: application/json" } };
    struct bluesky_session session;
    struct result result = bluesky_session_open(&session, job);
    struct http_answer answer;
    const char *key;

    if (result.kind != RESULT_READY)
        return result;
    key = bluesky_reply_key(&session, job->remote_id);
    if (key == NULL)
        return told_result(RESULT_REJECTED, "platform_rejected",
            "The post is not in this account's repository.");
    value_set_text("bluesky_did", session.did);
    value_set_text("bluesky_key", key);
    request.body = json_make("json_object('repo', :bluesky_did,"
                             " 'collection', '" BLUESKY_POSTS "',"
                             " 'rkey', :bluesky_key)");
    request.body_length = strlen(request.body);
    answer = bluesky_session_call(&session, &request,
                                  "com.atproto.repo.deleteRecord");
    if (!bluesky_answer_is_good(&answer))
        return bluesky_session_fault(&session, &answer);
    result.http_status = answer.status;
    return result;
}

const struct network bluesky = {
    .name = "bluesky",
    .prepare = prepare,
    .send = send,
    .look_up = look_up,
    .connect = bluesky_connect,
    .remove = remove_post,
    .measure = bluesky_measure,
    .parts = &bluesky,
    .id_in_link = bluesky_reply_id_in_link,
    .refresh = bluesky_session_refresh,
    .sync = bluesky_sync,
    .revoke = bluesky_revoke
};
