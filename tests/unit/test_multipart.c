/* test_multipart.c: bodies cut at every byte, and bodies that lie. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "web/multipart.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* ------------------------------------------------ a body that arrives */

static const char *body;
static size_t body_length, taken, first_piece, piece_most;

static long
read_body(void *room, size_t length)
{
    size_t left = body_length - taken;
    size_t most = taken < first_piece ? first_piece - taken : piece_most;

    if (length > most)
        length = most;
    if (length > left)
        length = left;
    memcpy(room, body + taken, length);
    taken += length;
    return (long)length;
}

static struct text file;
static int refuse_writes;

static int
write_file(void *context, const void *bytes, size_t length)
{
    assert_ptr_equal(context, &file);
    text_add_bytes(&file, bytes, length);
    return !refuse_writes;
}

/* Read length bytes of body: the first piece, then pieces of at most most. */
static struct fault
take(struct multipart *form, const char *bytes, size_t length, size_t first,
     size_t most)
{
    body = bytes;
    body_length = length;
    taken = 0;
    first_piece = first;
    piece_most = most;
    file = (struct text){ 0 };
    *form = (struct multipart){ .boundary = "B", .read = read_body,
                                .write = write_file, .context = &file,
                                .file_field = "file", .file_most = 100000 };
    return multipart_read(form);
}

static enum fault_kind
kind(const char *bytes)
{
    struct multipart form;

    return take(&form, bytes, strlen(bytes), 0, 100000).kind;
}

#define DISPOSITION "Content-Disposition: form-data; "
#define ALT(value) "--B\r\n" DISPOSITION "name=\"alt\"\r\n\r\n" value "\r\n"
#define PART(parameters, value) \
    "--B\r\n" DISPOSITION parameters "\r\n\r\n" value "\r\n"
#define FILE_PART(value) \
    PART("name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png", value)

/* Contents that look like the boundary and are not. */
#define TRICKY "\r\n--A\r\n-B\r\n\r\n--\r\n\r\r\n-\0\xff--B--\r\n--"

static const char whole[] = "preamble\r\n" FILE_PART(TRICKY)
    ALT("a \xc3\xa4 dot") PART("name=\"other\"; filename=\"x\"", "ignored")
    PART("name=empty", "") "--B--\r\nepilogue";

static void
check_whole(const struct multipart *form)
{
    struct hash hash = form->file_hash;
    uint8_t expected[HASH_BYTES], got[HASH_BYTES];

    assert_true(form->has_file);
    assert_string_equal(form->file_name, "a.png");
    assert_int_equal(file.length, sizeof TRICKY - 1);
    assert_memory_equal(file.data, TRICKY, sizeof TRICKY - 1);
    hash_bytes(TRICKY, sizeof TRICKY - 1, expected);
    hash_end(&hash, got);
    assert_memory_equal(got, expected, HASH_BYTES);
    assert_string_equal(multipart_field(form, "alt"), "a \xc3\xa4 dot");
    assert_string_equal(multipart_field(form, "empty"), "");
    assert_null(multipart_field(form, "other"));
    assert_null(multipart_field(form, "file"));
    assert_int_equal(form->field_count, 2);
}

static void
a_body_may_be_cut_anywhere(void **state)
{
    struct multipart form;
    uint8_t fingerprint[HASH_BYTES];
    size_t cut;

    (void)state;
    assert_int_equal(take(&form, whole, sizeof whole - 1, 0, 100000).kind,
                     FAULT_NONE);
    check_whole(&form);
    memcpy(fingerprint, form.fingerprint, HASH_BYTES);
    for (cut = 1; cut < sizeof whole - 1; cut++) {
        assert_int_equal(take(&form, whole, sizeof whole - 1, cut,
                              100000).kind, FAULT_NONE);
        check_whole(&form);
        assert_memory_equal(form.fingerprint, fingerprint, HASH_BYTES);
        assert_int_equal(take(&form, whole, sizeof whole - 1, 0, cut).kind,
                         FAULT_NONE);
        check_whole(&form);
        assert_memory_equal(form.fingerprint, fingerprint, HASH_BYTES);
        memory_reset();
    }
}

static void
a_body_that_ends_early_is_short(void **state)
{
    size_t done = sizeof whole - 1 - strlen("\r\nepilogue"), length;
    struct multipart form;

    (void)state;
    for (length = 0; length < done; length++) {
        struct fault fault = take(&form, whole, length, 0, 1000);

        assert_int_equal(fault.kind, FAULT_BODY_SHORT);
        assert_non_null(fault.detail);
    }
    assert_int_equal(take(&form, whole, done, 0, 1000).kind, FAULT_NONE);
}

