/* test_media_strip.c: pictures without what was written beside them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/media_strip.h"
#include "core/media_type.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PART(bytes) bytes, sizeof (bytes) - 1

/* A place in memory that has a path. */
static int file;
static const char *path;

static int
set_up(void **state)
{
    (void)state;
    file = memfd_create("picture", MFD_CLOEXEC);
    path = memory_format("/proc/self/fd/%d", file);
    memory_keep();
    return file < 0;
}

static void
put(const void *bytes, size_t length)
{
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(pwrite(file, bytes, length, 0), length);
}

static int
holds(const struct text *text, const char *bytes, size_t length)
{
    return memmem(text->data, text->length, bytes, length) != NULL;
}

#define HOLDS(text, bytes) holds(text, bytes, sizeof (bytes) - 1)

/* SOI, JFIF, EXIF (turned by 6, and a place), XMP, IPTC, a profile, a comment,
   an index of further pictures, a frame of 3 x 2, two scans, EOI; and a
   further picture behind it. */
static const char jpeg[] =
    "\xff\xd8" "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    "\xff\xe1\0\x2b" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1"
    "\0\6\0\0\0\0\0\0 Lisbon!!"
    "\xff\xe1\0\x14http://ns.adobe.co" "\xff\xed\0\x06IPTC"
    "\xff\xe2\0\x12ICC_PROFILE\0\1\1xy" "\xff\xfe\0\x0dmade by Ana"
    "\xff\xe2\0\x08MPF\0ab"
    "\xff\xc0\0\x0b\x08\0\2\0\3\1\1\x11\0"
    "\xff\xda\0\x08\1\1\0\0\x3f\0" "one\xff\0two\xff\xd0three"
    "\xff\xc4\0\x03z" "\xff\xda\0\x08\1\1\0\0\x3f\0" "four"
    "\xff\xd9" "\xff\xd8\xff\xe1 Lisbon again";

static void
a_jpeg_keeps_its_pixels_profile_and_turn(void **state)
{
    struct media_facts facts = { 0 };
    struct text clean = { 0 }, again = { 0 };

    (void)state;
    put(PART(jpeg));
    assert_int_equal(media_strip(path, "image/jpeg", &clean), 1);
    assert_false(HOLDS(&clean, "Lisbon") || HOLDS(&clean, "adobe")
                 || HOLDS(&clean, "IPTC") || HOLDS(&clean, "Ana")
                 || HOLDS(&clean, "MPF"));
    assert_true(HOLDS(&clean, "JFIF") && HOLDS(&clean, "ICC_PROFILE\0\1\1xy")
                && HOLDS(&clean, "one\xff\0two\xff\xd0three\xff\xc4\0\x03z")
                && HOLDS(&clean, "four\xff\xd9"));
    put(clean.data, clean.length);
    assert_true(media_type_read(file, (int64_t)clean.length, &facts));
    assert_string_equal(facts.type, "image/jpeg");
    assert_int_equal(facts.width, 2);   /* it lies on its side, as before */
    assert_int_equal(facts.height, 3);
    assert_int_equal(media_strip(path, "image/jpeg", &again), 1);
    assert_int_equal(again.length, clean.length);
    assert_memory_equal(again.data, clean.data, clean.length);
}

static const char png[] = "\x89PNG\r\n\x1a\n"
    "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0----"
    "\0\0\0\6tEXtLisbon----" "\0\0\0\2eXIfMM----" "\0\0\0\4iCCPprof----"
    "\0\0\0\3IDATabc----" "\0\0\0\0IEND----" "Lisbon";

static void
a_png_keeps_its_pixels(void **state)
{
    struct text clean = { 0 };

    (void)state;
    put(PART(png));
    assert_int_equal(media_strip(path, "image/png", &clean), 1);
    assert_false(HOLDS(&clean, "Lisbon") || HOLDS(&clean, "eXIf"));
    assert_true(HOLDS(&clean, "iCCPprof") && HOLDS(&clean, "IDATabc"));
    assert_int_equal(clean.length, sizeof png - 1 - 18 - 14 - 6);
}

static const char webp[] = "RIFF\x3c\0\0\0WEBPVP8X\x0a\0\0\0\x0c\0\0\0\0\0\0"
    "\0\0\0" "VP8 \3\0\0\0abc\0" "EXIF\6\0\0\0Lisbon" "XMP \2\0\0\0ab";

static void
a_webp_says_that_it_has_none(void **state)
{
    struct text clean = { 0 };

    (void)state;
    put(PART(webp));
    assert_int_equal(media_strip(path, "image/webp", &clean), 1);
    assert_int_equal(clean.length, 12 + 18 + 12);
    assert_true(HOLDS(&clean, "RIFF\x22\0\0\0WEBPVP8X\x0a\0\0\0\0"));
    assert_true(HOLDS(&clean, "VP8 \3\0\0\0abc\0"));
}

/* Each shorter file, and each with a length that is too large: none is read
   past its end, and what is no picture is left alone. */
static void
what_is_cut_short_is_borne(void **state)
{
    static const struct { const char *type, *bytes; size_t length; } all[] = {
        { "image/jpeg", PART(jpeg) }, { "image/png", PART(png) },
        { "image/webp", PART(webp) } };
    size_t i, length;

    (void)state;
    for (i = 0; i < 3; i++)
        for (length = 0; length < all[i].length; length++) {
            char *bytes = memory_copy_bytes(all[i].bytes, all[i].length);
            struct text clean = { 0 };

            put(bytes, length);
            media_strip(path, all[i].type, &clean);
            bytes[length] = '\xff';
            put(bytes, all[i].length);
            clean = (struct text){ 0 };
            media_strip(path, all[i].type, &clean);
            assert_true(clean.length <= all[i].length + 36);
        }
    put(PART("GIF89a"));
    assert_int_equal(media_strip(path, "image/gif", &(struct text){ 0 }), 0);
    assert_int_equal(media_strip("/nowhere", "image/png",
                                 &(struct text){ 0 }), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_keeps_its_pixels_profile_and_turn),
        cmocka_unit_test(a_png_keeps_its_pixels),
        cmocka_unit_test(a_webp_says_that_it_has_none),
        cmocka_unit_test(what_is_cut_short_is_borne)
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
