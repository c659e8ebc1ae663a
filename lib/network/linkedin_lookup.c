/* linkedin_lookup.c: after a send without an answer: is the post there?

   LinkedIn knows no idempotency keys. A page's posts can be listed; a
   member's cannot (r_member_social is closed to new applications). Sending
   again would be answered 422 where the first is there, but only within about
   ten minutes, and a duplicate may be dropped without a word: nothing to
   build on. */
#include "network/linkedin.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"

enum { SKEW = 1 * MINUTE, LOOKS = 5 };

/* The URNs of a post's files in their order; how many there are. */
static int
files_of(const char *post, struct json_member **files)
{
    int count = json_members(post, "$.content.multiImage.images", files);

    if (count == 0 && json_raw(post, "$.content.media") != NULL) {
        *files = memory_get(sizeof **files);
        (*files)->json = json_raw(post, "$.content.media");
        return 1;
    }
    return count;
}

static int
is_ours(const struct job *job, const char *post, int64_t since)
{
    const char *text = json_text(post, "$.commentary");
    struct json_member *files;
    int i, count = files_of(post, &files);

    if (json_integer(post, "$.createdAt", 0) < since
        || count != job->media_count)
        return 0;
    for (i = 0; i < count; i++)
        if (!text_same(json_text(files[i].json, "$.id"),
                       linkedin_entry_of(job, job->media[i].id).urn))
            return 0;
    return text_same(linkedin_text_plain(text ? text : ""),
                     linkedin_text_plain(linkedin_text_escape(job->text)));
}

struct result
linkedin_lookup_find(struct job *job, int64_t since)
{
    struct oauth_answer answer = linkedin_call(job, "GET", linkedin_path(
        "/rest/posts?q=author&author=", linkedin_author(job),
        "&count=10&sortBy=CREATED"), "FINDER", NULL);
    struct result found = { .kind = RESULT_POSTED };
    struct json_member *posts;
    int i, count;

    if (linkedin_is_forbidden(&answer))
        return told_result(RESULT_UNKNOWN, "network_error",
                           "LinkedIn does not let its posts be listed.");
    if (!linkedin_is_good(&answer))
        return linkedin_refusal(&answer, 0);
    count = json_members(text_string(&answer.http.body), "$.elements",
                         &posts);
    for (i = 0; i < count; i++)
        if (is_ours(job, posts[i].json, since))
            break;
    if (i == count)
        return told_result(RESULT_ABSENT, NULL, NULL);
    found.remote_id = told_id(posts[i].json, "$.id");
    if (found.remote_id != NULL)
        found.permalink = linkedin_post_permalink(found.remote_id);
    return found;
}

/* Asked once the send has settled, and again when five times as long has
   passed. */
struct result
linkedin_lookup(struct job *job)
{
    int64_t last = job->first_sent_at
                   + LOOKS * config()->settle_seconds * (int64_t)SECOND;
    struct result result;

    if (!linkedin_is_page(job))
        return told_result(RESULT_UNKNOWN, "network_error",
                           "LinkedIn does not let a member's posts be"
                           " listed.");
    result = linkedin_lookup_find(job, job->first_sent_at - SKEW);
    if (result.kind == RESULT_ABSENT && clock_now() < last) {
        result = told_result(RESULT_WAIT, "network_error",
                             "LinkedIn does not show the post yet.");
        result.retry_at = last;
    } else if (result.kind == RESULT_ABSENT) {
        result = told_result(RESULT_UNKNOWN, "network_error",
            "It is not among the page's newest posts, which proves nothing.");
    }
    return result;
}
