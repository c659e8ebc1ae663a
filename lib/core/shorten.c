/* shorten.c: finding links and mentions in a text. */
#include "core/shorten.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static int
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Is this label one that a host name ends in? */
static int
is_ending(const char *label, size_t length)
{
    size_t i;

    for (i = 0; i < length && isalpha((unsigned char)label[i]); i++)
        ;
    return length >= 2 && (i == length
                           || strncasecmp(label, "xn--", 4) == 0);
}

/* How many bytes a host name takes: labels of letters, digits, - and _, with
   at least one dot; *ending is its last label. 0 where there is none. */
static size_t
host_length(const char *p, const char **ending)
{
    const char *start = p, *label = p, *end = NULL;

    for (;; label = ++p) {
        while (is_word(*p) || *p == '-')
            p++;
        if (p == label)
            break;
        if (label > start && is_ending(label, (size_t)(p - label))) {
            *ending = label;
            end = p;
        }
        if (*p != '.')
            break;
    }
    return end ? (size_t)(end - start) : 0;
}

/* Bytes of port, path and query after a host (twitter-text's characters;
   what is not ASCII ends a link). */
static size_t
path_length(const char *start)
{
    static const char inside[] = "!*';:=+,.$/%#[]-_~@|&?()";
    const char *p = start, *end = start;

    if (*p == ':' && isdigit((unsigned char)p[1])) {
        p += 1 + strspn(p + 1, "0123456789");
        end = p;
    }
    if (*p != '/' && *p != '?')
        return (size_t)(end - start);
    for (; isalnum((unsigned char)*p) || (*p && strchr(inside, *p)); p++)
        if (isalnum((unsigned char)*p) || strchr("=_#/+-&", *p))
            end = p + 1;
    return (size_t)(end - start);
}

/* Bytes of the http or https link that begins at p; 0 where none does. */
static size_t
link_length(const char *text, const char *p)
{
    size_t scheme = strncasecmp(p, "https://", 8) == 0 ? 8
                    : strncasecmp(p, "http://", 7) == 0 ? 7 : 0;
    const char *ending;
    size_t host;

    if (scheme == 0 || (p > text && (isalnum((unsigned char)p[-1])
                                     || strchr("@$#", p[-1]) != NULL)))
        return 0;
    host = host_length(p + scheme, &ending);
    if (host == 0)
        return 0;
    return scheme + host + path_length(p + scheme + host);
}

/* The same for a bare domain. X looks its ending up in IANA's list; here it
   is known when it has two letters or is a common one. */
static size_t
bare_link_length(const char *text, const char *p)
{
    static const char common[] = "com org net edu gov mil int info biz name"
        " pro app dev blog shop store online site page tech cloud news live"
        " social club xyz world today agency studio design media video art";
    size_t host, letters;
    const char *ending;
    char name[16];

    if (p > text && (is_word(p[-1]) || strchr("@$#-.", p[-1]) != NULL))
        return 0;
    host = host_length(p, &ending);
    if (host == 0)
        return 0;
    letters = (size_t)(p + host - ending);
    if (letters >= sizeof name)
        return 0;
    for (size_t i = 0; i < letters; i++)
        name[i] = (char)tolower((unsigned char)ending[i]);
    name[letters] = '\0';
    if (letters != 2 && !text_has_word(common, name))
        return 0;
    return host + path_length(p + host);
}

/* Bytes of words joined by dots and dashes, as names and hosts in a mention
   are written. */
static size_t
joined_words(const char *start)
{
    const char *p = start, *end = start;

    while (is_word(*p)) {
        while (is_word(*p))
            p++;
        end = p;
        p += strspn(p, ".-");
    }
    return (size_t)(end - start);
}

/* Bytes of the mention @user@host that begins at p, and in *kept those of
   @user; 0 where none does. */
static size_t
mention_length(const char *text, const char *p, size_t *kept)
{
    size_t user, host;

    if (*p != '@' || (p > text && (is_word(p[-1]) || p[-1] == '='
                                   || p[-1] == '/')))
        return 0;
    user = joined_words(p + 1);
    if (user == 0 || p[1 + user] != '@')
        return 0;
    host = joined_words(p + 1 + user + 1);
    *kept = 1 + user;
    return host ? 1 + user + 1 + host : 0;
}

/* What of a text is replaced: how long a link becomes, whether a bare domain
   is one, whether mentions lose their host. */
struct rule { int url_length, bare, mentions; };

static const char *
shorten(const char *text, const struct rule *rule)
{
    struct text out = { .limit = (strlen(text) + 1)
                                 * (size_t)(rule->url_length + 1) };
    const char *p = text;

    while (*p != '\0') {
        size_t length = link_length(text, p), kept = 0;
        int i;

        if (length == 0 && rule->bare)
            length = bare_link_length(text, p);
        for (i = 0; length > 0 && i < rule->url_length; i++)
            text_add_char(&out, 'x');
        if (length == 0 && rule->mentions) {
            length = mention_length(text, p, &kept);
            text_add_bytes(&out, p, kept);
        }
        if (length == 0)
            text_add_char(&out, *p);
        p += length ? length : 1;
    }
    return text_string(&out);
}

const char *
shorten_for_mastodon(const char *text, int url_length)
{
    return shorten(text, &(struct rule){ url_length, 0, 1 });
}

const char *
shorten_for_x(const char *text, int url_length)
{
    return shorten(text, &(struct rule){ url_length, 1, 0 });
}
