/* connect.c: connect links, from their making to their one use. */
#include "core/connect.h"
#include "core/catalogue.h"
#include "core/seen.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "data/db.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

enum { LIVES = 15 * MINUTE, ANSWER_WITHIN = 10 * MINUTE };

/* :name becomes the hash of a secret; null where there is none. */
static void
set_hash(const char *name, const char *secret)
{
    uint8_t hash[HASH_BYTES];

    value_set_null(name);
    if (secret == NULL)
        return;
    hash_bytes(secret, strlen(secret), hash);
    value_set_blob(name, hash, sizeof hash);
}

static void
set_request(const struct connect_request *request)
{
    set_hash("connect_hash", request->token);
    set_hash("connect_browser", request->browser);
    value_set_integer("connect_now", seen_latest());
}

static void
seal(const char *name, const char *context, const char *plain)
{
    struct text box = { 0 };

    secret_seal(context, plain, strlen(plain), &box);
    value_set_blob(name, box.data, box.length);
}

/* Open the box in :name; NULL where there is none, or it was sealed under
   another key. */
static const char *
open_box(const char *name, const char *context)
{
    const struct value *box = value_find(name);
    struct text plain = { 0 };

    if (!value_is_set(name)
        || !secret_open(context, box->bytes, box->length, &plain))
        return NULL;
    return text_string(&plain);
}

/* What details of the link in :connect_hash are sealed under. */
static const char *
details_context(void)
{
    char hex[HASH_ROOM];
    const struct value *hash = value_find("connect_hash");

    return memory_format("connect%s", hex_print((const uint8_t *)hash->bytes,
                                                HASH_BYTES, hex));
}

int
connect_forget(void)
{
    value_set_integer("link_old", seen_earliest() - DAY);
    db_run("DELETE FROM connect_request WHERE hash IN (SELECT hash"
           " FROM connect_request WHERE expires_at < :link_old LIMIT 300)");
    return db_changes();
}

struct fault
connect_create(struct viewer viewer, const char *user, const char *network,
               struct connect_link *link)
{
    const struct catalogue_row *row = catalogue_find(network);

    if (row == NULL || row->connect == NULL || !row->has_driver)
        return (struct fault){ .kind = FAULT_PLATFORM_UNSUPPORTED,
            .field = "platform", .detail = memory_format(
            "%s cannot be connected to this server; GET /platforms lists what"
            " can.", row ? row->title : network) };
    link->token = token_new(memory_get(TOKEN_ROOM));
    link->network = row->name;
    link->expires_at = seen_latest() + LIVES;
    set_hash("link_hash", link->token);
    value_set_text("link_profile", viewer.profile);
    value_set_text("link_user", user);
    value_set_text("link_network", row->name);
    value_set_integer("link_at", clock_now());
    value_set_integer("link_expires", link->expires_at);
    connect_forget();
    if (db_run("INSERT INTO connect_request (hash, profile, user, network,"
               " created_at, expires_at) VALUES (:link_hash, :link_profile,"
               " :link_user, :link_network, :link_at, :link_expires)")
        == DB_REFUSED)
        die("connect request: %s", db_why());
    return NO_FAULT;
}

/* The state that the last SELECT of connect_find() shows. */
static enum connect_state
state_seen(void)
{
    const char *state = value_text("connect_state");

    if (text_same(state, "used"))
        return CONNECT_USED;
    if (value_integer("connect_expires", 0) <= seen_latest())
        return CONNECT_EXPIRED;
    if (!value_integer("connect_here", 0) || text_same(state, "open"))
        return CONNECT_OPEN;
    return text_same(state, "sent") ? CONNECT_SENT : CONNECT_ANSWERED;
}

