/* config.c: reading crier.conf by one table of its keys. */
#include "core/config.h"
#include "core/config_network.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config settings = {
    .allow_private_networks = "no",
    .share_dir = CRIER_PREFIX "/share",
    .requests_an_hour = -1,
    .posts_an_hour = 100,
    .uploads_an_hour = 50,
    .request_slots = 32,
    .workers = 8,
    .publish_wait = 20,
    .tick_seconds = 55,
    .settle_seconds = 120,
    .retry_seconds = 60,
    .http_seconds = 30,
    .minimum_free_mb = 64, .backup_keep = 7
};

enum kind { PATH, URL, NUMBER, SWITCH, NETWORKS, HEADER, WORDS };

static const struct key {
    const char *name;
    enum kind kind;
    size_t offset;
    int minimum, maximum;
} keys[] = {
    { "base_url", URL, offsetof(struct config, base_url) },
    { "data_dir", PATH, offsetof(struct config, data_dir) },
    { "key_file", PATH, offsetof(struct config, key_file) },
    { "share_dir", PATH, offsetof(struct config, share_dir) },
    { "publisher", PATH, offsetof(struct config, publisher) },
    { "site_dir", PATH, offsetof(struct config, site_dir) },
    { "site_url", URL, offsetof(struct config, site_url) },
    { "allow_private_networks", NETWORKS,
      offsetof(struct config, allow_private_networks) },
    { "x_sendfile", HEADER, offsetof(struct config, x_sendfile) },
    { "trust_forwarded", SWITCH, offsetof(struct config, trust_forwarded) },
    { "connect_without_login", SWITCH,
      offsetof(struct config, connect_without_login) },
    { "requests_an_hour", NUMBER, offsetof(struct config, requests_an_hour),
      0, 10000000 },
    { "posts_an_hour", NUMBER, offsetof(struct config, posts_an_hour),
      0, 10000000 },
    { "uploads_an_hour", NUMBER, offsetof(struct config, uploads_an_hour),
      0, 10000000 },
    { "request_slots", NUMBER, offsetof(struct config, request_slots), 1, 512 },
    { "workers", NUMBER, offsetof(struct config, workers), 1, 64 },
    { "publish_wait", NUMBER, offsetof(struct config, publish_wait), 0, 25 },
    { "duplicate_seconds", NUMBER, offsetof(struct config, duplicate_seconds),
      0, 86400 },
    { "tick_seconds", NUMBER, offsetof(struct config, tick_seconds), 1, 290 },
    { "settle_seconds", NUMBER, offsetof(struct config, settle_seconds),
      0, 3600 },
    { "retry_seconds", NUMBER, offsetof(struct config, retry_seconds),
      1, 3600 },
    { "http_seconds", NUMBER, offsetof(struct config, http_seconds), 1, 600 },
    { "minimum_free_mb", NUMBER, offsetof(struct config, minimum_free_mb),
      1, 1000000 },
    { "ai_url", URL, offsetof(struct config, ai_url) },
    { "ai_model", WORDS, offsetof(struct config, ai_model) },
    { "ai_key_file", PATH, offsetof(struct config, ai_key_file) },
    { "backup_dir", PATH, offsetof(struct config, backup_dir) },
    { "backup_keep", NUMBER, offsetof(struct config, backup_keep), 1, 1000 },
};

/* Where a message points: the file and line being read. */
static const char *file_name;
static int line_number;

static void
refuse_line(const char *key, const char *why)
{
    die("%s line %d: %s %s", file_name, line_number, key, why);
}

const char *
config_path(void)
{
    const char *path = getenv("CRIER_CONF");

    return path && path[0] ? path : CRIER_PREFIX "/etc/crier.conf";
}

static void
check_url(const char *name, char *value)
{
    size_t length = strlen(value);
    const char *host = text_begins(value, "http://") ? value + 7
                       : text_begins(value, "https://") ? value + 8 : NULL;

    if (host == NULL)
        refuse_line(name, "must begin with http:// or https://");
    if (host[0] == '\0' || host[0] == '/'
        || value[strcspn(value, " \t\"'<>\\?#")] != '\0')
        refuse_line(name, "is not a plain URL");
    while (length > 0 && value[length - 1] == '/')
        value[--length] = '\0';
}

