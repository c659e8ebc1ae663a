/* memory.h: memory that is never freed by hand, because a program is a job.

   A request, and a publisher's child, is one process with one bounded job;
   its memory goes when it ends. Long-lived loops (the publisher's parent)
   call memory_reset() between rounds. */
#ifndef MEMORY_H
#define MEMORY_H
#include <stddef.h>

/* Zeroed memory of size bytes, aligned for any type. Never NULL: when there
   is none left the program ends through die(). */
void *memory_get(size_t size);

/* Room of size bytes that begins with the length at bytes, which is left: the
   same room, made longer, where that was the last large piece handed out. What
   is new in it may hold anything. */
void *memory_grow(void *bytes, size_t length, size_t size);

/* Give back one large piece before its time; a small one stays. */
void memory_release(const void *bytes);

/* Copies of a string, of length bytes of it (a NUL is added), or of a printf
   pattern. The caller never frees them. */
char *memory_copy(const char *string);
char *memory_copy_bytes(const void *bytes, size_t length);
char *memory_format(const char *pattern, ...)
      __attribute__((format(printf, 1, 2)));

/* Give back everything memory_get() has handed out since memory_keep(), or at
   all where that was never called: settings, for one, must stay. */
void memory_keep(void);
void memory_reset(void);

/* The same for work of many alike steps, whose memory goes after each: what
   was handed out since the mark is given back. Is a byte of it? */
struct memory_mark {
    void *chunk;
    size_t used;
};
struct memory_mark memory_mark(void);
void memory_back(const struct memory_mark *);
int memory_is_since(const struct memory_mark *, const void *byte);

/* How many bytes are held now, in use or not. */
size_t memory_held(void);
#endif
