/* field_type.c: what each type of field accepts. */
#include "web/field_type.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"

#include <string.h>

static const struct dialect *dialect;
static const char *zone;

void
field_type_begin(const struct dialect *which, const char *timezone)
{
    dialect = which;
    zone = timezone;
}

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

static void
take_text(const struct field *field, const struct sent *sent)
{
    if (!text_same(sent->type, "text") && !text_same(sent->type, "form"))
        field_wrong(field, "must be a string");
    if (!in_range(field, (long long)utf8_code_points(sent->text)))
        wrong_range(field, " characters");
    if (field->one_of != NULL && !text_has_word(field->one_of, sent->text))
        field_wrong(field, memory_format("must be one of: %s", field->one_of));
    value_set_text(field->name, sent->text);
}

static void
take_integer(const struct field *field, const struct sent *sent)
{
    long long number;

    if (!text_same(sent->type, "integer") && !text_same(sent->type, "form"))
        field_wrong(field, "must be a whole number");
    if (!text_number(sent->text, field->minimum,
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
take_time(const struct field *field, const struct sent *sent)
{
    enum clock_answer answer = CLOCK_BAD_TIME;
    int64_t time;

    if (text_same(sent->type, "text") || text_same(sent->type, "form"))
        answer = clock_read(with_time(field, sent->text), zone, &time);
    if (answer == CLOCK_BAD_ZONE)
        refuse_field(FAULT_ZONE, "timezone", "timezone is not the name of a"
                     " time zone this server knows, like Europe/Berlin.");
    if (answer == CLOCK_BAD_TIME)
        field_wrong(field, "must be an ISO 8601 date and time, like"
              " 2026-05-01T15:00:00Z");
    value_set_integer(field->name, time);
}

static void
take_id(const struct field *field, const struct sent *sent)
{
    const char *id = sent->text ? field_id(dialect, sent->text) : NULL;

    if (id == NULL)
        field_wrong(field, "is not an id of this API");
    value_set_text(field->name, id);
}

static void
check_item(const struct field *field, const struct json_member *item)
{
    if (field->item == TEXT || field->item == ID) {
        if (!text_same(item->type, "text"))
            field_wrong(field, "must be a list of strings");
        if (field->item_maximum > 0
            && (long long)utf8_code_points(item->text) > field->item_maximum)
            field_wrong(field, memory_format("has an item of more than %lld"
                                       " characters", field->item_maximum));
    }
    if (field->item == OBJECT && !text_same(item->type, "object"))
        field_wrong(field, "must be a list of objects");
}

/* A list of ids as SQL and core/ want it: without prefixes. */
static const char *
bare_ids(const struct field *field, const struct json_member *items, int count)
{
    struct text list = { .limit = TEXT_LIMIT };
    int i;

    text_add(&list, "[");
    for (i = 0; i < count; i++) {
        const char *id = field_id(dialect, items[i].text);

        if (id == NULL)
            field_wrong(field, "has an item that is not an id of this API");
        text_add_format(&list, "%s\"%s\"", i ? "," : "", id);
    }
    text_add(&list, "]");
    return text_string(&list);
}

/* The declared fields of one object, each named by its path. */
static void
take_fields(const struct field *field, const char *path, const char *json)
{
    const struct field *own;
    struct json_member *members;
    int i, count = json_members(json, "$", &members);

    for (own = field->fields; own->name != NULL; own++) {
        struct field named = *own;
        struct sent sent = { .type = "null" };

        named.name = memory_format("%s.%s", path, own->name);
        for (i = 0; i < count; i++)
            if (text_same(members[i].key, own->name))
                sent = (struct sent){ members[i].type, members[i].text,
                                      members[i].json };
        value_set_null(named.name);
        if (!text_same(sent.type, "null"))
            field_type_take(&named, &sent);
        else if (own->required)
            refuse_field(own->missing ? own->missing : FAULT_FIELD_MISSING,
                         named.name, "%s is required.", named.name);
    }
}

static void
take_list(const struct field *field, const struct sent *sent)
{
    struct json_member *items;
    int i, count;

    if (!text_same(sent->type, "array"))
        field_wrong(field, "must be a list");
    count = json_count(sent->json, "$");
    if (!in_range(field, count))
        wrong_range(field, " items");
    count = json_members(sent->json, "$", &items);
    for (i = 0; i < count; i++) {
        check_item(field, &items[i]);
        if (field->fields != NULL)
            take_fields(field, memory_format("%s[%d]", field->name, i),
                        items[i].json);
    }
    value_set_text(field->name, field->item == ID
                   ? bare_ids(field, items, count) : sent->json);
}

void
field_type_take(const struct field *field, const struct sent *sent)
{
    switch (field->type) {
    case TEXT: take_text(field, sent); break;
    case INTEGER: take_integer(field, sent); break;
    case BOOLEAN: take_boolean(field, sent); break;
    case TIME: take_time(field, sent); break;
    case ID: take_id(field, sent); break;
    case LIST: take_list(field, sent); break;
    case OBJECT:
        if (!text_same(sent->type, "object"))
            field_wrong(field, "must be an object");
        if (field->fields != NULL)
            take_fields(field, field->name, sent->json);
        value_set_text(field->name, sent->json);
        break;
    }
}
