/* tiktok_list.c: photos whose task was not told, among the newest posts. */
#include "network/tiktok.h"
#include "network/option.h"
#include "base/clock.h"
#include "data/json.h"

#include <string.h>

enum {
    LOOK_AGAIN = 10 * MINUTE,   /* after the send: the last look */
    CLOCKS_APART = MINUTE,
    CUT = 100                   /* bytes; titles are read back to 150
                                   characters */
};

/* Is their text ours, or the beginning that TikTok gives of a long one? */
static int
holds(const char *theirs, const char *ours)
{
    size_t length = strlen(theirs);

    return length > 0 && strncmp(theirs, ours, length) == 0
           && (ours[length] == '\0' || length >= CUT);
}

/* Which of a photo post's two texts the list gives as its title is
   UNVERIFIED. */
static int
is_ours(const struct job *job, const char *post)
{
    const char *title = json_text(post, "$.title");

    return json_integer(post, "$.create_time", 0) * SECOND
           >= job->first_sent_at - CLOCKS_APART
           && title != NULL && tiktok_is_id(json_text(post, "$.id"))
           && (holds(title, job->title) || holds(title, job->text));
}

/* Only public posts are listed, and moderation comes first: that it is not
   there proves nothing. */
static struct result
not_found(const struct job *job)
{
    struct result result = told_result(RESULT_UNKNOWN, "network_error",
        "TikTok gave no answer, and it is not among the account's newest"
        " public posts, which proves nothing.");

    if (clock_now() < job->first_sent_at + LOOK_AGAIN) {
        result.kind = RESULT_WAIT;
        result.retry_at = clock_now() + MINUTE;
    }
    return result;
}

struct result
tiktok_find(struct job *job)
{
    struct oauth_answer answer;
    struct json_member *posts;
    struct result result;
    int i, count;

    if (!tiktok_may(job, "video.list")
        || !text_same(option_text(job, "$.privacyLevel", ""),
                      "PUBLIC_TO_EVERYONE"))
        return told_result(RESULT_UNKNOWN, "network_error",
                           "TikTok gave no answer, and lists only public"
                           " posts.");
    answer = tiktok_ask(job, "/v2/video/list/?fields=id,create_time,title",
                        "{\"max_count\":20}");
    if (!tiktok_is_good(&answer.http)) {
        result = tiktok_refusal(&answer, 0);
        if (result.kind == RESULT_REJECTED)
            result.kind = RESULT_UNKNOWN;
        return result;
    }
    count = json_members(text_string(&answer.http.body), "$.data.videos",
                         &posts);
    for (i = 0; i < count; i++)
        if (is_ours(job, posts[i].json))
            return tiktok_posted(job, json_text(posts[i].json, "$.id"));
    return not_found(job);
}
