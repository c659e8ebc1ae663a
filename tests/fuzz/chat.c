/* chat.c: what an OpenAI-compatible API answers. */
#include "answer.h"
#include "network/chat.h"

static void
fuzz_begin(void)
{
    fuzz_instance("ai_url = https://ai.example/v1\nai_model = m\n");
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const char *why = NULL, *text;

    answer_begin(fuzz_string(bytes, length));
    text = chat_ask("Be brief.", "Write.", &why);
    must(text != NULL || (why != NULL && fuzz_is_text(why)));
    must(text == NULL || (fuzz_is_text(text) && text[0] != '\0'));
}
