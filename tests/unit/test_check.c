/* test_check.c: content against networks, rule by rule. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/check.h"
#include "core/check_alt.h"
#include "core/check_caption.h"
#include "core/media_frames.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JPEG { .type = "image/jpeg", .bytes = 1000 }
#define GIF  { .type = "image/gif", .bytes = 1000 }
#define MP4  { .type = "video/mp4", .bytes = 1000, .duration_ms = 5000 }
#define URL  { .is_url = 1 }

/* A text of so many letters. */
static const char *
letters(int count)
{
    char *text = memory_get((size_t)count + 1);

    memset(text, 'a', (size_t)count);
    return text;
}

static struct fault
fits(const char *network, const char *limits, struct check_content content)
{
    while (content.media_count < CHECK_MEDIA
           && (content.media[content.media_count].type != NULL
               || content.media[content.media_count].is_url))
        content.media_count++;
    return check_fits(catalogue_find(network), limits, &content);
}

static void
expect(struct fault fault, enum fault_kind kind, const char *field,
       long long limit)
{
    if (fault.kind != kind)
        fail_msg("kind %d, not %d: %s", fault.kind, kind,
                 fault.detail ? fault.detail : "");
    if (kind == FAULT_NONE)
        return;
    assert_string_equal(fault.field, field);
    assert_int_equal(fault.limit, limit);
    assert_true(kind == FAULT_CONTENT_MISSING
                || (fault.detail != NULL && text_ends(fault.detail, ".")));
}

static void
good(const char *network, const char *limits, struct check_content content)
{
    expect(fits(network, limits, content), FAULT_NONE, NULL, 0);
}

static void
bad(const char *network, const char *limits, enum fault_kind kind,
    const char *field, long long limit, struct check_content content)
{
    expect(fits(network, limits, content), kind, field, limit);
}

#define C(...) ((struct check_content){ __VA_ARGS__ })

static void
a_text_has_its_length(void **state)
{
    (void)state;
    bad("site", NULL, FAULT_CONTENT_MISSING, "caption", 0, C(""));
    good("site", "{}", C("x"));
    good("mastodon", NULL, C(letters(500)));
    bad("mastodon", NULL, FAULT_TEXT_TOO_LONG, "caption", 500,
        C(letters(501)));
    good("bluesky", NULL, C(letters(300)));
    bad("bluesky", NULL, FAULT_TEXT_TOO_LONG, "caption", 300,
        C(letters(301)));
    good("x", NULL, C(letters(280)));
    bad("x", NULL, FAULT_TEXT_TOO_LONG, "caption", 280, C(letters(281)));
}

/* 299 graphemes of 12 bytes each pass the letters and not the bytes. */
static void
bytes_are_counted_too(void **state)
{
    struct text text = { 0 };
    int i;

    (void)state;
    for (i = 0; i < 299; i++)
        text_add(&text, "e\u0301\u0302\u0303\u0304\u0305");
    bad("bluesky", NULL, FAULT_TEXT_TOO_LONG, "caption", 3000,
        C(text_string(&text)));
}

static void
a_server_sets_its_own_limits(void **state)
{
    const char *own = "{\"max_characters\":5000,\"url_length\":30,"
        "\"max_media_attachments\":6,\"description_limit\":10,"
        "\"counting\":\"code_points\"}";
    const char *mad = "{\"max_characters\":-1,\"url_length\":999999999,"
        "\"max_media_attachments\":\"many\",\"description_limit\":0}";

    (void)state;
    good("mastodon", own, C(letters(5000)));
    bad("mastodon", own, FAULT_TEXT_TOO_LONG, "caption", 5000,
        C(letters(5001)));
    good("mastodon", own, C("", .media = { JPEG, JPEG, JPEG, JPEG, JPEG,
                                           JPEG }));
    bad("mastodon", own, FAULT_MEDIA, "mediaId", 10,
        C("", .media = { { .type = "image/png", .alt = "eleven char" } }));
    bad("mastodon", "{\"max_characters\":29,\"url_length\":30}",
        FAULT_TEXT_TOO_LONG, "caption", 29, C("https://a.de"));
    bad("mastodon", "{\"max_characters\":10,\"counting\":\"code_points\"}",
        FAULT_TEXT_TOO_LONG, "caption", 10, C("https://a.d"));
    bad("mastodon", "{\"media_required\":true}", FAULT_MEDIA, "mediaUrls", 0,
        C("text"));
    bad("mastodon", "{\"mime_types\":[\"audio/ogg\",\"image/png\"]}",
        FAULT_MEDIA, "mediaId", 0, C("", .media = { JPEG }));
    good("mastodon", "{\"mime_types\":[\"audio/ogg\",\"image/jpeg\"]}",
         C("", .media = { JPEG }));
    good("mastodon", "{\"mime_types\":[\"audio/ogg\"]}",
         C("", .media = { JPEG }));
    bad("mastodon", mad, FAULT_TEXT_TOO_LONG, "caption", 500,
        C(letters(501)));
    good("mastodon", mad, C("https://a.de", .media = { JPEG, JPEG, JPEG,
                                                       JPEG }));
}

