/* post_part.c: checking and storing the parts that follow a post. */
#include "core/post_part.h"
#include "core/post_store.h"
#include "core/event.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

/* ------------------------------------------------------------ checking */

static int
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static struct fault
unsupported(const struct catalogue_row *row, const struct post_parts *parts)
{
    const char *field = parts->is_comment ? "firstComment" : "thread";

    const char *detail = memory_format(
        row->parts == PARTS_COMMENT ? "%s has no threads: %s cannot go there,"
        " but a firstComment can." : parts->is_comment
        ? "Crier cannot comment on %s: %s cannot go there."
        : "Crier cannot make a thread on %s: %s cannot go there.",
        row->title, field);

    if (row->no_parts != NULL)
        detail = memory_format("%s %s", detail, row->no_parts);
    return (struct fault){ FAULT_FIELD, field, 0, detail };
}

/* The fault of a part, with its name before the words. */
static struct fault
named(struct fault fault, const struct post_parts *parts, int place)
{
    fault.field = parts->is_comment ? "firstComment"
                                    : memory_format("thread[%d]", place);
    if (fault.detail != NULL)
        fault.detail = memory_format("%s: %s", fault.field, fault.detail);
    return fault;
}

static struct fault
check_part(const char *profile, const struct post_target *target,
           const struct post_part *part)
{
    struct check_content content = {
        .text = part->text, .settings = target->settings
    };
    struct fault fault = NO_FAULT;

    if (part->media != NULL)
        fault = post_load_media(profile, part->media, &content);
    if (!fault.kind && is_blank(part->text) && content.media_count == 0)
        return (struct fault){ FAULT_CONTENT_MISSING, NULL, 0,
                               "a part needs a text or a file." };
    return fault.kind ? fault
        : check_part_fits(catalogue_find(target->network), target->limits,
                          &content);
}

struct fault
post_parts_check(const char *profile, const struct post_target *target,
                 const struct post_parts *parts)
{
    const struct catalogue_row *row = catalogue_find(target->network);
    int i;

    if (parts == NULL || parts->count == 0)
        return NO_FAULT;
    if (row->parts == PARTS_NONE
        || (row->parts == PARTS_COMMENT && !parts->is_comment))
        return unsupported(row, parts);
    for (i = 0; i < parts->count; i++) {
        struct fault fault = check_part(profile, target, &parts->items[i]);

        if (fault.kind)
            return named(fault, parts, i);
    }
    return NO_FAULT;
}

/* ------------------------------------------------------------ storing */

struct loading {
    struct post_parts *parts;
    const char *ids[POST_PARTS];
};

static void
add_part(void *context)
{
    struct loading *loading = context;
    struct post_parts *parts = loading->parts;

    if (parts->count == POST_PARTS)
        return;
    loading->ids[parts->count] = memory_copy(value_text("part_id"));
    parts->items[parts->count++].text = memory_copy(value_text("part_text"));
}

const struct post_parts *
post_parts_load(const char *root)
{
    struct loading loading = { .parts = memory_get(sizeof *loading.parts) };
    struct post_parts *parts = loading.parts;
    int i;

    value_set_text("part_root", root);
    db_each("SELECT id AS part_id, text AS part_text FROM target"
            " WHERE root = :part_root ORDER BY part", add_part, &loading);
    for (i = 0; i < parts->count; i++) {
        struct post_media *media = memory_get(sizeof *media);

        post_own_media(loading.ids[i], media);
        parts->items[i].media = media->count > 0 ? media : NULL;
    }
    parts->is_comment = parts->count == 1;
    return parts->count > 0 ? parts : NULL;
}

static void
store_part(const struct post_part *part, int place)
{
    char id[ID_ROOM];

    value_set_text("part_id", id_new(id));
    value_set_text("part_text", part->text);
    value_set_integer("part_place", place);
    if (db_run("INSERT INTO target (id, post, profile, account, network,"
               " state, text, title, own_media, created_at, updated_at, root,"
               " part) SELECT :part_id, post, profile, account, network,"
               " 'draft', :part_text, '', 1, :part_now, :part_now, id,"
               " :part_place FROM target WHERE id = :part_root RETURNING"
               " post AS part_post") != DB_ROW)
        die("a part of target %s: %s", value_text("part_root"), db_why());
    if (part->media != NULL)
        post_store_media(value_text("part_post"), id, part->media);
}

void
post_parts_store(const char *root, const struct post_parts *parts)
{
    int i;

    value_set_text("part_root", root);
    value_set_integer("part_now", clock_now());
    if (db_run("DELETE FROM target WHERE root = :part_root") == DB_REFUSED)
        die("the parts of target %s: %s", root, db_why());
    for (i = 0; parts != NULL && i < parts->count; i++)
        store_part(&parts->items[i], i + 1);
}

/* ------------------------------------------------------------ afterwards */

/* Change at most one part; what it came to is its state. */
static int
change_part(const char *root, const char *sql)
{
    enum outcome outcome;

    value_set_text("part_root", root);
    value_set_integer("part_now", clock_now());
    outcome = db_run(sql);
    if (outcome == DB_REFUSED)
        die("the parts of target %s: %s", root, db_why());
    return outcome == DB_ROW
           && text_same(value_text("part_state"), "cancelled");
}

void
post_parts_release(const char *target)
{
    int cancelled = change_part(target, "UPDATE target SET"
        " state = iif((SELECT status FROM account WHERE id = target.account)"
        "  = 'disconnected', 'cancelled', 'scheduled'),"
        " due_at = (SELECT due_at FROM target b WHERE b.id = :part_root),"
        " next_at = :part_now, updated_at = :part_now"
        " WHERE state = 'draft' AND root = (SELECT ifnull(b.root, b.id)"
        "  FROM target b WHERE b.id = :part_root)"
        " AND part = (SELECT b.part + 1 FROM target b"
        "  WHERE b.id = :part_root AND b.state = 'posted')"
        " RETURNING id AS part_id, state AS part_state");

    if (cancelled) {
        event_of_target("post.cancelled", value_text("part_id"), NULL);
        event_of_part(value_text("part_id"), NULL);
    }
}

struct fault
post_parts_at_rest(const char *root)
{
    value_set_text("part_root", root);
    if (db_integer("SELECT count(*) FROM target WHERE root = :part_root"
                   " AND state IN ('publishing', 'verifying')", 0) > 0)
        return (struct fault){ .kind = FAULT_POST_STATE, .detail =
            "A part of the post is publishing: wait until it has come to an"
            " end." };
    if (db_integer("SELECT count(*) FROM target WHERE root = :part_root"
                   " AND state = 'uncertain'", 0) > 0)
        return (struct fault){ .kind = FAULT_POST_UNCERTAIN };
    return NO_FAULT;
}

void
post_parts_cancel(const char *root)
{
    if (change_part(root, "UPDATE target SET state = 'cancelled',"
        " held_at = NULL WHERE root = :part_root AND state = 'scheduled'"
        " RETURNING id AS part_id, state AS part_state"))
        event_of_target("post.cancelled", value_text("part_id"), NULL);
    change_part(root, "UPDATE target SET hidden_at = :part_now,"
                " updated_at = :part_now WHERE root = :part_root");
}
