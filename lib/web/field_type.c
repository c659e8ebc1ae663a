/* field_type.c: what each type of field accepts. */
#include "web/field_type.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <stdio.h>
#include <string.h>

/* An id, a time or a zone has at most SHORT characters. What core/ reads by
   itself, an object or a list of anything, is no longer than these: it is
   copied then. OWN is how many fields of its own a field may have, PATH the
   room for a name of one of them with its path. */
enum { SHORT = 100, OWN = 16, PATH = 128 };
enum { OBJECT_BYTES = 128 * 1024, LIST_BYTES = 256 * 1024 };

static const struct dialect *dialect;
static const char *zone;

void
field_wrong(const struct field *field, const char *what)
{
    refuse_field(field->wrong ? field->wrong : FAULT_FIELD, field->name,
                 "%s %s.", field->name, what);
}

_Noreturn static void
wrong_range(const struct field *field, const char *unit)
{
    if (field->maximum == 0)
        field_wrong(field, memory_format("must have at least %lld%s",
                                   field->minimum, unit));
    field_wrong(field, memory_format("must have %lld to %lld%s",
                                     field->minimum, field->maximum, unit));
}

static int
in_range(const struct field *field, long long number)
{
    return number >= field->minimum
           && (field->maximum == 0 || number <= field->maximum);
}

const char *
field_type_text(struct sent *sent)
{
    if (sent->text == NULL && text_has_word("text integer real", sent->type))
        sent->text = json_part_text(sent->part);
    return sent->text;
}

/* How many characters a string has; known before its text is taken. */
static long long
characters(const struct sent *sent)
{
    return (long long)(sent->text ? utf8_code_points(sent->text)
                                  : json_part_characters(sent->part));
}

/* Is it text as short as an id, a time or a zone? */
static int
is_short(const struct sent *sent)
{
    return (text_same(sent->type, "text") || text_same(sent->type, "form"))
           && characters(sent) <= SHORT;
}

void
field_type_begin(const struct dialect *which, struct sent *timezone)
{
    dialect = which;
    zone = timezone && is_short(timezone) ? field_type_text(timezone) : NULL;
}

static void
take_text(const struct field *field, struct sent *sent)
{
    size_t longest = field->one_of ? strlen(field->one_of) : 0;

    if (!text_same(sent->type, "text") && !text_same(sent->type, "form"))
        field_wrong(field, "must be a string");
    if (!in_range(field, characters(sent)))
        wrong_range(field, " characters");
    if (field->one_of != NULL
        && (characters(sent) > (long long)longest
            || !text_has_word(field->one_of, field_type_text(sent))))
        field_wrong(field, memory_format("must be one of: %s", field->one_of));
    value_lend_text(field->name, field_type_text(sent));
}

static void
take_integer(const struct field *field, struct sent *sent)
{
    long long number;

    if (!text_same(sent->type, "integer") && !text_same(sent->type, "form"))
        field_wrong(field, "must be a whole number");
    if (!text_number(field_type_text(sent), field->minimum,
                     field->maximum ? field->maximum : INT64_MAX, &number))
        field_wrong(field, field->maximum
              ? memory_format("must be a whole number from %lld to %lld",
                              field->minimum, field->maximum)
              : "must be a whole number in range");
    value_set_integer(field->name, number);
}

static void
take_boolean(const struct field *field, const struct sent *sent)
{
    const char *word = text_same(sent->type, "form") ? sent->text : sent->type;

    if (!text_same(word, "true") && !text_same(word, "false"))
        field_wrong(field, "must be true or false");
    value_set_integer(field->name, text_same(word, "true"));
}

/* A date alone, where the field takes one, with the time it stands for. */
static const char *
with_time(const struct field *field, const char *text)
{
    if (field->day == DAY_NEVER || text[strcspn(text, "Tt ")] != '\0')
        return text;
    return memory_format("%s%s", text, field->day == DAY_END
                         ? "T23:59:59.999" : "T00:00");
}

static void
take_time(const struct field *field, struct sent *sent)
{
    enum clock_answer answer = CLOCK_BAD_TIME;
    int64_t time;

    if (is_short(sent))
        answer = clock_read(with_time(field, field_type_text(sent)), zone,
                            &time);
    if (answer == CLOCK_BAD_ZONE)
        refuse_field(FAULT_ZONE, "timezone", "timezone is not the name of a"
                     " time zone this server knows, like Europe/Berlin.");
    if (answer == CLOCK_BAD_TIME)
        field_wrong(field, "must be an ISO 8601 date and time, like"
              " 2026-05-01T15:00:00Z");
    value_set_integer(field->name, time);
}

/* Without its prefix, as SQL and core/ want it; NULL where it is no id. */
static const char *
bare_id(struct sent *sent)
{
    if (!is_short(sent))
        return NULL;
    return field_id(dialect, field_type_text(sent));
}

