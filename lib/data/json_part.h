/* json_part.h: a clean document taken apart where it lies.

   For what strangers send, which may be large: nothing is copied. Only for
   documents that json_fault() passed, in memory of the caller's own, which is
   spent: a text that is taken out is ended by a NUL in its place, and lives as
   long as the document. */
#ifndef JSON_PART_H
#define JSON_PART_H
#include <stddef.h>

/* A member of an object or an element of an array, as it is written. */
struct json_part {
    const char *type;           /* as in struct json_member */
    char *key, *value;          /* no key (NULL) in an array */
    size_t key_length, length;
    char *rest;                 /* where the next begins; NULL: the last */
};

/* The first part of the object or array at document, or the one that follows.
   Both return 0 where there is none. Texts of the parts before may have been
   taken. */
int json_part_first(struct json_part *, char *document);
int json_part_next(struct json_part *);

/* Is its key this word, however it is written? */
int json_part_is(const struct json_part *, const char *word);

/* A copy of its key. */
char *json_part_key(const struct json_part *);

/* How many code points the text of a string has. */
size_t json_part_characters(const struct json_part *);

/* The text of a string or number; the value as JSON; an array as JSON without
   blanks between its elements. Of one part one of them is taken, once. */
char *json_part_text(struct json_part *);
char *json_part_raw(struct json_part *);
char *json_part_squeeze(struct json_part *);
#endif
