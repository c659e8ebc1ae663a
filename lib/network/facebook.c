/* facebook.c: the driver for Facebook Pages: texts, links, pictures, videos,
   reels and stories. */
#include "network/facebook.h"
#include "network/told.h"
#include "base/memory.h"
#include "core/config.h"
#include "core/media.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { CLOCKS_APART = 60 * 1000 };

const char *
facebook_base(void)
{
    return memory_format("%s/%s", config_api_url("facebook",
        "https://graph.facebook.com"), graph_version("facebook"));
}

const char *
facebook_place(const char *id, const char *rest)
{
    struct text url = { 0 };

    text_add_format(&url, "%s/", facebook_base());
    text_add_url_part(&url, id);
    text_add(&url, rest);
    return text_string(&url);
}

const char *
facebook_secret(const struct job *job)
{
    const char *id = job->app ? json_text(job->app, "$.client_id") : NULL;

    return id && text_same(id, oauth_credential(job, "$.client_id"))
           ? json_text(job->app, "$.client_secret") : NULL;
}

const char *
facebook_url(const struct job *job, const char *id, const char *rest)
{
    return graph_proven(facebook_place(id, rest), facebook_secret(job),
                        facebook_token(job));
}

const char *
facebook_token(const struct job *job)
{
    return oauth_credential(job, "$.access_token");
}

struct result
facebook_refusal(const struct http_answer *answer, int sent)
{
    return graph_refusal("Facebook", answer, sent);
}

int
facebook_is_video(const struct job *job)
{
    return job->media_count > 0
           && text_begins(job->media[0].type, "video/");
}

int
facebook_is_story(const struct job *job)
{
    return text_same(json_text(job->settings, "$.type"), "story");
}

int
facebook_is_reel(const struct job *job)
{
    return facebook_is_video(job) && !facebook_is_story(job)
           && text_same(json_text(job->settings, "$.videoType"), "reel");
}

int
facebook_is_video_id(const char *id)
{
    return strchr(id, '_') == NULL;
}

void
facebook_keep(struct job *job, const char *resume)
{
    job->save_resume(job, resume);
    job->resume = resume;
}

const char *
facebook_link(const struct job *job, const char *id, const char *told)
{
    const char *place = facebook_is_story(job) ? "stories/"
        : facebook_is_reel(job) && facebook_is_video_id(id) ? "reel/" : NULL;

    if (place == NULL && told_link(told) != NULL)
        return told;
    if (place == NULL && told != NULL && told[0] == '/')
        return told_link(memory_format("https://www.facebook.com%s", told));
    return told_link(memory_format("https://www.facebook.com/%s%s",
                                   place ? place : "", id));
}

struct result
facebook_posted(const struct job *job, const char *id)
{
    struct result result = told_result(RESULT_POSTED, NULL, NULL);
    struct http_answer answer;
    const char *told = NULL;

    if (!facebook_is_story(job)) {
        answer = graph_get(facebook_url(job, id, "?fields=permalink_url"),
                           facebook_token(job));
        if (graph_is_good(&answer))
            told = json_text(text_string(&answer.body), "$.permalink_url");
    }
    result.remote_id = id;
    result.permalink = facebook_link(job, id, told);
    return result;
}

/* ------------------------------------------------------------ sending */

static void
add_text(struct text *form, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        http_form_add(form, name, text);
}

/* Pictures stand before a link: Facebook shows one or the other. */
static const char *
feed_form(const struct job *job, struct text *form)
{
    int i;

    add_text(form, "message", job->text);
    for (i = 0; i < job->media_count; i++) {
        value_set_text("facebook_photo", facebook_photo(job, i));
        http_form_add(form, memory_format("attached_media[%d]", i),
            json_make("json_object('media_fbid', :facebook_photo)"));
    }
    if (job->media_count == 0)
        add_text(form, "link", json_text(job->settings, "$.link"));
    return "/feed";
}

static const char *
video_form(const struct job *job, struct text *form)
{
    const struct job_media *media = &job->media[0];

    if (facebook_handle(job) != NULL)
        http_form_add(form, "fbuploader_video_file_chunk",
                      facebook_handle(job));
    else
        http_form_add(form, "file_url",
                      media_serve_url(media->id, media->extension));
    add_text(form, "description", job->text);
    add_text(form, "title", job->title);
    return "/videos";
}

static const char *
phases_form(const struct job *job, struct text *form)
{
    http_form_add(form, "upload_phase", "finish");
    http_form_add(form, "video_id", facebook_reel(job));
    if (!facebook_is_story(job)) {
        http_form_add(form, "video_state", "PUBLISHED");
        add_text(form, "description", job->text);
        add_text(form, "title", job->title);
    }
    return facebook_phases(job);
}

static const char *
any_form(const struct job *job, struct text *form)
{
    if (facebook_reel(job) != NULL)
        return phases_form(job, form);
    if (facebook_is_video(job))
        return video_form(job, form);
    if (!facebook_is_story(job))
        return feed_form(job, form);
    http_form_add(form, "photo_id", facebook_photo(job, 0));
    return "/photo_stories";
}

/* A reel goes by its video's id, a story by its own. */
static const char *
id_of(const struct job *job, const struct http_answer *answer)
{
    const char *body = text_string(&answer->body), *id;

    if (!graph_is_good(answer))
        return NULL;
    if (facebook_reel(job) == NULL && !facebook_is_story(job))
        return told_id(body, "$.id");
    if (!json_is_true(body, "$.success"))
        return NULL;
    id = facebook_is_story(job) ? told_id(body, "$.post_id") : NULL;
    if (id == NULL)
        id = facebook_reel(job) ? facebook_reel(job) : facebook_photo(job, 0);
    return id;
}

/* What Facebook takes for a repeated post: perhaps ours stands there. */
static struct result
duplicate(struct job *job, struct result refused)
{
    struct result found = facebook_find(job, job->due_at - CLOCKS_APART);

    return found.kind == RESULT_POSTED || found.kind == RESULT_WAIT ? found
                                                                    : refused;
}

static struct result
send(struct job *job)
{
    struct text form = { 0 };
    const char *edge = any_form(job, &form), *id;
    struct http_answer answer = graph_post(facebook_url(job,
        job->remote_account, edge), facebook_token(job), &form);
    struct result result;

    id = id_of(job, &answer);
    if (id != NULL)
        return facebook_settled(job, id);
    result = facebook_refusal(&answer, 1);
    if (text_same(result.category, "duplicate"))
        return duplicate(job, result);
    if (result.kind == RESULT_REJECTED)
        facebook_media_forget(job);
    if (result.kind == RESULT_RETRY
        && text_same(result.category, "media_error"))
        facebook_video_forget(job);
    return result;
}

/* A Page's token has no end and cannot be renewed. */
const struct network facebook = {
    .name = "facebook",
    .prepare = facebook_media,
    .send = send,
    .look_up = facebook_look_up,
    .oauth_begin = facebook_oauth_begin,
    .oauth_finish = facebook_oauth_finish,
    .sync = facebook_sync,
    .revoke = facebook_revoke,
    .edit = facebook_edit,
    .remove = facebook_remove,
    .measure = facebook_measure,
    .id_in_link = facebook_id_in_link,
    .parts = &facebook_comment
};
