/* bluesky_record.c: what a post is made of, once and for all its tries. */
#include "network/bluesky.h"
#include "network/bluesky_text.h"
#include "network/option.h"
#include "network/told.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

const char *
bluesky_record_kept(const struct job *job)
{
    return json_raw(job->resume, "$.record");
}

void
bluesky_record_keep(struct job *job, const char *members)
{
    const char *resume;

    value_set_text("bluesky_resume", job->resume);
    value_set_text("bluesky_members", members);
    resume = json_make("json_patch(:bluesky_resume, :bluesky_members)");
    job->save_resume(job, resume);
    job->resume = resume;
}

/* The DID that a handle leads to. Sets *did to NULL where the server knows
   none: such a mention stays plain text. RESULT_READY, or why to come back. */
static struct result
resolve(struct bluesky_session *session, const char *handle, const char **did)
{
    struct http_request request = {0};
    struct http_answer answer;
    struct text method = { .limit = 4096 };

    *did = NULL;
    text_add(&method, "com.atproto.identity.resolveHandle?handle=");
    text_add_url_part(&method, handle);
    answer = bluesky_session_call(session, &request, text_string(&method));
    if (bluesky_answer_is_good(&answer)) {
        *did = json_text(answer.body.data, "$.did");
    } else {
        struct result fault = bluesky_session_fault(session, &answer);

        if (fault.kind != RESULT_REJECTED)
            return fault;
    }
    return told_result(RESULT_READY, NULL, NULL);
}

/* The list with one facet more. */
static const char *
add_facet(const char *list, const struct bluesky_facet *facet,
          const char *value)
{
    static const char *const types[] = { "link", "mention", "tag" };
    static const char *const names[] = { "uri", "did", "tag" };

    value_set_text("bluesky_list", list);
    value_set_integer("bluesky_start", (int64_t)facet->start);
    value_set_integer("bluesky_end", (int64_t)facet->end);
    value_set_text("bluesky_type", types[facet->kind]);
    value_set_text("bluesky_name", names[facet->kind]);
    value_set_text("bluesky_value", value);
    return json_make(
        "json_insert(:bluesky_list, '$[#]', json_object('index',"
        " json_object('byteStart', :bluesky_start, 'byteEnd', :bluesky_end),"
        " 'features', json_array(json_object("
        "  '$type', 'app.bsky.richtext.facet#' || :bluesky_type,"
        "  :bluesky_name, :bluesky_value))))");
}

/* The facets as JSON, NULL where there are none, and the first link in them
   or NULL. */
static struct result
make_facets(struct bluesky_session *session, const char **list,
            const char **link)
{
    struct result result = { .kind = RESULT_READY };
    struct bluesky_facet *facets;
    int count = bluesky_text_facets(session->job->text, &facets), i;

    *list = *link = NULL;
    for (i = 0; i < count; i++) {
        const char *value = facets[i].value;

        if (facets[i].kind == FACET_MENTION)
            result = resolve(session, facets[i].value, &value);
        if (result.kind != RESULT_READY)
            return result;
        if (value != NULL)
            *list = add_facet(*list ? *list : "[]", &facets[i], value);
        if (*link == NULL && facets[i].kind == FACET_LINK)
            *link = value;
    }
    return result;
}

/* `langs`, a list of at most three, or the one `language`. */
static const char *
languages(const struct job *job)
{
    const char *list = option_json(job, "$.langs");
    const char *one = option_json(job, "$.language");

    if (list != NULL || one == NULL)
        return list;
    return memory_format("[%s]", one);
}

/* The labels that warn of a post, in the record's form. */
static const char *
self_labels(const struct job *job)
{
    const char *labels = option_json(job, "$.labels");

    if (labels == NULL || json_count(labels, "$") == 0)
        return NULL;
    value_set_text("bluesky_list", labels);
    return json_make("json_object("
        "'$type', 'com.atproto.label.defs#selfLabels', 'values',"
        " (SELECT json_group_array(json_object('val', value))"
        "   FROM json_each(:bluesky_list)))");
}

static void
keep(struct job *job, const char *facets, const char *embed,
     const char *reply)
{
    const char *langs = languages(job), *labels = self_labels(job);
    char created[CLOCK_ROOM];

    value_set_text("bluesky_text", job->text);
    value_set_text("bluesky_created",
                   clock_print(clock_now(), CLOCK_MILLISECONDS, created));
    value_set_text("bluesky_facets", facets);
    value_set_text("bluesky_embed", embed);
    value_set_text("bluesky_langs", langs);
    value_set_text("bluesky_labels", labels);
    value_set_text("bluesky_reply", reply);
    bluesky_record_keep(job, json_make(
        "json_object('record', json_patch('{}', json_object("
        "  '$type', '" BLUESKY_POSTS "', 'text', :bluesky_text,"
        "  'createdAt', :bluesky_created, 'langs', json(:bluesky_langs),"
        "  'facets', json(:bluesky_facets), 'embed', json(:bluesky_embed),"
        "  'labels', json(:bluesky_labels),"
        "  'reply', json(:bluesky_reply))))"));
}

struct result
bluesky_record_prepare(struct bluesky_session *session)
{
    const char *facets, *link, *embed, *reply;
    struct result result = bluesky_reply_make(session, &reply);

    if (result.kind == RESULT_READY)
        result = bluesky_media_embed(session, &embed);
    if (result.kind == RESULT_READY)
        result = make_facets(session, &facets, &link);
    if (result.kind != RESULT_READY)
        return result;
    if (embed == NULL && link != NULL)
        embed = bluesky_card_embed(session, link);
    keep(session->job, facets, embed, reply);
    return result;
}
