/* multipart.c: a window that slides over the body from boundary to boundary. */
#include "web/multipart.h"
#include "web/multipart_part.h"
#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

enum { WINDOW = 64 * 1024, OVERHEAD = 1024 * 1024, HEAD_LINES = 20 };

/* Where the reading stands. The window's bytes from start to end were read
   and not yet taken. */
struct reader {
    struct multipart *form;
    struct fault fault;
    int64_t total;              /* bytes read of the body */
    int64_t file_bytes;
    char delimiter[80];         /* CRLF, --, the boundary */
    size_t delimiter_length;
    struct hash parts;          /* over the hashes of the parts */
    size_t start, end;
    char window[WINDOW];
};

/* The part that is being read. */
struct part {
    struct multipart_part head;
    enum { THE_FILE, A_FIELD, ANOTHER_FILE } kind;
    struct hash hash;
    struct text value;
};

static int
fail(struct reader *reader, enum fault_kind kind, const char *field,
     const char *detail)
{
    reader->fault = (struct fault){ kind, field, 0, detail };
    if (kind == FAULT_FILE_TOO_LARGE)
        reader->fault.limit = reader->form->file_most;
    return 0;
}

/* Read on into the window. Returns 1, or 0 with the fault set. */
static int
fill(struct reader *reader)
{
    long got;

    if (reader->start > 0) {
        memmove(reader->window, reader->window + reader->start,
                reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    got = reader->form->read(reader->window + reader->end,
                             WINDOW - reader->end);
    if (got <= 0)
        return fail(reader, FAULT_BODY_SHORT, NULL, "The body ended before"
                    " the last boundary of its multipart/form-data.");
    reader->end += (size_t)got;
    reader->total += got;
    if (reader->total > reader->form->file_most + OVERHEAD)
        return fail(reader, FAULT_FILE_TOO_LARGE, NULL, NULL);
    return 1;
}

static char *
find(struct reader *reader, const char *bytes, size_t length)
{
    return memmem(reader->window + reader->start,
                  reader->end - reader->start, bytes, length);
}

/* Take a line without its CRLF; NULL with the fault set. It is good until
   the next call. */
static const char *
take_line(struct reader *reader)
{
    char *line, *end;

    while ((end = find(reader, "\r\n", 2)) == NULL
           && reader->end - reader->start <= MULTIPART_LINE)
        if (!fill(reader))
            return NULL;
    line = reader->window + reader->start;
    if (end == NULL || end - line > MULTIPART_LINE) {
        fail(reader, FAULT_FIELD, NULL, "A line of a part's head has more"
             " than 8 kB.");
        return NULL;
    }
    *end = '\0';
    reader->start += (size_t)(end - line) + 2;
    if (strlen(line) != (size_t)(end - line)
        || line[strcspn(line, "\r\n")] != '\0') {
        fail(reader, FAULT_FIELD, NULL, "A part's head holds a NUL or a lone"
             " line break.");
        return NULL;
    }
    return line;
}

/* Behind a delimiter: 1 where a part begins, 0 where the body is done, -1
   where neither. */
static int
after_delimiter(struct reader *reader)
{
    const char *line;

    while (reader->end - reader->start < 2)
        if (!fill(reader))
            return -1;
    if (memcmp(reader->window + reader->start, "--", 2) == 0)
        return 0;
    line = take_line(reader);
    if (line == NULL)
        return -1;
    if (line[strspn(line, " \t")] == '\0')
        return 1;
    fail(reader, FAULT_FIELD, NULL, "A part holds the boundary itself.");
    return -1;
}

/* The next bytes of a part's contents. */
static int
part_add(struct reader *reader, struct part *part, const char *bytes,
         size_t length)
{
    struct multipart *form = reader->form;

    if (length == 0)
        return 1;
    hash_add(part->kind == THE_FILE ? &form->file_hash : &part->hash, bytes,
             length);
    switch (part->kind) {
    case THE_FILE:
        reader->file_bytes += (int64_t)length;
        if (reader->file_bytes > form->file_most)
            return fail(reader, FAULT_FILE_TOO_LARGE, form->file_field, NULL);
        if (!form->write(form->context, bytes, length))
            return fail(reader, FAULT_DISK_FULL, NULL, NULL);
        return 1;
    case A_FIELD:
        if (part->value.length + length > MULTIPART_FIELD)
            return fail(reader, FAULT_FIELD, part->head.name,
                        "A field has more than 32 kB.");
        text_add_bytes(&part->value, bytes, length);
        return 1;
    case ANOTHER_FILE:
        break;
    }
    return 1;
}

/* Take contents up to the next delimiter, and the delimiter. */
static int
take_contents(struct reader *reader, struct part *part)
{
    size_t keep = reader->delimiter_length - 1, length;
    char *found;

    for (;;) {
        found = find(reader, reader->delimiter, reader->delimiter_length);
        length = found ? (size_t)(found - reader->window) - reader->start
                 : reader->end - reader->start > keep
                   ? reader->end - reader->start - keep : 0;
        if (part != NULL && !part_add(reader, part, reader->window
                                      + reader->start, length))
            return 0;
        reader->start += length;
        if (found != NULL) {
            reader->start += reader->delimiter_length;
            return 1;
        }
        if (!fill(reader))
            return 0;
    }
}

static int
take_head(struct reader *reader, struct part *part)
{
    const char *line;
    int lines = 0;

    while ((line = take_line(reader)) != NULL && line[0] != '\0')
        if (++lines > HEAD_LINES
            || !multipart_part_header(&part->head, line))
            return fail(reader, FAULT_FIELD, NULL,
                        "A part's head cannot be read.");
    if (line == NULL)
        return 0;
    if (part->head.name == NULL || part->head.name[0] == '\0'
        || !utf8_is_clean(part->head.name, strlen(part->head.name)))
        return fail(reader, FAULT_FIELD, NULL, "A part has no clean name.");
    if (text_same(part->head.name, reader->form->file_field))
        part->kind = THE_FILE;
    else
        part->kind = part->head.file_name ? ANOTHER_FILE : A_FIELD;
    return 1;
}

/* What the part was, into the form and the fingerprint. */
static int
keep_part(struct reader *reader, struct part *part)
{
    struct multipart *form = reader->form;
    const char *name = part->head.name;
    uint8_t hash[HASH_BYTES];

    if (part->kind == THE_FILE) {
        struct hash copy = form->file_hash;

        hash_end(&copy, hash);
        hash_add(&part->hash, hash, sizeof hash);
    }
    hash_end(&part->hash, hash);
    hash_add(&reader->parts, hash, sizeof hash);
    if ((part->kind == THE_FILE && form->has_file)
        || multipart_field(form, name) != NULL)
        return fail(reader, FAULT_FIELD, name, "A field was sent twice.");
    if (!utf8_is_clean(text_string(&part->value), part->value.length))
        return fail(reader, FAULT_FIELD, name, "A field is not clean UTF-8.");
    if (part->kind == THE_FILE) {
        form->has_file = 1;
        if (part->head.file_name != NULL)
            form->file_name = multipart_part_label(part->head.file_name,
                                                   MULTIPART_NAME);
    } else if (part->kind == A_FIELD) {
        form->fields[form->field_count].name = name;
        form->fields[form->field_count++].value = text_string(&part->value);
    }
    return 1;
}

static int
take_part(struct reader *reader)
{
    struct part part = { .value = { .limit = MULTIPART_FIELD + 1 } };
    const char *file_name;

    if (!take_head(reader, &part))
        return 0;
    file_name = part.head.file_name ? part.head.file_name : "";
    hash_begin(&part.hash);
    hash_add(&part.hash, part.head.name, strlen(part.head.name) + 1);
    hash_add(&part.hash, file_name, strlen(file_name) + 1);
    return take_contents(reader, &part) && keep_part(reader, &part);
}

/* What follows the last boundary is read and means nothing. */
static void
drain(struct reader *reader)
{
    int64_t most = reader->form->file_most + OVERHEAD;
    long got;

    while (reader->total < most
           && (got = reader->form->read(reader->window, WINDOW)) > 0)
        reader->total += got;
}

struct fault
multipart_read(struct multipart *form)
{
    static struct reader reader;
    int more, parts = 0;

    reader = (struct reader){ .form = form, .end = 2 };
    memcpy(reader.window, "\r\n", 2);   /* as if a line went before */
    memcpy(reader.delimiter, "\r\n--", 4);
    reader.delimiter_length = 4 + strlen(form->boundary);
    memcpy(reader.delimiter + 4, form->boundary, strlen(form->boundary));
    hash_begin(&reader.parts);
    hash_begin(&form->file_hash);
    if (!take_contents(&reader, NULL))
        return reader.fault;
    while ((more = after_delimiter(&reader)) == 1)
        if (++parts > MULTIPART_PARTS) {
            fail(&reader, FAULT_FIELD, NULL, "The body has too many parts.");
            return reader.fault;
        } else if (!take_part(&reader)) {
            return reader.fault;
        }
    if (more < 0)
        return reader.fault;
    drain(&reader);
    hash_end(&reader.parts, form->fingerprint);
    return NO_FAULT;
}

const char *
multipart_field(const struct multipart *form, const char *name)
{
    int i;

    for (i = 0; i < form->field_count; i++)
        if (text_same(form->fields[i].name, name))
            return form->fields[i].value;
    return NULL;
}