static void
a_warning_counts_as_text(void **state)
{
    struct check_content content = C(letters(495),
        .settings = "{\"contentWarning\":\"abcde\"}");

    (void)state;
    good("mastodon", NULL, content);
    content.text = letters(496);
    bad("mastodon", NULL, FAULT_TEXT_TOO_LONG, "caption", 500, content);
    content.text = letters(469);        /* the link is not shortened: 32 */
    content.settings = "{\"contentWarning\":"
                       "\"https://a.de/0123456789012345678\"}";
    bad("mastodon", NULL, FAULT_TEXT_TOO_LONG, "caption", 500, content);
    content.text = letters(468);
    good("mastodon", NULL, content);
}

static void
titles_are_required_and_short(void **state)
{
    const char *public = "{\"privacyLevel\":\"PUBLIC_TO_EVERYONE\"}";

    (void)state;
    bad("tiktok", NULL, FAULT_TITLE_MISSING, "title", 0,
        C("x", .settings = public, .media = { MP4 }));
    bad("tiktok", NULL, FAULT_TITLE_MISSING, "title", 0,
        C("x", .title = "", .settings = public, .media = { MP4 }));
    bad("tiktok", NULL, FAULT_TITLE_TOO_LONG, "title", 150,
        C("x", .title = letters(151), .settings = public, .media = { MP4 }));
    good("tiktok", NULL,
         C("x", .title = letters(150), .settings = public, .media = { MP4 }));
    good("tiktok", NULL,
         C("x", .title = letters(90), .settings = public, .media = { JPEG }));
    bad("tiktok", NULL, FAULT_TITLE_TOO_LONG, "title", 90,
        C("x", .title = memory_format("%s\U0001F31E", letters(89)),
          .settings = public, .media = { JPEG }));
    good("tiktok", NULL, C(letters(4000), .title = "t", .settings = public,
                           .media = { JPEG, JPEG }));
    bad("tiktok", NULL, FAULT_TEXT_TOO_LONG, "caption", 4000,
        C(letters(4001), .title = "t", .settings = public,
          .media = { JPEG }));
    bad("tiktok", NULL, FAULT_TEXT_TOO_LONG, "caption", 2200,
        C(letters(2201), .title = "t", .settings = public,
          .media = { MP4 }));
    bad("youtube", NULL, FAULT_TITLE_TOO_LONG, "title", 100,
        C("x", .title = letters(101), .media = { MP4 }));
    good("mastodon", NULL, C("x", .title = letters(400)));
}

