/* test_secret.c: ids, tokens, hashes, passwords, base64 and sealed values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "dying.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/crier-secret-XXXXXX";

static void
ids_sort_by_time(void **state)
{
    char first[ID_ROOM], second[ID_ROOM];
    int64_t now = clock_now();
    char stamp[16];

    (void)state;
    id_new(first);
    usleep(3000);
    assert_ptr_equal(id_new(second), second);
    assert_int_equal(strlen(first), 36);
    assert_true(strcmp(first, second) < 0);
    assert_true(id_is_valid(first));
    assert_int_equal(first[14], '7');
    assert_non_null(strchr("89ab", first[19]));
    memcpy(stamp, first, 8);
    memcpy(stamp + 8, first + 9, 4);
    stamp[12] = '\0';
    assert_in_range(strtoll(stamp, NULL, 16), now, now + 1000);
}

static void
ids_of_one_process_sort_as_they_were_made(void **state)
{
    char last[ID_ROOM] = "", next[ID_ROOM];
    int i;

    (void)state;
    for (i = 0; i < 20000; i++) {
        assert_true(strcmp(last, id_new(next)) < 0);
        memcpy(last, next, sizeof last);
    }
}

static void
ids_are_told_from_other_words(void **state)
{
    (void)state;
    assert_true(id_is_valid("01890000-0000-7000-8000-00000000000a"));
    assert_true(id_is_valid("01890000-0000-7000-8000-00000000000A"));
    assert_false(id_is_valid(""));
    assert_false(id_is_valid("01890000-0000-7000-8000-00000000000"));
    assert_false(id_is_valid("01890000-0000-7000-8000-00000000000aa"));
    assert_false(id_is_valid("01890000-0000-7000-8000-00000000000g"));
    assert_false(id_is_valid("01890000-0000-7000-8000000000000000a"));
    assert_false(id_is_valid("018900000-000-7000-8000-00000000000a"));
}

static void
tokens_are_new(void **state)
{
    char first[TOKEN_ROOM], second[TOKEN_ROOM];
    struct text bytes = { 0 };

    (void)state;
    token_new(first);
    token_new(second);
    assert_int_equal(strlen(first), 43);
    assert_string_not_equal(first, second);
    assert_true(base64url_read(&bytes, first));
    assert_int_equal(bytes.length, 32);
}

static void
hashes_are_sha256(void **state)
{
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
                              "b00361a396177a9cb410ff61f20015ad";
    uint8_t hash[HASH_BYTES];
    char room[HASH_ROOM];
    struct hash stream;

    (void)state;
    assert_string_equal(hash_hex("abc", 3, room), abc);
    assert_string_equal(hash_hex("", 0, room),
                        "e3b0c44298fc1c149afbf4c8996fb924"
                        "27ae41e4649b934ca495991b7852b855");
    hash_begin(&stream);
    hash_add(&stream, "a", 1);
    hash_add(&stream, "", 0);
    hash_add(&stream, "bc", 2);
    hash_end(&stream, hash);
    assert_string_equal(hex_print(hash, sizeof hash, room), abc);
    /* RFC 4231, cases 2 and 6 */
    assert_string_equal(hmac_hex("Jefe", 4, "what do ya want for nothing?",
                                 28, room),
                        "5bdcc146bf60754e6a042426089575c7"
                        "5a003f089d2739839dec58b964ec3843");
    assert_string_equal(hmac_hex(memset(memory_get(131), 0xaa, 131), 131,
        "Test Using Larger Than Block-Size Key - Hash Key First", 54, room),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
secrets_are_compared_whole(void **state)
{
    (void)state;
    assert_true(secret_same("", ""));
    assert_true(secret_same("abc", "abc"));
    assert_false(secret_same("abc", "abd"));
    assert_false(secret_same("abc", "ab"));
    assert_false(secret_same("abc", "abcd"));
}

static void
passwords_are_argon2id(void **state)
{
    const char *stored = password_hash("correct horse");

    (void)state;
    assert_memory_equal(stored, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
    assert_string_not_equal(stored, password_hash("correct horse"));
    assert_true(password_check(stored, "correct horse"));
    assert_false(password_check(stored, "correct horsf"));
    assert_false(password_check(stored, ""));
    assert_false(password_check(NULL, "correct horse"));
    assert_false(password_check("nonsense", "correct horse"));
}

/* RFC 4648 section 10, and 100 bytes, where libb64 would break its line. */
static void
base64_is_one_line(void **state)
{
    static const struct { const char *plain, *coded, *url; } rows[] = {
        { "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" }, { "foob", "Zm9vYg==", "Zm9vYg" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
        { "\xfb\xff\xfe", "+//+", "-__-" },
    };
    struct text text = { 0 }, back = { 0 };
    uint8_t hundred[100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text_clear(&text);
        base64_add(&text, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(text_string(&text), rows[i].coded);
        text_clear(&text);
        base64url_add(&text, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(text_string(&text), rows[i].url);
        text_clear(&back);
        assert_true(base64url_read(&back, rows[i].url));
        assert_string_equal(text_string(&back), rows[i].plain);
    }
    for (i = 0; i < sizeof hundred; i++)
        hundred[i] = (uint8_t)(i * 37);
    for (i = 0; i <= sizeof hundred; i++) {
        text_clear(&text);
        base64url_add(&text, hundred, i);
        assert_int_equal(text.length, (i * 8 + 5) / 6);
        assert_null(strchr(text_string(&text), '\n'));
        text_clear(&back);
        assert_true(base64url_read(&back, text_string(&text)));
        assert_int_equal(back.length, i);
        if (i > 0)
            assert_memory_equal(back.data, hundred, i);
    }
    text_clear(&text);
    text_add(&text, "x=");              /* what stood there is not touched */
    base64url_add(&text, "f", 1);
    assert_string_equal(text.data, "x=Zg");
}

static void
what_is_no_base64url_is_refused(void **state)
{
    static const char *const bad[] = { "Z", "Zg=", "Zg==", "Zm9vY", "Zm+v",
                                       "Zm/v", "Zm 9v", "Zm9v\n", "Z\xc3\xa4" };
    struct text text = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (base64url_read(&text, bad[i]))
            fail_msg("\"%s\"", bad[i]);
    assert_int_equal(text.length, 0);
}

static void
sealed_values_open_in_their_place(void **state)
{
    struct text box = { 0 }, plain = { 0 }, again = { 0 };
    size_t i;

    (void)state;
    secret_seal("account 1", "a\0secret", 8, &box);
    secret_seal("account 1", "a\0secret", 8, &again);
    assert_memory_not_equal(box.data, again.data, box.length);
    assert_null(memmem(box.data, box.length, "secret", 6));
    assert_true(secret_open("account 1", box.data, box.length, &plain));
    assert_int_equal(plain.length, 8);
    assert_memory_equal(plain.data, "a\0secret", 8);
    assert_false(secret_open("account 2", box.data, box.length, &plain));
    for (i = 0; i < box.length; i++) {
        assert_false(secret_open("account 1", box.data, i, &plain));
        box.data[i] ^= 1;
        assert_false(secret_open("account 1", box.data, box.length, &plain));
        box.data[i] ^= 1;
    }
    assert_int_equal(plain.length, 8);
    text_clear(&box);
    text_clear(&plain);
    secret_seal("empty", "", 0, &box);
    assert_true(secret_open("empty", box.data, box.length, &plain));
    assert_int_equal(plain.length, 0);
}

static void
keys_are_of_their_file_and_purpose(void **state)
{
    const char *other = memory_format("%s/other", folder);
    const char *own = memory_format("%s/key", folder);
    struct text box = { 0 }, plain = { 0 };
    uint8_t media[32], again[32], links[32];
    struct stat what;

    (void)state;
    secret_derive("media", media);
    secret_derive("media", again);
    secret_derive("links", links);
    assert_memory_equal(media, again, 32);
    assert_memory_not_equal(media, links, 32);
    secret_seal("x", "y", 1, &box);
    assert_int_equal(secret_new_key(other), 0);
    assert_int_equal(stat(other, &what), 0);
    assert_int_equal(what.st_mode & 0777, 0400);
    assert_int_equal(secret_new_key(other), -1);
    assert_int_equal(errno, EEXIST);
    secret_load_key(other);
    secret_derive("media", again);
    assert_memory_not_equal(media, again, 32);
    assert_false(secret_open("x", box.data, box.length, &plain));
    secret_load_key(own);
    assert_true(secret_open("x", box.data, box.length, &plain));
    assert_dies("cannot be read", secret_load_key("/nowhere/key"));
    assert_int_equal(truncate(other, 31), 0);
    assert_dies("cannot be read", secret_load_key(other));
    secret_load_key(own);
}

static int
make_key(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL
        || secret_new_key(memory_format("%s/key", folder)) != 0)
        return -1;
    secret_load_key(memory_format("%s/key", folder));
    return 0;
}

static int
remove_keys(void **state)
{
    (void)state;
    unlink(memory_format("%s/key", folder));
    unlink(memory_format("%s/other", folder));
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_sort_by_time),
        cmocka_unit_test(ids_of_one_process_sort_as_they_were_made),
        cmocka_unit_test(ids_are_told_from_other_words),
        cmocka_unit_test(tokens_are_new),
        cmocka_unit_test(hashes_are_sha256),
        cmocka_unit_test(secrets_are_compared_whole),
        cmocka_unit_test(passwords_are_argon2id),
        cmocka_unit_test(base64_is_one_line),
        cmocka_unit_test(what_is_no_base64url_is_refused),
        cmocka_unit_test(sealed_values_open_in_their_place),
        cmocka_unit_test(keys_are_of_their_file_and_purpose),
    };

    return cmocka_run_group_tests(tests, make_key, remove_keys);
}
