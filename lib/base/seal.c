/* seal.c: values that only this instance can read, under its key file. */
#include "base/secret.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* A box is: version, four bytes that name the key, nonce, secretbox. */
enum { VERSION = 1, KEY_NAME = 4, HEAD = 1 + KEY_NAME };

static uint8_t master[crypto_kdf_KEYBYTES];
static int loaded;

void
secret_load_key(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = file < 0 ? -1 : read(file, master, sizeof master);

    if (file >= 0)
        close(file);
    if (got != (ssize_t)sizeof master)
        die("the key file %s cannot be read", path);
    secret_start();
    loaded = 1;
}

int
secret_new_key(const char *path)
{
    uint8_t key[crypto_kdf_KEYBYTES];
    int file, good;

    secret_start();
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (file < 0)
        return -1;
    crypto_kdf_keygen(key);
    good = write(file, key, sizeof key) == (ssize_t)sizeof key
           && fsync(file) == 0;
    sodium_memzero(key, sizeof key);
    if (close(file) != 0 || !good) {
        unlink(path);
        return -1;
    }
    return 0;
}

void
secret_derive(const char *purpose, uint8_t key[32])
{
    char context[crypto_kdf_CONTEXTBYTES] = "        ";

    if (!loaded)
        die("the key file was not loaded");
    memcpy(context, purpose, strnlen(purpose, sizeof context));
    crypto_kdf_derive_from_key(key, 32, 1, context, master);
}

/* The key that boxes of one context are sealed with. */
static void
context_key(const char *context, uint8_t key[crypto_secretbox_KEYBYTES])
{
    uint8_t base[32];

    secret_derive("seal", base);
    crypto_generichash(key, crypto_secretbox_KEYBYTES,
                       (const uint8_t *)context, strlen(context),
                       base, sizeof base);
}

static void
key_name(uint8_t name[KEY_NAME])
{
    uint8_t long_name[32];

    secret_derive("name", long_name);
    memcpy(name, long_name, KEY_NAME);
}

void
secret_seal(const char *context, const void *plain, size_t length,
            struct text *out)
{
    uint8_t key[crypto_secretbox_KEYBYTES];
    size_t size = HEAD + crypto_secretbox_NONCEBYTES
                  + crypto_secretbox_MACBYTES + length;
    uint8_t *box = memory_get(size), *nonce = box + HEAD;

    context_key(context, key);
    box[0] = VERSION;
    key_name(box + 1);
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, plain, length,
                          nonce, key);
    text_add_bytes(out, box, size);
}

int
secret_open(const char *context, const void *sealed, size_t length,
            struct text *plain)
{
    uint8_t key[crypto_secretbox_KEYBYTES], name[KEY_NAME];
    const uint8_t *box = sealed, *nonce = box + HEAD;
    size_t head = HEAD + crypto_secretbox_NONCEBYTES;
    uint8_t *opened;

    if (length < head + crypto_secretbox_MACBYTES || box[0] != VERSION)
        return 0;
    key_name(name);
    if (memcmp(box + 1, name, KEY_NAME) != 0)
        return 0;
    context_key(context, key);
    opened = memory_get(length);
    if (crypto_secretbox_open_easy(opened, box + head, length - head, nonce,
                                   key) != 0)
        return 0;
    text_add_bytes(plain, opened,
                   length - head - crypto_secretbox_MACBYTES);
    return 1;
}
