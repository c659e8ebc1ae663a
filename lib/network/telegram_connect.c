/* telegram_connect.c: whose token is this, and may that bot post there? */
#include "network/telegram.h"
#include "network/told.h"
#include "network/guard.h"
#include "network/told.h"
#include "base/memory.h"
#include "base/text.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

#include <string.h>

#define DIGITS "0123456789"
#define NAME_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "abcdefghijklmnopqrstuvwxyz" DIGITS "_"

static struct connected
refuse(const char *fault)
{
    return (struct connected){ .fault = fault };
}

/* ------------------------------------------------------------ the channel */

static int
is_name(const char *name)
{
    size_t length = strspn(name, NAME_SIGNS);

    return length >= 4 && length <= 32 && name[length] == '\0';
}

static int
is_number(const char *number)
{
    size_t length = strspn(number + (number[0] == '-'), DIGITS);

    number += number[0] == '-';
    return length >= 1 && length <= 17 && number[length] == '\0';
}

/* What follows t.me/: NAME, or c/NUMBER, and perhaps a message. */
static const char *
chat_of_link(const char *rest)
{
    int is_private = text_begins(rest, "c/");
    size_t length;

    rest += is_private ? 2 : 0;
    length = strcspn(rest, "/?#");
    return memory_format("%s%.*s", is_private ? "-100" : "@", (int)length,
                         rest);
}

/* A channel as people write it: @name, name, a link to it, or its number. NULL
   where it is none of these. */
static const char *
chat_of(const char *login)
{
    const char *chat;

    login += strspn(login, " \t");
    chat = memory_copy_bytes(login, strcspn(login, " \t\r\n"));
    if (text_begins(chat, "https://"))
        chat += strlen("https://");
    if (text_begins(chat, "t.me/"))
        chat = chat_of_link(chat + strlen("t.me/"));
    else if (text_begins(chat, "telegram.me/"))
        chat = chat_of_link(chat + strlen("telegram.me/"));
    if (is_number(chat))
        return chat;
    chat += chat[0] == '@';
    return is_name(chat) ? memory_format("@%s", chat) : NULL;
}

/* ------------------------------------------------------------ rights */

/* What getChatMember says of the bot. In a channel only an administrator with
   that right posts, and the right is there only in a channel. */
static const char *
member_fault(const char *member)
{
    const char *status = json_text(member, "$.status");
    const char *right = json_raw(member, "$.can_post_messages");

    if (status == NULL)
        return "Telegram does not say what the bot may do there.";
    if (text_same(status, "administrator"))
        return right == NULL || text_same(right, "true") ? NULL
            : "The bot is an administrator there without the right to post"
              " messages: give it that right.";
    if (text_same(status, "restricted"))
        return json_is_true(member, "$.can_send_messages") ? NULL
            : "The bot may not send messages there.";
    if (text_has_word("creator member", status))
        return NULL;
    return "The bot is not there: add it to the channel as an administrator"
           " with the right to post messages.";
}

const char *
telegram_rights_fault(const struct telegram_bot *bot, int *known)
{
    struct http_request request = { 0 };
    struct http_answer answer = telegram_call(bot, "getMe", &request);
    const char *id;

    *known = 0;
    if (!telegram_is_good(&answer))
        return telegram_refusal(bot, &answer, 0).words;
    id = json_text(text_string(&answer.body), "$.result.id");
    answer = telegram_ask(bot, "getChatMember", "user_id", id ? id : "0");
    *known = answer.result == HTTP_ANSWERED && answer.status < 429;
    if (telegram_is_good(&answer))
        return member_fault(json_raw(text_string(&answer.body), "$.result"));
    return memory_format("The bot may not post there: add it to the channel"
        " as an administrator with the right to post messages (%s).",
        telegram_words(bot, &answer));
}

/* ------------------------------------------------------------ connect */

static const char *
why_not(const struct telegram_bot *bot, const struct http_answer *answer)
{
    if (answer->result == HTTP_ANSWERED
        && (answer->status == 400 || answer->status == 403))
        return memory_format("The bot does not see %s. Add it there as an"
            " administrator; a private channel goes by its number, -100..."
            " (%s).", bot->chat, telegram_words(bot, answer));
    if (answer->result == HTTP_ANSWERED
        && (answer->status == 401 || answer->status == 404))
        return "Telegram does not know this bot token.";
    return telegram_refusal(bot, answer, 0).words;
}

/* There is no avatar: a chat's photo is had by getFile alone, whose address
   (/file/bot<TOKEN>/...) has the bot's token in it, which nobody may see, and
   holds for an hour. The number is what stays: a name may change. */
static struct connected
describe(const struct telegram_bot *bot, const char *chat)
{
    const char *name = json_text(chat, "$.username");
    struct connected connected = {
        .limits = "{}", .remote_id = told_id(chat, "$.id"),
        .name = told_id(chat, "$.title")
    };

    if (connected.remote_id == NULL || connected.name == NULL)
        return refuse("That is a person: name a channel or a group.");
    connected.handle = connected.name;
    if (name != NULL && is_name(name)) {
        connected.handle = memory_format("@%s", name);
        connected.profile_url = memory_format("https://t.me/%s", name);
    }
    value_set_text("telegram_token", bot->token);
    connected.credentials = json_make(
        "json_object('access_token', :telegram_token)");
    return connected;
}

struct result
telegram_sync(struct job *job, struct connected *connected)
{
    struct telegram_bot bot;
    struct http_answer answer;
    const char *fault;
    int known;

    if (!telegram_load(job, &bot))
        return told_result(RESULT_AUTH, "auth_error",
                           "The account's secret is no bot's token.");
    answer = telegram_ask(&bot, "getChat", NULL, NULL);
    if (!telegram_is_good(&answer))
        return telegram_refusal(&bot, &answer, 0);
    *connected = describe(&bot, json_raw(text_string(&answer.body),
                                         "$.result"));
    connected->limits = NULL;
    fault = connected->fault ? connected->fault
                             : telegram_rights_fault(&bot, &known);
    return told_of_account(fault);
}

struct connected
telegram_connect(const char *server, const char *login, const char *secret)
{
    struct telegram_bot bot = { .token = secret, .chat = chat_of(login) };
    struct connected connected;
    struct http_answer answer;
    const char *fault = NULL;
    int known;

    if (server[0] != '\0')
        server = network_server(server, &fault);
    if (fault != NULL)
        return refuse(fault);
    bot.server = config_api_url("telegram",
        server[0] ? server : "https://api.telegram.org");
    if (!telegram_is_token(secret))
        return refuse("That is no bot token. @BotFather gives one, such as"
                      " 1234567890:AA... .");
    if (bot.chat == NULL)
        return refuse("Name the channel: @name, its link, or its number.");
    answer = telegram_ask(&bot, "getChat", NULL, NULL);
    if (!telegram_is_good(&answer))
        return refuse(why_not(&bot, &answer));
    connected = describe(&bot, json_raw(text_string(&answer.body),
                                        "$.result"));
    if (connected.fault == NULL)
        connected.fault = telegram_rights_fault(&bot, &known);
    connected.server = server;
    return connected;
}
