/* bluesky_reply.c: records of the account's own repository, and what a part of
   a thread answers there. */
#include "network/bluesky.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

const char *
bluesky_reply_key(const struct bluesky_session *session, const char *uri)
{
    const char *start = memory_format("at://%s/%s/", session->did,
                                      BLUESKY_POSTS);

    return uri != NULL && text_begins(uri, start) ? uri + strlen(start)
                                                  : NULL;
}

struct http_answer
bluesky_reply_get(const struct bluesky_session *session, const char *key)
{
    struct http_request request = {0};
    struct text url = { .limit = 8192 };

    text_add_format(&url, "%s/xrpc/com.atproto.repo.getRecord?repo=",
                    session->pds);
    text_add_url_part(&url, session->did);
    text_add_format(&url, "&collection=%s&rkey=", BLUESKY_POSTS);
    text_add_url_part(&url, key);
    request.url = text_string(&url);
    return http_send(&request);
}

/* A post of the account's by its address and the hash of what stands there
   (com.atproto.repo.strongRef). */
static struct result
refer(const struct bluesky_session *session, const char *uri,
      const char **reference)
{
    const char *key = bluesky_reply_key(session, uri), *hash = NULL;
    struct http_answer answer;

    if (key == NULL)
        return told_result(RESULT_REJECTED, "platform_rejected",
            "What this part answers is not in this account's repository.");
    answer = bluesky_reply_get(session, key);
    if (bluesky_answer_is_good(&answer))
        hash = json_text(text_string(&answer.body), "$.cid");
    if (hash != NULL) {
        value_set_text("bluesky_uri", uri);
        value_set_text("bluesky_cid", hash);
        *reference = json_make("json_object('uri', :bluesky_uri,"
                               " 'cid', :bluesky_cid)");
        return told_result(RESULT_READY, NULL, NULL);
    }
    if (text_same(bluesky_answer_error(&answer), "RecordNotFound"))
        return told_result(RESULT_REJECTED, "platform_rejected",
            "What this part answers is no longer on Bluesky.");
    return bluesky_answer_fault(&answer);
}

struct result
bluesky_reply_make(struct bluesky_session *session, const char **reply)
{
    const struct job *job = session->job;
    struct result result = told_result(RESULT_READY, NULL, NULL);
    const char *root, *parent;

    *reply = NULL;
    if (job->reply_to == NULL)
        return result;
    result = refer(session, job->reply_root, &root);
    if (result.kind == RESULT_READY)
        result = refer(session, job->reply_to, &parent);
    if (result.kind == RESULT_READY)
        *reply = memory_format("{\"root\":%s,\"parent\":%s}", root, parent);
    return result;
}

const char *
bluesky_reply_id_in_link(const struct job *job, const char *link)
{
    const char *names[] = { job->remote_account, job->handle };
    const char *key = NULL;
    size_t i;

    for (i = 0; i < 2; i++) {
        const char *start = memory_format("https://bsky.app/profile/%s/post/",
                                          names[i]);

        if (text_begins(link, start))
            key = link + strlen(start);
    }
    if (key == NULL || key[0] == '\0'
        || key[strspn(key, "234567abcdefghijklmnopqrstuvwxyz")] != '\0')
        return NULL;
    return memory_format("at://%s/%s/%s", job->remote_account, BLUESKY_POSTS,
                         key);
}
