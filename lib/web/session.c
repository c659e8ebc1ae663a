/* session.c: sign-in by a cookie, and proof that a form is ours. */
#include "web/session.h"
#include "web/reply.h"
#include "web/request.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/config.h"
#include "core/rate.h"
#include "core/seen.h"
#include "core/user.h"
#include "data/db.h"
#include "data/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

enum { DAYS = 30, TRIES_EMAIL = 5, TRIES_ADDRESS = 20 };

static const char *given;       /* the token this answer gives the browser */

static int
is_https(void)
{
    return text_begins(config()->base_url, "https://");
}

static const char *
cookie_name(void)
{
    return is_https() ? "__Host-crier" : "crier";
}

/* Lax: a network's answer comes back as a link from its site, and must find
   the cookie; a form from another site must not. */
static void
give_cookie(const char *token, long long seconds)
{
    const char *life = seconds < 0 ? ""
                       : memory_format("; Max-Age=%lld", seconds);

    reply_header("Set-Cookie", memory_format(
        "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(), token,
        is_https() ? "; Secure" : "", life));
    given = token;
}

const char *
session_cookie(void)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789_-";
    const char *token = request_cookie(cookie_name());

    if (token == NULL || strlen(token) != TOKEN_ROOM - 1
        || strspn(token, allowed) != TOKEN_ROOM - 1)
        return NULL;
    return token;
}

const char *
session_browser(void)
{
    if (given == NULL)
        given = session_cookie();
    if (given == NULL)
        give_cookie(token_new(memory_get(TOKEN_ROOM)), -1);
    return given;
}

static void
set_hash(const char *name, const char *token)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(token, strlen(token), hash);
    value_set_blob(name, hash, sizeof hash);
}

const char *
session_user(void)
{
    const char *token = session_cookie();

    if (token == NULL)
        return NULL;
    set_hash("session_hash", token);
    value_set_integer("session_now", seen_latest());
    return db_text("SELECT s.user FROM session s JOIN user u ON u.id = s.user"
                   " WHERE s.hash = :session_hash"
                   "  AND s.expires_at > :session_now"
                   "  AND u.disabled_at IS NULL");
}

static const char *
form_token(const char *cookie)
{
    return hmac_hex(cookie, strlen(cookie), "form", 4, memory_get(HASH_ROOM));
}

const char *
session_form_token(void)
{
    return form_token(session_browser());
}

/* https://host:port of base_url, as browsers write an origin. */
static const char *
own_origin(void)
{
    const char *url = config()->base_url;
    size_t scheme = strcspn(url, ":") + 3;

    return memory_copy_bytes(url, scheme + strcspn(url + scheme, "/"));
}

struct fault
session_check_form(const char *token)
{
    const char *origin = request_header("ORIGIN"), *cookie = session_cookie();

    if ((origin != NULL && !text_same_nocase(origin, own_origin()))
        || cookie == NULL || token == NULL
        || !secret_same(token, form_token(cookie)))
        return (struct fault){ .kind = FAULT_CSRF };
    return NO_FAULT;
}

/* One try more for this name. Names are hashed: they become file names. */
static int
may_try(const char *name, int limit, long long *wait_ms)
{
    char hash[HASH_ROOM];
    struct rate rate;

    hash_hex(name, strlen(name), hash);
    rate = rate_take(memory_format("signin-%.32s", hash), 1, limit, MINUTE);
    if (!rate.allowed)
        *wait_ms = rate.reset_at - clock_now();
    return rate.allowed;
}

/* Where the client is: an IPv6 network of 64 bits is one household. */
static const char *
neighbourhood(void)
{
    uint8_t bytes[16];
    char hex[17];

    if (inet_pton(AF_INET6, request.address, bytes) != 1)
        return request.address;
    return memory_copy(hex_print(bytes, 8, hex));
}

static const char *
lower_case(const char *string)
{
    char *copy = memory_copy(string), *p;

    for (p = copy; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

static void
store(const char *user, const char *token)
{
    const char *old = session_cookie();

    set_hash("session_old", old ? old : "");
    set_hash("session_hash", token);
    value_set_text("session_user", user);
    value_set_integer("session_now", clock_now());
    value_set_integer("session_end", clock_now() + DAYS * (int64_t)DAY);
    db_begin();
    if (db_batch("DELETE FROM session WHERE hash = :session_old"
                 "  OR (user = :session_user AND expires_at <= :session_now);"
                 "INSERT INTO session (hash, user, created_at, expires_at)"
                 " VALUES (:session_hash, :session_user, :session_now,"
                 "  :session_end)") == DB_REFUSED)
        die("session: %s", db_why());
    db_commit();
}

struct fault
session_sign_in(const char *email, const char *password, long long *wait_ms)
{
    const char *user, *token;

    if (!may_try(memory_format("from %s", neighbourhood()), TRIES_ADDRESS,
                 wait_ms)
        || !may_try(memory_format("as %s", lower_case(email)), TRIES_EMAIL,
                    wait_ms))
        return (struct fault){ .kind = FAULT_RATE };
    user = user_check(email, password);
    if (user == NULL)
        return (struct fault){ .kind = FAULT_SESSION };
    token = token_new(memory_get(TOKEN_ROOM));
    store(user, token);
    give_cookie(token, DAYS * (long long)DAY / SECOND);
    return NO_FAULT;
}

void
session_sign_out(void)
{
    const char *token = session_cookie();

    set_hash("session_hash", token ? token : "");
    db_begin();
    db_run("DELETE FROM session WHERE hash = :session_hash");
    db_commit();
    give_cookie("", 0);
}
