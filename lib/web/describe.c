/* describe.c: --check and --describe, from the same table that serves. */
#include "web/describe.h"
#include "web/access.h"
#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Every name a row's statement may use. */
static const char *
known_names(const struct operation *operation)
{
    struct text names = { .limit = TEXT_LIMIT };
    const struct field *field;
    const char *p;

    text_add(&names, ACCESS_NAMES);
    if (operation->sets != NULL)
        text_add_format(&names, " %s", operation->sets);
    for (field = operation->fields; field && field->name; field++)
        text_add_format(&names, " %s has_%s", field->name, field->name);
    for (p = operation->path; (p = strchr(p, ':')) != NULL; p++)
        text_add_format(&names, " %.*s", (int)strcspn(p + 1, "/"), p + 1);
    return text_string(&names);
}

static int
check_row(const char *program, const struct operation *operation)
{
    const struct field *field;
    const char *fault = NULL;

    for (field = operation->fields; field && field->name; field++)
        if (text_begins(field->name, "my_") || text_same(field->name, "now"))
            fault = memory_format("field %s has a name of the dispatcher's",
                                  field->name);
    if ((operation->sql == NULL) == (operation->run == NULL))
        fault = "a row has either sql or run";
    if (operation->policy == POLICY_KEY && operation->scope == NULL)
        fault = "a row for keys names a scope";
    if (operation->words == NULL)
        fault = "a row says in words what it does";
    if (fault == NULL && operation->sql != NULL)
        fault = db_check(operation->sql, known_names(operation));
    if (fault != NULL)
        fprintf(stderr, "%s: %s %s: %s\n", program, operation->method,
                operation->path, fault);
    return fault != NULL;
}

_Noreturn static void
check(const char *program, const char *database,
      const struct operation *operations)
{
    int faults = 0;

    db_open(database);
    for (; operations->method != NULL; operations++)
        faults += check_row(program, operations);
    program_end(faults > 0);
}

static const char *
schema_type(enum field_type type)
{
    switch (type) {
    case INTEGER: return "{\"type\":\"integer\"";
    case BOOLEAN: return "{\"type\":\"boolean\"";
    case TIME: return "{\"type\":\"string\",\"format\":\"date-time\"";
    case LIST: return "{\"type\":\"array\"";
    case OBJECT: return "{\"type\":\"object\"";
    case ID: return "{\"type\":\"string\",\"format\":\"id\"";
    default: return "{\"type\":\"string\"";
    }
}

static void
add_one_of(struct text *out, const char *words)
{
    const char *comma = "";

    text_add(out, ",\"enum\":[");
    while (*words != '\0') {
        int length = (int)strcspn(words, " ");

        text_add_format(out, "%s\"%.*s\"", comma, length, words);
        comma = ",";
        words += length;
        words += strspn(words, " ");
    }
    text_add(out, "]");
}

static void add_properties(struct text *out, const struct field *field);

static void
add_schema(struct text *out, const struct field *field)
{
    const char *unit = field->type == LIST ? "Items"
                       : field->type == TEXT ? "Length" : "imum";

    text_add(out, schema_type(field->type));
    if (field->type == LIST && field->item != 0)
        text_add_format(out, ",\"items\":%s", schema_type(field->item));
    if (field->fields != NULL)
        add_properties(out, field->fields);
    if (field->type == LIST && field->item != 0)
        text_add(out, "}");
    if (field->minimum != 0)
        text_add_format(out, ",\"min%s\":%lld", unit, field->minimum);
    if (field->maximum != 0 && field->type != OBJECT)
        text_add_format(out, ",\"max%s\":%lld", unit, field->maximum);
    if (field->one_of != NULL)
        add_one_of(out, field->one_of);
    if (field->words != NULL) {
        text_add(out, ",\"description\":\"");
        text_add_json(out, field->words);
        text_add(out, "\"");
    }
    text_add(out, "}");
}

static int
in_query(const struct operation *operation)
{
    return text_same(operation->method, "GET")
           || text_same(operation->method, "DELETE");
}

