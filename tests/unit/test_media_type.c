/* test_media_type.c: what files are, told by their bytes; and what they are
   not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/media_type.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ------------------------------------------------------ building files */

static void
add(struct text *text, const char *bytes, size_t length)
{
    text_add_bytes(text, bytes, length);
}

#define ADD(text, literal) add(text, literal, sizeof (literal) - 1)

static void
add_big(struct text *text, int width, uint64_t number)
{
    while (width-- > 0)
        text_add_char(text, (char)(number >> 8 * width & 0xff));
}

static void
add_little(struct text *text, int width, uint64_t number)
{
    for (; width-- > 0; number >>= 8)
        text_add_char(text, (char)(number & 0xff));
}

static void
add_zeros(struct text *text, int count)
{
    while (count-- > 0)
        text_add_char(text, '\0');
}

/* A JPEG of 640 x 480 with that EXIF orientation (0: no EXIF). */
static struct text
jpeg(int orientation, int little)
{
    void (*number)(struct text *, int, uint64_t) = little ? add_little
                                                          : add_big;
    struct text file = { 0 };

    ADD(&file, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0");
    if (orientation > 0) {
        ADD(&file, "\xff\xe1\0\x2e" "Exif\0\0");
        text_add(&file, little ? "II" : "MM");
        number(&file, 2, 42);
        number(&file, 4, 8);
        number(&file, 2, 2);
        number(&file, 2, 0x0100);
        number(&file, 2, 4);
        number(&file, 4, 1);
        number(&file, 4, 640);
        number(&file, 2, 0x0112);
        number(&file, 2, 3);
        number(&file, 4, 1);
        number(&file, 2, (uint64_t)orientation);
        add_zeros(&file, 2 + 4);
    }
    ADD(&file, "\xff\xc2\0\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\0");
    ADD(&file, "\xff\xda\0\x08\1\1\0\0\x3f\0data\xff\xd9");
    return file;
}

static struct text
png(uint32_t width, uint32_t height)
{
    struct text file = { 0 };

    ADD(&file, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    add_big(&file, 4, width);
    add_big(&file, 4, height);
    ADD(&file, "\x08\2\0\0\0CRC.\0\0\0\4IDATdataCRC.\0\0\0\0IENDCRC.");
    return file;
}

static struct text
gif(void)
{
    struct text file = { 0 };

    ADD(&file, "GIF89a\x20\x03\x58\x02\x80\0\0RGBRGB");
    ADD(&file, "!\xff\x0bNETSCAPE2.0\x03\1\0\0\0");
    ADD(&file, ",\0\0\0\0\x20\x03\x58\x02\0\2\1x\0;");
    return file;
}

static struct text
webp(const char *kind, const char *contents, size_t length)
{
    struct text file = { 0 };

    ADD(&file, "RIFF");
    add_little(&file, 4, 12 + length);
    ADD(&file, "WEBP");
    text_add(&file, kind);
    add_little(&file, 4, length);
    add(&file, contents, length);
    return file;
}

static struct text
box(const char *name, struct text contents)
{
    struct text made = { 0 };

    add_big(&made, 4, 8 + contents.length);
    text_add(&made, name);
    if (contents.length > 0)
        add(&made, contents.data, contents.length);
    return made;
}

static struct text
join(struct text a, struct text b)
{
    struct text both = { 0 };

    if (a.length > 0)
        add(&both, a.data, a.length);
    if (b.length > 0)
        add(&both, b.data, b.length);
    return both;
}

static struct text
word(const char *string)
{
    struct text text = { 0 };

    text_add(&text, string);
    return text;
}

struct film {
    int version, turned;
    uint32_t scale;
    uint64_t duration;
    const char *handler;
};

static struct text
track(const struct film *film)
{
    struct text head = { 0 }, handler = { 0 };

    add_big(&head, 1, (uint64_t)film->version);
    add_zeros(&head, film->version == 1 ? 51 : 39);
    add_big(&head, 4, film->turned ? 0 : 0x10000);
    add_big(&head, 4, film->turned ? 0x10000 : 0);
    add_zeros(&head, 8);
    add_big(&head, 4, film->turned ? 0 : 0x10000);
    add_zeros(&head, 16);
    add_big(&head, 4, 1920 << 16);
    add_big(&head, 4, 1080 << 16);
    add_zeros(&handler, 8);
    text_add(&handler, film->handler);
    add_zeros(&handler, 12);
    return box("trak", join(box("tkhd", head),
                            box("mdia", box("hdlr", handler))));
}

static struct text
movie(const struct film *film)
{
    struct text head = { 0 };
    struct film sound = *film;

    sound.handler = "soun";
    add_big(&head, 1, (uint64_t)film->version);
    add_zeros(&head, film->version == 1 ? 19 : 11);
    add_big(&head, 4, film->scale);
    add_big(&head, film->version == 1 ? 8 : 4, film->duration);
    add_zeros(&head, 80);
    return box("moov", join(box("mvhd", head),
                            join(track(&sound), track(film))));
}

static struct text
mp4(const char *brand, const struct film *film, int at_end)
{
    struct text start = box("ftyp", join(word(brand), word("0000isom")));
    struct text data = box("mdat", word("this is the film's data"));

    return join(start, at_end ? join(data, movie(film))
                              : join(movie(film), data));
}

/* ------------------------------------------------------------- asking */

static int
look(struct text bytes, struct media_facts *facts)
{
    int file = memfd_create("media", MFD_CLOEXEC), good;

    assert_int_equal(write(file, text_string(&bytes), bytes.length),
                     bytes.length);
    good = media_type_read(file, (int64_t)bytes.length, facts);
    close(file);
    return good;
}

static void
is(struct text bytes, const char *type, const char *extension, int width,
   int height, int64_t duration)
{
    struct media_facts facts;

    assert_true(look(bytes, &facts));
    assert_string_equal(facts.type, type);
    assert_string_equal(facts.extension, extension);
    assert_int_equal(facts.width, width);
    assert_int_equal(facts.height, height);
    assert_int_equal(facts.duration_ms, duration);
}

static void
is_refused(struct text bytes)
{
    struct media_facts facts;

    assert_false(look(bytes, &facts));
}

/* ------------------------------------------------------------- tests */

static void
images_are_measured(void **state)
{
    (void)state;
    is(jpeg(0, 0), "image/jpeg", "jpg", 640, 480, 0);
    is(png(300, 200), "image/png", "png", 300, 200, 0);
    is(gif(), "image/gif", "gif", 800, 600, 0);
    is(webp("VP8 ", "\x10\0\0\x9d\x01\x2a\x40\x01\xf0\x40", 10),
       "image/webp", "webp", 320, 240, 0);
    is(webp("VP8L", "\x2f\x3f\xc1\x3b\0data.", 10), "image/webp", "webp",
       320, 240, 0);
    is(webp("VP8X", "\x10\0\0\0\x3f\x01\0\xef\0\0", 10), "image/webp", "webp",
       320, 240, 0);
}

static void
exif_turns_a_jpeg(void **state)
{
    int i;

    (void)state;
    for (i = 1; i <= 8; i++) {
        is(jpeg(i, 0), "image/jpeg", "jpg", i < 5 ? 640 : 480,
           i < 5 ? 480 : 640, 0);
        is(jpeg(i, 1), "image/jpeg", "jpg", i < 5 ? 640 : 480,
           i < 5 ? 480 : 640, 0);
    }
    is(jpeg(9, 0), "image/jpeg", "jpg", 640, 480, 0);
}

static void
videos_are_measured(void **state)
{
    struct film film = { .scale = 600, .duration = 1500, .handler = "vide" };

    (void)state;
    is(mp4("isom", &film, 0), "video/mp4", "mp4", 1920, 1080, 2500);
    is(mp4("mp42", &film, 1), "video/mp4", "mp4", 1920, 1080, 2500);
    is(mp4("qt  ", &film, 1), "video/quicktime", "mov", 1920, 1080, 2500);
    is(join(box("wide", word("")), mp4("isom", &film, 1)),
       "video/quicktime", "mov", 1920, 1080, 2500);
    film.turned = 1;
    is(mp4("isom", &film, 1), "video/mp4", "mp4", 1080, 1920, 2500);
    film.version = 1;
    is(mp4("isom", &film, 1), "video/mp4", "mp4", 1080, 1920, 2500);
    film.scale = 0;
    is(mp4("isom", &film, 0), "video/mp4", "mp4", 1080, 1920, 0);
    film.scale = 4000000000;
    film.duration = 4000000000ULL * 86400;
    is(mp4("isom", &film, 0), "video/mp4", "mp4", 1080, 1920, 86400000);
    film.duration = UINT64_MAX;
    is(mp4("isom", &film, 0), "video/mp4", "mp4", 1080, 1920, 0);
}

static void
the_rest_is_refused(void **state)
{
    struct film sound = { .scale = 600, .duration = 1500, .handler = "soun" };
    struct film film = { .scale = 600, .duration = 1500, .handler = "vide" };
    const char *texts[] = {
        "", "x", "hello, this is a text file of some length",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        "<?xml version=\"1.0\"?><svg/>", "<!DOCTYPE html><html></html>",
        "%PDF-1.7 and so on and so on", "PK\3\4 a zip archive begins here",
        "GIF89a=1/*  a script in disguise */;alert(1)//",
        "RIFF\x24\0\0\0WAVEfmt and so on and so on and so on",
        "BM a bitmap, which no network takes", NULL
    };
    int i;

    (void)state;
    for (i = 0; texts[i] != NULL; i++)
        is_refused(word(texts[i]));
    is_refused(mp4("isom", &sound, 0));
    is_refused(mp4("heic", &film, 0));
    is_refused(mp4("avif", &film, 0));
    is_refused(box("ftyp", word("isom0000isom")));
    is_refused(box("free", word("isom0000isom")));
    is_refused(png(0, 200));
    is_refused(png(200, 0));
    is_refused(png(2000000, 200));
    is_refused(png(200, 2000000));
    is_refused(png(0x80000000u, 0x80000000u));
}

static void
two_things_at_once_are_refused(void **state)
{
    struct film film = { .scale = 600, .duration = 1500, .handler = "vide" };
    struct text file;

    (void)state;
    is_refused(join(jpeg(0, 0), word("<script>alert(1)</script>")));
    is_refused(join(jpeg(0, 0), word("<HTML><body>")));
    is_refused(join(gif(), word("<?php system($_GET['x']);")));
    is_refused(join(png(3, 2), word("trailing")));
    is_refused(mp4("isom<svg", &film, 0));
    file = jpeg(0, 0);
    ADD(&file, "PK\5\6 the end of a ZIP's directory");
    is_refused(file);
    is_refused(join(webp("VP8L", "\x2f\x3f\xc1\x3b\0data.", 10),
                    word("behind")));
}

/* Cut off anywhere, or with any byte replaced: an answer, and no fault that
   the sanitizers see. What is cut is never taken for whole where the size is
   part of the form. */
static void
damage_is_harmless(void **state)
{
    struct film film = { .scale = 600, .duration = 1500, .handler = "vide" };
    struct text files[] = { jpeg(6, 1), png(3, 2), gif(), mp4("isom", &film, 1),
                            webp("VP8X", "\0\0\0\0\1\0\0\1\0\0", 10) };
    struct media_facts facts;
    size_t file, i;
    int byte;

    (void)state;
    for (file = 0; file < 5; file++)
        for (i = 0; i < files[file].length; i++) {
            struct text cut = { 0 };

            add(&cut, files[file].data, i);
            if (look(cut, &facts))
                assert_true(file == 0 || file == 2);
            for (byte = 0; byte < 256; byte += 51) {
                char kept = files[file].data[i];

                files[file].data[i] = (char)byte;
                look(files[file], &facts);
                files[file].data[i] = kept;
            }
        }
}

/* A box that says it is larger than the file, smaller than its own head, or
   one of a million empty ones. */
static void
boxes_that_lie_end_soon(void **state)
{
    struct text many = box("ftyp", word("isom0000isom"));
    int i;

    (void)state;
    for (i = 0; i < 1000000 / 8; i++)
        ADD(&many, "\0\0\0\x08" "free");
    is_refused(many);
    is_refused(join(box("ftyp", word("isom0000isom")),
                    word("\x01\x01\x01\x01moov")));
    many = box("ftyp", word("isom0000isom"));
    ADD(&many, "\0\0\0\1moov\xff\xff\xff\xff\xff\xff\xff\xff");
    is_refused(many);
    many = box("ftyp", word("isom0000isom"));
    ADD(&many, "\0\0\0\4moov");
    is_refused(many);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_measured),
        cmocka_unit_test(exif_turns_a_jpeg),
        cmocka_unit_test(videos_are_measured),
        cmocka_unit_test(the_rest_is_refused),
        cmocka_unit_test(two_things_at_once_are_refused),
        cmocka_unit_test(damage_is_harmless),
        cmocka_unit_test(boxes_that_lie_end_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
