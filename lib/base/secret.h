/* secret.h: random ids and tokens, hashes, passwords and sealed values.

   All cryptography is libsodium's. Ids and tokens come from the kernel's
   generator; a program that cannot have random bytes ends through die(). */
#ifndef SECRET_H
#define SECRET_H
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

enum {
    ID_ROOM = 37,               /* a UUID and its NUL */
    HASH_BYTES = 32,
    HASH_ROOM = 65,             /* a hash in hex and its NUL */
    TOKEN_ROOM = 44             /* 256 bits in base64url and a NUL */
};

/* A new UUIDv7 (RFC 9562): its first 48 bits are the time, so ids made later
   sort later; those of one process always do (section 6.2, method 1). Returns
   room, which has ID_ROOM bytes. */
char *id_new(char *room);

/* What sorts before every id made since a time, in milliseconds. */
const char *id_since(int64_t time);

/* Is this a UUID as id_new() prints it (lower or upper case)? */
int id_is_valid(const char *id);

/* A new secret of 256 random bits in base64url. Returns room (TOKEN_ROOM). */
char *token_new(char *room);

/* Start libsodium, before anything else of it is called; once is enough. Ends
   the program by die() where the system gives no random bytes, now or
   later. */
void secret_start(void);

/* Random bytes. */
void secret_fill(void *bytes, size_t length);

/* SHA-256, as bytes and as lower-case hex. */
void hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_BYTES]);
char *hash_hex(const void *bytes, size_t length, char *room);

/* SHA-256 of a stream: begin, add as often as needed, end. The state is
   libsodium's, kept in the struct as bytes. */
struct hash { _Alignas(8) unsigned char state[128]; };
void hash_begin(struct hash *);
void hash_add(struct hash *, const void *bytes, size_t length);
void hash_end(struct hash *, uint8_t hash[HASH_BYTES]);

/* Lower-case hex of length bytes into room, which has 2 * length + 1. */
char *hex_print(const uint8_t *bytes, size_t length, char *room);

/* HMAC-SHA256 of text under key: as bytes; in hex, where room has HASH_ROOM
   bytes. */
void hmac_bytes(const void *key, size_t key_length, const void *text,
                size_t length, uint8_t mac[HASH_BYTES]);
char *hmac_hex(const void *key, size_t key_length, const void *text,
               size_t length, char *room);

/* A wait, up to 20 % longer or shorter as a string's hash says, so that what
   failed together does not come again together. */
int64_t hash_spread(int64_t wait, const char *string);

/* Are two strings equal? Takes as long whatever they hold. */
int secret_same(const char *a, const char *b);

/* Passwords: argon2id with libsodium's interactive limits lowered to 19 MiB
   and 2 passes (OWASP's minimum). password_check() against NULL takes as long
   as against a real one and answers 0. */
char *password_hash(const char *password);
int   password_check(const char *stored, const char *password);

/* Seal and open values under the instance's key file (XSalsa20-Poly1305).
   context is bound to the value: a box opened under another context fails.
   seal() appends key id, nonce and box to out. open returns 1 and appends the
   plain text, or 0 where key, context or bytes do not fit. */
void secret_load_key(const char *path);         /* die()s where unreadable */
void secret_seal(const char *context, const void *plain, size_t length,
                 struct text *out);
int  secret_open(const char *context, const void *box, size_t length,
                 struct text *plain);

/* 32 bytes for one purpose (up to 8 letters), derived from the key file. */
void secret_derive(const char *purpose, uint8_t key[32]);

/* Write a new key file, mode 0400. Returns 0, or -1 with errno set (EEXIST
   where one is there already: it is never overwritten). */
int secret_new_key(const char *path);
#endif
