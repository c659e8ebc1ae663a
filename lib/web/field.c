/* field.c: taking the declared fields of a body or a query in one pass. */
#include "web/field.h"
#include "web/field_type.h"
#include "web/request.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"

#include <ctype.h>
#include <string.h>

enum { FIELDS = 64 };

/* A field, and what was sent for it. */
struct found {
    const struct field *field;
    struct json_part part;
    struct sent sent;
};

static const struct dialect *dialect;

void
field_dialect(const struct dialect *which)
{
    dialect = which;
}

const char *
field_id(const struct dialect *of, const char *sent)
{
    const char *prefixes = of->id_prefixes, *bare = sent;
    char *id, *p;

    while (*prefixes != '\0') {
        size_t length = strcspn(prefixes, " ");

        if (strncmp(sent, prefixes, length) == 0)
            bare = sent + length;
        prefixes += length;
        prefixes += strspn(prefixes, " ");
    }
    if (!id_is_valid(bare))
        return NULL;
    id = memory_copy(bare);
    for (p = id; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return id;
}

static void
take(const struct field *field, struct sent *sent)
{
    if (text_same(sent->type, "null")) {
        if (field->required && !field->nullable)
            refuse_field(field->missing ? field->missing : FAULT_FIELD_MISSING,
                         field->name, "%s is required.", field->name);
        return;
    }
    field_type_take(field, sent);
}

/* Every declared field begins absent, or as it is otherwise. */
static void
set_absent(const struct field *fields)
{
    long long number;

    for (; fields->name != NULL; fields++) {
        value_set_integer(memory_format("has_%s", fields->name), 0);
        if (fields->otherwise == NULL)
            value_set_null(fields->name);
        else if (fields->type == BOOLEAN)
            value_set_integer(fields->name,
                              text_same(fields->otherwise, "true"));
        else if (fields->type == INTEGER
                 && text_number(fields->otherwise, INT64_MIN, INT64_MAX,
                                &number))
            value_set_integer(fields->name, number);
        else
            value_set_text(fields->name, fields->otherwise);
    }
    field_type_begin(dialect, NULL);
}

static void
check_required(const struct field *fields)
{
    for (; fields->name != NULL; fields++)
        if (fields->required
            && !value_integer(memory_format("has_%s", fields->name), 0))
            refuse_field(fields->missing ? fields->missing
                         : FAULT_FIELD_MISSING, fields->name,
                         "%s is required.", fields->name);
}

static const struct field *
find(const struct field *fields, const char *name)
{
    for (; fields->name != NULL; fields++)
        if (text_same(fields->name, name))
            return fields;
    return NULL;
}

/* The declared fields among the members of a document, in its order; none
   twice. Returns how many. */
static int
find_all(const struct field *fields, char *document, struct found *found)
{
    struct json_part part;
    int more, members = 0, count = 0;

    for (more = json_part_first(&part, document); more;
         more = json_part_next(&part)) {
        const struct field *field = fields;

        if (++members == JSON_MEMBERS)
            refuse_field(FAULT_JSON, NULL, "The body has %d fields or more.",
                         JSON_MEMBERS);
        while (field->name != NULL && !json_part_is(&part, field->name))
            field++;
        if (field->name == NULL)
            continue;
        if (value_integer(memory_format("has_%s", field->name), 0))
            field_wrong(field, "is given twice");
        value_set_integer(memory_format("has_%s", field->name), 1);
        if (count == FIELDS)
            die("more than %d fields", FIELDS);
        found[count++] = (struct found){ field, part };
    }
    return count;
}

void
field_take_json(const struct field *fields, char *document)
{
    struct found found[FIELDS];
    int i, count;

    set_absent(fields);
    count = find_all(fields, document, found);
    for (i = 0; i < count; i++) {
        found[i].sent.type = found[i].part.type;
        found[i].sent.part = &found[i].part;
        if (text_same(found[i].field->name, "timezone"))
            field_type_begin(dialect, &found[i].sent);
    }
    for (i = 0; i < count; i++)
        take(found[i].field, &found[i].sent);
    check_required(fields);
}

void
field_take_form(const struct field *fields, const char *form,
                int refuse_unknown)
{
    char *name, *text;
    int got;

    set_absent(fields);
    while ((got = request_form_next(&form, &name, &text)) > 0) {
        const struct field *field = find(fields, name);
        struct sent sent = { "form", NULL, text };

        if (field == NULL && refuse_unknown)
            refuse_field(FAULT_FIELD_UNKNOWN, name,
                         "%s is not a parameter of this request.", name);
        if (field == NULL)
            continue;
        if (value_integer(memory_format("has_%s", field->name), 0))
            field_wrong(field, "is given twice");
        value_set_integer(memory_format("has_%s", field->name), 1);
        take(field, &sent);
    }
    if (got < 0)
        refuse_field(FAULT_FIELD, NULL, "The query is not URL-encoded UTF-8.");
    check_required(fields);
}
