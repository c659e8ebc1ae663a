/* memory.c: an arena that only grows until the job ends. */
#include "base/memory.h"
#include "base/log.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Builds with AddressSanitizer give each piece an allocation of its own, so
   that a byte beyond its end is seen. */
#ifdef CRIER_EXACT_MEMORY
enum { CHUNK = 1, FIRST = 1, STEP = 1 };
#else
enum { CHUNK = 32 * 1024, FIRST = 4 * CHUNK, STEP = alignof(max_align_t) };
#endif

struct chunk {
    struct chunk *next;
    size_t used, size;
    int stays;                  /* a mark is in it */
    alignas(max_align_t) unsigned char bytes[];
};

/* The first chunk is the program's own: what is not touched of it costs
   nothing, and nobody clears it. */
static union {
    struct chunk chunk;
    unsigned char room[sizeof(struct chunk) + FIRST];
} first;

static struct chunk *newest;
static size_t held;

/* The state that memory_reset() goes back to. */
static struct memory_mark kept;

static struct chunk *
chunk_add(size_t size)
{
    size_t room = size > CHUNK ? size : CHUNK;
    struct chunk *chunk;

    if (newest == NULL && size <= FIRST) {
        first.chunk.size = FIRST;
        held += FIRST;
        return newest = &first.chunk;
    }
    if (room > SIZE_MAX - sizeof *chunk)
        die("out of memory");
    chunk = calloc(1, sizeof *chunk + room);
    if (chunk == NULL)
        die("out of memory");
    chunk->size = room;
    chunk->next = newest;
    newest = chunk;
    held += room;
    return chunk;
}

void *
memory_get(size_t size)
{
    struct chunk *chunk = newest;
    void *got;

    if (size > SIZE_MAX - STEP)
        die("out of memory");
    size = ((size ? size : 1) + STEP - 1) / STEP * STEP;
    if (chunk == NULL || chunk->size - chunk->used < size)
        chunk = chunk_add(size);
    got = chunk->bytes + chunk->used;
    chunk->used += size;
    return got;
}

/* A chunk longer than CHUNK holds one piece. */
void *
memory_grow(void *bytes, size_t length, size_t size)
{
    struct chunk *chunk = newest;
    void *other;

    if (chunk != NULL && chunk != &first.chunk && !chunk->stays
        && bytes == chunk->bytes && chunk->used == chunk->size
        && chunk->size > CHUNK && size <= SIZE_MAX - sizeof *chunk) {
        chunk = realloc(chunk, sizeof *chunk + size);
        if (chunk == NULL)
            die("out of memory");
        held += size - chunk->size;
        chunk->used = chunk->size = size;
        newest = chunk;
        return chunk->bytes;
    }
    other = memory_get(size);
    if (length > 0)
        memcpy(other, bytes, length);
    return other;
}

void
memory_release(const void *bytes)
{
    struct chunk **place = &newest;

    while (*place != NULL && (*place)->bytes != bytes)
        place = &(*place)->next;
    if (*place != NULL && *place != &first.chunk && !(*place)->stays
        && (*place)->size > CHUNK) {
        struct chunk *gone = *place;

        *place = gone->next;
        held -= gone->size;
        free(gone);
    }
}

char *
memory_copy_bytes(const void *bytes, size_t length)
{
    char *copy = memory_get(length + 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *
memory_copy(const char *string)
{
    return memory_copy_bytes(string, strlen(string));
}

char *
memory_format(const char *pattern, ...)
{
    va_list list, again;
    int length;
    char *made;

    va_start(list, pattern);
    va_copy(again, list);
    length = vsnprintf(NULL, 0, pattern, list);
    va_end(list);
    if (length < 0)
        die("memory_format: bad pattern");
    made = memory_get((size_t)length + 1);
    vsnprintf(made, (size_t)length + 1, pattern, again);
    va_end(again);
    return made;
}

struct memory_mark
memory_mark(void)
{
    if (newest != NULL)
        newest->stays = 1;
    return (struct memory_mark){ newest, newest ? newest->used : 0 };
}

void
memory_back(const struct memory_mark *mark)
{
    struct chunk *last = mark->chunk;

    while (newest != last) {
        struct chunk *gone = newest;

        newest = gone->next;
        held -= gone->size;
        if (gone != &first.chunk)
            free(gone);
        else
            memset(first.room, 0, sizeof *gone + gone->used);
    }
    if (last != NULL) {
        memset(last->bytes + mark->used, 0, last->used - mark->used);
        last->used = mark->used;
    }
}

int
memory_is_since(const struct memory_mark *mark, const void *byte)
{
    const uintptr_t at = (uintptr_t)byte;
    const struct chunk *chunk;

    for (chunk = newest; chunk != NULL; chunk = chunk->next) {
        size_t from = chunk == mark->chunk ? mark->used : 0;

        if (at >= (uintptr_t)chunk->bytes + from
            && at < (uintptr_t)chunk->bytes + chunk->used)
            return 1;
        if (chunk == mark->chunk)
            break;
    }
    return 0;
}

void
memory_keep(void)
{
    kept = memory_mark();
}

void
memory_reset(void)
{
    memory_back(&kept);
}

size_t
memory_held(void)
{
    return held;
}
