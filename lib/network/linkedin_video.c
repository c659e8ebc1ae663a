/* linkedin_video.c: a video's bytes on their way to LinkedIn.

   LinkedIn cuts the file into parts and gives each a URL of its own, which
   takes no token and answers with an ETag. resume keeps {video: {of, urn,
   token, parts: [{uploadUrl, firstByte, lastByte}], etags}}. */
#include "network/linkedin.h"
#include "network/pieces.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

/* The video of resume, as JSON; NULL where none is on its way. */
static const char *
on_its_way(const struct job *job, int position)
{
    const char *video = json_raw(job->resume, "$.video");

    return video != NULL && text_same(json_text(video, "$.of"),
                                      job->media[position].id) ? video : NULL;
}

static struct result
begin(struct job *job, int position)
{
    struct oauth_answer answer;
    const char *body;

    value_set_text("linkedin_owner", linkedin_author(job));
    value_set_integer("linkedin_bytes", job->media[position].bytes);
    answer = linkedin_call(job, "POST",
        "/rest/videos?action=initializeUpload", NULL, json_make(
            "json_object('initializeUploadRequest', json_object("
            " 'owner', :linkedin_owner, 'fileSizeBytes', :linkedin_bytes,"
            " 'uploadCaptions', json('false'),"
            " 'uploadThumbnail', json('false')))"));
    body = text_string(&answer.http.body);
    if (!linkedin_is_good(&answer)
        || json_text(body, "$.value.video") == NULL
        || json_count(body, "$.value.uploadInstructions") == 0)
        return linkedin_refusal(&answer, 0);
    value_set_text("linkedin_of", job->media[position].id);
    value_set_text("linkedin_urn", json_text(body, "$.value.video"));
    value_set_text("linkedin_token", json_text(body, "$.value.uploadToken"));
    value_set_text("linkedin_parts",
                   json_raw(body, "$.value.uploadInstructions"));
    linkedin_keep(job, json_make(
        "json_object('video', json_object('of', :linkedin_of,"
        " 'urn', :linkedin_urn, 'token', ifnull(:linkedin_token, ''),"
        " 'parts', json(:linkedin_parts), 'etags', json_array()))"));
    return told_result(RESULT_READY, NULL, NULL);
}

/* The part's ETag without its quotes; NULL and why not. */
static const char *
put(struct job *job, const struct job_media *media, const char *part,
    struct result *fault)
{
    long long first = json_integer(part, "$.firstByte", -1);
    long long last = json_integer(part, "$.lastByte", -1);
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };
    struct http_request request = {
        .method = "PUT", .url = json_text(part, "$.uploadUrl"),
        .headers = { "Content-Type: application/octet-stream" },
        .body_path = media->path, .body_offset = first,
        .body_length = (size_t)(last - first + 1),
        .seconds = told_seconds(last - first + 1)
    };
    const char *tag = NULL;

    *fault = told_result(RESULT_RETRY, "platform_5xx",
                         "LinkedIn's answer to an upload cannot be read.");
    if (request.url == NULL || first < 0 || last < first)
        return NULL;
    answer.http = http_send(&request);
    if (!linkedin_is_done(&answer)) {
        *fault = linkedin_media_lost(job, &answer);
        return NULL;
    }
    tag = http_header(&answer.http, "etag");
    if (tag != NULL && tag[0] == '"' && text_ends(tag + 1, "\""))
        tag = memory_copy_bytes(tag + 1, strlen(tag) - 2);
    return tag;
}

static void
keep_tag(struct job *job, const char *tag)
{
    value_set_text("linkedin_resume", job->resume);
    value_set_text("linkedin_tag", tag);
    linkedin_keep(job, json_make("json_object('video', json_object('etags',"
        " json_insert(:linkedin_resume -> '$.video.etags', '$[#]',"
        " :linkedin_tag)))"));
}

/* The parts that are not there yet, in their order. */
static struct result
put_all(struct job *job, int position)
{
    const char *video = on_its_way(job, position);
    struct json_member *parts;
    int count = json_members(video, "$.parts", &parts);
    int i = json_count(video, "$.etags");
    struct pieces pieces = pieces_begin();
    struct result fault;

    for (; i < count; i++) {
        const char *tag;

        pieces_next(&pieces, job);
        tag = put(job, &job->media[position], parts[i].json, &fault);
        if (tag == NULL)
            return fault;
        keep_tag(job, tag);
    }
    return told_result(RESULT_READY, NULL, NULL);
}

static struct result
finish(struct job *job, int position, const char **urn)
{
    const char *video = on_its_way(job, position);
    struct oauth_answer answer;

    *urn = json_text(video, "$.urn");
    value_set_text("linkedin_video", video);
    answer = linkedin_call(job, "POST", "/rest/videos?action=finalizeUpload",
        NULL, json_make(
            "json_object('finalizeUploadRequest', json_object("
            " 'video', :linkedin_video ->> '$.urn',"
            " 'uploadToken', :linkedin_video ->> '$.token',"
            " 'uploadedPartIds', json(:linkedin_video -> '$.etags')))"));
    return linkedin_is_done(&answer)
           ? told_result(RESULT_READY, NULL, NULL)
           : linkedin_media_lost(job, &answer);
}

struct result
linkedin_video_upload(struct job *job, int position, const char **urn)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);

    if (on_its_way(job, position) == NULL)
        result = begin(job, position);
    if (result.kind == RESULT_READY)
        result = put_all(job, position);
    return result.kind == RESULT_READY ? finish(job, position, urn) : result;
}
