/* linkedin_post.c: making a post on LinkedIn, and what the answer means. */
#include "network/linkedin.h"
#include "network/option.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

enum {
    BEFORE = 1 * MINUTE,        /* LinkedIn's clock may be behind ours */
    WAIT_FIRST = 2 * MINUTE,    /* for files that were not ready after all */
    WAIT_AGAIN = 10 * MINUTE
};

const char *
linkedin_post_permalink(const char *urn)
{
    return told_link(memory_format("https://www.linkedin.com/feed/update/%s/",
                                   urn));
}

/* An image or a video alone is content.media; several images are not. Where
   there is none a link has its card. */
static const char *
content_of(const struct job *job)
{
    struct text list = { 0 };
    int i;

    if (job->media_count == 0)
        return linkedin_card_article(job) == NULL ? NULL
            : memory_format("{\"article\":%s}", linkedin_card_article(job));
    for (i = 0; i < job->media_count; i++) {
        int video = text_begins(job->media[i].type, "video/");

        value_set_text("linkedin_urn",
                       linkedin_entry_of(job, job->media[i].id).urn);
        value_set_text("linkedin_alt", job->media[i].alt[0] && !video
                       ? job->media[i].alt : NULL);
        value_set_text("linkedin_title", job->title[0] && video
                       ? job->title : NULL);
        text_add_format(&list, "%s%s", i > 0 ? "," : "", json_make(
            "json_patch('{}', json_object('id', :linkedin_urn,"
            " 'altText', :linkedin_alt, 'title', :linkedin_title))"));
    }
    if (job->media_count == 1)
        return memory_format("{\"media\":%s}", text_string(&list));
    return memory_format("{\"multiImage\":{\"images\":[%s]}}",
                         text_string(&list));
}

static const char *
body_of(const struct job *job)
{
    value_set_text("linkedin_author", linkedin_author(job));
    value_set_text("linkedin_text", linkedin_text_escape(job->text));
    value_set_text("linkedin_visibility",
                   option_text(job, "$.visibility", "PUBLIC"));
    value_set_text("linkedin_content", content_of(job));
    return json_make(
        "json_patch('{}', json_object('author', :linkedin_author,"
        " 'commentary', :linkedin_text, 'visibility', :linkedin_visibility,"
        " 'distribution', json_object('feedDistribution', 'MAIN_FEED',"
        "  'targetEntities', json_array(),"
        "  'thirdPartyDistributionChannels', json_array()),"
        " 'lifecycleState', 'PUBLISHED',"
        " 'isReshareDisabledByAuthor', json('false'),"
        " 'content', json(:linkedin_content)))");
}

static struct result
posted(const char *urn)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);

    result.http_status = 201;
    result.remote_id = urn;
    if (urn != NULL)
        result.permalink = linkedin_post_permalink(urn);
    return result;
}

/* The id stands in a header alone. Without it the post is out all the same:
   a page's can be found. */
static struct result
taken(struct job *job, const struct oauth_answer *answer)
{
    const char *urn = http_header(&answer->http, "x-restli-id");

    if (urn != NULL && linkedin_text_urn(urn) != NULL)
        return posted(linkedin_text_urn(urn));
    if (linkedin_is_page(job)) {
        struct result found = linkedin_lookup_find(job, clock_now() - BEFORE);

        if (found.kind == RESULT_POSTED)
            return found;
    }
    return posted(NULL);
}

/* LinkedIn names the post that has the same content, made within about ten
   minutes: the first send of this one, unless it was there before this was
   due. It may be a ghost, deleted or never shown; who may look, looks. */
static struct result
duplicate(struct job *job, const struct oauth_answer *refusal,
          struct result refused)
{
    const char *words = json_text(text_string(&refusal->http.body),
                                  "$.message");
    const char *urn = words ? linkedin_text_urn(words) : NULL;
    struct oauth_answer answer;

    if (urn == NULL)
        return refused;
    answer = linkedin_call(job, "GET", linkedin_path("/rest/posts/", urn, ""),
                           NULL, NULL);
    if (linkedin_is_forbidden(&answer)
        || (linkedin_is_good(&answer) && json_integer(
            text_string(&answer.http.body), "$.createdAt", 0)
            >= job->due_at - BEFORE))
        return posted(urn);
    refused.words = linkedin_is_good(&answer)
        ? memory_format("LinkedIn takes the same post only once, and it"
                        " stands at %s.", linkedin_post_permalink(urn))
        : "LinkedIn takes this for a repeated post, but the first is not to"
          " be seen there.";
    return refused;
}

/* Files that were thought to be ready, or have expired. */
static struct result
review_media(struct job *job, const struct oauth_answer *answer,
             struct result refused)
{
    int64_t waited = json_integer(job->resume, "$.waited", 0);

    if (text_same(linkedin_code(answer), "MEDIA_ASSET_WAITING_UPLOAD")) {
        refused.retry_at = clock_now() + (waited ? WAIT_AGAIN : WAIT_FIRST);
        linkedin_entry_delay(job, refused.retry_at);
        linkedin_keep(job, "{\"waited\":1}");
    } else if (text_same(linkedin_code(answer), "EXPIRED_UPLOAD_URL")) {
        linkedin_entry_forget(job);
    }
    return refused;
}

struct result
linkedin_post_send(struct job *job)
{
    struct oauth_answer answer = linkedin_call(job, "POST", "/rest/posts",
                                               NULL, body_of(job));
    struct result result;

    if (answer.http.result == HTTP_ANSWERED && answer.http.status == 201)
        return taken(job, &answer);
    result = linkedin_refusal(&answer, 1);
    if (text_same(result.category, "duplicate"))
        return duplicate(job, &answer, result);
    if (job->media_count > 0 && result.kind == RESULT_RETRY)
        result = review_media(job, &answer, result);
    if (result.kind == RESULT_REJECTED && linkedin_card_drop(job))
        result.kind = RESULT_RETRY;     /* it may be the card */
    return linkedin_paced(job, result);
}
