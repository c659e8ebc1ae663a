/* multipart.c: a Content-Type, a line's end, and the body. However the body
   comes, in whole or byte by byte, it must mean the same. */
#include "fuzz.h"
#include "web/multipart.h"
#include "web/multipart_part.h"

static const char *body;
static size_t left, piece;

static void
fuzz_begin(void)
{
}

static long
read_piece(void *room, size_t length)
{
    if (length > piece)
        length = piece;
    if (length > left)
        length = left;
    memcpy(room, body, length);
    body += length;
    left -= length;
    return (long)length;
}

static int
keep(void *context, const void *bytes, size_t length)
{
    text_add_bytes(context, bytes, length);
    return 1;
}

static struct fault
read_form(struct multipart *form, const char *bytes, size_t length, size_t by)
{
    body = bytes;
    left = length;
    piece = by;
    return multipart_read(form);
}

static void
check(const struct multipart *form, const struct text *file)
{
    int i;

    must(form->field_count <= MULTIPART_PARTS);
    must(file->length <= 5000);
    must(form->has_file || file->length == 0);
    must(form->file_name == NULL
         || (fuzz_is_text(form->file_name) && form->file_name[0] != '\0'
             && strlen(form->file_name) <= MULTIPART_NAME
             && strpbrk(form->file_name, "/\\\r\n") == NULL));
    for (i = 0; i < form->field_count; i++)
        must(fuzz_is_text(form->fields[i].name)
             && fuzz_is_text(form->fields[i].value)
             && text_same(multipart_field(form, form->fields[i].name),
                          form->fields[i].value));
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const char *end = memchr(bytes, '\n', length), *boundary;
    size_t head = end ? (size_t)(end - bytes) : length;
    struct text one = { 0 }, other = { 0 };
    struct multipart whole = { .read = read_piece, .write = keep,
        .context = &one, .file_field = "file", .file_most = 5000 };
    struct multipart slow = whole;
    struct fault fault, again;

    boundary = multipart_boundary(fuzz_string(bytes, head));
    if (boundary == NULL || end == NULL)
        return;
    whole.boundary = slow.boundary = boundary;
    slow.context = &other;
    fault = read_form(&whole, end + 1, length - head - 1, 65536);
    again = read_form(&slow, end + 1, length - head - 1, 1 + head % 7);
    must(fault.kind == again.kind);
    must(fault.detail == NULL || fuzz_is_text(fault.detail));
    if (fault.kind)
        return;
    check(&whole, &one);
    must(whole.field_count == slow.field_count);
    must(one.length == other.length
         && memcmp(text_string(&one), text_string(&other), one.length) == 0);
    must(memcmp(whole.fingerprint, slow.fingerprint, HASH_BYTES) == 0);
}
