/* site_build.c: putting a site's files in place, under its lock. */
#include "network/site.h"
#include "core/config.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/point.h"
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int
site_build_lock(const struct site *site)
{
    return lock_wait(memory_format("%s/site-%s.lock", config()->run_dir,
                                   site->handle));
}

int
site_build_folders(const struct site *site, const char *name)
{
    const char *folder = site->folder;

    if (!file_make_folder(config()->site_dir) || !file_make_folder(folder)
        || !file_make_folder(memory_format("%s/media", folder))
        || !file_make_folder(memory_format("%s/p", folder)))
        return 0;
    return name == NULL
           || (file_make_folder(memory_format("%s/p/%.4s", folder, name))
               && file_make_folder(memory_format("%s/p/%.7s", folder, name)));
}

int
site_build_file(const struct site *site, const char *file, const char *document)
{
    return file_replace(memory_format("%s/%s", site->folder, file), document,
                        strlen(document));
}

/* The feed's time is its newest entry's, so that an unchanged feed stays the
   same to the byte. */
int
site_build_lists(const struct site *site)
{
    struct site_entry *entries = memory_get(SITE_ENTRIES * sizeof *entries);
    int count = site_entry_newest(site, entries);
    int64_t updated = count > 0 ? entries[0].published : clock_now();

    point("site rebuild");
    return site_build_file(site, "index.html",
                           site_page_index(site, entries, count))
           && site_build_file(site, "feed.xml",
                              site_feed_atom(site, entries, count, updated))
           && site_build_file(site, "feed.json",
                              site_feed_json(site, entries, count));
}

/* Hash a file. Returns the first 128 bits in hex; NULL with errno. */
static const char *
content_name(const char *path)
{
    enum { BLOCK = 64 * 1024 };
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *block = memory_get(BLOCK), name[HASH_ROOM];
    uint8_t bytes[HASH_BYTES];
    struct hash hash;
    ssize_t got;

    if (file < 0)
        return NULL;
    hash_begin(&hash);
    while ((got = read(file, block, BLOCK)) > 0)
        hash_add(&hash, block, (size_t)got);
    close(file);
    if (got < 0)
        return NULL;
    hash_end(&hash, bytes);
    return memory_copy(hex_print(bytes, HASH_BYTES / 2, name));
}

int
site_build_media(const struct site *site, const struct job *job,
           struct site_entry *entry)
{
    int i;

    for (i = 0; i < job->media_count; i++) {
        const struct job_media *from = &job->media[i];
        const char *name = content_name(from->path), *file, *path;

        if (name == NULL)
            return 0;
        file = memory_format("%s.%s", name, from->extension);
        path = memory_format("%s/media/%s", site->folder, file);
        if (access(path, R_OK) != 0 && !file_copy(from->path, path))
            return 0;
        entry->media[i] = (struct site_media){
            .file = file, .type = from->type, .alt = from->alt,
            .bytes = from->bytes, .width = from->width,
            .height = from->height, .duration_ms = from->duration_ms
        };
        entry->media_count = i + 1;
    }
    return 1;
}

/* As site.c makes names: nothing else leads to a file. */
static int
is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-/";

    return name != NULL && name[0] != '/'
           && name[strspn(name, letters)] == '\0';
}

int
site_build_remove(const struct site *site, const char *name)
{
    struct site_entry entry;
    int i;

    if (!is_name(name)) {
        errno = EINVAL;
        return 0;
    }
    if (!file_remove(memory_format("%s/p/%s.html", site->folder, name)))
        return 0;
    point("site unpaged");
    if (!site_entry_read(site, name, &entry))
        entry.media_count = 0;
    for (i = 0; i < entry.media_count; i++)
        if (!site_entry_uses(site, entry.media[i].file, name)
            && !file_remove(memory_format("%s/media/%s", site->folder,
                                          entry.media[i].file)))
            return 0;
    point("site unlisted");
    return site_entry_remove(site, name) && site_build_lists(site);
}
