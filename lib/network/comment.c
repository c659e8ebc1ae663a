/* comment.c: first comments: is one there, and what a refusal of it means. */
#include "network/comment.h"
#include "network/told.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"

#include <string.h>

enum { SKEW = 1 * MINUTE, LOOKS = 5 };

struct result
comment_ready(struct job *job)
{
    (void)job;
    return told_result(RESULT_READY, NULL, NULL);
}

int64_t
comment_since(const struct job *job)
{
    return job->first_sent_at - SKEW;
}

int
comment_is_text(const struct job *job, const char *theirs)
{
    static const char blank[] = " \t\r\n";
    const char *ours = job->text + strspn(job->text, blank);

    if (theirs == NULL)
        return 0;
    theirs += strspn(theirs, blank);
    while (*ours != '\0' || *theirs != '\0') {
        if (*ours == *theirs)
            ours++, theirs++;
        else if (*ours == '\r')
            ours++;
        else if (*theirs == '\r')
            theirs++;
        else
            break;
    }
    return ours[strspn(ours, blank)] == '\0'
           && theirs[strspn(theirs, blank)] == '\0';
}

struct result
comment_missing(const struct job *job, const char *title)
{
    int64_t last = job->first_sent_at
                   + LOOKS * config()->settle_seconds * (int64_t)SECOND;
    struct result result = told_result(RESULT_UNKNOWN, "network_error",
        memory_format("It is not among the post's comments on %s, which"
                      " proves nothing.", title));

    if (clock_now() < last) {
        result.kind = RESULT_WAIT;
        result.words = memory_format("%s does not show the comment yet.",
                                     title);
        result.retry_at = last;
    }
    return result;
}

struct result
comment_unreadable(struct result refusal)
{
    if (refusal.kind == RESULT_RETRY)
        refusal.kind = RESULT_WAIT;
    else if (refusal.kind != RESULT_AUTH)
        refusal.kind = RESULT_UNKNOWN;
    return refusal;
}

struct result
comment_forbidden(const char *title, const char *what)
{
    return told_result(RESULT_REJECTED, "platform_rejected", memory_format(
        "%s lets Crier post here, but not comment: that takes %s.", title,
        what));
}

struct result
comment_posted(const char *id, const char *link)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);

    result.remote_id = id;
    result.permalink = told_link(link);
    return result;
}
