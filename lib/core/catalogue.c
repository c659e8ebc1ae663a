/* catalogue.c: the networks and their limits, from the networks' own pages.

   UNVERIFIED marks a number that the network's documentation does not state;
   where sources differ the stricter one stands. A "MB" of a network is taken
   as a million bytes unless it writes MiB. */
#include "core/catalogue.h"
#include "base/text.h"

#define MB  1000000LL
#define MIB (1024LL * 1024)
#define GB  (1000 * MB)

#define IMAGES "image/jpeg image/png image/gif image/webp"
#define VIDEOS "video/mp4 video/quicktime"

const struct catalogue_row catalogue[] = {
    { .name = "site", .title = "Your own site", .has_driver = 1,
      .recovery = RECOVERY_KEYED, .counting = COUNT_CODE_POINTS,
      .title_limit = 300, .images = 10, .videos = 10, .mixed = 1,
      .types = IMAGES " " VIDEOS, .connect = "local",
      .deletes = 1, .no_parts = "A feed has neither comments nor replies.",
      .note = "An Atom feed, a JSON Feed and a page per post on this host." },

    /* What Mastodon allows by default (entities/Instance,
       status_length_validator.rb); each server's own numbers, read from
       /api/v2/instance, take their place. */
    { .name = "mastodon", .title = "Mastodon", .has_driver = 1,
      .recovery = RECOVERY_KEYED, .counting = COUNT_MASTODON,
      .text_limit = 500, .images = 4, .videos = 1,
      .image_bytes = 16 * MIB, .video_bytes = 99 * MIB,
      .types = IMAGES " " VIDEOS, .alt_limit = 1500,
      .edits = 1, .deletes = 1, .parts = PARTS_THREAD, .connect = "oauth",
      .revokes = REVOKES_TOKEN },

    /* app.bsky.feed.post: 300 graphemes and 3000 bytes; embed.images: 4 of
       2,000,000 bytes; embed.video: one mp4 of 300,000,000 bytes. Three
       minutes: UNVERIFIED. Alt text has no limit in the lexicon. */
    { .name = "bluesky", .title = "Bluesky", .has_driver = 1,
      .recovery = RECOVERY_KEYED, .counting = COUNT_GRAPHEMES,
      .text_limit = 300, .text_bytes = 3000, .images = 4, .videos = 1,
      .image_bytes = 2 * MB, .video_bytes = 300 * MB, .video_seconds = 180,
      .types = IMAGES " video/mp4", .deletes = 1, .parts = PARTS_THREAD,
      .connect = "password", .renew_days = 30, .revokes = REVOKES_TOKEN },

    /* The unit of 2,200 characters is UNVERIFIED: UTF-16 units are never
       fewer than code points. Images are JPEG only. A carousel has 2 to 10
       children. Reels: 3 s to 15 min, 300 MB. A comment is as long as a
       caption: UNVERIFIED. */
    { .name = "instagram", .title = "Instagram", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_UTF16,
      .text_limit = 2200, .media_required = 1,
      .images = 10, .videos = 10, .mixed = 1,
      .image_bytes = 8 * MB, .video_bytes = 300 * MB, .video_seconds = 900,
      .types = "image/jpeg " VIDEOS, .alt_limit = 1000,
      .parts = PARTS_COMMENT, .comment_limit = 2200,
      .comment_scopes = "instagram_business_manage_comments",
      .connect = "oauth", .one_server = 1,
      .renew_days = 50,
      .app_page = "https://developers.facebook.com/apps/",
      .publish_scopes = "instagram_business_basic"
                        " instagram_business_content_publish",
      .measure_scopes = "instagram_business_manage_insights",
      .fetches = FETCHES_ALL,
      .note = "Professional accounts, by Instagram Login. Instagram fetches"
              " files from this server, which has to be public." },

    /* A video's own title is the caption (2,200 UTF-16 units); a title of at
       most 150 characters is Sprkly's rule. Images are JPEG or WebP. The
       length that one creator may post is asked of creator_info. */
    { .name = "tiktok", .title = "TikTok", .has_driver = 1, .asks_anew = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_UTF16,
      .text_limit = 2200, .title_limit = 150, .title_required = 1,
      .media_required = 1, .images = 35, .videos = 1,
      .image_bytes = 20 * MB, .video_bytes = 4 * GB, .video_seconds = 600,
      .types = "image/jpeg image/webp " VIDEOS,
      .connect = "oauth", .revokes = REVOKES_ACCOUNT, .one_server = 1,
      .app_page = "https://developers.tiktok.com/apps/",
      .fetches = FETCHES_SOME, .publish_scopes = "video.publish",
      .required_option = "privacyLevel",
      .no_parts = "TikTok's API has no call that comments.",
      .note = "Until TikTok has audited the application, only private"
              " accounts can post, as SELF_ONLY. It fetches photos from this"
              " server, whose address has to be verified there." },

    /* The description is measured in bytes only. Longer than 15 minutes
       needs a channel verified by telephone. 10,000 characters of a comment:
       UNVERIFIED. */
    { .name = "youtube", .title = "YouTube", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_CODE_POINTS,
      .text_bytes = 5000, .title_limit = 100, .title_required = 1,
      .media_required = 1, .videos = 1,
      .video_bytes = 256 * GB, .video_seconds = 12 * 3600,
      .types = VIDEOS, .edits = 1, .deletes = 1,
      .parts = PARTS_COMMENT, .comment_limit = 10000, .connect = "oauth",
      .revokes = REVOKES_PERSON, .one_server = 1,
      .app_page = "https://console.cloud.google.com/apis/credentials",
      .uploads_a_day = 100, .units_a_day = 10000,
      .day_zone = "America/Los_Angeles",
      .note = "Publish the application's consent screen at Google: while it"
              " is in testing, channels are lost after seven days." },

    { .name = "threads", .title = "Threads", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_THREADS,
      .text_limit = 500, .images = 20, .videos = 20, .mixed = 1,
      .image_bytes = 8 * MB, .video_bytes = GB, .video_seconds = 300,
      .types = "image/jpeg image/png " VIDEOS, .alt_limit = 1000,
      .deletes = 1, .parts = PARTS_THREAD, .connect = "oauth",
      .one_server = 1, .renew_days = 50,
      .app_page = "https://developers.facebook.com/apps/",
      .publish_scopes = "threads_basic threads_content_publish",
      .measure_scopes = "threads_manage_insights",
      .fetches = FETCHES_SOME,
      .note = "Threads fetches files from this server, which has to be"
              " public." },

    /* 63,206 characters and 10 photos: UNVERIFIED. Photos under 10 MB. A
       video by error 1363023 at most 2 GB; WebP: UNVERIFIED, left out. 8,000
       characters of a comment: UNVERIFIED. */
    { .name = "facebook", .title = "Facebook", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_CODE_POINTS,
      .text_limit = 63206, .images = 10, .videos = 1,
      .image_bytes = 10 * MB, .video_bytes = 2 * GB,
      .video_seconds = 4 * 3600,
      .types = "image/jpeg image/png image/gif " VIDEOS,
      .edits = 1, .deletes = 1, .connect = "oauth", .one_server = 1,
      .parts = PARTS_COMMENT, .comment_limit = 8000,
      .comment_scopes = "pages_manage_engagement pages_read_user_content",
      .measure_scopes = "read_insights", .revokes = REVOKES_PERSON,
      .left_to_do = "Crier gives its access back to Facebook with the last"
                    " Page that is taken away here. It cannot where that was"
                    " connected more than 60 days ago: then take the"
                    " application away in your settings there.",
      .app_page = "https://developers.facebook.com/apps/",
      .fetches = FETCHES_SOME,
      .note = "Pages only. While the application is in Development mode, only"
              " people with a role in it see its posts. Facebook fetches"
              " other people's videos (no reels) from this server, which has"
              " to be public." },

    /* twitter-text configuration 3, see count.c. Four photos, or one GIF, or
       one video of 0.5 to 140 seconds. Paid accounts may do more. Edits are
       for X Premium, within an hour (one of its pages says 30 minutes; its
       edit_controls decide), five of one post. */
    { .name = "twitter", .alias = "x", .title = "X", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_X,
      .text_limit = 280, .images = 4, .videos = 1,
      .image_bytes = 5 * MB, .video_bytes = 512 * MB, .video_seconds = 140,
      .types = IMAGES " " VIDEOS, .alone = "image/gif", .alt_limit = 1000,
      .edits = 1, .deletes = 1, .parts = PARTS_THREAD,
      .edit_seconds = 3600, .edit_most = 5, .edit_text_only = 1,
      .connect = "oauth", .revokes = REVOKES_TOKEN, .one_server = 1,
      .app_page = "https://developer.x.com/",
      .publish_scopes = "tweet.write media.write",
      .note = "X bills each request to this server's application: about"
              " $0.015 a post, and $0.20 where it holds a link.",
      .link_price = "X bills this server's application about $0.20 for a post"
                    " that holds a link, and $0.015 for others." },

    /* The unit of 3,000 characters is undocumented: UTF-16 units. 1,250 of a
       comment: UNVERIFIED. */
    { .name = "linkedin", .title = "LinkedIn", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_UTF16,
      .text_limit = 3000, .images = 20, .videos = 1,
      .video_bytes = 500 * MB, .video_seconds = 1800,
      .types = "image/jpeg image/png image/gif video/mp4",
      .alt_limit = 4086, .edits = 1, .deletes = 1,
      .parts = PARTS_COMMENT, .comment_limit = 1250, .connect = "oauth",
      .revokes = REVOKES_PERSON, .one_server = 1,
      .app_page = "https://developer.linkedin.com/",
      .note = "Members' posts. For pages the application needs LinkedIn's"
              " Community Management API, and scopes.linkedin its scopes." },

    /* Lengths, and 2 to 5 pictures in a carousel, are those of its OpenAPI
       document; sizes and the video's length are third-party numbers:
       UNVERIFIED. */
    { .name = "pinterest", .title = "Pinterest", .has_driver = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_CODE_POINTS,
      .text_limit = 800, .title_limit = 100, .media_required = 1,
      .images = 5, .videos = 1,
      .image_bytes = 20 * MB, .video_bytes = 2 * GB, .video_seconds = 900,
      .types = "image/jpeg image/png " VIDEOS, .alt_limit = 500,
      .edits = 1, .deletes = 1, .connect = "oauth", .one_server = 1,
      .renew_days = 5,
      .app_page = "https://developers.pinterest.com/apps/",
      .fetches = FETCHES_SOME,
      .publish_scopes = "pins:write boards:read",
      .no_parts = "Pinterest's API has no call that comments.",
      .note = "An account is one board. While Pinterest has given the"
              " application Trial access only, it takes no pins of it, and"
              " posts wait." },

    /* Media sizes: UNVERIFIED; a subreddit may refuse media altogether. A
       picture beside a video is its poster. */
    { .name = "reddit", .title = "Reddit", .has_driver = 1, .asks_anew = 1,
      .recovery = RECOVERY_LOOKUP, .counting = COUNT_CODE_POINTS,
      .text_limit = 40000, .title_limit = 300, .title_required = 1,
      .images = 20, .videos = 1, .mixed = 1,
      .image_bytes = 20 * MB, .video_bytes = GB, .video_seconds = 900,
      .types = "image/jpeg image/png image/gif " VIDEOS,
      .edits = 1, .deletes = 1, .edit_text_only = 1,
      .parts = PARTS_COMMENT, .comment_limit = 10000, .connect = "oauth",
      .revokes = REVOKES_TOKEN, .one_server = 1,
      .app_page = "https://www.reddit.com/prefs/apps",
      .note = "An account is one subreddit, or a person's own profile. Reddit"
              " approves each application by hand, on request, and forbids"
              " automated posts that are spam." },

    /* A message has 4,096 UTF-16 units, the caption under media 1,024 (a
       longer text becomes a message of its own). A bot uploads photos of
       10 MB and other files of 50 MB. Bots cannot read what they posted. No
       alt text. What follows a post answers it in the channel: its comments
       stand in another group, where a bot does not find it by itself. */
    { .name = "telegram", .title = "Telegram", .has_driver = 1,
      .recovery = RECOVERY_NONE, .counting = COUNT_UTF16,
      .text_limit = 4096, .images = 10, .videos = 10, .mixed = 1,
      .image_bytes = 10 * MB, .video_bytes = 50 * MB,
      .types = IMAGES " video/mp4", .alone = "image/gif",
      .edits = 1, .deletes = 1, .parts = PARTS_THREAD,
      .connect = "token", .one_server = 1, .handle_label = "Channel",
      .left_to_do = "The bot may still post there, and its token stays good:"
                    " remove it from the channel at Telegram.",
      .secret_label = "Bot token",
      .secret_hint = "From @BotFather. The bot must be an administrator of the"
                     " channel, with the right to post messages.",
      .note = "A channel or group, by a bot. A text longer than 1,024"
              " characters stands in a message of its own under its media." },

    /* 10 MiB a file where the server is not boosted. Ten files: UNVERIFIED.
       A webhook's messages cannot be listed, nor can it answer one: what
       follows a post is the next message there. */
    { .name = "discord", .title = "Discord", .has_driver = 1,
      .recovery = RECOVERY_NONE, .counting = COUNT_UTF16,
      .text_limit = 2000, .images = 10, .videos = 10, .mixed = 1,
      .image_bytes = 10 * MIB, .video_bytes = 10 * MIB,
      .types = IMAGES " " VIDEOS, .alt_limit = 1024, .connect = "token",
      .revokes = REVOKES_ACCOUNT,
      .left_to_do = "Crier deletes the webhook at Discord, unless another"
                    " account here posts to its channel. To connect the"
                    " channel again make a new one.",
      .edits = 1, .deletes = 1, .parts = PARTS_THREAD,
      .one_server = 1, .secret_label = "Webhook URL",
      .secret_hint = "Of the channel's settings: Integrations, Webhooks, Copy"
                     " Webhook URL. Whoever has it can post there.",
      .note = "A webhook into one channel. Markdown in a text is Discord's." },

    /* A story has 5 to 60 seconds. What a text may hold is not public. */
    { .name = "snapchat", .title = "Snapchat",
      .recovery = RECOVERY_NONE, .counting = COUNT_CODE_POINTS,
      .media_required = 1, .images = 1, .videos = 1, .video_seconds = 60,
      .types = "image/jpeg image/png " VIDEOS,
      .no_parts = "Crier does not post there.",
      .note = "Its Public Profile API is for applications that Snap has put"
              " on a list; nobody can apply for a server of their own." },
    { .name = NULL }
};

const struct catalogue_row *
catalogue_find(const char *name)
{
    const struct catalogue_row *row;

    for (row = catalogue; row->name != NULL; row++)
        if (text_same_nocase(row->name, name)
            || (row->alias != NULL && text_same_nocase(row->alias, name)))
            return row;
    return NULL;
}

int
catalogue_needs_app(const struct catalogue_row *row)
{
    return row->one_server && text_same(row->connect, "oauth");
}