static void
take_id(const struct field *field, struct sent *sent)
{
    const char *id = bare_id(sent);

    if (id == NULL)
        field_wrong(field, "is not an id of this API");
    value_set_text(field->name, id);
}

static void
check_item(const struct field *field, const struct json_part *item)
{
    if (field->item == TEXT || field->item == ID) {
        if (!text_same(item->type, "text"))
            field_wrong(field, "must be a list of strings");
        if (field->item_maximum > 0
            && (long long)json_part_characters(item) > field->item_maximum)
            field_wrong(field, memory_format("has an item of more than %lld"
                                       " characters", field->item_maximum));
    }
    if (field->item == OBJECT && !text_same(item->type, "object"))
        field_wrong(field, "must be a list of objects");
}

/* The declared fields of one object, each named by its path. */
static void
take_fields(const struct field *field, const char *path, char *object)
{
    const struct field *own;
    struct json_part parts[OWN], part;
    int i, more, is_sent[OWN] = { 0 };
    char name[PATH];

    for (more = json_part_first(&part, object); more;
         more = json_part_next(&part))
        for (i = 0; i < OWN && field->fields[i].name != NULL; i++)
            if (json_part_is(&part, field->fields[i].name)) {
                parts[i] = part;
                is_sent[i] = 1;
            }
    for (i = 0; (own = &field->fields[i])->name != NULL; i++) {
        struct field named = *own;
        struct sent sent = { is_sent[i] ? parts[i].type : "null", &parts[i] };

        snprintf(name, sizeof name, "%s.%s", path, own->name);
        named.name = name;
        if (!text_same(sent.type, "null"))
            field_type_take(&named, &sent);
        else if (own->required)
            refuse_field(own->missing ? own->missing : FAULT_FIELD_MISSING,
                         named.name, "%s is required.", named.name);
    }
}

/* Each item of a list of ids, which become a list without prefixes, or of
   objects. */
static void
take_items(const struct field *field, struct text *ids, char *list)
{
    struct json_part item;
    char path[PATH];
    int i = 0, more;

    for (more = json_part_first(&item, list); more;
         more = json_part_next(&item), i++)
        if (field->item == ID) {
            struct sent sent = { item.type, &item };
            const char *id = bare_id(&sent);

            if (id == NULL)
                field_wrong(field, "has an item that is not an id of this"
                            " API");
            text_add_format(ids, "%s\"%s\"", i ? "," : "", id);
        } else {
            snprintf(path, sizeof path, "%s[%d]", field->name, i);
            take_fields(field, path, item.value);
        }
}

/* What a list holds is checked before anything is taken out of it. */
static void
take_list(const struct field *field, struct sent *sent)
{
    struct text ids = { .limit = TEXT_LIMIT };
    struct json_part item;
    int count = 0, more;

    if (!text_same(sent->type, "array"))
        field_wrong(field, "must be a list");
    for (more = json_part_first(&item, sent->part->value); more;
         more = json_part_next(&item))
        count++;
    if (!in_range(field, count))
        wrong_range(field, " items");
    for (more = json_part_first(&item, sent->part->value); more;
         more = json_part_next(&item))
        check_item(field, &item);
    text_add(&ids, "[");
    if (field->item == ID || field->fields != NULL)
        take_items(field, &ids, sent->part->value);
    text_add(&ids, "]");
    if (field->item == 0 && sent->part->length > LIST_BYTES)
        field_wrong(field, memory_format("must be a list of at most %d bytes",
                                         LIST_BYTES));
    if (field->fields != NULL)
        value_set_integer(field->name, count);
    else if (field->item == ID)
        value_set_text(field->name, text_string(&ids));
    else
        value_lend_text(field->name, json_part_squeeze(sent->part));
}

static void
take_object(const struct field *field, struct sent *sent)
{
    long long most = field->maximum ? field->maximum : OBJECT_BYTES;

    if (!text_same(sent->type, "object"))
        field_wrong(field, "must be an object");
    if (field->fields != NULL) {
        take_fields(field, field->name, sent->part->value);
        value_set_integer(field->name, 1);
        return;
    }
    if ((long long)sent->part->length > most)
        field_wrong(field, memory_format("must be an object of at most %lld"
                                         " bytes", most));
    value_lend_text(field->name, json_part_raw(sent->part));
}

void
field_type_take(const struct field *field, struct sent *sent)
{
    switch (field->type) {
    case TEXT: take_text(field, sent); break;
    case INTEGER: take_integer(field, sent); break;
    case BOOLEAN: take_boolean(field, sent); break;
    case TIME: take_time(field, sent); break;
    case ID: take_id(field, sent); break;
    case LIST: take_list(field, sent); break;
    case OBJECT: take_object(field, sent); break;
    }
}
