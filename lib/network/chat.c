/* chat.c: one question to an OpenAI-compatible API, and its answer. */
#include "network/chat.h"
#include "network/http.h"
#include "base/file.h"
#include "base/memory.h"
#include "core/config.h"
#include "data/json.h"
#include "data/value.h"

#include <errno.h>
#include <string.h>

/* Less than the minute that Apache gives a program to begin its answer. */
enum { CHAT_SECONDS = 50, KEY_MOST = 4096 };

#define BLANKS " \t\r\n"

int
chat_is_configured(void)
{
    return config()->ai_url != NULL && config()->ai_model != NULL;
}

static const char *
trimmed(const char *text)
{
    size_t length;

    text += strspn(text, BLANKS);
    for (length = strlen(text); length > 0; length--)
        if (strchr(BLANKS, text[length - 1]) == NULL)
            break;
    return memory_copy_bytes(text, length);
}

/* The API's key; NULL where it needs none. Returns 0 where the file cannot be
   read. */
static int
read_key(const char **key)
{
    struct text bytes = { .limit = KEY_MOST };

    *key = NULL;
    if (config()->ai_key_file == NULL)
        return 1;
    if (!file_read(config()->ai_key_file, KEY_MOST - 1, &bytes))
        return 0;
    *key = trimmed(text_string(&bytes));
    return 1;
}

static const char *
question(const char *instructions, const char *prompt)
{
    value_set_text("chat_model", config()->ai_model);
    value_set_text("chat_instructions", instructions);
    value_set_text("chat_prompt", prompt);
    return json_make("json_object('model', :chat_model, 'messages',"
                     " json_array(json_object('role', 'system',"
                     "  'content', :chat_instructions),"
                     " json_object('role', 'user',"
                     "  'content', :chat_prompt)))");
}

/* The text of an answer; NULL where it has none. */
static const char *
text_of(const struct http_answer *answer, const char **why)
{
    static const char path[] = "$.choices[0].message.content";
    const char *text, *raw;

    *why = answer->words;
    if (answer->result != HTTP_ANSWERED)
        return NULL;
    *why = memory_format("it answered %ld", answer->status);
    if (answer->status != 200)
        return NULL;
    *why = "its answer holds no text";
    if (!http_is_json(answer))
        return NULL;
    raw = json_raw(text_string(&answer->body), path);
    text = json_text(text_string(&answer->body), path);
    if (text == NULL || raw[0] != '"' || trimmed(text)[0] == '\0')
        return NULL;
    return trimmed(text);
}

const char *
chat_ask(const char *instructions, const char *prompt, const char **why)
{
    const char *body = question(instructions, prompt), *key;
    struct http_answer answer;

    if (!read_key(&key)) {
        *why = memory_format("ai_key_file: %s", strerror(errno));
        return NULL;
    }
    answer = http_send(&(struct http_request){
        .method = "POST", .bearer = key,
        .url = memory_format("%s/chat/completions", config()->ai_url),
        .headers = { "Content-Type: application/json" },
        .body = body, .body_length = strlen(body), .seconds = CHAT_SECONDS
    });
    return text_of(&answer, why);
}