/* no, yes, or a list of ADDRESS, ADDRESS:PORT and [ADDRESS]:PORT. */
static void
check_networks(const char *name, const char *value)
{
    char *copy = memory_copy(value), *rest = copy, *word;

    if (text_same(value, "no") || text_same(value, "yes"))
        return;
    while ((word = strsep(&rest, " ,")) != NULL) {
        unsigned char address[16];
        char *colon = strrchr(word, ':'), *close = strchr(word, ']');
        long long port;

        if (word[0] == '\0')
            continue;
        if (colon != NULL && (close ? colon == close + 1
                                    : strchr(word, ':') == colon)) {
            *colon = '\0';
            if (!text_number(colon + 1, 1, 65535, &port))
                refuse_line(name, "has a bad port");
        }
        if (word[0] == '[' && close != NULL) {
            *close = '\0';
            word++;
        }
        if (inet_pton(AF_INET, word, address) != 1
            && inet_pton(AF_INET6, word, address) != 1)
            refuse_line(name, "must be no, yes or a list of address[:port]");
    }
}

static void
set_key(const struct key *key, char *value)
{
    void *place = (char *)&settings + key->offset;
    long long number;

    switch (key->kind) {
    case NUMBER:
        if (!text_number(value, key->minimum, key->maximum, &number))
            refuse_line(key->name, memory_format(
                "must be a number from %d to %d", key->minimum, key->maximum));
        *(int *)place = (int)number;
        return;
    case SWITCH:
        if (!text_same(value, "yes") && !text_same(value, "no"))
            refuse_line(key->name, "must be yes or no");
        *(int *)place = text_same(value, "yes");
        return;
    case HEADER:
        if (text_same(value, "no"))
            return;
        if (!text_same(value, "X-Sendfile")
            && !text_same(value, "X-LIGHTTPD-send-file"))
            refuse_line(key->name, "must be no, X-Sendfile or"
                        " X-LIGHTTPD-send-file");
        break;
    case PATH:
        if (value[0] != '/')
            refuse_line(key->name, "must be an absolute path");
        break;
    case URL:
        check_url(key->name, value);
        break;
    case NETWORKS:
        check_networks(key->name, value);
        break;
    case WORDS:
        break;
    }
    *(const char **)place = memory_copy(value);
}

static void
set(const char *name, char *value)
{
    size_t i;

    if (value[0] == '\0')
        refuse_line(name, "has no value");
    if (config_network_key(name)) {
        const char *why = config_network_set(name, value, check_url);

        if (why != NULL)
            refuse_line(name, why);
        return;
    }
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (text_same(keys[i].name, name)) {
            set_key(&keys[i], value);
            return;
        }
    refuse_line(name, "is not a setting of Crier");
}

static char *
trim(char *string)
{
    char *end;

    string += strspn(string, " \t\r\n");
    end = string + strlen(string);
    while (end > string && strchr(" \t\r\n", end[-1]) != NULL)
        *--end = '\0';
    return string;
}

static void
read_file(FILE *file)
{
    char line[1024];

    for (line_number = 1; fgets(line, sizeof line, file); line_number++) {
        int whole = strchr(line, '\n') != NULL || feof(file);
        char *start = trim(line), *equals = strchr(start, '=');

        if (!whole)
            refuse_line("this line", "is longer than 1000 bytes");
        if (start[0] == '\0' || start[0] == '#')
            continue;
        if (equals == NULL)
            refuse_line(start, "has no =");
        *equals = '\0';
        set(trim(start), trim(equals + 1));
    }
}

static void
complete(void)
{
    if (settings.data_dir == NULL || settings.base_url == NULL)
        die("%s: data_dir and base_url must be set", file_name);
    settings.database = memory_format("%s/crier.db", settings.data_dir);
    settings.media_dir = memory_format("%s/media", settings.data_dir);
    settings.run_dir = memory_format("%s/run", settings.data_dir);
    if (settings.key_file == NULL)
        settings.key_file = memory_format("%s/key", settings.data_dir);
    if (settings.publisher == NULL)
        settings.publisher = memory_format("%s/../libexec/publisher",
                                           settings.share_dir);
    if (settings.site_url == NULL)
        settings.site_url = memory_format("%s/site", settings.base_url);
}

const struct config *
config(void)
{
    FILE *file;

    if (settings.database != NULL)
        return &settings;
    file_name = config_path();
    file = fopen(file_name, "re");
    if (file == NULL)
        die("%s: %s (CRIER_CONF names another place)", file_name,
            strerror(errno));
    read_file(file);
    fclose(file);
    complete();
    return &settings;
}
