/* settings_value.c: does a value fit its setting? */
#include "core/settings_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LINK_MOST = 2048 };      /* bytes of a URL */

static int
is_link(const char *string)
{
    return text_is_link(string) && strlen(string) <= LINK_MOST;
}

static int
is_id(const char *string, size_t most)
{
    size_t length = strspn(string, "0123456789");

    return length > 0 && length <= most && string[length] == '\0';
}

static int
is_name(const char *string, size_t most)
{
    size_t length = strspn(string, "0123456789_-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "abcdefghijklmnopqrstuvwxyz");

    return length > 0 && length <= most && string[length] == '\0';
}

static int
is_language(const char *tag)
{
    size_t part = strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "abcdefghijklmnopqrstuvwxyz");

    if (part < 2 || part > 3)
        return 0;
    for (tag += part; *tag == '-'; tag += part) {
        tag++;
        for (part = 0; isalnum((unsigned char)tag[part]); part++)
            ;
        if (part < 1 || part > 8)
            return 0;
    }
    return *tag == '\0';
}

/* A user name of Meta's networks. */
static int
is_person(const char *name)
{
    size_t length = strspn(name, "0123456789_.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "abcdefghijklmnopqrstuvwxyz");

    return length > 0 && length <= 30 && name[length] == '\0';
}

/* Who stands where in a picture: x and y are 0 to 1, from above left. */
static int
is_tag(const char *tag)
{
    struct json_member *members;
    int i, named = 0, count = json_members(tag, "$", &members);

    for (i = 0; i < count; i++) {
        const struct json_member *one = &members[i];
        int is_place = text_same(one->key, "x") || text_same(one->key, "y");

        if (text_same(one->key, "username") && text_same(one->type, "text")
            && is_person(one->text))
            named = 1;
        else if (!is_place || !text_has_word("integer real", one->type)
                 || strtod(one->json, NULL) < 0
                 || strtod(one->json, NULL) > 1)
            return 0;
    }
    return named;
}

static int
item_fits(const struct setting *setting, const struct json_member *item)
{
    if (setting->kind == TAGS)
        return text_same(item->type, "object") && is_tag(item->json);
    if (!text_same(item->type, "text"))
        return 0;
    return setting->kind == WORDS ? text_has_word(setting->words, item->text)
           : setting->kind == PEOPLE ? is_person(item->text)
           : is_language(item->text);
}

/* Does every element of a list fit? */
static int
list_fits(const struct setting *setting, const char *list)
{
    struct json_member *items;
    int i, count = json_members(list, "$", &items);

    if (count > setting->most)
        return 0;
    for (i = 0; i < count && setting->kind == TEXTS; i++)
        if (!text_same(items[i].type, "text") || items[i].text[0] == '\0'
            || utf8_code_points(items[i].text) > (size_t)setting->most)
            return 0;
    if (setting->kind == TEXTS)
        return 1;
    for (i = 0; i < count; i++)
        if (!item_fits(setting, &items[i]))
            return 0;
    return 1;
}

/* NULL where the text (NULL: it is none) fits its setting; else what the value
   must be. */
static const char *
text_fault(const struct setting *setting, const char *text)
{
    size_t most = (size_t)setting->most;

    switch (setting->kind) {
    case TEXT:
        return text && utf8_code_points(text) <= most
               ? NULL : memory_format("must be text of at most %zu"
                                      " characters", most);
    case WORD:
        return text && text_has_word(setting->words, text)
               ? NULL : memory_format("must be one of: %s", setting->words);
    case LINK:
        return text && is_link(text)
               ? NULL : "must be an http or https URL";
    case DIGITS:
        return text && is_id(text, most)
               ? NULL : memory_format("must be an id: 1 to %zu digits, as"
                                      " text", most);
    case NAME:
        return text && is_name(text, most)
               ? NULL : memory_format("must be 1 to %zu letters, digits, _"
                                      " and -", most);
    default:
        return text && is_language(text)
               ? NULL : "must be a language such as en or pt-BR";
    }
}

const char *
settings_value_fault(const struct setting *setting,
                     const struct json_member *value)
{
    long long number;

    switch (setting->kind) {
    case SWITCH:
        return text_has_word("true false", value->type)
               ? NULL : "must be true or false";
    case NUMBER:
        return text_same(value->type, "integer")
               && text_number(value->text, 0, setting->most, &number)
               ? NULL : memory_format("must be a whole number from 0 to %lld",
                                      setting->most);
    case LANGUAGES:
    case WORDS:
    case PEOPLE:
    case TAGS:
    case TEXTS:
        break;
    default:
        return text_fault(setting, text_same(value->type, "text")
                                   ? value->text : NULL);
    }
    if (text_same(value->type, "array") && list_fits(setting, value->json))
        return NULL;
    if (setting->kind == LANGUAGES)
        return memory_format("must be a list of at most %lld languages",
                             setting->most);
    if (setting->kind == PEOPLE)
        return memory_format("must be a list of at most %lld user names",
                             setting->most);
    if (setting->kind == TAGS)
        return memory_format("must be a list of at most %lld objects of"
                             " username, x and y", setting->most);
    if (setting->kind == TEXTS)
        return memory_format("must be a list of texts of 1 to %lld"
                             " characters", setting->most);
    return memory_format("must be a list of these: %s", setting->words);
}
