/* reddit_media.c: files go to Reddit's store before a post shows them.

   Reddit gives a lease (POST /api/media/asset.json): where at the store, and
   with which fields. resume keeps {files: {our id: {id, url, at}}}, where the
   poster of reddit.coverUrl goes by the name cover: a crash costs no second
   upload. How long the store keeps what no post shows is UNVERIFIED: after an
   hour a file is uploaded anew. */
#include "network/reddit.h"
#include "network/picture.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum {
    KEPT = 1 * HOUR,
    COVER_MOST = 20 * 1000 * 1000,
    COVER_SECONDS = 60
};

static const char cover[] = "cover";

/* resume's entry of a file as JSON; NULL where there is none that is young. */
static const char *
entry_of(const struct job *job, const char *name)
{
    struct json_member *files;
    int i, count = json_members(job->resume, "$.files", &files);

    for (i = 0; i < count; i++)
        if (text_same(files[i].key, name)
            && json_integer(files[i].json, "$.at", 0) > clock_now() - KEPT)
            return files[i].json;
    return NULL;
}

static const char *
entry_text(const struct job *job, const char *name, const char *path)
{
    const char *entry = entry_of(job, name);
    const char *text = entry ? json_text(entry, path) : NULL;

    return text ? text : "";
}

const char *
reddit_media_url(const struct job *job, int position)
{
    return entry_text(job, job->media[position].id, "$.url");
}

const char *
reddit_media_id(const struct job *job, int position)
{
    return entry_text(job, job->media[position].id, "$.id");
}

const char *
reddit_media_poster(const struct job *job)
{
    int i;

    for (i = 0; i < job->media_count; i++)
        if (text_begins(job->media[i].type, "image/"))
            return reddit_media_url(job, i);
    return entry_text(job, cover, "$.url");
}

static void
keep(struct job *job, const char *name, const char *id, const char *url)
{
    value_set_text("reddit_file", name);
    value_set_text("reddit_file_id", id);
    value_set_text("reddit_file_url", url);
    value_set_integer("reddit_file_at", clock_now());
    reddit_keep(job, json_make("json_object('files', json_object("
        ":reddit_file, json_object('id', :reddit_file_id, 'url',"
        " :reddit_file_url, 'at', :reddit_file_at)))"));
}

static struct result
no_good(enum result_kind kind, const char *words)
{
    return told_result(kind, "media_error", words);
}

/* The store answers with XML, where a Code says what is wrong. */
static struct result
judge(const struct http_answer *answer)
{
    if (answer->result != HTTP_ANSWERED)
        return told_no_answer("Reddit's store", answer, 0);
    if (answer->status / 100 == 2)
        return told_result(RESULT_READY, NULL, NULL);
    if (answer->status == 400
        && strstr(text_string(&answer->body),
                  "<Code>EntityTooLarge</Code>") != NULL)
        return no_good(RESULT_REJECTED,
                       "A file is larger than Reddit takes.");
    return no_good(RESULT_RETRY, memory_format(
        "Reddit's store for files answered %ld.", answer->status));
}

/* POST the file to the store: every field that the lease gave, in its order,
   the file behind them, and no token of ours. */
static struct result
put(const char *lease, const char *action, const struct http_part *file,
    long long bytes)
{
    struct json_member *fields;
    int i, count = json_members(lease, "$.args.fields", &fields);
    struct http_request request = { .method = "POST",
        .url = config_url("upload_url", "reddit", action),
        .headers = { reddit_agent() }, .seconds = told_seconds(bytes) };
    struct http_answer answer;

    if (count == 0 || count >= HTTP_PARTS)
        return no_good(RESULT_RETRY,
                       "Reddit did not say how its store takes a file.");
    for (i = 0; i < count; i++) {
        const char *name = json_text(fields[i].json, "$.name");
        const char *value = json_text(fields[i].json, "$.value");

        request.parts[i] = (struct http_part){ .name = name ? name : "",
                                               .value = value ? value : "" };
    }
    request.parts[count] = *file;
    answer = http_send(&request);
    return judge(&answer);
}

/* The key of the lease: where the file will be, below the action. */
static const char *
key_of(const char *lease)
{
    struct json_member *fields;
    int i, count = json_members(lease, "$.args.fields", &fields);

    for (i = 0; i < count; i++)
        if (text_same(json_text(fields[i].json, "$.name"), "key"))
            return json_text(fields[i].json, "$.value");
    return NULL;
}

static struct result
upload(struct job *job, const char *name, const struct http_part *file,
       long long bytes)
{
    struct text form = { 0 };
    struct oauth_answer answer;
    const char *lease, *action, *key, *id;
    struct result result;

    http_form_add(&form, "filepath", file->file_name);
    http_form_add(&form, "mimetype", file->type);
    answer = reddit_post(job, "/api/media/asset.json", &form);
    if (!reddit_is_good(&answer))
        return reddit_refusal(&answer, 0);
    lease = reddit_body(&answer);
    action = json_text(lease, "$.args.action");
    key = key_of(lease);
    id = json_text(lease, "$.asset.asset_id");
    if (action != NULL && text_begins(action, "//"))
        action = memory_format("https:%s", action);
    if (action == NULL || !text_is_link(action) || key == NULL || id == NULL)
        return no_good(RESULT_RETRY,
                       "Reddit did not say where a file goes.");
    result = put(lease, action, file, bytes);
    if (result.kind == RESULT_READY)
        keep(job, name, id, memory_format("%s/%s", action, key));
    return result;
}

static struct result
upload_media(struct job *job, const struct job_media *media)
{
    struct http_part file = {
        .name = "file", .path = media->path, .type = media->type,
        .file_name = memory_format("%s.%s", media->id, media->extension)
    };

    return upload(job, media->id, &file, media->bytes);
}

/* The picture behind a link, as the poster. */
static struct result
upload_cover(struct job *job, const char *link)
{
    struct picture picture = picture_fetch(link, COVER_MOST, COVER_SECONDS);
    struct http_part file = { .name = "file", .value = picture.bytes.data,
        .length = (long long)picture.bytes.length, .type = picture.type,
        .file_name = picture.file_name };

    if (picture.answer.result != HTTP_ANSWERED)
        return told_no_answer("The poster's host", &picture.answer, 0);
    if (picture.type == NULL)
        return no_good(RESULT_REJECTED,
                       "There is no JPEG or PNG at reddit.coverUrl.");
    return upload(job, cover, &file, file.length);
}

struct result
reddit_media(struct job *job)
{
    struct result result = told_result(RESULT_READY, NULL, NULL);
    const char *link = json_text(job->settings, "$.coverUrl");
    int i;

    for (i = 0; i < job->media_count && result.kind == RESULT_READY; i++)
        if (entry_of(job, job->media[i].id) == NULL)
            result = upload_media(job, &job->media[i]);
    if (result.kind == RESULT_READY && reddit_kind(job) == REDDIT_VIDEO
        && reddit_media_poster(job)[0] == '\0') {
        if (link == NULL)
            return no_good(RESULT_REJECTED,
                           "Reddit needs a poster for a video.");
        result = upload_cover(job, link);
    }
    return result;
}
