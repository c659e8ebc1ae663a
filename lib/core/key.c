/* key.c: making, checking and revoking API keys. */
#include "core/key.h"
#include "core/config.h"
#include "core/seen.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/db.h"
#include "data/value.h"

#include <string.h>

#define KEY_START "crier_"

enum { HINT = 6 + 6 };          /* as many characters as a list shows */

const char *const key_scopes[] = {
    "post:read", "post:write", "account:read", "account:write",
    "media:read", "media:write", "template:read", "template:write",
    "webhook:read", "webhook:write", "analytics:read", "analytics:write",
    "team:read", "team:write", "key:read", "key:write",
    "profile:read", "profile:write", "ai:write", NULL
};

/* Other APIs' words for sets of scopes: SocialRails'. */
static const struct {
    const char *name, *scopes;
} sets[] = {
    { "read", "post:read account:read media:read analytics:read"
      " webhook:read profile:read" },
    { "write", "post:write media:write" },
    { "ai", "ai:write" },
    { "webhooks", "webhook:read webhook:write" },
    { NULL, NULL }
};

static void
value_set_hash(const char *name, const char *token)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(token, strlen(token), hash);
    value_set_blob(name, hash, sizeof hash);
}

static void
from_values(struct key *key)
{
    key->id = value_text("key_id");
    key->profile = value_text("key_profile");
    key->user = value_text("key_user");
    key->scopes = value_text("key_scopes");
    key->limited = (int)value_integer("key_limited", 1);
}

/* Also where the clock has gone back since. */
static int
has_ended(int64_t expires_at)
{
    return expires_at != 0 && expires_at <= seen_latest();
}

struct fault
key_authenticate(const char *token, struct key *key)
{
    struct fault invalid = { .kind = FAULT_KEY_INVALID };
    struct fault disabled = { .kind = FAULT_API_DISABLED };

    if (!text_begins(token, KEY_START) || strlen(token) != KEY_ROOM - 1)
        return invalid;
    value_set_hash("key_hash", token);
    value_set_integer("key_now", clock_now());
    if (db_run("SELECT k.id AS key_id, k.profile AS key_profile,"
               " k.user AS key_user, k.scopes AS key_scopes,"
               " k.limited AS key_limited, k.expires_at AS key_ends,"
               " u.api_enabled AND u.disabled_at IS NULL AS key_enabled"
               " FROM api_key k"
               " JOIN membership m ON m.profile = k.profile"
               "  AND m.user = k.user"
               " JOIN user u ON u.id = k.user"
               " WHERE k.hash = :key_hash AND k.revoked_at IS NULL"
               "  AND ifnull(k.expires_at > :key_now, 1)") != DB_ROW
        || has_ended(value_integer("key_ends", 0)))
        return invalid;
    from_values(key);
    return value_integer("key_enabled", 0) ? NO_FAULT : disabled;
}

int
key_has_scope(const struct key *key, const char *scope)
{
    return text_same(key->scopes, "all") || text_has_word(key->scopes, scope);
}

/* The scopes that a word stands for; NULL where it is none. */
static const char *
scopes_of(const char *word)
{
    int i;

    for (i = 0; key_scopes[i] != NULL; i++)
        if (text_same(key_scopes[i], word))
            return word;
    for (i = 0; sets[i].name != NULL; i++)
        if (text_same(sets[i].name, word))
            return sets[i].scopes;
    return text_same(word, "all") ? word : NULL;
}

const char *
key_scope_list(const char *words)
{
    char *copy = memory_copy(words), *rest = copy, *word;
    struct text asked = { 0 }, list = { 0 };
    int i;

    while ((word = strsep(&rest, " ,")) != NULL) {
        if (word[0] == '\0')
            continue;
        if (scopes_of(word) == NULL)
            return NULL;
        text_add_format(&asked, " %s", scopes_of(word));
    }
    if (text_has_word(text_string(&asked), "all"))
        return "all";
    for (i = 0; key_scopes[i] != NULL; i++)
        if (text_has_word(text_string(&asked), key_scopes[i]))
            text_add_format(&list, "%s%s", list.length ? " " : "",
                            key_scopes[i]);
    return list.length ? text_string(&list) : NULL;
}

/* The key may use these accounts, all of which must be its profile's. */
static struct fault
limit_to(const char *const *accounts)
{
    struct fault foreign = { .kind = FAULT_ACCOUNTS, .field = "accounts" };

    for (; *accounts != NULL; accounts++) {
        value_set_text("key_account", *accounts);
        if (db_run("INSERT OR IGNORE INTO api_key_account (api_key, account)"
                   " SELECT :key_id, id FROM account"
                   "  WHERE id = :key_account AND profile = :key_profile")
            == DB_REFUSED || db_integer("SELECT count(*)"
            " FROM api_key_account WHERE api_key = :key_id"
            "  AND account = :key_account", 0) == 0)
            return foreign;
    }
    return NO_FAULT;
}

static void
set_values(const struct key_wish *wish, const char *scopes, char *token)
{
    char id[ID_ROOM];

    memcpy(token, KEY_START, strlen(KEY_START));
    token_new(token + strlen(KEY_START));
    value_set_hash("key_hash", token);
    value_set_bytes("key_hint", token, HINT);
    value_set_text("key_id", id_new(id));
    value_set_text("key_profile", wish->profile);
    value_set_text("key_user", wish->user);
    value_set_text("key_name", wish->name);
    value_set_text("key_scopes", scopes);
    value_set_integer("key_limited", wish->accounts != NULL);
    value_set_integer("key_expires", wish->expires_at);
    value_set_integer("key_now", clock_now());
}

struct fault
key_create(const struct key_wish *wish, struct key *key, char *token)
{
    const char *scopes = key_scope_list(wish->scopes);
    enum outcome outcome;

    if (scopes == NULL)
        return (struct fault){ .kind = FAULT_FIELD, .field = "scopes",
            .detail = "scopes must be all, or scopes such as post:write." };
    if (wish->expires_at != 0 && wish->expires_at <= clock_now())
        return (struct fault){ .kind = FAULT_TIME_PAST,
                               .field = "expiresAt" };
    set_values(wish, scopes, token);
    outcome = db_run("INSERT INTO api_key (id, profile, user, name, hint,"
                     " hash, scopes, limited, expires_at, created_at)"
                     " SELECT :key_id, profile, user, :key_name, :key_hint,"
                     "  :key_hash, :key_scopes, :key_limited,"
                     "  nullif(:key_expires, 0), :key_now FROM membership"
                     "  WHERE profile = :key_profile AND user = :key_user");
    if (outcome == DB_REFUSED)
        return (struct fault){ .kind = FAULT_FIELD, .field = "name",
                               .limit = 100, .detail = db_why() };
    if (db_changes() == 0)
        return (struct fault){ .kind = FAULT_FIELD, .field = "profile",
            .detail = "The user is no member of this profile." };
    from_values(key);
    return wish->accounts ? limit_to(wish->accounts) : NO_FAULT;
}

struct fault
key_revoke(const char *id, const char *profile)
{
    value_set_text("key_id", id);
    value_set_text("key_profile", profile);
    value_set_integer("key_now", clock_now());
    db_run("UPDATE api_key SET revoked_at = :key_now"
           " WHERE id = :key_id AND revoked_at IS NULL"
           "  AND profile = ifnull(:key_profile, profile)");
    return db_changes() == 1 ? NO_FAULT
                             : (struct fault){ .kind = FAULT_NOT_FOUND };
}

const char *
key_run_file(const char *id)
{
    return memory_format("%s/rate-%s", config()->run_dir, id);
}
