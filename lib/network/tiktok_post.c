/* tiktok_post.c: what the creator may post, and the JSON that begins it. */
#include "network/tiktok.h"
#include "network/option.h"
#include "core/media.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#define FLAG(name) "json(iif(" name ", 'true', 'false'))"

static struct result
no_good(const char *category, const char *words)
{
    return told_result(RESULT_REJECTED, category, words);
}

static struct result
check_level(const struct job *job, const char *creator)
{
    const char *level = option_text(job, "$.privacyLevel", "");
    struct json_member *options;
    struct text offered = { 0 };
    int i, count = json_members(creator, "$.privacy_level_options", &options);

    for (i = 0; i < count; i++) {
        if (text_same(options[i].text, level))
            return told_result(RESULT_READY, NULL, NULL);
        text_add_format(&offered, "%s%s", i ? ", " : "",
                        told_words(options[i].text, ""));
    }
    return no_good("platform_rejected", memory_format(
        "TikTok does not let this account post as %s; it offers: %s.",
        level[0] ? level : "nothing", text_string(&offered)));
}

static struct result
check_media(const struct job *job, const char *creator)
{
    int64_t most = json_integer(creator, "$.max_video_post_duration_sec", 0);

    if (tiktok_is_video(job) && most > 0
        && job->media[0].duration_ms > most * SECOND)
        return no_good("media_error", memory_format(
            "TikTok lets this account post videos of at most %lld"
            " seconds.", (long long)most));
    return told_result(RESULT_READY, NULL, NULL);
}

static void
keep(struct job *job, const char *creator)
{
    value_set_text("tiktok_name", json_text(creator, "$.creator_username"));
    value_set_integer("tiktok_comment",
                      json_is_true(creator, "$.comment_disabled"));
    value_set_integer("tiktok_duet", json_is_true(creator, "$.duet_disabled"));
    value_set_integer("tiktok_stitch",
                      json_is_true(creator, "$.stitch_disabled"));
    tiktok_keep(job, json_make(
        "json_object('creator', json_object('name', :tiktok_name,"
        " 'comment', " FLAG(":tiktok_comment") ","
        " 'duet', " FLAG(":tiktok_duet") ","
        " 'stitch', " FLAG(":tiktok_stitch") "))"));
}

struct result
tiktok_creator(struct job *job)
{
    struct oauth_answer answer = tiktok_ask(job, TIKTOK_CREATOR_INFO, "{}");
    const char *creator = tiktok_is_good(&answer.http)
        ? json_raw(text_string(&answer.http.body), "$.data") : NULL;
    struct result result;

    if (creator == NULL)
        return tiktok_refusal(&answer, 0);
    result = check_level(job, creator);
    if (result.kind == RESULT_READY)
        result = check_media(job, creator);
    if (result.kind == RESULT_READY)
        keep(job, creator);
    return result;
}

/* What the post's owner or the creator's settings switch off is off. */
static void
set_post_info(const struct job *job)
{
    const char *resume = job->resume;
    int discloses = !text_same(option_json(job,
        "$.commercialContentDisclosure"), "false");

    value_set_text("tiktok_level", option_text(job, "$.privacyLevel", ""));
    value_set_integer("tiktok_comment",
                      option_is_on(job, "$.disableComment")
                      || json_is_true(resume, "$.creator.comment"));
    value_set_integer("tiktok_duet", option_is_on(job, "$.disableDuet")
                      || json_is_true(resume, "$.creator.duet"));
    value_set_integer("tiktok_stitch",
                      option_is_on(job, "$.disableStitch")
                      || json_is_true(resume, "$.creator.stitch"));
    value_set_integer("tiktok_organic", discloses
                      && option_is_on(job, "$.brandOrganicOptIn"));
    value_set_integer("tiktok_brand", discloses
                      && option_is_on(job, "$.brandContentOptIn"));
}

#define COMMON "'privacy_level', :tiktok_level," \
    " 'disable_comment', " FLAG(":tiktok_comment") "," \
    " 'brand_organic_toggle', " FLAG(":tiktok_organic") "," \
    " 'brand_content_toggle', " FLAG(":tiktok_brand")

/* A video has one text: its caption, which TikTok calls its title. */
const char *
tiktok_video_init(const struct job *job, int64_t chunk, int count)
{
    const char *cover = option_json(job, "$.videoCoverTimestampMs");

    set_post_info(job);
    value_set_text("tiktok_title", job->text[0] ? job->text : job->title);
    value_set_text("tiktok_cover", cover);
    value_set_text("tiktok_aigc", option_json(job, "$.isAigc"));
    value_set_integer("tiktok_bytes", job->media[0].bytes);
    value_set_integer("tiktok_chunk", chunk);
    value_set_integer("tiktok_count", count);
    return json_make("json_patch('{}', json_object('post_info', json_object("
        "'title', :tiktok_title, " COMMON ","
        " 'disable_duet', " FLAG(":tiktok_duet") ","
        " 'disable_stitch', " FLAG(":tiktok_stitch") ","
        " 'is_aigc', json(:tiktok_aigc),"
        " 'video_cover_timestamp_ms', json(:tiktok_cover)),"
        " 'source_info', json_object('source', 'FILE_UPLOAD',"
        " 'video_size', :tiktok_bytes, 'chunk_size', :tiktok_chunk,"
        " 'total_chunk_count', :tiktok_count)))");
}

const char *
tiktok_photo_init(const struct job *job)
{
    int64_t first = json_integer(job->settings, "$.photoCoverIndex", 0);
    struct text urls = { 0 };
    int i;

    for (i = 0; i < job->media_count; i++) {
        text_add(&urls, i ? ",\"" : "[\"");
        text_add_json(&urls, media_serve_url(job->media[i].id,
                                             job->media[i].extension));
        text_add(&urls, "\"");
    }
    text_add(&urls, "]");
    set_post_info(job);
    value_set_text("tiktok_title", job->title);
    value_set_text("tiktok_text", job->text);
    value_set_text("tiktok_urls", text_string(&urls));
    value_set_text("tiktok_music", option_json(job, "$.autoAddMusic"));
    value_set_integer("tiktok_first", first < job->media_count ? first : 0);
    return json_make("json_patch('{}', json_object('media_type', 'PHOTO',"
        " 'post_mode', 'DIRECT_POST',"
        " 'post_info', json_object('title', :tiktok_title,"
        " 'description', :tiktok_text,"
        " 'auto_add_music', json(:tiktok_music), " COMMON "),"
        " 'source_info', json_object('source', 'PULL_FROM_URL',"
        " 'photo_cover_index', :tiktok_first,"
        " 'photo_images', json(:tiktok_urls))))");
}
