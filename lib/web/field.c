/* field.c: taking the declared fields of a body or a query in one pass. */
#include "web/field.h"
#include "web/field_type.h"
#include "web/request.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/json.h"

#include <ctype.h>
#include <string.h>

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
take(const struct field *field, const struct sent *sent)
{
    value_set_integer(memory_format("has_%s", field->name), 1);
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

void
field_take_json(const struct field *fields, const char *document)
{
    struct json_member *members;
    int i, count = json_members(document, "$", &members);

    if (count == JSON_MEMBERS)          /* more would be overlooked */
        refuse_field(FAULT_JSON, NULL, "The body has %d fields or more.",
                     JSON_MEMBERS);
    set_absent(fields);
    for (i = 0; i < count; i++)
        if (text_same(members[i].key, "timezone")
            && find(fields, "timezone") != NULL)
            field_type_begin(dialect, members[i].text);
    for (i = 0; i < count; i++) {
        const struct field *field = find(fields, members[i].key);
        struct sent sent = { members[i].type, members[i].text,
                             members[i].json };

        if (field == NULL)
            continue;
        if (value_integer(memory_format("has_%s", field->name), 0))
            field_wrong(field, "is given twice");
        take(field, &sent);
    }
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
        struct sent sent = { "form", text, NULL };

        if (field == NULL && refuse_unknown)
            refuse_field(FAULT_FIELD_UNKNOWN, name,
                         "%s is not a parameter of this request.", name);
        if (field == NULL)
            continue;
        if (value_integer(memory_format("has_%s", field->name), 0))
            field_wrong(field, "is given twice");
        take(field, &sent);
    }
    if (got < 0)
        refuse_field(FAULT_FIELD, NULL, "The query is not URL-encoded UTF-8.");
    check_required(fields);
}
