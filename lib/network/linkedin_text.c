/* linkedin_text.c: little text, LinkedIn's markup.

   Fifteen characters are reserved: LinkedIn cuts a post off, without a word,
   at the first that is not escaped. Left as they are: hashtags, and mentions
   written as @[Name](urn:li:organization:1). Behind # in a URL escaped text
   still links (UNVERIFIED). */
#include "network/linkedin.h"
#include "base/memory.h"

#include <ctype.h>
#include <string.h>

static int
is_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The length of a mention at the start of text; 0 where it has none. */
static size_t
mention_length(const char *text)
{
    static const char *const kinds[] = { "organization:", "person:" };
    const char *at = text + 2;
    size_t i, id;

    if (!text_begins(text, "@["))
        return 0;
    at += strcspn(at, "[]\n");
    if (at == text + 2 || !text_begins(at, "](urn:li:"))
        return 0;
    at += strlen("](urn:li:");
    for (i = 0; i < 2; i++)
        if (text_begins(at, kinds[i])) {
            at += strlen(kinds[i]);
            for (id = 0; isalnum((unsigned char)at[id]) || at[id] == '_'
                         || at[id] == '-'; id++)
                ;
            return id > 0 && at[id] == ')' ? (size_t)(at + id + 1 - text) : 0;
        }
    return 0;
}

const char *
linkedin_text_escape(const char *text)
{
    struct text made = { 0 };
    const char *at = text;

    while (*at != '\0') {
        size_t mention = mention_length(at);
        int is_hashtag = *at == '#' && is_word(at[1])
            && (at == text || strchr(" \t\r\n(", at[-1]) != NULL);

        if (mention > 0) {
            text_add_bytes(&made, at, mention);
            at += mention;
            continue;
        }
        if (!is_hashtag && strchr("\\|{}@[]()<>#*_~", *at) != NULL)
            text_add_char(&made, '\\');
        text_add_char(&made, *at++);
    }
    return text_string(&made);
}

/* The word of {hashtag|\#|word} at the start of little text; NULL: none. */
static const char *
hashtag_in(const char *little, size_t *length)
{
    static const char start[] = "{hashtag|\\#|";
    size_t word;

    if (!text_begins(little, start))
        return NULL;
    word = strcspn(little + strlen(start), "}");
    if (little[strlen(start) + word] != '}')
        return NULL;
    *length = strlen(start) + word + 1;
    return memory_copy_bytes(little + strlen(start), word);
}

const char *
linkedin_text_plain(const char *little)
{
    struct text made = { 0 };

    while (*little != '\0') {
        size_t length = 0;
        const char *word = hashtag_in(little, &length);

        if (word != NULL) {
            text_add_format(&made, "#%s", linkedin_text_plain(word));
            little += length;
            continue;
        }
        if (*little == '\\' && little[1] != '\0')
            little++;
        text_add_char(&made, *little++);
    }
    while (made.length > 0
           && isspace((unsigned char)made.data[made.length - 1]))
        made.data[--made.length] = '\0';
    return text_string(&made);
}

const char *
linkedin_text_urn(const char *words)
{
    static const char *const kinds[] = { "urn:li:share:", "urn:li:ugcPost:" };
    size_t i;

    for (i = 0; i < 2; i++) {
        const char *urn = strstr(words, kinds[i]);
        size_t length = strlen(kinds[i]), digits;

        if (urn == NULL)
            continue;
        digits = strspn(urn + length, "0123456789");
        if (digits > 0)
            return memory_copy_bytes(urn, length + digits);
    }
    return NULL;
}
