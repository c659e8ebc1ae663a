/* download.c: answering with a file (RFC 9110 sections 13 and 14). */
#include "web/download.h"
#include "web/reply.h"
#include "web/request.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Take a run of digits as a number; a longer one than fits is the largest. */
static int
take_number(const char **p, long long *number)
{
    const char *start = *p;

    for (*number = 0; **p >= '0' && **p <= '9'; (*p)++)
        *number = *number > LLONG_MAX / 10 - 1 ? LLONG_MAX / 10
                  : *number * 10 + (**p - '0');
    return *p > start;
}

/* Take FIRST-LAST, FIRST- or -COUNT. Returns 1, or 0 where it is none; a
   number that is absent is -1. */
static int
take_range(const char *p, long long *first, long long *last)
{
    p += strspn(p, " \t");
    if (!take_number(&p, first))
        *first = -1;
    if (*p++ != '-')
        return 0;
    if (!take_number(&p, last))
        *last = -1;
    p += strspn(p, " \t");
    return *p == '\0' && (*first >= 0 || *last >= 0)
           && (*first < 0 || *last < 0 || *first <= *last);
}

int
download_range(const char *header, long long bytes, long long *first,
               long long *last)
{
    long long from, to;

    if (header == NULL || !text_begins(header, "bytes=")
        || !take_range(header + strlen("bytes="), &from, &to))
        return 0;
    if (from < 0) {                     /* the last so many bytes */
        from = to < bytes ? bytes - to : 0;
        to = bytes - 1;
    }
    if (from >= bytes)
        return -1;
    *first = from;
    *last = to < 0 || to >= bytes ? bytes - 1 : to;
    return 1;
}

/* Is the tag in an If-None-Match list? W/ makes no difference there. */
static int
is_listed(const char *list, const char *tag)
{
    size_t length = strlen(tag);

    while (list != NULL && *list != '\0') {
        list += strspn(list, " \t,");
        if (*list == '*')
            return 1;
        if (text_begins(list, "W/"))
            list += 2;
        if (strncmp(list, tag, length) == 0
            && strchr(" \t,", list[length]) != NULL)
            return 1;
        list += strcspn(list, ",");
    }
    return 0;
}

static void
add_headers(const struct download *file, const char *tag)
{
    reply_header("ETag", tag);
    reply_header("Accept-Ranges", "bytes");
    reply_header("Cache-Control", memory_format("private, max-age=%d",
                                                file->seconds));
    reply_header("Content-Security-Policy", "default-src 'none'; sandbox");
    reply_header("Content-Disposition",
                 text_begins(file->type, "image/")
                 || text_begins(file->type, "video/") ? "inline"
                                                      : "attachment");
}

_Noreturn static void
send_nothing(int status)
{
    reply_stream(status, "application/octet-stream", 0);
    program_end(0);
}

_Noreturn static void
send_open_file(const struct download *file, int open_file, long long bytes)
{
    const char *tag = memory_format("\"%s\"", file->etag);
    const char *condition = request_header("IF_RANGE");
    int head = text_same(request.method, "HEAD"), range = 0;
    long long first = 0, last = bytes - 1;

    add_headers(file, tag);
    if (is_listed(request_header("IF_NONE_MATCH"), tag))
        send_nothing(304);
    if (!head && (condition == NULL || text_same(condition, tag)))
        range = download_range(request_header("RANGE"), bytes, &first, &last);
    if (range < 0) {
        reply_header("Content-Range", memory_format("bytes */%lld", bytes));
        send_nothing(416);
    }
    if (range > 0)
        reply_header("Content-Range", memory_format("bytes %lld-%lld/%lld",
                                                    first, last, bytes));
    else if (!head && config()->x_sendfile != NULL)
        reply_header(config()->x_sendfile, file->path);
    reply_stream(range > 0 ? 206 : 200, file->type, last - first + 1);
    if (head || (range == 0 && config()->x_sendfile != NULL))
        program_end(0);
    reply_file(open_file, first, last - first + 1);
}

struct fault
download_send(const struct download *file)
{
    int open_file = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat what;

    if (open_file < 0 || fstat(open_file, &what) != 0
        || !S_ISREG(what.st_mode))
        return (struct fault){ .kind = FAULT_NOT_FOUND };
    send_open_file(file, open_file, what.st_size);
}
