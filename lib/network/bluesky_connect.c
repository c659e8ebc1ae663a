/* bluesky_connect.c: an app password becomes a connected account. */
#include "network/bluesky.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"

#include <string.h>

/* Give the session back: nobody will use it. */
static struct http_answer
sign_out(const struct bluesky_session *session)
{
    struct http_request request = { .method = "POST",
        .headers = { "Content-Type:" }, .bearer = session->refresh };

    request.url = memory_format(
        "%s/xrpc/com.atproto.server.deleteSession", session->pds);
    return http_send(&request);
}

/* The app password stays: only its owner can take it back. */
struct result
bluesky_revoke(struct job *job)
{
    struct bluesky_session session;
    struct http_answer answer;

    bluesky_session_load(&session, job);
    if (session.refresh[0] == '\0')
        return told_result(RESULT_REJECTED, NULL, "There is no session.");
    answer = sign_out(&session);
    if (answer.result == HTTP_ANSWERED && answer.status == 200)
        return told_result(RESULT_READY, NULL, NULL);
    return bluesky_answer_fault(&answer);
}

/* Why a session must not be kept, or NULL. The scope of a token says what it
   was bought with (packages/pds/src/auth-scope.ts). */
static const char *
session_fault(const struct bluesky_session *session)
{
    const char *claims = bluesky_session_claims(session->access);

    if (text_same(json_text(claims, "$.scope"), "com.atproto.access"))
        return "This is the account's own password. Crier takes an app"
               " password only: make one at Settings, Privacy and security,"
               " App passwords.";
    if (session->status != NULL)
        return memory_format("This account is %s.", session->status);
    return NULL;
}

/* How the account presents itself. Not every server knows: then it goes by
   its handle. */
static void
read_profile(struct bluesky_session *session, struct connected *connected)
{
    struct http_request request = {0};
    struct http_answer answer;
    struct text method = { .limit = 4096 };

    text_add(&method, "app.bsky.actor.getProfile?actor=");
    text_add_url_part(&method, session->did);
    answer = bluesky_session_call(session, &request, text_string(&method));
    if (!bluesky_answer_is_good(&answer))
        return;
    connected->name = json_text(answer.body.data, "$.displayName");
    connected->avatar_url = json_text(answer.body.data, "$.avatar");
}

/* A handle may change, and its owner's name and picture; who it is does not. */
struct result
bluesky_sync(struct job *job, struct connected *connected)
{
    struct bluesky_session session;
    struct result result = bluesky_session_open(&session, job);
    struct http_request request = {0};
    struct http_answer answer;
    struct text method = { .limit = 4096 };

    if (result.kind != RESULT_READY)
        return result;
    text_add(&method, "app.bsky.actor.getProfile?actor=");
    text_add_url_part(&method, session.did);
    answer = bluesky_session_call(&session, &request, text_string(&method));
    if (!bluesky_answer_is_good(&answer))
        return bluesky_session_fault(&session, &answer);
    *connected = (struct connected){
        .remote_id = session.did,
        .handle = told_id(text_string(&answer.body), "$.handle"),
        .name = json_text(text_string(&answer.body), "$.displayName"),
        .avatar_url = json_text(text_string(&answer.body), "$.avatar"),
        .profile_url = memory_format("https://bsky.app/profile/%s",
                                     session.did)
    };
    return told_of_account(connected->handle ? NULL
                           : "Bluesky does not say whose account it is.");
}

struct connected
bluesky_connect(const char *server, const char *login, const char *secret)
{
    struct connected connected = { .limits = "{}" };
    struct bluesky_session session = { .password = secret };
    struct result result;

    session.server = server[0] ? network_server(server, &connected.fault)
                               : bluesky_session_server();
    connected.server = session.server;
    login += login[0] == '@';
    if (login[0] == '\0')
        connected.fault = "Bluesky needs the account's handle.";
    if (connected.fault != NULL)
        return connected;
    result = bluesky_session_begin(&session, login);
    if (result.kind != RESULT_READY) {
        connected.fault = result.words;
        return connected;
    }
    connected.fault = session_fault(&session);
    if (connected.fault != NULL) {
        sign_out(&session);
        return connected;
    }
    connected.remote_id = session.did;
    connected.handle = session.handle ? session.handle : session.did;
    connected.profile_url = memory_format("https://bsky.app/profile/%s",
                                          session.did);
    read_profile(&session, &connected);
    connected.credentials = bluesky_session_credentials(&session);
    connected.token_expires_at = bluesky_session_ends(&session);
    return connected;
}
