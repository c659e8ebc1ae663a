/* config_network.c: what crier.conf says of single networks. */
#include "core/config_network.h"
#include "core/catalogue.h"
#include "core/config.h"
#include "base/base64.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"

#include <limits.h>
#include <string.h>

enum { LINES = 96 };

static const char sealed_mark[] = "sealed:";
static const char seal_context[] = "crier.conf";

static const struct key {
    const char *name;
    int is_url, is_number;
} keys[] = {
    { "api_url", 1, 0 }, { "login_url", 1, 0 }, { "token_url", 1, 0 },
    { "upload_url", 1, 0 }, { "data_url", 1, 0 },
    { "client_id", 0, 0 }, { "client_secret", 0, 0 },
    { "scopes", 0, 0 }, { "api_version", 0, 0 }, { "user_agent", 0, 0 },
    { "uploads_a_day", 0, 1 }, { "units_a_day", 0, 1 },
};

static struct { const char *key, *network, *value; } lines[LINES];
static int line_count;

/* The key that a setting's name begins with, up to its point; or NULL. */
static const struct key *
key_of(const char *name)
{
    size_t i, length = strcspn(name, ".");

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (name[length] == '.' && strlen(keys[i].name) == length
            && strncmp(keys[i].name, name, length) == 0)
            return &keys[i];
    return NULL;
}

int
config_network_key(const char *name)
{
    return key_of(name) != NULL;
}

const char *
config_network_set(const char *name, char *value,
                   void (*check_url)(const char *name, char *value))
{
    const struct key *key = key_of(name);
    const struct catalogue_row *row =
        catalogue_find(name + strcspn(name, ".") + 1);
    long long number;

    if (row == NULL)
        return "names no network";
    if (line_count == LINES)
        return "is one too many";
    if (key->is_url)
        check_url(name, value);
    if (key->is_number && !text_number(value, 1, INT_MAX, &number))
        return "must be a number from 1";
    lines[line_count].key = key->name;
    lines[line_count].network = row->name;
    lines[line_count++].value = memory_copy(value);
    return NULL;
}

static const char *
value_of(const char *key, const char *network)
{
    int i;

    config();
    for (i = 0; i < line_count; i++)
        if (text_same(lines[i].key, key)
            && text_same(lines[i].network, network))
            return lines[i].value;
    return NULL;
}

const char *
config_api_url(const char *network, const char *otherwise)
{
    return config_url("api_url", network, otherwise);
}

const char *
config_url(const char *key, const char *network, const char *otherwise)
{
    const char *value = value_of(key, network);

    return value ? value : otherwise;
}

const char *
config_word(const char *key, const char *network, const char *otherwise)
{
    const char *value = value_of(key, network);

    return value ? value : otherwise;
}

const char *
config_seal(const char *plain)
{
    struct text box = { 0 }, line = { 0 };

    secret_load_key(config()->key_file);
    secret_seal(seal_context, plain, strlen(plain), &box);
    text_add(&line, sealed_mark);
    base64_add(&line, box.data, box.length);
    return text_string(&line);
}

/* A value as it is meant: opened where it is sealed; NULL where it cannot be
   opened. */
static const char *
open_value(const char *key, const char *network)
{
    const char *value = value_of(key, network);
    struct text box = { 0 }, plain = { 0 };

    if (value == NULL || !text_begins(value, sealed_mark))
        return value;
    secret_load_key(config()->key_file);
    if (base64_read(&box, value + strlen(sealed_mark))
        && secret_open(seal_context, box.data, box.length, &plain))
        return text_string(&plain);
    note("%s: %s.%s was sealed under another key file", config_path(), key,
         network);
    return NULL;
}

const char *
config_app(const char *network)
{
    const char *id = open_value("client_id", network);
    const char *secret = open_value("client_secret", network);
    struct text app = { 0 };

    if (id == NULL || (secret == NULL
                       && value_of("client_secret", network) != NULL))
        return NULL;
    text_add(&app, "{\"client_id\":\"");
    text_add_json(&app, id);
    text_add(&app, "\",\"client_secret\":\"");
    text_add_json(&app, secret ? secret : "");
    text_add(&app, "\"}");
    return text_string(&app);
}

const char *
config_missing(const struct catalogue_row *row)
{
    if (!catalogue_needs_app(row) || config_app(row->name) != NULL)
        return NULL;
    return memory_format("This server is not set up for %s yet. Its operator"
        " registers it as an application at %s, with the redirect URI"
        " %s/mcp/connect/callback, and sets client_id.%s and"
        " client_secret.%s in crier.conf (crier-admin seal).", row->title,
        row->app_page ? row->app_page : "the network", config()->base_url,
        row->name, row->name);
}
