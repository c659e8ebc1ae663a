/* multipart_part.c: Content-Disposition, and boundaries (RFC 2046, 7578). */
#include "web/multipart.h"
#include "web/multipart_part.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Take the next `; name=value` of a header's parameters. A quoted value may
   hold \" and \\. Returns 1; 0 at the end; -1 where it is malformed. */
static int
take_parameter(const char **rest, char **name, char **value)
{
    const char *p = *rest + strspn(*rest, " \t");
    size_t length;
    char *to;

    if (*p == '\0')
        return 0;
    if (*p++ != ';')
        return -1;
    p += strspn(p, " \t");
    length = strcspn(p, "= \t;\"");
    if (length == 0 || p[length] != '=')
        return -1;
    *name = memory_copy_bytes(p, length);
    p += length + 1;
    if (*p != '"') {
        length = strcspn(p, "; \t\"");
        *value = memory_copy_bytes(p, length);
        *rest = p + length;
        return length > 0 ? 1 : -1;
    }
    to = *value = memory_get(strlen(p));
    for (p++; *p != '"'; p++) {
        if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
        if (*p == '\0')
            return -1;
        *to++ = *p;
    }
    *rest = p + 1;
    return 1;
}

int
multipart_part_header(struct multipart_part *part, const char *line)
{
    static const char header[] = "Content-Disposition:";
    char *name, *value;
    int took;

    if (strncasecmp(line, header, sizeof header - 1) != 0)
        return strchr(line, ':') != NULL;
    line += sizeof header - 1;
    line += strspn(line, " \t");
    if (part->name != NULL || strncasecmp(line, "form-data", 9) != 0)
        return 0;
    line += 9;
    while ((took = take_parameter(&line, &name, &value)) == 1) {
        if (text_same_nocase(name, "name") && part->name == NULL)
            part->name = value;
        else if (text_same_nocase(name, "filename")
                 && part->file_name == NULL)
            part->file_name = value;
        else if (text_same_nocase(name, "name")
                 || text_same_nocase(name, "filename"))
            return 0;
    }
    return took == 0 && part->name != NULL;
}

const char *
multipart_part_label(const char *file_name, int most)
{
    const char *start = file_name, *p;
    size_t length;
    char *label;

    for (p = file_name; *p != '\0'; p++)
        if (*p == '/' || *p == '\\')
            start = p + 1;
    length = strlen(start);
    if (length == 0 || !utf8_is_clean(start, length))
        return NULL;
    if (length > (size_t)most) {
        length = (size_t)most;
        while (((unsigned char)start[length] & 0xc0) == 0x80)
            length--;
    }
    label = memory_copy_bytes(start, length);
    for (char *c = label; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '_';
    return label;
}

const char *
multipart_boundary(const char *content_type)
{
    static const char type[] = "multipart/form-data", allowed[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        "'()+_,-./:=? ";
    const char *boundary = NULL;
    char *name, *value;
    int took;

    if (strncasecmp(content_type, type, sizeof type - 1) != 0)
        return NULL;
    content_type += sizeof type - 1;
    while ((took = take_parameter(&content_type, &name, &value)) == 1)
        if (text_same_nocase(name, "boundary")) {
            if (boundary != NULL)
                return NULL;
            boundary = value;
        }
    if (took != 0 || boundary == NULL || boundary[0] == '\0'
        || strlen(boundary) > 70 || text_ends(boundary, " ")
        || boundary[strspn(boundary, allowed)] != '\0')
        return NULL;
    return boundary;
}
