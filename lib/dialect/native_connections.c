/* native_connections.c: connecting, disconnecting and looking at accounts. */
#include "dialect/native_connections.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/account.h"
#include "core/config.h"
#include "core/connect.h"
#include "core/publish_now.h"
#include "core/rate.h"
#include "web/idempotency.h"

#include <string.h>

enum { SYNCS_AN_HOUR = 6 };

const struct field native_connect_fields[] = {
    { "platform", TEXT, 1, 40, .required = 1,
      .wrong = FAULT_PLATFORM_UNSUPPORTED,
      .missing = FAULT_PLATFORM_UNSUPPORTED, .words = "A network's name" },
    {0}
};

void
native_connect(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    struct connect_link link;
    char time[CLOCK_ROOM];
    struct fault fault = connect_create(viewer_here(), value_text("my_user"),
                                        value_text("platform"), &link);

    refuse_if(fault);
    idempotency_seal();
    text_add_format(&body, "{\"requestId\":\"conn_%s\",\"platform\":\"%s\","
                    "\"connectUrl\":\"%s/mcp/connect/conn_%s\","
                    "\"expiresAt\":\"%s\"}", link.token, link.network,
                    config()->base_url, link.token,
                    clock_print(link.expires_at, CLOCK_MILLISECONDS, time));
    reply(201, &body);
}

/* The account of the path, which the key may see. */
static void
find(void)
{
    if (db_run("SELECT a.status AS connection_status" NATIVE_SEEN
               " AND a.id = :id AND a.status <> 'disconnected'") != DB_ROW)
        refuse_kind(FAULT_ACCOUNT_NOT_FOUND);
}

void
native_disconnect(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    const char *left;

    find();
    refuse_if(account_disconnect(value_text("id"), value_text("my_profile")));
    text_add_format(&body, "{\"id\":\"profile_%s\",\"disconnected\":true",
                    value_text("id"));
    left = account_left_to_do(value_text("id"));
    if (left != NULL) {
        text_add(&body, ",\"note\":\"");
        text_add_json(&body, left);
        text_add(&body, "\"");
    }
    text_add(&body, "}");
    reply(200, &body);
}

/* ------------------------------------------------------------ readiness */

static void
add_needs(struct text *body, const struct needs *needs, int blocks)
{
    char room[CLOCK_ROOM];
    int i, count = 0;

    text_add(body, "[");
    for (i = 0; i < needs->count; i++) {
        const struct need *need = &needs->list[i];

        if (need->blocks != blocks)
            continue;
        text_add_format(body, "%s{\"code\":\"%s\",\"message\":\"",
                        count++ ? "," : "", need->code);
        text_add_json(body, need->words);
        text_add(body, "\"");
        if (need->until_at != 0)
            text_add_format(body, ",\"until\":\"%s\"", clock_print(
                            need->until_at, CLOCK_MILLISECONDS, room));
        text_add(body, "}");
    }
    text_add(body, "]");
}

void
native_needs(struct text *body, const struct needs *needs)
{
    text_add(body, ",\"missingRequirements\":");
    add_needs(body, needs, 1);
    text_add(body, ",\"warnings\":");
    add_needs(body, needs, 0);
}

#define SHOWN(limits) \
    "SELECT a.id AS connection_id, json_patch(" NATIVE_ACCOUNT "," \
    " json_object('name', a.name, 'status', a.status," \
    "  'syncedAt', " NATIVE_TIME("a.limits_at") "," \
    "  'limits', " limits ")) AS connection_json" NATIVE_SEEN \
    " AND a.status <> 'disconnected'"

/* An account and what it needs. */
static void
add_account(void *context)
{
    struct text *body = context;
    const char *json = memory_copy(value_text("connection_json"));
    struct needs needs = { .count = 0 };
    int ready;

    readiness_of_account(memory_copy(value_text("connection_id")), &needs);
    ready = readiness_is_given(&needs);
    if (body->length > 0 && body->data[body->length - 1] == '}')
        text_add(body, ",");
    text_add_bytes(body, json, strlen(json) - 1);
    text_add_format(body, ",\"readiness\":{\"status\":\"%s\","
        "\"canPublish\":%s,\"canSchedule\":%s",
        ready ? "ready" : "not_ready", ready ? "true" : "false",
        readiness_may_schedule(&needs) ? "true" : "false");
    native_needs(body, &needs);
    text_add(body, "}}");
}

void
native_readiness(void)
{
    struct text body = { .limit = TEXT_LIMIT };
    int count;

    secret_load_key(config()->key_file);
    text_add(&body, "{\"accounts\":[");
    /* A subreddit's rules and flairs are long: those of one account stand in
       its own answer. */
    count = db_each(SHOWN("json_remove(a.limits, '$.rules', '$.flairs')")
                    " ORDER BY a.connected_at, a.id", add_account, &body);
    text_add_format(&body, "],\"count\":%d}", count);
    reply(200, &body);
}

static void
add_one(struct text *body)
{
    secret_load_key(config()->key_file);
    if (db_each(SHOWN("json(a.limits)") " AND a.id = :id", add_account, body)
        == 0)
        refuse_kind(FAULT_ACCOUNT_NOT_FOUND);
}

void
native_connection(void)
{
    struct text body = { .limit = TEXT_LIMIT };

    add_one(&body);
    reply(200, &body);
}

static void
check_rate(const char *account)
{
    struct rate rate = rate_take(memory_format("sync-%s", account), 1,
                                 SYNCS_AN_HOUR, HOUR);

    if (rate.allowed)
        return;
    reply_header("Retry-After", memory_format("%lld",
        (long long)(rate.reset_at - clock_now()) / SECOND + 1));
    refuse_field(FAULT_RATE, NULL, "An account is synced at most %d times an"
                 " hour.", SYNCS_AN_HOUR);
}

/* An account whose token was refused, and one of a network that waits, are
   not asked about: readiness says so. */
void
native_sync(void)
{
    const char *account = memory_copy(value_text("id"));
    struct text before = { .limit = TEXT_LIMIT };
    struct text body = { .limit = TEXT_LIMIT };

    find();
    check_rate(account);
    value_set_integer("connection_now", clock_now());
    db_run("UPDATE account SET sync_at = :connection_now WHERE id = :id");
    add_one(&before);
    reply_keep(200, &before);
    sync_now(account);
    db_begin();
    add_one(&body);
    reply(200, &body);
}
