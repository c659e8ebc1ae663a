/* field.c: the fields of a request, each type of them, in a JSON body or a
   query. The first byte says which: a query, or JSON. */
#include "fuzz.h"
#include "dialect/native.h"
#include "web/field.h"
#include "web/request.h"

static const struct field inner[] = {
    { "word", TEXT, 1, 10, .required = 1 },
    { "size", INTEGER, -5, 5 },
    {0}
};

static const struct field fields[] = {
    { "text", TEXT, 0, 40, .nullable = 1 },
    { "state", TEXT, .otherwise = "draft", .one_of = "draft scheduled" },
    { "limit", INTEGER, 1, 100, .otherwise = "20" },
    { "any", INTEGER },
    { "on", BOOLEAN, .otherwise = "true" },
    { "at", TIME },
    { "from", TIME, .day = DAY_BEGIN },
    { "to", TIME, .day = DAY_END },
    { "timezone", TEXT, 0, 64 },
    { "one", ID },
    { "ids", LIST, 0, 3, .item = ID },
    { "words", LIST, 1, 3, .item = TEXT, .item_maximum = 4 },
    { "inner", OBJECT, .fields = inner },
    { "list", LIST, 0, 4, .item = OBJECT, .fields = inner },
    {0}
};

static void
fuzz_begin(void)
{
    reply_dialect(&native);
    field_dialect(&native);
    request.method = "GET";
}

static void
check_text(const char *name, size_t most)
{
    const char *text = value_text(name);

    must(text == NULL || (fuzz_is_text(text)
                          && utf8_code_points(text) <= most));
}

static void
check_json(const char *name, int most)
{
    const char *json = value_text(name);

    must(json == NULL || json_fault(json, strlen(json)) == NULL);
    must(json == NULL || json_count(json, "$") <= most);
}

static void
check_values(void)
{
    const char *id = value_text("one"), *state = value_text("state");
    int64_t limit = value_integer("limit", 0), on = value_integer("on", 7);

    check_text("text", 40);
    check_text("timezone", 64);
    must(state == NULL || text_has_word("draft scheduled", state));
    must(!value_is_set("limit") || (limit >= 1 && limit <= 100));
    must(!value_is_set("on") || on == 0 || on == 1);
    must(id == NULL || (id_is_valid(id) && strlen(id) == 36));
    check_json("ids", 3);
    check_json("words", 3);
    check_json("list", 4);
    check_json("inner", 0);
    check_text("list[0].word", 10);
    must(!value_is_set("list[0].word")
         || value_text("list[0].word")[0] != '\0');
    must(!value_is_set("list[0].size")
         || (value_integer("list[0].size", 9) >= -5
             && value_integer("list[0].size", 9) <= 5));
}

static void
fuzz_try(const char *bytes, size_t length)
{
    char *string;

    if (length == 0)
        return;
    string = fuzz_string(bytes + 1, length - 1);
    if (bytes[0] != '{') {
        field_take_form(fields, string, bytes[0] == '?');
    } else {
        if (json_fault(string, strlen(string)) != NULL
            || string[strspn(string, " \t\r\n")] != '{')
            return;
        field_take_json(fields, string);
    }
    check_values();
}
