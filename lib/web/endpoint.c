/* endpoint.c: one request through one row of a program's table. */
#include "web/endpoint.h"
#include "web/access.h"
#include "web/answer.h"
#include "web/describe.h"
#include "web/field.h"
#include "web/idempotency.h"
#include "web/request.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/config.h"
#include "data/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A post to the most accounts, with all that it can hold, has some ten
   thousand values. */
enum { BODY_LIMIT = 1024 * 1024, BODY_VALUES = 20000 };
enum { SECONDS = 30, SLOW_SECONDS = 300 };

static const struct dialect *dialect;
static uint8_t taken[HASH_BYTES];       /* the fingerprint of the fields */

/* Does the rest of the path fit a row's pattern? Its /:id becomes :id. A part
   is 1 to 64 characters of [A-Za-z0-9_-]. */
static int
path_fits(const char *pattern, const char *path)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789_-";

    while (*pattern == '/' && *path == '/') {
        size_t wanted = strcspn(++pattern, "/"), length = strcspn(++path, "/");

        if (pattern[0] == ':') {
            if (length < 1 || length > 64 || strspn(path, allowed) < length)
                return 0;
            value_set_bytes(memory_copy_bytes(pattern + 1, wanted - 1), path,
                            length);
        } else if (wanted != length || strncmp(pattern, path, length) != 0) {
            return 0;
        }
        pattern += wanted;
        path += length;
    }
    return *pattern == '\0' && *path == '\0';
}

static int
method_fits(const struct operation *operation)
{
    return text_same(operation->method, request.method)
           || (text_same(operation->method, "GET")
               && text_same(request.method, "HEAD"));
}

static const struct operation *
match(const struct operation *operations)
{
    const char *path = text_same(request.rest, "/") ? "" : request.rest;
    struct text allow = { .limit = 256 };

    for (; operations->method != NULL; operations++) {
        if (!path_fits(operations->path, path))
            continue;
        if (method_fits(operations))
            return operations;
        text_add_format(&allow, "%s%s", allow.length ? ", " : "",
                        operations->method);
    }
    if (allow.length == 0)
        refuse_kind(FAULT_NOT_FOUND);
    reply_header("Allow", text_string(&allow));
    refuse_kind(FAULT_METHOD);
}

/* An :id of a path is one of ours, or names nothing. */
static void
take_path_id(const struct operation *operation)
{
    const char *sent = value_text("id"), *id;

    if (strstr(operation->path, "/:id") == NULL)
        return;
    id = field_id(dialect, sent);
    if (id == NULL)
        refuse_kind(operation->absent ? operation->absent : FAULT_NOT_FOUND);
    value_set_text("id", id);
}

static int
writes(const struct operation *operation)
{
    return !text_same(operation->method, "GET");
}

/* Read the body that the row declares and take its fields. The fingerprint is
   over what was read and its type. */
static void
take_fields(const struct operation *operation)
{
    static const struct field none[] = { {0} };
    const struct field *fields = operation->fields ? operation->fields : none;
    struct text body = { .limit = 0 };
    struct fault fault = request_body(&body, BODY_LIMIT);
    struct hash hash;
    const char *why;

    refuse_if(fault);
    hash_begin(&hash);
    hash_add(&hash, request.content_type, strlen(request.content_type) + 1);
    hash_add(&hash, text_string(&body), body.length);
    hash_end(&hash, taken);
    if (operation->body == BODY_FORM) {
        field_take_form(fields, text_string(&body), 0);
        return;
    }
    if (body.length == 0)
        text_add(&body, "{}");
    else if (!text_same(request.content_type, "application/json")
             && !text_ends(request.content_type, "+json"))
        refuse_kind(FAULT_BODY_TYPE);
    why = json_fault_within(body.data, body.length, BODY_VALUES);
    if (why != NULL)
        refuse_field(FAULT_JSON, NULL, "The body cannot be read: %s.", why);
    if (body.data[strspn(body.data, " \t\r\n")] != '{')
        refuse_field(FAULT_JSON, NULL, "The body must be a JSON object.");
    field_take_json(fields, body.data);
}

static void
take_query(const struct operation *operation)
{
    static const struct field none[] = { {0} };

    field_take_form(operation->fields ? operation->fields : none,
                    request.query, dialect->refuse_unknown_query);
}

