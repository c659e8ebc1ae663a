/* secret.c: ids, tokens, hashes and passwords, over libsodium. */
#include "base/secret.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/random.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct hash),
               "struct hash has room for libsodium's state");

void
secret_fill(void *bytes, size_t length)
{
    unsigned char *to = bytes;
    ssize_t got;

    for (; length > 0; to += got, length -= (size_t)got) {
        got = getrandom(to, length, 0);
        if (got < 0 && errno == EINTR)
            got = 0;
        if (got < 0)
            die("getrandom: %s", strerror(errno));
    }
}

char *
hex_print(const uint8_t *bytes, size_t length, char *room)
{
    return sodium_bin2hex(room, 2 * length + 1, bytes, length);
}

/* Fill an id's first 60 bits: the time, and a counter that starts anywhere in
   its lower half and tells apart what one process makes in a millisecond. */
static void
id_order(uint8_t *id)
{
    static int64_t last;
    static unsigned count;
    int64_t now = clock_now();
    int i;

    if (now > last) {
        last = now;
        count = (unsigned)(id[6] << 8 | id[7]) & 0x7ff;
    } else if (++count == 0x1000) {
        last++;
        count = 0;
    }
    for (i = 0; i < 6; i++)
        id[i] = (uint8_t)(last >> (40 - 8 * i));
    id[6] = (uint8_t)(count >> 8 | 0x70);
    id[7] = (uint8_t)count;
}

char *
id_new(char *room)
{
    uint8_t id[16];
    char hex[33];

    secret_fill(id, sizeof id);
    id_order(id);
    id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
    hex_print(id, sizeof id, hex);
    memcpy(room, hex, 8);
    memcpy(room + 9, hex + 8, 4);
    memcpy(room + 14, hex + 12, 4);
    memcpy(room + 19, hex + 16, 4);
    memcpy(room + 24, hex + 20, 12);
    room[8] = room[13] = room[18] = room[23] = '-';
    room[36] = '\0';
    return room;
}

const char *
id_since(int64_t time)
{
    unsigned long long since = time > 0 ? (unsigned long long)time : 0;

    return memory_format("%08llx-%04llx", since >> 16, since & 0xffff);
}

int
id_is_valid(const char *id)
{
    size_t i;

    if (strlen(id) != ID_ROOM - 1)
        return 0;
    for (i = 0; i < ID_ROOM - 1; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? id[i] != '-'
                 : strchr("0123456789abcdefABCDEF", id[i]) == NULL)
            return 0;
    }
    return 1;
}

char *
token_new(char *room)
{
    uint8_t bytes[32];
    struct text text = { .limit = TOKEN_ROOM };

    secret_fill(bytes, sizeof bytes);
    base64url_add(&text, bytes, sizeof bytes);
    memcpy(room, text_string(&text), text.length + 1);
    return room;
}

void
hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_BYTES])
{
    crypto_hash_sha256(hash, bytes, length);
}

char *
hash_hex(const void *bytes, size_t length, char *room)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(bytes, length, hash);
    return hex_print(hash, sizeof hash, room);
}

void
hash_begin(struct hash *hash)
{
    crypto_hash_sha256_init((void *)hash->state);
}

void
hash_add(struct hash *hash, const void *bytes, size_t length)
{
    crypto_hash_sha256_update((void *)hash->state, bytes, length);
}

void
hash_end(struct hash *hash, uint8_t out[HASH_BYTES])
{
    crypto_hash_sha256_final((void *)hash->state, out);
}

void
hmac_bytes(const void *key, size_t key_length, const void *text, size_t length,
           uint8_t mac[HASH_BYTES])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_length);
    crypto_auth_hmacsha256_update(&state, text, length);
    crypto_auth_hmacsha256_final(&state, mac);
}

char *
hmac_hex(const void *key, size_t key_length, const void *text, size_t length,
         char *room)
{
    uint8_t mac[HASH_BYTES];

    hmac_bytes(key, key_length, text, length, mac);
    return hex_print(mac, sizeof mac, room);
}

int64_t
hash_spread(int64_t wait, const char *string)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(string, strlen(string), hash);
    return wait * (800 + (hash[0] * 256 + hash[1]) % 401) / 1000;
}

int
secret_same(const char *a, const char *b)
{
    uint8_t first[HASH_BYTES], second[HASH_BYTES];

    /* Hashing first makes the lengths equal and hides them. */
    hash_bytes(a, strlen(a), first);
    hash_bytes(b, strlen(b), second);
    return sodium_memcmp(first, second, sizeof first) == 0;
}

/* libsodium would abort. */
static void
no_random_bytes(void)
{
    die("the system gives no random bytes");
}

void
secret_start(void)
{
    sodium_set_misuse_handler(no_random_bytes);
    if (sodium_init() < 0)
        die("libsodium does not start");
}

enum { PASSWORD_PASSES = 2, PASSWORD_MEMORY = 19 * 1024 * 1024 };

char *
password_hash(const char *password)
{
    char *stored = memory_get(crypto_pwhash_STRBYTES);

    secret_start();
    if (crypto_pwhash_str(stored, password, strlen(password),
                          PASSWORD_PASSES, PASSWORD_MEMORY) != 0)
        die("no memory to hash a password");
    return stored;
}

int
password_check(const char *stored, const char *password)
{
    if (stored == NULL) {
        password_hash(password);
        return 0;
    }
    secret_start();                     /* as fast as the other */
    return crypto_pwhash_str_verify(stored, password, strlen(password)) == 0;
}
