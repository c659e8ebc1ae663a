/* answer.c: putting a long answer by until it is whole. */
#include "web/answer.h"
#include "web/reply.h"
#include "web/request.h"
#include "base/log.h"
#include "core/media_store.h"
#include "data/db.h"

#include <errno.h>
#include <string.h>

enum { LONG = 256 * 1024 };

static struct media_temp file = { .file = -1 };

static void
put_by(const struct text *text)
{
    if (media_store_add(&file, text_string(text), text->length))
        return;
    if (errno == ENOSPC || errno == EDQUOT)
        refuse_kind(FAULT_DISK_FULL);
    die("an answer of %lld bytes: %s", (long long)file.bytes,
        strerror(errno));
}

void
answer_put_by(struct text *rest)
{
    if (rest->length < LONG || db_in_transaction()
        || (file.file < 0 && !media_store_begin_nameless(&file)))
        return;
    put_by(rest);
    text_clear(rest);
}

void
answer_send(int status, const struct text *rest)
{
    if (file.file < 0)
        reply(status, rest);
    put_by(rest);
    reply_stream(status, "application/json", file.bytes);
    if (text_same(request.method, "HEAD"))
        program_end(0);
    reply_file(file.file, 0, file.bytes);
}
