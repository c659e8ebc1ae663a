/* fuzz.h: what each program of this folder shares.

   A program gives libFuzzer one function: it tries the bytes of a stranger.
   Where the code under test ends the program as it should, by a refusal
   (program_end), the try is over and all is well; where it gives up (die) or
   must() finds a promise broken, that is a finding, as what a sanitizer says
   is. Everything a try allocates is given back after it. */
#ifndef FUZZ_H
#define FUZZ_H
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../unit/instance.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "data/json.h"
#include "data/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
unsigned __wrap_sleep(unsigned seconds);

/* What a program defines: what is made once, and one try. */
static void fuzz_begin(void);
static void fuzz_try(const char *bytes, size_t length);

static jmp_buf fuzz_place;
static const char *fuzz_folder;

/* A promise that the code under test makes. */
#define must(true_) do { \
    if (!(true_)) { \
        fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #true_); \
        abort(); \
    } \
} while (0)

static void
fuzz_end(int status)
{
    must(status == 0);
    longjmp(fuzz_place, 1);
}

static void
fuzz_died(void)
{
    abort();
}

static void
fuzz_tidy(void)
{
    if (fuzz_folder != NULL)
        instance_remove(fuzz_folder);
}

/* An instance of Crier for the program, with more lines for crier.conf. */
static inline void
fuzz_instance(const char *lines)
{
    fuzz_folder = instance_open(lines);
    atexit(fuzz_tidy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static int begun;

    if (!begun) {
        die_hook = fuzz_died;
        fuzz_begin();
        program_end_hook = fuzz_end;
        memory_keep();
        begun = 1;
    }
    if (setjmp(fuzz_place) == 0)
        fuzz_try((const char *)bytes, length);
    value_reset();
    memory_reset();
    return 0;
}

/* Nobody waits here, but a thread of libFuzzer's own. */
unsigned
__wrap_sleep(unsigned seconds)
{
    struct timespec time = { .tv_sec = seconds };

    if (gettid() != getpid())
        nanosleep(&time, NULL);
    return 0;
}

/* Clean text that names nothing outside it. */
static inline int
fuzz_is_text(const char *string)
{
    return utf8_is_clean(string, strlen(string));
}

/* The input as a string: up to its first NUL. */
static inline char *
fuzz_string(const char *bytes, size_t length)
{
    return memory_copy_bytes(bytes, strnlen(bytes, length));
}

/* Take the next line off a string. */
static inline char *
fuzz_line(char **rest)
{
    char *line = *rest;
    size_t length = strcspn(line, "\n");

    *rest = line + length + (line[length] == '\n');
    return memory_copy_bytes(line, length);
}
#endif
