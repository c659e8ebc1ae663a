/* bluesky_sign.c: classes of signs, as JavaScript's expressions know them. */
#include "network/bluesky_sign.h"

#include <utf8proc.h>

int32_t
bluesky_sign_at(const char *p, size_t *bytes)
{
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t step = *p == '\0' ? 0
        : utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &point);

    *bytes = step > 0 ? (size_t)step : *p != '\0';
    return step > 0 ? point : 0;
}

int
bluesky_sign_is_space(int32_t point)
{
    return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0xa0
        || point == 0x1680 || (point >= 0x2000 && point <= 0x200a)
        || point == 0x2028 || point == 0x2029 || point == 0x202f
        || point == 0x205f || point == 0x3000 || point == 0xfeff;
}

int
bluesky_sign_is_hidden(int32_t point)
{
    return point == 0xad || (point >= 0x200a && point <= 0x200d)
        || point == 0x2060 || point == 0x20e2;
}

int
bluesky_sign_is_punctuation(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return category >= UTF8PROC_CATEGORY_PC
        && category <= UTF8PROC_CATEGORY_PO;
}

int
bluesky_sign_is_letter(int32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

int
bluesky_sign_is_digit(int32_t point)
{
    return point >= '0' && point <= '9';
}
