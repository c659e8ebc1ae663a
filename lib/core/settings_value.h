/* settings_value.h: the kinds of values that settings.c's options take. */
#ifndef SETTINGS_VALUE_H
#define SETTINGS_VALUE_H
#include "data/json.h"

enum setting_kind {
    SWITCH,                     /* true or false */
    NUMBER,                     /* 0 to most */
    TEXT,                       /* up to most code points */
    WORD,                       /* one of words */
    LINK,                       /* an http or https URL */
    DIGITS,                     /* an id of up to most digits */
    NAME,                       /* an id of up to most letters, digits, _, - */
    LANGUAGE,                   /* a BCP 47 tag: de, pt-BR */
    LANGUAGES,                  /* a list of up to most of them */
    WORDS,                      /* a list of up to most of words */
    PEOPLE,                     /* a list of up to most user names */
    TAGS,                       /* a list of up to most {username, x, y} */
    TEXTS                       /* a list of texts of up to most code points
                                   each, none of them empty */
};

struct setting {
    const char *network, *name;
    enum setting_kind kind;
    long long most;
    const char *words;
};

/* NULL where the value fits its setting; else what it must be, as the end of
   a sentence that begins with the setting's name. */
const char *settings_value_fault(const struct setting *,
                                 const struct json_member *);
#endif