struct connect_request
connect_find(const char *token, const char *browser)
{
    struct connect_request request = { .token = token, .browser = browser,
                                       .details = "{}" };
    const char *details;

    set_request(&request);
    if (db_run("SELECT c.state AS connect_state, c.network AS connect_network,"
               " c.profile AS connect_profile, p.name AS connect_name,"
               " u.email AS connect_email, c.expires_at AS connect_expires,"
               " c.details AS connect_details, c.browser IS NOT NULL"
               "  AND c.browser IS :connect_browser AS connect_here"
               " FROM connect_request c JOIN profile p ON p.id = c.profile"
               " JOIN user u ON u.id = c.user WHERE c.hash = :connect_hash")
        != DB_ROW)
        return request;
    request.state = state_seen();
    request.profile = memory_copy(value_text("connect_profile"));
    request.profile_name = memory_copy(value_text("connect_name"));
    request.email = memory_copy(value_text("connect_email"));
    request.network = memory_copy(value_text("connect_network"));
    details = open_box("connect_details", details_context());
    if (details == NULL && request.state > CONNECT_OPEN)
        request.state = CONNECT_OPEN;
    if (request.state > CONNECT_OPEN)
        request.details = details;
    return request;
}

int
connect_may(const struct connect_request *request, const char *user)
{
    value_set_text("connect_profile", request->profile);
    value_set_text("connect_user", user);
    return db_run("SELECT 1 AS connect_member FROM membership"
                  " WHERE profile = :connect_profile AND user = :connect_user")
           == DB_ROW;
}

/* Bring the link to a state, in its browser. */
static int
move(const struct connect_request *request, const char *state,
     const char *oauth_state, const char *details)
{
    set_request(request);
    value_set_text("connect_state", state);
    set_hash("connect_oauth", oauth_state);
    value_set_null("connect_details");
    if (details != NULL)
        seal("connect_details", details_context(), details);
    db_run("UPDATE connect_request SET state = :connect_state,"
           "  oauth_state = :connect_oauth, browser = :connect_browser,"
           "  details = :connect_details"
           " WHERE hash = :connect_hash AND state <> 'used'"
           "  AND expires_at > :connect_now");
    return db_changes() == 1;
}

int
connect_reset(const struct connect_request *request)
{
    return move(request, "open", NULL, NULL);
}

int
connect_send(const struct connect_request *request, const char *oauth_state,
             const char *details)
{
    value_set_text("connect_given", details);
    value_set_text("connect_token", request->token);
    value_set_integer("connect_sent_at", seen_latest());
    return move(request, "sent", oauth_state,
                json_make("json_object('token', :connect_token, 'sent_at',"
                          " :connect_sent_at, 'given', :connect_given)"));
}

int
connect_answer(const struct connect_request *request, const char *details)
{
    return move(request, "answered", NULL, details);
}

/* The details of the link whose state came back; NULL where none waits for
   it in this browser. */
static const char *
waiting_details(void)
{
    const char *details;

    if (!value_is_set("connect_browser")
        || db_run("SELECT hash AS connect_hash, details AS connect_details"
                  " FROM connect_request WHERE oauth_state = :connect_oauth"
                  "  AND browser = :connect_browser AND state = 'sent'"
                  "  AND expires_at > :connect_now") != DB_ROW)
        return NULL;
    details = open_box("connect_details", details_context());
    if (details == NULL || json_integer(details, "$.sent_at", 0)
                           + ANSWER_WITHIN <= seen_latest())
        return NULL;
    return details;
}

int
connect_return(const char *oauth_state, const char *browser,
               struct connect_request *request)
{
    const char *details;

    set_hash("connect_oauth", oauth_state);
    set_hash("connect_browser", browser);
    value_set_integer("connect_now", seen_latest());
    details = waiting_details();
    if (details == NULL)
        return 0;
    *request = connect_find(json_text(details, "$.token"), browser);
    if (!connect_reset(request))
        return 0;
    request->state = CONNECT_OPEN;
    request->details = json_text(details, "$.given");
    return 1;
}

struct fault
connect_use(const struct connect_request *request, struct account_facts *facts)
{
    char id[ID_ROOM];
    struct fault fault;

    facts->profile = request->profile;
    facts->network = request->network;
    set_request(request);
    db_run("UPDATE connect_request SET state = 'used', details = NULL"
           " WHERE hash = :connect_hash AND state = 'answered'"
           "  AND browser = :connect_browser AND expires_at > :connect_now");
    if (db_changes() != 1)
        return (struct fault){ .kind = FAULT_CONFLICT,
            .detail = "The link has been used or has expired." };
    fault = account_connect(facts, id);
    if (fault.kind)
        return fault;
    value_set_text("connect_account", id);
    db_run("UPDATE connect_request SET account = :connect_account"
           " WHERE hash = :connect_hash");
    return NO_FAULT;
}