/* A file of many windows, with a boundary's beginning at each window's end. */
static void
a_long_file_comes_whole(void **state)
{
    struct text text = { 0 };
    struct multipart form;
    size_t start, length = 99990, i;

    (void)state;
    text_add(&text, "--B\r\n" DISPOSITION "name=file\r\n\r\n");
    start = text.length;
    for (i = 0; i < length; i++)
        text_add_char(&text, "\r\n--"[i % 5]);
    text_add(&text, "\r\n--B--");
    assert_int_equal(take(&form, text.data, text.length, 0, 100000).kind,
                     FAULT_NONE);
    assert_int_equal(file.length, length);
    assert_memory_equal(file.data, text.data + start, length);
    assert_null(form.file_name);
}

static void
a_file_has_its_limit(void **state)
{
    enum { MORE = 100001 };
    struct text text = { 0 };
    struct multipart form;
    struct fault fault;
    int i;

    (void)state;
    text_add(&text, "--B\r\n" DISPOSITION "name=file\r\n\r\n");
    for (i = 0; i < MORE; i++)
        text_add_char(&text, 'x');
    text_add(&text, "\r\n--B--");
    fault = take(&form, text.data, text.length, 0, 5000);
    assert_int_equal(fault.kind, FAULT_FILE_TOO_LARGE);
    assert_int_equal(fault.limit, 100000);
    assert_true(file.length <= 100000);

    /* Other parts, a preamble or an epilogue do not come in without end. */
    text_clear(&text);
    text_add(&text, "--B\r\n" DISPOSITION "name=x; filename=y\r\n\r\n");
    for (i = 0; i < 2000000; i++)
        text_add_char(&text, 'x');
    assert_int_equal(take(&form, text.data, text.length, 0, 50000).kind,
                     FAULT_FILE_TOO_LARGE);
    memset(text.data, 'x', text.length);
    assert_int_equal(take(&form, text.data, text.length, 0, 50000).kind,
                     FAULT_FILE_TOO_LARGE);
    memcpy(text.data, "--B--", 5);
    assert_int_equal(take(&form, text.data, text.length, 0, 50000).kind,
                     FAULT_NONE);
    assert_true(taken < 1300000);
    memory_reset();
}

static void
a_disk_that_is_full_ends_it(void **state)
{
    (void)state;
    refuse_writes = 1;
    assert_int_equal(kind(FILE_PART("x") "--B--"), FAULT_DISK_FULL);
    refuse_writes = 0;
}

static void
malformed_parts_are_refused(void **state)
{
    static const char *const bad[] = {
        "--B\r\n\r\nno head\r\n--B--",
        "--B\r\nContent-Type: text/plain\r\n\r\nno name\r\n--B--",
        "--B\r\nno colon\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=\"open\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=\"\"\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=a; name=b\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=a\r\n" DISPOSITION "name=b\r\n\r\nx"
          "\r\n--B--",
        "--B\r\n" DISPOSITION "name=a\nX: y\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=a\rX: y\r\n\r\nx\r\n--B--",
        "--B\r\n" DISPOSITION "name=\xff\r\n\r\nx\r\n--B--",
        "--Bx\r\n" DISPOSITION "name=a\r\n\r\nx\r\n--Bx--",
        FILE_PART("one") FILE_PART("two") "--B--",
        ALT("one") ALT("two") "--B--",
        ALT("\xff") "--B--",
        NULL
    };
    struct text text = { 0 };
    int i;

    (void)state;
    for (i = 0; bad[i] != NULL; i++)
        if (kind(bad[i]) != FAULT_FIELD)
            fail_msg("fault %d for: %s", kind(bad[i]), bad[i]);
    for (i = 0; i < MULTIPART_PARTS + 1; i++)
        text_add_format(&text, PART("name=f%d", "x"), i);
    text_add(&text, "--B--");
    assert_int_equal(kind(text.data), FAULT_FIELD);

    text_clear(&text);                  /* a line without end */
    text_add(&text, "--B\r\nX: ");
    for (i = 0; i < 20000; i++)
        text_add_char(&text, 'x');
    assert_int_equal(kind(text.data), FAULT_FIELD);
    text_add(&text, "\r\n\r\n");
    assert_int_equal(kind(text.data), FAULT_FIELD);

    text_clear(&text);                  /* a field as large as a file */
    text_add(&text, "--B\r\n" DISPOSITION "name=alt\r\n\r\n");
    for (i = 0; i < MULTIPART_FIELD + 1; i++)
        text_add_char(&text, 'x');
    text_add(&text, "\r\n--B--");
    assert_int_equal(kind(text.data), FAULT_FIELD);
}

