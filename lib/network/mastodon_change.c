/* mastodon_change.c: editing and deleting a status that is public. */
#include "network/mastodon.h"
#include "network/told.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

static const char *
status_path(const struct job *job, const char *below)
{
    struct text path = { 0 };

    text_add(&path, "/api/v1/statuses/");
    text_add_url_part(&path, job->remote_id);
    text_add(&path, below);
    return text_string(&path);
}

static struct http_answer
ask(const struct job *job, const char *method, const char *json)
{
    return http_send(&(struct http_request){
        .method = method,
        .url = mastodon_url(job->server, status_path(job, "")),
        .bearer = mastodon_token(job),
        .headers = { "Accept: application/json",
                     json ? "Content-Type: application/json" : NULL },
        .body = json, .body_length = json ? strlen(json) : 0,
        .answer_limit = 4 * 1024 * 1024
    });
}

static int
is_gone(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED
           && (answer->status == 404 || answer->status == 410);
}

/* The content warning as it was written, where the server still knows. */
static const char *
warning_of(const struct job *job, const char *status)
{
    struct http_answer answer = mastodon_get(job, status_path(job,
                                                              "/source"));
    const char *warning = NULL;

    if (mastodon_is_good(&answer))
        warning = json_text(text_string(&answer.body), "$.spoiler_text");
    if (warning == NULL)
        warning = json_text(status, "$.spoiler_text");
    return warning ? warning : "";
}

/* What an edit leaves out is taken away: files that media_ids does not name,
   the warning, the mark as sensitive (methods/statuses.md). So all that the
   status has is said again. As JSON: how the list of media_attributes is
   written in a form differs among servers. */
static const char *
edited(const struct job *job, const char *status)
{
    value_set_text("edit_text", job->text);
    value_set_text("edit_warning", warning_of(job, status));
    value_set_text("edit_status", status);
    return json_make(
        "json_patch('{}', json_object('status', :edit_text,"
        " 'spoiler_text', :edit_warning,"
        " 'sensitive', json(iif(json_extract(:edit_status, '$.sensitive'),"
        "  'true', 'false')),"
        " 'language', json_extract(:edit_status, '$.language'),"
        " 'media_ids', (SELECT json_group_array("
        "   json_extract(value, '$.id'))"
        "  FROM json_each(:edit_status, '$.media_attachments')),"
        " 'media_attributes', (SELECT json_group_array(json_object("
        "   'id', json_extract(value, '$.id'),"
        "   'description', json_extract(value, '$.description')))"
        "  FROM json_each(:edit_status, '$.media_attachments')"
        "  WHERE json_extract(value, '$.description') IS NOT NULL)))");
}

struct result
mastodon_change_edit(struct job *job)
{
    struct http_answer answer = mastodon_get(job, status_path(job, ""));
    struct result result;

    if (is_gone(&answer))
        return told_result(RESULT_REJECTED, "platform_rejected",
            "The post is not on its server any more.");
    if (!mastodon_is_good(&answer))
        return mastodon_refusal(&answer, 0);
    answer = ask(job, "PUT", edited(job, text_string(&answer.body)));
    if (!mastodon_is_good(&answer))
        return mastodon_refusal(&answer, 1);
    result = told_result(RESULT_READY, NULL, NULL);
    result.http_status = answer.status;
    return result;
}

struct result
mastodon_change_remove(struct job *job)
{
    struct http_answer answer = ask(job, "DELETE", NULL);
    struct result result;

    if (!is_gone(&answer)
        && (answer.result != HTTP_ANSWERED || answer.status != 200))
        return mastodon_refusal(&answer, 1);
    result = told_result(RESULT_READY, NULL, NULL);
    result.http_status = answer.status;
    return result;
}
