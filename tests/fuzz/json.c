/* json.c: documents of strangers at the gate, and what is read of one that
   passed it. */
#include "fuzz.h"
#include "base/utf8.h"
#include "data/json_part.h"

static void
fuzz_begin(void)
{
}

/* How deep it is, counted by other means than the gate's. */
static int
depth_of(const char *document, const char *path, int most)
{
    struct json_member *members;
    int count = json_members(document, path, &members), deepest = 0, i;

    for (i = 0; most > 0 && i < count; i++) {
        int depth = 0;

        must(members[i].type != NULL && members[i].json != NULL);
        must(members[i].key == NULL || fuzz_is_text(members[i].key));
        must(members[i].text == NULL || fuzz_is_text(members[i].text));
        if (text_same(members[i].type, "object")
            || text_same(members[i].type, "array"))
            depth = 1 + depth_of(members[i].json, "$", most - 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* Are the parts where they lie what SQLite finds? (Real numbers and those past
   64 bits it writes its own way.) */
static void
check_parts(const char *document)
{
    struct json_member *members;
    struct json_part part;
    char *copy = memory_copy(document);
    int i = 0, more, count = json_members(document, "$", &members);

    for (more = json_part_first(&part, copy); more && i < count;
         more = json_part_next(&part), i++) {
        const struct json_member *member = &members[i];

        must(text_same(part.type, member->type)
             || text_same(part.type, "integer"));
        must(!part.key == !member->key);
        must(part.key == NULL || (json_part_is(&part, member->key)
             && text_same(json_part_key(&part), member->key)));
        if (text_same(part.type, "text")) {
            must(json_part_characters(&part)
                 == utf8_code_points(member->text));
            must(text_same(json_part_text(&part), member->text));
        }
    }
    must(i == count && (!more || count == JSON_MEMBERS));
}

static void
fuzz_try(const char *bytes, size_t length)
{
    static const char *const paths[] = { "$", "$.a", "$.a.b", "$[0]",
        "$.a[1].b", "$.\"\"" };
    char *document = memory_copy_bytes(bytes, length);
    const char *fault = json_fault(document, length), *raw, *text;
    size_t i;

    if (fault != NULL) {
        must(fuzz_is_text(fault));
        return;
    }
    must(strlen(document) == length);
    must(fuzz_is_text(document));
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        text = json_text(document, paths[i]);
        must(text == NULL || fuzz_is_text(text));
        raw = json_raw(document, paths[i]);
        must(raw == NULL || json_fault(raw, strlen(raw)) == NULL);
        must(raw != NULL || text == NULL);
        json_integer(document, paths[i], 7);
        json_is_true(document, paths[i]);
        must(json_count(document, paths[i]) >= 0);
    }
    raw = document + strspn(document, " \t\r\n");
    if (raw[0] == '[' || raw[0] == '{')
        check_parts(document);
    must((raw[0] == '[' || raw[0] == '{')
         + depth_of(document, "$", JSON_DEPTH + 8) <= JSON_DEPTH);
    value_set_text("document", document);
    raw = json_make("json(:document)");
    must(json_fault(raw, strlen(raw)) == NULL);
}