static void
a_file_name_is_only_a_label(void **state)
{
    static const struct { const char *sent, *label; } rows[] = {
        { "filename=\"photo.jpg\"", "photo.jpg" },
        { "filename=photo.jpg", "photo.jpg" },
        { "filename=\"../../etc/passwd\"", "passwd" },
        { "filename=\"C:\\\\Users\\\\me\\\\a.png\"", "a.png" },
        { "filename=\"C:\\Users\\me\\a.png\"", "a.png" },
        { "filename=\"a\\\"b.png\"", "a\"b.png" },
        { "filename=\"a;b=c.png\"", "a;b=c.png" },
        { "filename=\"x; name=evil\"", "x; name=evil" },
        { "filename=\"a\tb.png\"", "a_b.png" },
        { "filename=\"\xc3\xa4.png\"", "\xc3\xa4.png" },
        { "filename=\"\xff.png\"", NULL },
        { "filename=\"\"", NULL },
        { "filename=\"dir/\"", NULL },
        { "filename*=UTF-8''x.png", NULL },
    };
    struct multipart form;
    char long_name[4097];
    const char *text;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text = memory_format("--B\r\n" DISPOSITION "name=\"file\"; %s\r\n\r\n"
                             "x\r\n--B--", rows[i].sent);
        assert_int_equal(take(&form, text, strlen(text), 0, 100).kind,
                         FAULT_NONE);
        assert_true(form.has_file);
        if (!text_same(form.file_name, rows[i].label))
            fail_msg("%s: %s", rows[i].sent, form.file_name);
    }
    for (i = 0; i < sizeof long_name - 1; i++)
        long_name[i] = "\xc3\xa4"[i % 2];
    long_name[i] = '\0';
    text = memory_format("--B\r\n" DISPOSITION "name=file; filename=\"%s\""
                         "\r\n\r\nx\r\n--B--", long_name);
    assert_int_equal(take(&form, text, strlen(text), 0, 100).kind,
                     FAULT_NONE);
    assert_int_equal(strlen(form.file_name), 254);
}

static void
the_fingerprint_is_the_contents(void **state)
{
    static const char *const different[] = {
        FILE_PART("x") ALT("a") "--B--", FILE_PART("y") ALT("a") "--B--",
        FILE_PART("x") ALT("b") "--B--", FILE_PART("x") "--B--",
        PART("name=file; filename=b.png", "x") ALT("a") "--B--",
        PART("name=file", "x") ALT("a") "--B--", ALT("a") FILE_PART("x")
          "--B--", ALT("") FILE_PART("xa") "--B--", NULL
    };
    uint8_t prints[16][HASH_BYTES];
    struct multipart form;
    int i, other;

    (void)state;
    for (i = 0; different[i] != NULL; i++) {
        take(&form, different[i], strlen(different[i]), 0, 100);
        memcpy(prints[i], form.fingerprint, HASH_BYTES);
        for (other = 0; other < i; other++)
            assert_memory_not_equal(prints[i], prints[other], HASH_BYTES);
    }
    body = "--other\r\n" DISPOSITION "name=\"file\"; filename=\"a.png\"\r\n"
        "\r\nx\r\n--other\r\n" DISPOSITION "name=alt\r\n\r\na\r\n--other--";
    body_length = strlen(body);
    taken = 0;
    form = (struct multipart){ .boundary = "other", .read = read_body,
                               .write = write_file, .context = &file,
                               .file_field = "file", .file_most = 100 };
    assert_int_equal(multipart_read(&form).kind, FAULT_NONE);
    assert_memory_equal(form.fingerprint, prints[0], HASH_BYTES);
}

static void
boundaries_are_read(void **state)
{
    static const struct { const char *type, *boundary; } rows[] = {
        { "multipart/form-data; boundary=abc", "abc" },
        { "Multipart/Form-Data;BOUNDARY=abc", "abc" },
        { "multipart/form-data; charset=utf-8; boundary=\"a b'c\"", "a b'c" },
        { "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk",
          "----WebKitFormBoundary7MA4YWxk" },
        { "multipart/form-data", NULL }, { "multipart/form-data;", NULL },
        { "multipart/form-data; boundary=", NULL },
        { "multipart/form-data; boundary=\"\"", NULL },
        { "multipart/form-data; boundary=\"a", NULL },
        { "multipart/form-data; boundary=\"a \"", NULL },
        { "multipart/form-data; boundary=a; boundary=b", NULL },
        { "multipart/form-data; boundary=\"a\r\nb\"", NULL },
        { "multipart/form-data; boundary=a@b", NULL },
        { "multipart/form-datax; boundary=a", NULL },
        { "multipart/mixed; boundary=a", NULL },
        { "application/json", NULL }, { "", NULL },
        { "multipart/form-data; boundary=1234567890123456789012345678901234"
          "5678901234567890123456789012345678901", NULL },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!text_same(multipart_boundary(rows[i].type), rows[i].boundary))
            fail_msg("%s", rows[i].type);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_may_be_cut_anywhere),
        cmocka_unit_test(a_body_that_ends_early_is_short),
        cmocka_unit_test(a_long_file_comes_whole),
        cmocka_unit_test(a_file_has_its_limit),
        cmocka_unit_test(a_disk_that_is_full_ends_it),
        cmocka_unit_test(malformed_parts_are_refused),
        cmocka_unit_test(a_file_name_is_only_a_label),
        cmocka_unit_test(the_fingerprint_is_the_contents),
        cmocka_unit_test(boundaries_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
