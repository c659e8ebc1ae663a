/* bluesky_session.c: tokens that are used, renewed and kept. */
#include "network/bluesky.h"
#include "network/guard.h"
#include "network/told.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/point.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
bluesky_session_claims(const char *token)
{
    const char *start = strchr(token, '.');
    const char *end = start ? strchr(start + 1, '.') : NULL;
    struct text claims = { .limit = 65536 };

    if (end == NULL || end - start > 65536
        || !base64url_read(&claims, memory_copy_bytes(
               start + 1, (size_t)(end - start - 1)))
        || json_fault(text_string(&claims), claims.length) != NULL)
        return "{}";
    return text_string(&claims);
}

const char *
bluesky_session_credentials(const struct bluesky_session *session)
{
    value_set_text("bluesky_did", session->did);
    value_set_text("bluesky_pds", session->pds);
    value_set_text("bluesky_access", session->access);
    value_set_text("bluesky_refresh", session->refresh);
    value_set_text("bluesky_password", session->password);
    return json_make("json_object('did', :bluesky_did, 'pds', :bluesky_pds,"
                     " 'accessJwt', :bluesky_access,"
                     " 'refreshJwt', :bluesky_refresh,"
                     " 'password', :bluesky_password)");
}

/* The account's own server, as its DID document names it; the one that was
   asked where the document is not sent: then it serves its accounts itself
   (PDS_ENABLE_DID_DOC_WITH_SESSION), as an entryway does not. */
static const char *
server_of_account(const struct bluesky_session *session, const char *body)
{
    struct json_member *services;
    int count = json_members(body, "$.didDoc.service", &services), i;

    for (i = 0; i < count; i++) {
        const char *id = json_text(services[i].json, "$.id");
        const char *url = json_text(services[i].json, "$.serviceEndpoint");
        size_t length = url ? strlen(url) : 0;

        if (id == NULL || !text_ends(id, "#atproto_pds") || length == 0
            || guard_url_fault(url) != NULL)
            continue;
        while (url[length - 1] == '/')
            length--;
        return memory_copy_bytes(url, length);
    }
    return session->server;
}

int64_t
bluesky_session_ends(const struct bluesky_session *session)
{
    return json_integer(bluesky_session_claims(session->refresh), "$.exp", 0)
           * SECOND;
}

/* Take the tokens of an answer, and keep them before they are used. */
static struct result
take(struct bluesky_session *session, const struct http_answer *answer)
{
    const char *body = answer->body.data, *did, *access, *refresh;

    if (!bluesky_answer_is_good(answer))
        return bluesky_answer_fault(answer);
    did = json_text(body, "$.did");
    access = json_text(body, "$.accessJwt");
    refresh = json_text(body, "$.refreshJwt");
    if (did == NULL || access == NULL || refresh == NULL)
        return told_result(RESULT_RETRY, "platform_5xx",
            "Bluesky's answer to the sign-in holds no session.");
    if (session->did != NULL && text_begins(session->did, "did:")
        && !text_same(session->did, did))
        return told_result(RESULT_AUTH, "auth_error",
            "The app password is another account's.");
    session->did = did;
    session->access = access;
    session->refresh = refresh;
    session->handle = json_text(body, "$.handle");
    session->pds = server_of_account(session, body);
    session->status = NULL;
    if (text_same(json_raw(body, "$.active"), "false"))
        session->status = json_text(body, "$.status")
            ? json_text(body, "$.status") : "not active";
    point("bluesky session renewed");
    if (session->job != NULL)
        session->job->save_credentials(
            session->job, bluesky_session_credentials(session),
            bluesky_session_ends(session));
    return told_result(RESULT_READY, NULL, NULL);
}

struct result
bluesky_session_begin(struct bluesky_session *session, const char *login)
{
    struct http_request request = { .method = "POST",
        .headers = { "Content-Type: application/json" } };
    struct http_answer answer;
    struct result result;

    value_set_text("bluesky_login", login);
    value_set_text("bluesky_password", session->password);
    request.body = json_make("json_object('identifier', :bluesky_login,"
                             " 'password', :bluesky_password)");
    request.body_length = strlen(request.body);
    request.url = memory_format(
        "%s/xrpc/com.atproto.server.createSession", session->server);
    answer = http_send(&request);
    result = take(session, &answer);
    if (result.kind == RESULT_REJECTED && answer.result == HTTP_ANSWERED)
        result.kind = RESULT_AUTH;
    return result;
}

