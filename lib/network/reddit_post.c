/* reddit_post.c: making a post, and what the answer to it means. */
#include "network/reddit.h"
#include "network/option.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    SOON = 5 * SECOND,          /* after which a picture may be there */
    BEFORE = 1 * MINUTE         /* Reddit's clock may be so far behind ours */
};

static const char *
truth(int is)
{
    return is ? "true" : "false";
}

/* A switch that is on unless it is set to false. */
static int
is_not_off(const struct job *job, const char *path)
{
    return !text_same(option_json(job, path), "false");
}

/* ------------------------------------------------------------ what is sent */

static int
position_of_video(const struct job *job)
{
    int i = 0;

    while (i + 1 < job->media_count
           && !text_begins(job->media[i].type, "video/"))
        i++;
    return i;
}

/* kind, and what that kind has. */
static void
add_kind(struct text *form, const struct job *job)
{
    const char *said = option_text(job, "$.kind", "");

    switch (reddit_kind(job)) {
    case REDDIT_LINK:
        http_form_add(form, "kind", "link");
        http_form_add(form, "url", json_text(job->settings, "$.url"));
        break;
    case REDDIT_VIDEO:
        http_form_add(form, "kind", text_same(said, "videogif") ? said
                                                                : "video");
        http_form_add(form, "url", reddit_media_url(job,
                                                position_of_video(job)));
        http_form_add(form, "video_poster_url", reddit_media_poster(job));
        break;
    case REDDIT_IMAGE:
        http_form_add(form, "kind", "image");
        http_form_add(form, "url", reddit_media_url(job, 0));
        break;
    default:
        http_form_add(form, "kind", "self");
    }
    if (reddit_kind(job) == REDDIT_SELF || job->text[0] != '\0')
        http_form_add(form, "text", job->text);
}

static struct oauth_answer
submit(struct job *job)
{
    struct text form = { 0 };

    http_form_add(&form, "api_type", "json");
    add_kind(&form, job);
    http_form_add(&form, "sr", reddit_place(job));
    http_form_add(&form, "title", job->title);
    http_form_add(&form, "sendreplies",
                  truth(is_not_off(job, "$.sendReplies")));
    http_form_add(&form, "nsfw", truth(option_is_on(job, "$.nsfw")));
    http_form_add(&form, "spoiler", truth(option_is_on(job, "$.spoiler")));
    http_form_add(&form, "resubmit", truth(is_not_off(job, "$.resubmit")));
    http_form_add(&form, "validate_on_submit", "true");
    if (reddit_flair(job) != NULL)
        http_form_add(&form, "flair_id", reddit_flair(job));
    if (reddit_flair_text(job) != NULL)
        http_form_add(&form, "flair_text", reddit_flair_text(job));
    return reddit_post(job, "/api/submit", &form);
}

/* The pictures in their order; the post's text stands under the first, since a
   gallery has none of its own. */
static const char *
items_of(const struct job *job)
{
    struct text items = { 0 };
    int i;

    for (i = 0; i < job->media_count; i++) {
        value_set_text("reddit_item", reddit_media_id(job, i));
        value_set_text("reddit_caption", i ? "" : job->text);
        text_add_format(&items, "%s%s", i ? "," : "[", json_make(
            "json_object('media_id', :reddit_item, 'caption',"
            " :reddit_caption, 'outbound_url', '')"));
    }
    text_add(&items, "]");
    return text_string(&items);
}

static struct oauth_answer
submit_gallery(struct job *job)
{
    value_set_text("reddit_place", reddit_place(job));
    value_set_text("reddit_title", job->title);
    value_set_text("reddit_replies",
                   truth(is_not_off(job, "$.sendReplies")));
    value_set_text("reddit_nsfw", truth(option_is_on(job, "$.nsfw")));
    value_set_text("reddit_spoiler", truth(option_is_on(job, "$.spoiler")));
    value_set_text("reddit_flair", reddit_flair(job));
    value_set_text("reddit_flair_text", reddit_flair_text(job));
    value_set_text("reddit_items", items_of(job));
    return reddit_post_json(job, "/api/submit_gallery_post.json", json_make(
        "json_patch('{}', json_object('api_type', 'json',"
        " 'sr', :reddit_place, 'title', :reddit_title,"
        " 'sendreplies', json(:reddit_replies), 'nsfw', json(:reddit_nsfw),"
        " 'spoiler', json(:reddit_spoiler), 'show_error_list', json('true'),"
        " 'validate_on_submit', json('true'), 'flair_id', :reddit_flair,"
        " 'flair_text', :reddit_flair_text, 'items', json(:reddit_items)))"));
}