/* The soft limit alone: a publisher that this process starts lifts it. */
static void
limit_soft(int kind, rlim_t most)
{
    struct rlimit limit;

    if (getrlimit(kind, &limit) == 0 && limit.rlim_max > most) {
        limit.rlim_cur = most;
        setrlimit(kind, &limit);
    }
}

/* This process ends by itself: a hung request cannot pile up. */
static void
limit_process(int slow)
{
    limit_soft(RLIMIT_CPU, slow ? 60 : 10);
    limit_soft(RLIMIT_CORE, 0);
    limit_soft(RLIMIT_NOFILE, 64);
#ifndef __SANITIZE_ADDRESS__
    limit_soft(RLIMIT_AS, 256 << 20);
#endif
    alarm(slow ? SLOW_SECONDS : SECONDS);
}

static void
take_slot(void)
{
    const char *prefix = memory_format("%s/request-", config()->run_dir);

    if (lock_slot(prefix, config()->request_slots) >= 0)
        return;                 /* held until the process ends */
    if (errno != EWOULDBLOCK)
        die("%s: %s", prefix, strerror(errno));
    reply_header("Retry-After", "1");
    refuse_kind(FAULT_BUSY);
}

static void
check_disk(void)
{
    struct statvfs disk;

    if (statvfs(config()->data_dir, &disk) == 0
        && (unsigned long long)disk.f_bavail * disk.f_frsize
           < (unsigned long long)config()->minimum_free_mb << 20)
        refuse_kind(FAULT_DISK_FULL);
}

void
serve_begin(const uint8_t fingerprint[HASH_BYTES])
{
    const char *key = value_text("my_key"), *user = value_text("my_user");

    db_begin();
    if (key != NULL || user != NULL)
        idempotency_begin(key ? key : user,
                          fingerprint ? fingerprint : taken);
}

void
serve_sql(int status, const char *sql, enum fault_kind absent)
{
    struct text body = { .limit = TEXT_LIMIT };

    switch (db_run_reply(sql, &body, answer_put_by)) {
    case DB_ROW:
        answer_send(status, &body);
    case DB_NO_ROW:
        refuse_kind(absent ? absent : FAULT_NOT_FOUND);
    case DB_REFUSED:
        refuse_field(FAULT_CONFLICT, NULL, "%s.", db_why());
    }
    die("no outcome");
}

_Noreturn static void
run(const struct operation *operation)
{
    if (operation->body != BODY_OWN && writes(operation)) {
        idempotency_wanted();
        if (text_same(operation->method, "DELETE"))
            take_query(operation);
        else
            take_fields(operation);
        check_disk();
        serve_begin(NULL);
        if (operation->body == BODY_AHEAD)
            db_rollback();      /* it is no repeated request */
    } else if (operation->body != BODY_OWN) {
        take_query(operation);
    } else if (writes(operation)) {
        idempotency_wanted();
        check_disk();
    }
    if (operation->before != NULL)
        operation->before();
    if (operation->run != NULL) {
        operation->run();
        die("an operation ended without an answer");
    }
    serve_sql(operation->status, operation->sql, operation->absent);
}

static void
answer_fault(void)
{
    db_rollback();
    refuse_kind(db_disk_is_full() ? FAULT_DISK_FULL : FAULT_INTERNAL);
}

void
serve(int argc, char **argv, const struct dialect *which,
      const struct operation *operations)
{
    const struct operation *operation;
    struct fault fault;

    dialect = which;
    log_program(argv[0]);
    reply_dialect(which);
    field_dialect(which);
    if (getenv("GATEWAY_INTERFACE") == NULL
        && getenv("REQUEST_METHOD") == NULL)
        describe_command(argc, argv, operations);
    die_hook = answer_fault;
    fault = request_read();
    refuse_if(fault);
    operation = match(operations);
    limit_process(operation->slow);
    umask(077);
    take_slot();
    value_set_integer("now", clock_now());
    db_open(config()->database);
    db_cache_little();
    if (!writes(operation) && !operation->slow)
        db_begin_reading();
    access_check(operation, which);
    take_path_id(operation);
    run(operation);
}