/* Hold the credentials. 1: somebody has renewed the session meanwhile, and it
   is that one; 0: nobody has; -1: another process takes too long. */
static int
hold(struct bluesky_session *session)
{
    struct job *job = session->job;
    const char *before = session->access;

    if (job == NULL || job->hold_credentials == NULL)
        return 0;
    if (!job->hold_credentials(job))
        return -1;
    bluesky_session_load(session, job);
    session->renewed = 1;
    return !text_same(before, session->access);
}

/* Buy the next pair of tokens: a POST without a body. */
static struct result
renew(struct bluesky_session *session)
{
    struct http_request request = { .method = "POST",
        .headers = { "Content-Type:" } };
    struct http_answer answer;
    struct result result;

    session->renewed = 1;
    switch (hold(session)) {
    case 1:
        return told_result(RESULT_READY, NULL, NULL);
    case -1:
        return told_result(RESULT_RETRY, "network_error",
            "Another process is renewing the session.");
    }
    request.bearer = session->refresh;
    request.url = memory_format(
        "%s/xrpc/com.atproto.server.refreshSession", session->pds);
    answer = http_send(&request);
    result = take(session, &answer);
    if (result.kind == RESULT_AUTH
        || (result.kind == RESULT_REJECTED && answer.result == HTTP_ANSWERED))
        return bluesky_session_begin(session, session->did);
    return result;
}

const char *
bluesky_session_server(void)
{
    return config_api_url("bluesky", "https://bsky.social");
}

static const char *
credential(const struct job *job, const char *path)
{
    const char *text = json_text(job->credentials, path);

    return text ? text : "";
}

/* An account that was stored unchecked has its app password as access_token,
   and its handle in place of its DID until it has signed in. */
void
bluesky_session_load(struct bluesky_session *session, struct job *job)
{
    const char *pds = credential(job, "$.pds");
    const char *did = credential(job, "$.did");
    const char *password = credential(job, "$.password");

    *session = (struct bluesky_session){
        .job = job, .handle = job->handle,
        .server = job->server[0] ? job->server : bluesky_session_server(),
        .did = did[0] ? did : job->remote_account,
        .access = credential(job, "$.accessJwt"),
        .refresh = credential(job, "$.refreshJwt"),
        .password = password[0] ? password : credential(job, "$.access_token")
    };
    session->pds = pds[0] ? pds : session->server;
}

struct result
bluesky_session_refresh(struct job *job)
{
    struct bluesky_session session;

    bluesky_session_load(&session, job);
    return session.refresh[0] ? renew(&session)
           : bluesky_session_begin(&session, session.did);
}

struct result
bluesky_session_open(struct bluesky_session *session, struct job *job)
{
    const char *claims;

    bluesky_session_load(session, job);
    claims = bluesky_session_claims(session->access);
    if (session->refresh[0] == '\0')
        return bluesky_session_begin(session, session->did);
    if (json_integer(claims, "$.exp", INT32_MAX) * SECOND
        > clock_now() + MINUTE)
        return told_result(RESULT_READY, NULL, NULL);
    session->fault = renew(session);
    return session->fault;
}

struct http_answer
bluesky_session_call(struct bluesky_session *session,
                     struct http_request *request, const char *method)
{
    for (;;) {
        struct http_answer answer;

        request->url = memory_format("%s/xrpc/%s", session->pds, method);
        request->bearer = session->access;
        answer = http_send(request);
        if (session->renewed || !bluesky_answer_is_stale(&answer))
            return answer;
        session->fault = renew(session);
        if (session->fault.kind != RESULT_READY)
            return answer;
    }
}

struct result
bluesky_session_fault(const struct bluesky_session *session,
                      const struct http_answer *answer)
{
    if (session->fault.kind != RESULT_READY && bluesky_answer_is_stale(answer))
        return session->fault;
    return bluesky_answer_fault(answer);
}