static void
add_parameters(struct text *out, const struct operation *operation)
{
    const struct field *field = in_query(operation) ? operation->fields : NULL;
    const char *comma = "", *p = operation->path;

    text_add(out, ",\"parameters\":[");
    for (; (p = strchr(p, ':')) != NULL; p++, comma = ",")
        text_add_format(out, "%s{\"name\":\"%.*s\",\"in\":\"path\","
                        "\"required\":true,\"schema\":{\"type\":\"string\"}}",
                        comma, (int)strcspn(p + 1, "/"), p + 1);
    for (; field && field->name; field++, comma = ",") {
        text_add_format(out, "%s{\"name\":\"%s\",\"in\":\"query\","
                        "\"required\":%s,\"schema\":", comma, field->name,
                        field->required ? "true" : "false");
        add_schema(out, field);
        text_add(out, "}");
    }
    if (operation->policy == POLICY_KEY && text_same(operation->method, "POST"))
        text_add_format(out, "%s{\"name\":\"Idempotency-Key\",\"in\":"
                        "\"header\",\"required\":false,\"schema\":"
                        "{\"type\":\"string\",\"maxLength\":255}}", comma);
    text_add(out, "]");
}

/* The members of an object's schema that say what it holds. */
static void
add_properties(struct text *out, const struct field *fields)
{
    const struct field *field;
    const char *comma = "";

    text_add(out, ",\"properties\":{");
    for (field = fields; field->name; field++, comma = ",") {
        text_add_format(out, "%s\"%s\":", comma, field->name);
        add_schema(out, field);
    }
    text_add(out, "},\"required\":[");
    comma = "";
    for (field = fields; field->name; field++)
        if (field->required) {
            text_add_format(out, "%s\"%s\"", comma, field->name);
            comma = ",";
        }
    text_add(out, "]");
}

static void
add_body(struct text *out, const struct operation *operation)
{
    if (in_query(operation) || operation->fields == NULL)
        return;
    text_add_format(out, ",\"requestBody\":{\"content\":{\"%s\":{\"schema\":"
                    "{\"type\":\"object\"",
                    operation->body == BODY_OWN ? "multipart/form-data"
                    : operation->body == BODY_FORM
                      ? "application/x-www-form-urlencoded"
                      : "application/json");
    add_properties(out, operation->fields);
    text_add(out, "}}}}");
}

static void
add_operation(struct text *out, const struct operation *operation)
{
    const char *method = operation->method;

    text_add(out, "\"");
    for (; *method != '\0'; method++)
        text_add_char(out, (char)(*method | 0x20));
    text_add(out, "\":{\"summary\":\"");
    text_add_json(out, operation->words);
    text_add(out, "\"");
    if (operation->policy == POLICY_KEY)
        text_add_format(out, ",\"security\":[{\"key\":[]}],\"x-scope\":"
                        "\"%s\"", operation->scope);
    add_parameters(out, operation);
    add_body(out, operation);
    text_add_format(out, ",\"responses\":{\"%d\":{\"description\":"
                    "\"Success\"},\"default\":{\"description\":"
                    "\"Refused\"}}}",
                    operation->status ? operation->status : 200);
}

/* /:id/attempts as OpenAPI writes it: /{id}/attempts. */
static void
add_path(struct text *out, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path != ':') {
            text_add_char(out, *path);
            continue;
        }
        text_add_format(out, "{%.*s}", (int)strcspn(path + 1, "/"), path + 1);
        path += strcspn(path + 1, "/");
    }
}

static int
is_first_of_path(const struct operation *all, const struct operation *row)
{
    for (; all < row; all++)
        if (text_same(all->path, row->path))
            return 0;
    return 1;
}

_Noreturn static void
describe(const char *program, const struct operation *all)
{
    struct text out = { .limit = TEXT_LIMIT };
    const struct operation *row, *same;
    const char *root = strstr(program, "cgi-bin");
    const char *url = root ? root + strlen("cgi-bin") : "";

    for (row = all; row->method != NULL; row++) {
        const char *comma = "";

        if (!is_first_of_path(all, row))
            continue;
        text_add_format(&out, "\"%s", url);
        add_path(&out, row->path);
        text_add(&out, "\":{");
        for (same = row; same->method != NULL; same++)
            if (text_same(same->path, row->path)) {
                text_add(&out, comma);
                add_operation(&out, same);
                comma = ",";
            }
        text_add(&out, "}\n");
    }
    fwrite(text_string(&out), 1, out.length, stdout);
    program_end(0);
}

void
describe_command(int argc, char **argv, const struct operation *operations)
{
    if (argc == 3 && text_same(argv[1], "--check"))
        check(argv[0], argv[2], operations);
    if (argc == 2 && text_same(argv[1], "--describe"))
        describe(argv[0], operations);
    fprintf(stderr, "%s is a CGI program of Crier; a web server runs it.\n"
            "  --check DATABASE   prepare its statements against a database\n"
            "  --describe         print its part of openapi.json\n", argv[0]);
    program_end(64);
}
