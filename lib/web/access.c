/* access.c: authentication, scope and request rate. */
#include "web/access.h"
#include "web/request.h"
#include "web/session.h"
#include "base/clock.h"
#include "base/memory.h"
#include "core/config.h"
#include "core/key.h"
#include "core/rate.h"

static void
set_nobody(void)
{
    value_set_null("my_key");
    value_set_null("my_user");
    value_set_null("my_profile");
    value_set_integer("my_limited", 0);
}

static void
check_rate(const struct key *key, const struct dialect *dialect)
{
    int64_t limit = config()->requests_an_hour >= 0
                    ? config()->requests_an_hour : dialect->requests_an_hour;
    struct rate rate = rate_take(key->id, 1, limit, HOUR);

    if (limit == 0)
        return;
    if (dialect->rate_prefix != NULL) {
        const char *prefix = dialect->rate_prefix;

        reply_header(memory_format("%s-Limit", prefix),
                     memory_format("%lld", (long long)rate.limit));
        reply_header(memory_format("%s-Remaining", prefix),
                     memory_format("%lld", (long long)rate.remaining));
        reply_header(memory_format("%s-Reset", prefix),
                     memory_format("%lld",
                                   (long long)rate.reset_at / SECOND));
    }
    if (rate.allowed)
        return;
    reply_header("Retry-After", memory_format("%lld",
        (long long)(rate.reset_at - clock_now()) / SECOND + 1));
    refuse_kind(FAULT_RATE);
}

static void
check_key(const struct operation *operation, const struct dialect *dialect)
{
    const char *token = request_key();
    struct fault fault;
    struct key key;

    if (token == NULL || token[0] == '\0')
        refuse_kind(FAULT_KEY_MISSING);
    fault = key_authenticate(token, &key);
    refuse_if(fault);
    check_rate(&key, dialect);
    if (!key_has_scope(&key, operation->scope))
        refuse((struct fault){ .kind = FAULT_SCOPE });
    if (key.limited && text_begins(operation->scope, "webhook:"))
        refuse_field(FAULT_ACCOUNTS_DENIED, NULL, "This API key is limited to"
                     " some accounts; webhooks tell of all of them.");
    value_set_text("my_key", key.id);
    value_set_text("my_user", key.user);
    value_set_text("my_profile", key.profile);
    value_set_integer("my_limited", key.limited);
}

static void
check_session(void)
{
    const char *user = session_user();

    if (user == NULL)
        refuse_kind(FAULT_SESSION);
    value_set_text("my_user", user);
}

void
access_check(const struct operation *operation, const struct dialect *dialect)
{
    set_nobody();
    if (operation->policy == POLICY_KEY)
        check_key(operation, dialect);
    if (operation->policy == POLICY_SESSION)
        check_session();
}
