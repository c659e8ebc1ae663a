/* discord_connect.c: a webhook's URL, and whose it is. */
#include "network/discord.h"
#include "network/told.h"
#include "base/memory.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

#define DIGITS "0123456789"
#define TOKEN_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "abcdefghijklmnopqrstuvwxyz" DIGITS "_-"

enum { INCOMING = 1 };          /* a webhook's type that we can post with */

/* Take a run of these signs, at most so many, from *rest; "" where none. */
static const char *
take(const char **rest, const char *signs, size_t most)
{
    size_t length = strspn(*rest, signs);
    const char *taken = memory_copy_bytes(*rest, length);

    *rest += length;
    return length <= most ? taken : "";
}

static int
skip(const char **rest, const char *start)
{
    if (!text_begins(*rest, start))
        return 0;
    *rest += strlen(start);
    return 1;
}

int
discord_webhook_read(const char *url, struct discord_webhook *webhook)
{
    const char *rest = url + strspn(url, " \t\r\n");

    *webhook = (struct discord_webhook){ .thread = "", .channel = "",
                                         .guild = "" };
    if (!skip(&rest, "https://"))
        return 0;
    if (!skip(&rest, "ptb."))
        skip(&rest, "canary.");
    if (!skip(&rest, "discord.com/api/") && !skip(&rest, "discordapp.com/api/"))
        return 0;
    if (skip(&rest, "v") && (take(&rest, DIGITS, 3)[0] == '\0'
                             || !skip(&rest, "/")))
        return 0;
    if (!skip(&rest, "webhooks/"))
        return 0;
    webhook->id = take(&rest, DIGITS, 20);
    if (!skip(&rest, "/"))
        return 0;
    webhook->token = take(&rest, TOKEN_SIGNS, 300);
    skip(&rest, "/");
    if (skip(&rest, "?thread_id="))
        webhook->thread = take(&rest, DIGITS, 20);
    rest += strspn(rest, " \t\r\n");
    return webhook->id[0] != '\0' && webhook->token[0] != '\0'
           && rest[0] == '\0';
}

static const char *
kept(const struct job *job, const char *path)
{
    const char *value = json_text(job->credentials, path);

    return value ? value : "";
}

int
discord_webhook_load(const struct job *job, struct discord_webhook *webhook)
{
    if (!discord_webhook_read(kept(job, "$.access_token"), webhook))
        return 0;
    webhook->channel = kept(job, "$.channel_id");
    webhook->guild = kept(job, "$.guild_id");
    return 1;
}

const char *
discord_webhook_credentials(const struct discord_webhook *webhook)
{
    int threaded = webhook->thread[0] != '\0';

    value_set_text("discord_url", memory_format(
        "https://discord.com/api/webhooks/%s/%s%s%s", webhook->id,
        webhook->token, threaded ? "?thread_id=" : "", webhook->thread));
    value_set_text("discord_channel", webhook->channel);
    value_set_text("discord_guild", webhook->guild);
    return json_make("json_object('access_token', :discord_url,"
                     " 'channel_id', :discord_channel,"
                     " 'guild_id', :discord_guild)");
}

struct result
discord_webhook_ask(struct discord_webhook *webhook,
                    struct http_answer *answer)
{
    struct http_request request = { 0 };
    const char *body, *guild;

    *answer = discord_call(webhook, &request, "", "");
    if (!discord_is_good(answer))
        return discord_refusal(webhook, answer, 0);
    body = text_string(&answer->body);
    webhook->channel = json_text(body, "$.channel_id");
    guild = json_text(body, "$.guild_id");
    webhook->guild = guild ? guild : "";
    if (webhook->channel == NULL
        || json_integer(body, "$.type", 0) != INCOMING)
        return told_result(RESULT_REJECTED, "platform_rejected",
            "This webhook takes no messages of ours: make an incoming one.");
    return told_result(RESULT_READY, NULL, NULL);
}

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

static const char *
avatar(const struct discord_webhook *webhook, const char *body)
{
    const char *hash = json_text(body, "$.avatar");

    if (hash == NULL || hash[0] == '\0'
        || hash[strspn(hash, TOKEN_SIGNS)] != '\0')
        return NULL;
    return memory_format("https://cdn.discordapp.com/avatars/%s/%s.png",
                         webhook->id, hash);
}

static const char *
channel_page(const struct discord_webhook *webhook)
{
    if (webhook->guild[0] == '\0')
        return NULL;
    return memory_format("https://discord.com/channels/%s/%s", webhook->guild,
                         webhook->thread[0] ? webhook->thread
                                            : webhook->channel);
}

/* What a webhook that was asked says of itself. */
static struct connected
describe(const struct discord_webhook *webhook, const char *body)
{
    struct connected connected = { .server = "", .limits = "{}" };

    connected.remote_id = webhook->channel;
    if (webhook->thread[0] != '\0')
        connected.remote_id = memory_format("%s/%s", webhook->channel,
                                            webhook->thread);
    connected.name = json_text(body, "$.name");
    connected.handle = connected.name && connected.name[0]
                       ? connected.name : webhook->id;
    connected.profile_url = channel_page(webhook);
    connected.avatar_url = avatar(webhook, body);
    return connected;
}

struct result
discord_sync(struct job *job, struct connected *connected)
{
    struct discord_webhook webhook;
    struct http_answer answer;
    struct result result;

    if (!discord_webhook_load(job, &webhook))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no webhook's URL.");
    result = discord_webhook_ask(&webhook, &answer);
    if (result.kind == RESULT_READY)
        *connected = describe(&webhook, text_string(&answer.body));
    return result;
}

/* The account is the channel (and the thread in it): who makes a new webhook
   for it in place of a dead one connects the same account again. */
struct connected
discord_connect(const char *server, const char *login, const char *secret)
{
    struct connected connected;
    struct discord_webhook webhook;
    struct http_answer answer;
    struct result result;

    (void)login;
    if (server[0] != '\0')
        return refuse("Discord has one server: leave it out.");
    if (!discord_webhook_read(secret, &webhook))
        return refuse("That is no webhook's URL. It looks like"
                      " https://discord.com/api/webhooks/1234/abcd.");
    result = discord_webhook_ask(&webhook, &answer);
    if (result.kind != RESULT_READY)
        return refuse(result.words);
    connected = describe(&webhook, text_string(&answer.body));
    connected.credentials = discord_webhook_credentials(&webhook);
    return connected;
}

/* Whoever has its URL may delete a webhook, and only so it ends. */
struct result
discord_revoke(struct job *job)
{
    struct http_request request = { .method = "DELETE" };
    struct discord_webhook webhook;
    struct http_answer answer;

    if (!discord_webhook_load(job, &webhook))
        return told_result(RESULT_REJECTED, "auth_error",
                           "The account's secret is no webhook's URL.");
    answer = discord_call(&webhook, &request, "", "");
    if (answer.result == HTTP_ANSWERED && answer.status == 204)
        return told_result(RESULT_READY, NULL, NULL);
    return discord_refusal(&webhook, &answer, 0);
}
