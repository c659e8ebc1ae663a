/* heap.c: SQLite's memory: blocks by size, from a region that costs nothing
   until it is touched. */
#include "data/heap.h"

#ifdef CRIER_EXACT_MEMORY

void
heap_start(void)
{
}

#else

#include <malloc.h>
#include <sqlite3.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A small block is a multiple of STEP long and begins with how many bytes it
   can hold; SQLite wants what follows aligned to 8. One that is freed waits
   in the list of its length. Longer blocks are the C library's, which takes
   LARGE ones from the kernel: they grow where they are, and go when they are
   freed. Left alone, glibc takes ever larger ones for small. */
enum { STEP = 16, SMALL = 1024, CHUNK = 64 * 1024, REGION = 8 * CHUNK };
enum { LARGE = 128 * 1024 };

/* So much of the region no request does without. */
enum { PAGE = 4096, SURE = 2 * CHUNK };

struct block {
    size_t room;
    union {
        struct block *next;     /* while it waits */
        unsigned char bytes[8];
    };
};

enum { HEAD = offsetof(struct block, bytes) };

static alignas(PAGE) unsigned char region[REGION];
static unsigned char *place = region, *end = region + REGION;
static struct block *waiting[SMALL / STEP + 1];

static struct block *
block_of(void *bytes)
{
    return (struct block *)(void *)((unsigned char *)bytes - HEAD);
}

static int
round_up(int size)
{
    return (size + HEAD + STEP - 1) / STEP * STEP - HEAD;
}

/* The next length bytes of the region, then of chunks; what is left of one
   that was too short stays unused. */
static struct block *
cut(size_t length)
{
    struct block *block;

    if ((size_t)(end - place) < length) {
        unsigned char *chunk = malloc(CHUNK);

        if (chunk == NULL)
            return NULL;
        place = chunk;
        end = chunk + CHUNK;
    }
    block = (struct block *)(void *)place;
    place += length;
    return block;
}

static void *
get(int size)
{
    size_t room = (size_t)round_up(size), length = room + HEAD;
    struct block **list = &waiting[length / STEP], *block;

    if (length > SMALL)
        block = malloc(length);
    else if (*list != NULL)
        block = *list, *list = block->next;
    else
        block = cut(length);
    if (block == NULL)
        return NULL;
    block->room = room;
    return block->bytes;
}

static void
give_back(void *bytes)
{
    struct block *block = block_of(bytes);
    size_t length = block->room + HEAD;

    if (length > SMALL) {
        free(block);
        return;
    }
    block->next = waiting[length / STEP];
    waiting[length / STEP] = block;
}

static int
size_of(void *bytes)
{
    return bytes ? (int)block_of(bytes)->room : 0;
}

static void *
resize(void *bytes, int size)
{
    struct block *block = block_of(bytes);
    size_t room = (size_t)round_up(size);
    void *other;

    if (block->room + HEAD > SMALL && room + HEAD > SMALL) {
        block = realloc(block, room + HEAD);
        if (block == NULL)
            return NULL;
        block->room = room;
        return block->bytes;
    }
    if (room <= block->room)
        return bytes;
    other = get(size);
    if (other == NULL)
        return NULL;
    memcpy(other, bytes, block->room);
    give_back(bytes);
    return other;
}

static int
begin(void *nothing)
{
    (void)nothing;
    return SQLITE_OK;
}

static void
finish(void *nothing)
{
    (void)nothing;
}

void
heap_start(void)
{
    static const sqlite3_mem_methods methods = {
        get, give_back, resize, size_of, round_up, begin, finish, NULL
    };

#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
    madvise(region, SURE, MADV_POPULATE_WRITE);     /* older kernels refuse */
}

#endif
