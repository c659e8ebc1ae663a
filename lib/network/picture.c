/* picture.c: fetching a cover, and what kind of picture it is. */
#include "network/picture.h"

#include <string.h>

static int
begins(const struct text *bytes, const char *magic, size_t length)
{
    return bytes->length > length && memcmp(bytes->data, magic, length) == 0;
}

struct picture
picture_fetch(const char *url, long long most, int seconds)
{
    struct picture picture = { .answer = http_send(&(struct http_request){
        .url = url, .answer_limit = most, .seconds = seconds }) };

    picture.bytes = picture.answer.body;
    if (picture.answer.result != HTTP_ANSWERED) {
        picture.why = picture.answer.words;
    } else if (picture.answer.status != 200) {
        picture.why = "there is no JPEG or PNG at its URL";
    } else if (begins(&picture.bytes, "\xff\xd8\xff", 3)) {
        picture.type = "image/jpeg";
        picture.file_name = "cover.jpg";
    } else if (begins(&picture.bytes, "\x89PNG", 4)) {
        picture.type = "image/png";
        picture.file_name = "cover.png";
    } else {
        picture.why = "there is no JPEG or PNG at its URL";
    }
    return picture;
}
