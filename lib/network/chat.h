/* chat.h: a text from an OpenAI-compatible API.

   Source: platform.openai.com/docs/api-reference/chat/create. */
#ifndef CHAT_H
#define CHAT_H

/* Does crier.conf name an API and a model? */
int chat_is_configured(void);

/* Ask for one text: POST ai_url/chat/completions with instructions and a
   prompt. NULL where none came, with *why in words that hold no secret. The
   text is clean and not blank. */
const char *chat_ask(const char *instructions, const char *prompt,
                     const char **why);
#endif
