/* base64.c: libb64, whose encoder breaks lines and knows no base64url. */
#include "base/base64.h"
#include "base/memory.h"

#include <b64/cdecode.h>
#include <b64/cencode.h>
#include <string.h>

void
base64_add(struct text *text, const void *bytes, size_t length)
{
    char *out = memory_get(2 * length + 8);
    base64_encodestate state;
    int used, i;

    base64_init_encodestate(&state);
    used = base64_encode_block(bytes, (int)length, out, &state);
    used += base64_encode_blockend(out + used, &state);
    for (i = 0; i < used; i++)
        if (out[i] != '\n')
            text_add_char(text, out[i]);
}

void
base64url_add(struct text *text, const void *bytes, size_t length)
{
    size_t start = text->length;
    char *p;

    base64_add(text, bytes, length);
    if (length == 0)
        return;
    for (p = text->data + start; *p != '\0'; p++) {
        if (*p == '+')
            *p = '-';
        if (*p == '/')
            *p = '_';
        if (*p == '=') {
            *p = '\0';
            text->length = (size_t)(p - text->data);
            return;
        }
    }
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* Decode length letters of standard base64. */
static void
decode(struct text *text, const char *string, size_t length)
{
    char *out = memory_get(length + 4);
    base64_decodestate state;
    int used;

    base64_init_decodestate(&state);
    used = base64_decode_block(string, (int)length, out, &state);
    text_add_bytes(text, out, (size_t)used);
}

int
base64_read(struct text *text, const char *string)
{
    size_t length = strspn(string, LETTERS "+/"), rest;

    rest = strspn(string + length, "=");
    if (string[length + rest] != '\0' || length % 4 == 1
        || (rest > 0 && (rest > 2 || (length + rest) % 4 != 0)))
        return 0;
    decode(text, string, length);
    return 1;
}

int
base64url_read(struct text *text, const char *string)
{
    size_t length = strlen(string);
    char *in = memory_copy(string), *p;

    if (string[strspn(string, LETTERS "-_")] != '\0' || length % 4 == 1)
        return 0;
    for (p = in; *p != '\0'; p++) {
        if (*p == '-')
            *p = '+';
        if (*p == '_')
            *p = '/';
    }
    decode(text, in, length);
    return 1;
}
