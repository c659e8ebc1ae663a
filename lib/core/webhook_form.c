/* webhook_form.c: the URL, the events and the secret of a webhook. */
#include "core/webhook_form.h"
#include "core/config.h"
#include "base/base64.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/json.h"

#include <ctype.h>
#include <string.h>

const char *const webhook_events[] = {
    "post.scheduled", "post.published", "post.failed", "post.uncertain",
    "post.cancelled", "post.partial", "account.expired",
    "account.connected", "media.created", "webhook.disabled", NULL
};

static struct fault
wrong(const char *field, const char *detail)
{
    return (struct fault){ .kind = FAULT_FIELD, .field = field,
                           .detail = detail };
}

/* Behind the scheme: HOST, HOST:PORT or [ADDRESS]:PORT. */
static const char *
authority(const char *url)
{
    const char *start = strstr(url, "://") + 3;

    return memory_copy_bytes(start, strcspn(start, "/?#"));
}

const char *
webhook_form_host(const char *url)
{
    char *host = memory_copy(authority(url)), *p;

    for (p = host; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    p = host[0] == '[' ? strchr(host, ']') : strrchr(host, ':');
    if (p != NULL)
        p[host[0] == '['] = '\0';
    return host;
}

static struct fault
url_fault(const char *url)
{
    int plain = url != NULL && text_begins(url, "http://");
    const char *host, *p;
    long long port;

    if (url == NULL || (!plain && !text_begins(url, "https://")))
        return wrong("url", "url must begin with https://.");
    if (plain && text_same(config()->allow_private_networks, "no"))
        return wrong("url", "url must begin with https://; this server sends"
                     " plain http to no address.");
    for (p = url; *p > 0x20 && *p < 0x7f; p++)
        continue;
    if (*p != '\0' || url[strcspn(url, "\"<>\\^`{|}")] != '\0')
        return wrong("url", "url has a character that no URL has; a host is"
                     " written in its ASCII form (xn--).");
    if (strlen(url) > WEBHOOK_URL_MOST)
        return wrong("url", "url must have at most 2000 characters.");
    host = webhook_form_host(url);
    p = strrchr(authority(url), ':');
    if (host[0] == '\0' || strpbrk(host, "@%") != NULL
        || (host[0] != '[' && strchr(host, ':') != NULL)
        || (p != NULL && strchr(p, ']') == NULL
            && !text_number(p + 1, 1, 65535, &port)))
        return wrong("url", "url must name a host, without a user.");
    return NO_FAULT;
}

static int
is_event(const char *type)
{
    int i;

    for (i = 0; webhook_events[i] != NULL; i++)
        if (text_same(webhook_events[i], type))
            return 1;
    return 0;
}

static struct fault
events_fault(const char *events)
{
    struct json_member *types;
    int i, count = events ? json_members(events, "$", &types) : 0;

    if (events != NULL && count == 0)
        return wrong("events", "events must name at least one event, or \"*\""
                     " for all.");
    for (i = 0; i < count; i++)
        if (!is_event(types[i].text)
            && !(count == 1 && text_same(types[i].text, "*")))
            return wrong("events", memory_format("events: %s is no event of"
                         " this API.", types[i].text ? types[i].text
                                                     : "that"));
    return NO_FAULT;
}

static struct fault
secret_fault(const char *secret)
{
    struct text key = { .limit = WEBHOOK_SECRET_MOST };

    if (secret == NULL)
        return NO_FAULT;
    if (secret[0] == '\0' || strlen(secret) > WEBHOOK_SECRET_MOST)
        return wrong("secret", "secret must have 1 to 256 bytes.");
    if (text_begins(secret, WEBHOOK_SECRET_START)
        && (!base64_read(&key, secret + strlen(WEBHOOK_SECRET_START))
            || key.length == 0))
        return wrong("secret", "secret must have base64 behind whsec_.");
    return NO_FAULT;
}

struct fault
webhook_form_fault(const struct webhook_wish *wish)
{
    struct fault fault = NO_FAULT;

    if (wish->has_url)
        fault = url_fault(wish->url);
    if (!fault.kind && wish->has_events)
        fault = events_fault(wish->events);
    if (!fault.kind && wish->has_secret)
        fault = secret_fault(wish->secret);
    if (!fault.kind && wish->has_retries
        && (wish->retries < 0 || wish->retries > WEBHOOK_RETRIES_MOST))
        fault = wrong("maxRetries", "maxRetries must be 0 to 10.");
    return fault;
}