/* ------------------------------------------------------------ what came */

/* What a moderator's program did with the post right away: its author sees it
   as before. */
static const char *
removal(const char *post)
{
    const char *who = post ? json_text(post, "$.removed_by_category") : NULL;

    if (who != NULL)
        return memory_format("Reddit shows this post to nobody else: it was"
                             " removed (%s).", told_words(who, ""));
    if (post != NULL && (json_text(post, "$.banned_by") != NULL
                         || json_is_true(post, "$.banned_by")
                         || text_same(json_text(post, "$.selftext"),
                                      "[removed]")))
        return "Reddit shows this post to nobody else: it was removed.";
    return NULL;
}

struct result
reddit_posted(const char *name, const char *url, const char *post)
{
    struct result result = told_result(RESULT_POSTED, NULL, removal(post));
    struct text link = { 0 };

    text_add(&link, "https://www.reddit.com/comments/");
    text_add_url_part(&link, name + strlen("t3_"));
    text_add(&link, "/");
    result.remote_id = name;
    result.permalink = url && text_is_link(url) ? url : text_string(&link);
    return result;
}

/* The full name that an answer tells: as such, or (of a gallery) by the post's
   URL, .../comments/1abcde/title/. NULL where it does not. */
static const char *
name_in(const char *data)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    const char *name = json_text(data, "$.name");
    const char *url = json_text(data, "$.url"), *mark;
    size_t length;

    if (name == NULL) {
        mark = url ? strstr(url, "/comments/") : NULL;
        mark = mark ? mark + strlen("/comments/") : "";
        name = memory_format("t3_%.*s", (int)strspn(mark, letters), mark);
    }
    length = text_begins(name, "t3_") ? strspn(name + 3, letters) : 0;
    return length > 0 && length <= 16 && name[3 + length] == '\0' ? name
                                                                  : NULL;
}

/* A picture or a video is taken without an id: its owner's page will show it.
   (The websocket that Reddit names would tell sooner; nobody waits there.) */
static struct result
taken(const char *data)
{
    struct result result = told_result(RESULT_WAIT, "media_processing",
                                       "Reddit is processing the post.");

    if (json_text(data, "$.user_submitted_page") == NULL
        && json_text(data, "$.websocket_url") == NULL)
        return told_result(RESULT_UNKNOWN, "platform_5xx",
                           "Reddit's answer does not name the post.");
    result.retry_at = clock_now() + SOON;
    return result;
}

/* A link that stands there already may be this post, of a send whose answer
   was lost. */
static struct result
duplicate(struct job *job, struct result refused)
{
    struct result found = reddit_find(job, job->due_at - BEFORE);

    return found.kind == RESULT_POSTED ? found : refused;
}

struct result
reddit_send(struct job *job)
{
    struct oauth_answer answer = reddit_kind(job) == REDDIT_GALLERY
                                 ? submit_gallery(job) : submit(job);
    struct result result, ignored;
    const char *data, *name;

    if (!reddit_is_good(&answer)) {
        result = reddit_refusal(&answer, 1);
        return text_same(result.category, "duplicate")
               ? duplicate(job, result) : result;
    }
    data = json_raw(reddit_body(&answer), "$.json.data");
    name = data ? name_in(data) : NULL;
    if (name == NULL)
        result = taken(data ? data : "{}");
    else
        result = reddit_posted(name, json_text(data, "$.url"),
                               reddit_read(job, name, &ignored));
    result.http_status = answer.http.status;
    return result;
}