static void
media_has_its_number_kind_and_size(void **state)
{
    (void)state;
    bad("instagram", NULL, FAULT_MEDIA, "mediaUrls", 0, C("x"));
    good("instagram", NULL, C("x", .media = { URL }));
    good("instagram", NULL, C("x", .media = { JPEG, MP4 }));
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0,
        C("x", .media = { GIF }));
    good("bluesky", NULL, C("x", .media = { URL, URL, URL, URL }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaUrls", 4,
        C("x", .media = { URL, URL, URL, URL, URL }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaId", 4,
        C("x", .media = { JPEG, JPEG, JPEG, JPEG, GIF }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaId", 1,
        C("x", .media = { MP4, MP4 }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaId", 0,
        C("x", .media = { JPEG, MP4 }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaId", 2000000,
        C("x", .media = { { .type = "image/png", .bytes = 2000001 } }));
    good("bluesky", NULL,
         C("x", .media = { { .type = "image/png", .bytes = 2000000 } }));
    good("bluesky", NULL,
         C("x", .media = { { .type = "video/mp4", .bytes = 2000001 } }));
    bad("bluesky", NULL, FAULT_MEDIA, "mediaId", 180,
        C("x", .media = { { .type = "video/mp4", .duration_ms = 180001 } }));
    bad("mastodon", NULL, FAULT_MEDIA, "mediaId", 1500,
        C("x", .media = { { .type = "image/png", .alt = letters(1501) } }));
    bad("youtube", NULL, FAULT_MEDIA, "mediaId", 0,
        C("x", .title = "t", .media = { JPEG }));
}

#define PHOTO(w, h) { .type = "image/jpeg", .bytes = 9, .width = w, \
                      .height = h }
#define FILM(w, h, ms) { .type = "video/mp4", .bytes = 9, .width = w, \
                         .height = h, .duration_ms = ms }

#define STORY "{\"type\":\"story\"}"

static void
media_has_its_sides_and_shortest_time(void **state)
{
    (void)state;
    good("instagram", NULL, (struct check_content){ .text = "",
         .media = { PHOTO(800, 1000), PHOTO(1910, 1000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(799, 1000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(1920, 1000) } });
    good("instagram", NULL, (struct check_content){ .text = "",
         .media = { FILM(1080, 1920, 3000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { FILM(1080, 1920, 2999) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { FILM(1921, 1080, 3000) } });
    good("threads", NULL, (struct check_content){ .text = "",
         .media = { FILM(1920, 3840, 3000) } });
    bad("threads", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { FILM(3840, 2160, 3000) } });
    bad("tiktok", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .title = "t", .settings
        = "{\"privacyLevel\":\"SELF_ONLY\"}",
        .media = { FILM(359, 640, 5000) } });
#define PRIVATE .text = "", .title = "t", \
        .settings = "{\"privacyLevel\":\"SELF_ONLY\"}"
    good("tiktok", NULL, (struct check_content){ PRIVATE,
         .media = { PHOTO(1080, 1920), PHOTO(2000, 1080) } });
    bad("tiktok", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        PRIVATE, .media = { PHOTO(1080, 1920), PHOTO(1081, 1081) } });
    good("twitter", NULL, (struct check_content){ .text = "",
         .media = { FILM(1200, 400, 500) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { FILM(1210, 400, 500) } });
    good("twitter", NULL, (struct check_content){ .text = "",
         .media = { FILM(1280, 1024, 500) } });
    good("twitter", "{\"subscription_type\":\"None\"}",
         (struct check_content){ .text = "",
         .media = { FILM(720, 1280, 500) } });
    bad("twitter", "{\"subscription_type\":\"None\"}", FAULT_MEDIA, "mediaId",
        0, (struct check_content){ .text = "",
        .media = { FILM(1281, 720, 500) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { FILM(1025, 1030, 500) } });
    good("twitter", "{\"subscription_type\":\"Premium\"}",
         (struct check_content){ .text = "",
         .media = { FILM(1920, 1080, 500) } });
#define REEL .text = "", .settings = "{\"videoType\":\"reel\"}"
    bad("facebook", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        REEL, .media = { FILM(539, 960, 5000) } });
    good("facebook", NULL, (struct check_content){ REEL,
         .media = { FILM(1080, 1920, 5000) } });
    good("facebook", NULL, (struct check_content){ REEL,
         .media = { FILM(608, 1080, 5000) } });
    bad("facebook", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        REEL, .media = { FILM(1080, 1350, 5000) } });
    bad("facebook", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        REEL, .media = { { .type = "video/quicktime", .bytes = 9 } } });
    bad("facebook", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = "{\"videoType\":\"reel\"}",
        .media = { FILM(1080, 1920, 91000) } });
    good("facebook", NULL, (struct check_content){ .text = "",
         .media = { FILM(100, 100, 91000) } });
#define A_GIF(w, h, b) { .type = "image/gif", .width = w, .height = h, \
                         .bytes = b }
    good("twitter", NULL, (struct check_content){ .text = "",
         .media = { A_GIF(1280, 1080, 15000000) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 15000000,
        (struct check_content){ .text = "",
        .media = { A_GIF(1280, 1080, 15000001) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { A_GIF(1280, 1081, 1000) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { A_GIF(1281, 1080, 1000) } });
    bad("twitter", NULL, FAULT_MEDIA, "mediaId", 1, (struct check_content){
        .text = "", .media = { PHOTO(9, 9), A_GIF(9, 9, 1000) } });
    good("telegram", NULL, (struct check_content){ .text = "",
         .media = { A_GIF(9, 9, 50000000) } });
    good("linkedin", NULL, (struct check_content){ .text = "",
         .media = { PHOTO(6012, 6013) } });
    bad("linkedin", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(6016, 6010) } });
    bad("linkedin", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(2560, 14122) } });
#define SMALL(b) { .type = "video/mp4", .bytes = b, .duration_ms = 3000 }
    good("linkedin", NULL, (struct check_content){ .text = "",
         .media = { SMALL(75000) } });
    bad("linkedin", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { SMALL(74999) } });
    good("instagram", NULL, (struct check_content){ .text = "",
         .settings = STORY, .media = { PHOTO(1080, 1920) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY, .media = { FILM(1080, 1920, 61000) }
        });
    good("instagram", NULL, (struct check_content){ .text = "",
         .settings = STORY, .media = { FILM(100, 1000, 3000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY, .media = { FILM(99, 1000, 3000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY, .media = { FILM(1000, 99, 3000) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY, .media = { FILM(100, 1000, 2999) } });
    bad("instagram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY,
        .media = { { .type = "video/mp4", .bytes = 100000001 } } });
    bad("facebook", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .settings = STORY, .media = { FILM(100, 100, 61000) } });
    bad("facebook", NULL, FAULT_MEDIA, "mediaUrls", 0, (struct check_content){
        .text = "", .settings = STORY,
        .media = { PHOTO(9, 9), PHOTO(9, 9) } });
    bad("telegram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(5001, 5000) } });
    bad("telegram", NULL, FAULT_MEDIA, "mediaId", 0, (struct check_content){
        .text = "", .media = { PHOTO(10, 201) } });
}

static void
youtube_takes_no_angles(void **state)
{
    (void)state;
    bad("youtube", NULL, FAULT_FIELD, "title", 0, (struct check_content){
        .text = "", .title = "a < b", .media = { MP4 } });
    bad("youtube", NULL, FAULT_FIELD, "caption", 0, (struct check_content){
        .text = "a > b", .title = "t", .media = { MP4 } });
}

static void
instagram_takes_so_many_tags(void **state)
{
    static const char tags[] = "#a #b #c #d #e #f #g #h #i #j #k #l #m #n #o"
        " #p #q #r #s #t #u #v #w #x #y #z #1 #2 #3 x#y # ##4";
    static const char names[] = "@a @b @c @d @e @f @g @h @i @j @k @l @m @n"
        " @o @p @q @r @s @t";

    (void)state;
    good("instagram", NULL, (struct check_content){ .text = tags,
         .media = { PHOTO(9, 9) } });
    bad("instagram", NULL, FAULT_FIELD, "caption", 30, (struct check_content){
        .text = memory_format("%s #5", tags), .media = { PHOTO(9, 9) } });
    good("instagram", NULL, (struct check_content){ .text = memory_format(
         "me@host.de %s", names), .media = { PHOTO(9, 9) } });
    bad("instagram", NULL, FAULT_FIELD, "caption", 20, (struct check_content){
        .text = memory_format("%s @u", names), .media = { PHOTO(9, 9) } });
}

/* What a post is on Reddit follows from what it carries. */
static void
reddit_takes_one_kind_at_a_time(void **state)
{
    static const char link[] = "{\"url\":\"https://a.de/\"}";
    static const char cover[] = "{\"coverUrl\":\"https://a.de/c.png\"}";
    static const char gif[] = "{\"kind\":\"videogif\"}";

#define R(...) C(__VA_ARGS__, .title = "t")
#define KIND(word) .settings = "{\"kind\":\"" word "\"}"
    (void)state;
    good("reddit", "{}", R("x"));
    good("reddit", NULL, R(letters(40000), KIND("self")));
    bad("reddit", NULL, FAULT_TEXT_TOO_LONG, "caption", 40000,
        R(letters(40001)));
    bad("reddit", NULL, FAULT_TITLE_MISSING, "title", 0, C("x"));
    good("reddit", NULL, C("x", .title = letters(300)));
    bad("reddit", NULL, FAULT_TITLE_TOO_LONG, "title", 300,
        C("x", .title = letters(301)));
    bad("reddit", NULL, FAULT_FIELD, "title", 0, C("x", .title = "a\nb"));
    bad("reddit", NULL, FAULT_CONTENT_MISSING, "caption", 0, R(""));
    good("reddit", NULL, R("", .settings = link));
    bad("reddit", NULL, FAULT_SETTINGS, "platformMeta.reddit.url", 0,
        R("", .settings = link, .media = { JPEG }));
    bad("reddit", NULL, FAULT_SETTINGS, "platformMeta.reddit.kind", 0,
        R("x", KIND("link")));
    good("reddit", NULL, R("x", KIND("image"), .media = { JPEG }));
    bad("reddit", NULL, FAULT_SETTINGS, "platformMeta.reddit.kind", 0,
        R("x", KIND("image"), .media = { JPEG, JPEG }));
    good("reddit", NULL, R("x", KIND("image"), .media = { URL, URL }));
    good("reddit", NULL, R(letters(180), .media = { JPEG, GIF }));
    bad("reddit", NULL, FAULT_TEXT_TOO_LONG, "caption", 180,
        R(letters(181), .media = { JPEG, GIF }));
    good("reddit", NULL, R(letters(181), .media = { JPEG }));
    good("reddit", NULL, R("", .settings = gif, .media = { MP4, JPEG }));
    good("reddit", NULL, R("", .settings = cover, .media = { MP4 }));
    bad("reddit", NULL, FAULT_MEDIA, "mediaId", 0, R("", .media = { MP4 }));
    bad("reddit", NULL, FAULT_MEDIA, "mediaId", 0,
        R("", .media = { MP4, JPEG, JPEG }));
}

static void
a_subreddit_takes_what_it_said(void **state)
{
    static const char links[] = "{\"submission_type\":\"link\"}";
    static const char words[] = "{\"submission_type\":\"self\"}";
    static const char bare[] = "{\"submission_type\":\"any\","
        "\"allow_images\":false,\"allow_videos\":false}";
    static const char other[] = "{\"subreddit\":\"other\"}";

    (void)state;
    bad("reddit", links, FAULT_SETTINGS, "platformMeta.reddit.url", 0,
        R("x"));
    good("reddit", links, R("x", .settings = other));
    good("reddit", links, R("x", .media = { JPEG }));
    good("reddit", words, R("x"));
    bad("reddit", words, FAULT_SETTINGS, "platformMeta.reddit.kind", 0,
        R("x", .media = { JPEG }));
    good("reddit", bare, R("x"));
    bad("reddit", bare, FAULT_MEDIA, "mediaId", 0, R("", .media = { JPEG }));
    bad("reddit", bare, FAULT_MEDIA, "mediaId", 0,
        R("", .media = { MP4, JPEG }));
}

static void
a_subreddit_has_rules(void **state)
{
    static const char rules[] = "{\"rules\":{\"title_text_min_length\":5,"
        "\"title_text_max_length\":20,\"body_restriction_policy\":"
        "\"notAllowed\",\"domain_blacklist\":[\"bad.example\"]}}";
    static const char body[] = "{\"rules\":{\"body_restriction_policy\":"
        "\"required\",\"domain_whitelist\":[\"a.example\"]}}";
    static const char needs[] = "{\"rules\":{\"is_flair_required\":true},"
        "\"flairs\":[{\"id\":\"1\",\"text\":\"News\",\"text_editable\":false}"
        ",{\"id\":\"2\",\"text\":\"Help\",\"text_editable\":true}]}";
    static const char url[] = "{\"url\":\"https://x.bad.example/\"}";
    static const char one[] = "{\"subreddit\":\"other\"}";
    static const char flair[] = "platformMeta.reddit.flairId";
    static const char text[] = "platformMeta.reddit.flairText";
    struct fault fault;

#define TITLE(words, ...) C(__VA_ARGS__, .title = words)
#define FLAIR(json) R("x", .settings = "{" json "}")
    (void)state;
    bad("reddit", rules, FAULT_FIELD, "title", 0, TITLE("four", "",
        .settings = "{\"url\":\"https://a.de\"}"));
    good("reddit", rules, TITLE("fives", "",
         .settings = "{\"url\":\"https://a.de\"}"));
    bad("reddit", rules, FAULT_TITLE_TOO_LONG, "title", 20,
        TITLE(letters(21), "x"));
    bad("reddit", rules, FAULT_FIELD, "caption", 0, TITLE("fives", "x"));
    good("reddit", rules, TITLE("four", "x", .settings = one));
    bad("reddit", rules, FAULT_SETTINGS, "platformMeta.reddit.url", 0,
        TITLE("fives", "", .settings = url));
    bad("reddit", body, FAULT_SETTINGS, "platformMeta.reddit.url", 0,
        R("x", .settings = url));
    bad("reddit", body, FAULT_FIELD, "caption", 0,
        R("", .media = { JPEG }));
    bad("reddit", needs, FAULT_SETTINGS, flair, 0, R("x"));
    bad("reddit", needs, FAULT_SETTINGS, text, 0,
        FLAIR("\"flairText\":\"Old\""));
    bad("reddit", needs, FAULT_SETTINGS, text, 0,
        FLAIR("\"flairId\":\"1\",\"flairText\":\"Old\""));
    good("reddit", needs, FLAIR("\"flairId\":\"2\",\"flairText\":\"Old\""));
    good("reddit", needs, FLAIR("\"flairText\":\"News\""));
    good("reddit", needs, FLAIR("\"flairId\":\"unknown\""));
    good("reddit", "{\"flairs\":[]}", R("x"));
    good("reddit", "{\"rules\":{}}", FLAIR("\"flairText\":\"Any\""));
    fault = fits("reddit", needs, R("x"));
    assert_non_null(strstr(fault.detail, "It has: News, Help."));
}

static void
an_account_may_less_than_its_network(void **state)
{
    static const char tiktok[] = "{\"video_seconds\":300,"
        "\"privacy_levels\":[\"FOLLOWER_OF_CREATOR\",\"SELF_ONLY\"]}";
    static const char large[] = "{\"video_seconds\":6000}";
    static const char allowed[] = "{\"long_uploads\":\"allowed\"}";
    static const char eligible[] = "{\"long_uploads\":\"eligible\"}";
    struct fault fault;

#define LEVEL(word) .title = "t", \
    .settings = "{\"privacyLevel\":\"" word "\"}"
#define LASTING(time) { { .type = "video/mp4", .bytes = 100000, \
                       .duration_ms = (time) } }
    (void)state;
    good("tiktok", tiktok, C("x", LEVEL("SELF_ONLY"),
                             .media = LASTING(300000)));
    bad("tiktok", tiktok, FAULT_MEDIA, "mediaId", 300,
        C("x", LEVEL("SELF_ONLY"), .media = LASTING(300001)));
    bad("tiktok", tiktok, FAULT_SETTINGS, "platformMeta.tiktok.privacyLevel",
        0, C("x", LEVEL("PUBLIC_TO_EVERYONE"), .media = LASTING(300000)));
    fault = fits("tiktok", tiktok, C("x", LEVEL("PUBLIC_TO_EVERYONE"),
                                     .media = { JPEG }));
    assert_non_null(strstr(fault.detail,
                           "offers: FOLLOWER_OF_CREATOR, SELF_ONLY."));
    good("tiktok", "{}", C("x", LEVEL("PUBLIC_TO_EVERYONE"),
                           .media = LASTING(600000)));
    bad("tiktok", large, FAULT_MEDIA, "mediaId", 600,
        C("x", LEVEL("SELF_ONLY"), .media = LASTING(601000)));
#define TUBE(time) C("x", .title = "t", .media = LASTING(time))
    good("youtube", "{}", TUBE(900001));
    good("youtube", allowed, TUBE(900001));
    good("youtube", eligible, TUBE(900000));
    bad("youtube", eligible, FAULT_MEDIA, "mediaId", 900, TUBE(900001));
    bad("youtube", "{\"long_uploads\":\"disallowed\"}", FAULT_MEDIA,
        "mediaId", 900, TUBE(900001));
#define PIXELS "\"image_pixels\":1000000,\"video_pixels\":100}"
    good("mastodon", "{\"software\":\"mastodon\"," PIXELS, C("",
         .media = { PHOTO(1000, 1000), PHOTO(10, 10) }));
    bad("mastodon", "{\"software\":\"mastodon\"," PIXELS, FAULT_MEDIA,
        "mediaId", 1000000, C("", .media = { PHOTO(10, 10),
                                             PHOTO(1000, 1001) }));
    bad("mastodon", "{\"software\":\"mastodon\"," PIXELS, FAULT_MEDIA,
        "mediaId", 100, C("", .media = { FILM(10, 11, 9) }));
    good("mastodon", "{\"software\":\"gotosocial\"," PIXELS, C("",
         .media = { FILM(10, 11, 9) }));
}

static void
alt_text_that_nobody_sees_is_told(void **state)
{
    static const struct { const char *network; int picture, video, both; }
        cases[] = { { "telegram", 1, 1, 1 }, { "tiktok", 1, 1, 1 },
                    { "reddit", 1, 1, 1 }, { "youtube", 1, 1, 1 },
                    { "x", 0, 1, 1 }, { "linkedin", 0, 1, 1 },
                    { "facebook", 0, 1, 1 }, { "instagram", 0, 1, 1 },
                    { "pinterest", 0, 0, 1 }, { "mastodon", 0, 0, 0 },
                    { "threads", 0, 0, 0 }, { "bluesky", 0, 0, 0 },
                    { "discord", 0, 0, 0 }, { "site", 0, 0, 0 } };
    struct check_content picture = { .text = "", .media_count = 1,
        .media = { { .type = "image/png", .alt = "a" } } };
    struct check_content video = { .text = "", .media_count = 1,
        .media = { { .type = "video/mp4", .alt = "a" } } };
    struct check_content both = { .text = "", .media_count = 2,
        .media = { { .type = "image/png", .alt = "" },
                   { .type = "video/mp4", .alt = "a" } } };
    struct check_content none = { .text = "", .media_count = 2,
        .media = { { .type = "image/png", .alt = "" },
                   { .type = "video/mp4" } } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct catalogue_row *row = catalogue_find(cases[i].network);

        assert_int_equal(check_alt_warning(row, &picture) != NULL,
                         cases[i].picture);
        assert_int_equal(check_alt_warning(row, &video) != NULL,
                         cases[i].video);
        assert_int_equal(check_alt_warning(row, &both) != NULL,
                         cases[i].both);
        assert_null(check_alt_warning(row, &none));
    }
}

/* A GIF of so many pictures of one pixel, some of them with colours of their
   own; its last block is cut where half is set. Returns its path. */
static const char *
moving(int frames, int half)
{
    static const uint8_t head[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff";
    static const uint8_t control[] = "!\xf9\4\0\0\0\0";
    static const uint8_t plain[] = ",\0\0\0\0\1\0\1\0\0\2\2D\1";
    static const uint8_t own[] = ",\0\0\0\0\1\0\1\0\x80,,,,,,\2\2D\1";
    const char *path = memory_format("/tmp/check.%d.gif", (int)getpid());
    FILE *file = fopen(path, "wb");
    int i;

    assert_non_null(file);
    fwrite(head, 1, sizeof head - 1, file);
    for (i = 0; i < frames; i++) {
        fwrite(control, 1, sizeof control, file);
        if (i % 2)
            fwrite(own, 1, sizeof own, file);
        else
            fwrite(plain, 1, sizeof plain, file);
    }
    fwrite(half ? plain : (const uint8_t *)";", 1, half ? 8 : 1, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void
a_gif_has_so_many_frames(void **state)
{
    static const struct {
        const char *network;
        int frames, width, height, limit;
    } cases[] = {
        { "x", 350, 9, 9, 0 }, { "x", 351, 9, 9, 350 },
        { "x", 300, 1000, 1000, 0 }, { "x", 301, 1000, 1000, 300000000 },
        { "linkedin", 250, 1280, 1080, 0 }, { "linkedin", 251, 9, 9, 250 },
        { "mastodon", 400, 9, 9, 0 } };
    struct check_content content = { .text = "" };
    const char *path;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        path = moving(cases[i].frames, i % 2);
        assert_int_equal(media_frames(path), cases[i].frames);
        content.media[0] = (struct check_media){ .type = "image/gif",
            .bytes = 9, .width = cases[i].width, .height = cases[i].height,
            .path = path };
        expect(fits(cases[i].network, NULL, content), cases[i].limit
               ? FAULT_MEDIA : FAULT_NONE, "mediaId", cases[i].limit);
        unlink(path);
        assert_int_equal(media_frames(path), 0);
    }
}

static void
cashtags_are_warned_of(void **state)
{
    const struct catalogue_row *row = catalogue_find("x");

    (void)state;
    assert_null(caption_warning(row, "$ABC at $5, US$X $toolong1 $elevenlet"));
    assert_non_null(strstr(caption_warning(row, "$ABC\n$x, $5"), " has 2."));
    assert_null(caption_warning(catalogue_find("bluesky"), "$A $B"));
}

static void
tags_have_a_length_in_all(void **state)
{
    (void)state;
    good("youtube", NULL, C("x", .title = "t", .media = { URL }, .settings
         = memory_format("{\"tags\":[\"%s\",\"b c\"]}", letters(494))));
    bad("youtube", NULL, FAULT_SETTINGS, "platformMeta.youtube.tags", 0,
        C("x", .title = "t", .media = { URL }, .settings
          = memory_format("{\"tags\":[\"%s\",\"b c\"]}", letters(495))));
}

static void
settings_are_known_and_typed(void **state)
{
    static const struct { const char *network, *settings, *field; } rows[] = {
        { "mastodon", "{\"visibility\":\"unlisted\",\"language\":\"pt-BR\","
          "\"sensitive\":true,\"contentWarning\":\"w\"}", NULL },
        { "mastodon", "{\"visibility\":null}", NULL },
        { "mastodon", "{\"visibility\":\"secret\"}", "mastodon.visibility" },
        { "mastodon", "{\"visibility\":7}", "mastodon.visibility" },
        { "mastodon", "{\"visibility\":\"public private\"}",
          "mastodon.visibility" },
        { "mastodon", "{\"sensitive\":1}", "mastodon.sensitive" },
        { "mastodon", "{\"sensitive\":\"true\"}", "mastodon.sensitive" },
        { "mastodon", "{\"language\":\"english\"}", "mastodon.language" },
        { "mastodon", "{\"language\":\"en-\"}", "mastodon.language" },
        { "mastodon", "{\"visibilty\":\"public\"}", "mastodon.visibilty" },
        { "mastodon", "[]", "mastodon" },
        { "mastodon", "\"x\"", "mastodon" },
        { "bluesky", "{\"langs\":[\"en\",\"de\"],\"labels\":[\"nudity\"]}",
          NULL },
        { "bluesky", "{\"langs\":\"en\"}", "bluesky.langs" },
        { "bluesky", "{\"langs\":[\"en\",\"de\",\"fr\",\"it\"]}",
          "bluesky.langs" },
        { "bluesky", "{\"langs\":[1]}", "bluesky.langs" },
        { "bluesky", "{\"labels\":[\"funny\"]}", "bluesky.labels" },
        { "instagram", "{\"coverUrl\":\"https://a.de/c.jpg\"}", NULL },
        { "instagram", "{\"coverUrl\":\"javascript:1\"}",
          "instagram.coverUrl" },
        { "instagram", "{\"collaborators\":[\"a.b\",\"c_1\"],"
          "\"userTags\":[{\"username\":\"a\",\"x\":0.5,\"y\":1}],"
          "\"locationId\":\"7\",\"trialReel\":\"MANUAL\"}", NULL },
        { "instagram", "{\"collaborators\":[\"a\",\"b\",\"c\",\"d\"]}",
          "instagram.collaborators" },
        { "instagram", "{\"collaborators\":[\"@a\"]}",
          "instagram.collaborators" },
        { "instagram", "{\"userTags\":[{\"x\":0.5}]}",
          "instagram.userTags" },
        { "instagram", "{\"userTags\":[{\"username\":\"a\",\"x\":1.5}]}",
          "instagram.userTags" },
        { "threads", "{\"topicTag\":\"a.b\"}", "threads.topicTag" },
        { "threads", "{\"topicTag\":\"a b\",\"spoiler\":true}", NULL },
        { "reddit", "{\"subreddit\":\"u_a-b\",\"flairId\":\"0f-1\","
          "\"flairText\":\"News\",\"nsfw\":true,\"spoiler\":false,"
          "\"sendReplies\":false,\"resubmit\":null}", NULL },
        { "reddit", "{\"subreddit\":\"r/test\"}", "reddit.subreddit" },
        { "reddit", "{\"subreddit\":\"\"}", "reddit.subreddit" },
        { "reddit", "{\"kind\":\"poll\"}", "reddit.kind" },
        { "facebook", "{\"coverUrl\":\"https://a.de/c d\"}",
          "facebook.coverUrl" },
        { "youtube", "{\"thumbnailUrl\":[]}", "youtube.thumbnailUrl" },
        { "youtube", "{\"tags\":[\"a\",\"b c\"],\"categoryId\":\"27\","
          "\"privacyStatus\":\"private\",\"madeForKids\":false}", NULL },
        { "youtube", "{\"tags\":[\"a\",\"\"]}", "youtube.tags" },
        { "youtube", "{\"tags\":\"a\"}", "youtube.tags" },
        { "youtube", "{\"tags\":[1]}", "youtube.tags" },
        { "youtube", "{\"categoryId\":27}", "youtube.categoryId" },
        { "youtube", "{\"privacyStatus\":\"secret\"}",
          "youtube.privacyStatus" },
        { "tiktok", "{}", "tiktok.privacyLevel" },
        { "tiktok", NULL, "tiktok.privacyLevel" },
        { "tiktok", "{\"privacyLevel\":null}", "tiktok.privacyLevel" },
        { "tiktok", "{\"privacyLevel\":\"PUBLIC\"}", "tiktok.privacyLevel" },
        { "tiktok", "{\"privacyLevel\":\"SELF_ONLY\",\"disableDuet\":true,"
          "\"videoCoverTimestampMs\":1500}", NULL },
        { "tiktok", "{\"privacyLevel\":\"SELF_ONLY\","
          "\"videoCoverTimestampMs\":-1}", "tiktok.videoCoverTimestampMs" },
        { "tiktok", "{\"privacyLevel\":\"SELF_ONLY\","
          "\"videoCoverTimestampMs\":1.5}", "tiktok.videoCoverTimestampMs" },
        { "tiktok", "{\"privacyLevel\":\"PUBLIC_TO_EVERYONE\","
          "\"commercialContentDisclosure\":true}",
          "tiktok.commercialContentDisclosure" },
        { "tiktok", "{\"privacyLevel\":\"PUBLIC_TO_EVERYONE\","
          "\"commercialContentDisclosure\":true,"
          "\"brandOrganicOptIn\":true}", NULL },
        { "tiktok", "{\"privacyLevel\":\"SELF_ONLY\","
          "\"commercialContentDisclosure\":true,"
          "\"brandContentOptIn\":true}", "tiktok.brandContentOptIn" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct check_content content = C("x", .title = "t",
            .settings = rows[i].settings, .media = { URL });
        struct fault fault = fits(rows[i].network, NULL, content);

        if ((rows[i].field == NULL) != (fault.kind == FAULT_NONE))
            fail_msg("%s %s: %s", rows[i].network, rows[i].settings,
                     fault.detail ? fault.detail : "no fault");
        if (rows[i].field == NULL)
            continue;
        assert_int_equal(fault.kind, FAULT_SETTINGS);
        assert_string_equal(fault.field, memory_format("platformMeta.%s",
                                                       rows[i].field));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_its_length),
        cmocka_unit_test(bytes_are_counted_too),
        cmocka_unit_test(a_server_sets_its_own_limits),
        cmocka_unit_test(a_warning_counts_as_text),
        cmocka_unit_test(titles_are_required_and_short),
        cmocka_unit_test(media_has_its_number_kind_and_size),
        cmocka_unit_test(media_has_its_sides_and_shortest_time),
        cmocka_unit_test(youtube_takes_no_angles),
        cmocka_unit_test(instagram_takes_so_many_tags),
        cmocka_unit_test(reddit_takes_one_kind_at_a_time),
        cmocka_unit_test(a_subreddit_takes_what_it_said),
        cmocka_unit_test(a_subreddit_has_rules),
        cmocka_unit_test(an_account_may_less_than_its_network),
        cmocka_unit_test(alt_text_that_nobody_sees_is_told),
        cmocka_unit_test(a_gif_has_so_many_frames),
        cmocka_unit_test(cashtags_are_warned_of),
        cmocka_unit_test(tags_have_a_length_in_all),
        cmocka_unit_test(settings_are_known_and_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
