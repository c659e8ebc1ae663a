/* dying.h: calls that must end the program, and the words they end it with. */
#ifndef DYING_H
#define DYING_H
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/log.h"

static jmp_buf dying_place;
static char dying_words[2048];
static int dying_kept, dying_file;

static void
dying_jump(int status)
{
    (void)status;
    longjmp(dying_place, 1);
}

/* From here to dying_end() standard error goes into dying_words. */
static inline void
dying_begin(void)
{
    program_end_hook = dying_jump;
    dying_kept = dup(STDERR_FILENO);
    dying_file = memfd_create("stderr", 0);
    dup2(dying_file, STDERR_FILENO);
}

static inline void
dying_end(void)
{
    ssize_t got;

    dup2(dying_kept, STDERR_FILENO);
    close(dying_kept);
    got = pread(dying_file, dying_words, sizeof dying_words - 1, 0);
    dying_words[got > 0 ? got : 0] = '\0';
    close(dying_file);
    program_end_hook = NULL;
}

/* The call ends the program, and says these words. */
#define assert_dies(words, call) do { \
    dying_begin(); \
    if (setjmp(dying_place) == 0) { \
        call; \
        dying_end(); \
        fail_msg("%s returned", #call); \
    } \
    dying_end(); \
    if (strstr(dying_words, words) == NULL) \
        fail_msg("%s said: %s", #call, dying_words); \
} while (0)
#endif
