/* mastodon_instance.c: what a server says of itself: software and limits. */
#include "network/mastodon.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <ctype.h>
#include <string.h>

static struct http_answer
get(const char *url)
{
    return http_send(&(struct http_request){
        .url = url, .headers = { "Accept: application/json" } });
}

/* The address of the server's nodeinfo document; NULL where it has none. */
static const char *
nodeinfo_url(const char *server)
{
    struct http_answer answer = get(mastodon_url(server,
                                                 "/.well-known/nodeinfo"));
    struct json_member *links;
    int i, count;

    if (!mastodon_is_good(&answer))
        return NULL;
    count = json_members(text_string(&answer.body), "$.links", &links);
    for (i = count - 1; i >= 0; i--) {
        const char *schema = json_text(links[i].json, "$.rel");
        const char *url = json_text(links[i].json, "$.href");

        if (schema != NULL && url != NULL
            && strstr(schema, "nodeinfo.diaspora.software/ns/schema/2"))
            return url;
    }
    return NULL;
}

static const char *
lower(const char *word)
{
    char *copy = memory_copy(word), *p;

    for (p = copy; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

const char *
mastodon_instance_software(const char *server)
{
    const char *url = nodeinfo_url(server), *name;
    struct http_answer answer;

    if (url == NULL)
        return "";
    answer = get(url);
    if (!mastodon_is_good(&answer))
        return "";
    name = json_text(text_string(&answer.body), "$.software.name");
    return name ? lower(name) : "";
}

/* The instance document: version 2, else version 1; NULL without either. */
static const char *
instance_of(const char *server)
{
    struct http_answer answer = get(mastodon_url(server, "/api/v2/instance"));

    if (!mastodon_is_good(&answer))
        answer = get(mastodon_url(server, "/api/v1/instance"));
    return mastodon_is_good(&answer) ? text_string(&answer.body) : NULL;
}

/* Without nodeinfo the version tells: "4.0.0 (not true; really snac/2.x)",
   "2.7.2 (compatible; Pleroma 2.6.3)". */
static const char *
software_in(const char *version)
{
    static const char *const names[] = {
        "pleroma", "akkoma", "pixelfed", "snac", "gotosocial", "rebased"
    };
    const char *words = lower(version);
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strstr(words, names[i]) != NULL)
            return names[i];
    return "";
}

/* Where a limit stands in the instance document, and the named value it is
   stored as. Pleroma's stand outside of `configuration` (UNVERIFIED). */
static const struct { const char *value, *path, *or_path; } limits[] = {
    { "max_characters", "$.configuration.statuses.max_characters",
      "$.max_toot_chars" },
    { "max_media", "$.configuration.statuses.max_media_attachments",
      "$.max_media_attachments" },
    { "url_length", "$.configuration.statuses.characters_reserved_per_url",
      "$" },
    { "description_limit",
      "$.configuration.media_attachments.description_limit",
      "$.description_limit" },
    { "image_bytes", "$.configuration.media_attachments.image_size_limit",
      "$.upload_limit" },
    { "video_bytes", "$.configuration.media_attachments.video_size_limit",
      "$.upload_limit" },
    { "image_pixels", "$.configuration.media_attachments.image_matrix_limit",
      "$" },
    { "video_pixels", "$.configuration.media_attachments.video_matrix_limit",
      "$" },
};

static void
set_limits(const char *instance)
{
    size_t i;

    for (i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int64_t number = json_integer(instance, limits[i].path, 0);

        if (number <= 0)
            number = json_integer(instance, limits[i].or_path, 0);
        if (number > 0)
            value_set_integer(limits[i].value, number);
        else
            value_set_null(limits[i].value);
    }
}

const char *
mastodon_instance_limits(const char *server)
{
    const char *software = mastodon_instance_software(server);
    const char *instance = instance_of(server), *version, *types;
    const struct mastodon_flavour *flavour;

    if (instance == NULL)
        instance = "{}";
    version = json_text(instance, "$.version");
    types = json_raw(instance,
        "$.configuration.media_attachments.supported_mime_types");
    if (software[0] == '\0' && version != NULL)
        software = software_in(version);
    set_limits(instance);
    value_set_text("software", software);
    value_set_text("version", version);
    value_set_text("mime_types", types);
    flavour = mastodon_flavour(json_make("json_object('software',"
                                         " :software)"));
    value_set_text("counting", flavour->counts_graphemes ? NULL
                                                         : "code_points");
    value_set_text("media_required", flavour->needs_media ? "true" : NULL);
    /* json_patch() leaves out what is null. */
    return json_make("json_patch('{}', json_object('software', :software,"
        " 'version', :version, 'max_characters', :max_characters,"
        " 'max_media_attachments', :max_media, 'url_length', :url_length,"
        " 'description_limit', :description_limit,"
        " 'image_bytes', :image_bytes, 'video_bytes', :video_bytes,"
        " 'image_pixels', :image_pixels, 'video_pixels', :video_pixels,"
        " 'mime_types', json(:mime_types), 'counting', :counting,"
        " 'media_required', json(:media_required)))");
}
