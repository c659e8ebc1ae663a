/* site.c: the `site` network: a person's own feed on this host. */
#include "network/site.h"
#include "core/config.h"
#include "data/json.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/point.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HANDLE_LENGTH = 40, HUB_SECONDS = 4, UNIQUE_LETTERS = 12 };

static const char handle_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static int
is_handle(const char *handle)
{
    size_t length = strlen(handle);

    return length >= 1 && length <= HANDLE_LENGTH
           && strspn(handle, handle_letters) == length;
}

/* Where this host has no folder for sites, or the account's handle (given
   unchecked by --offline) is no folder's name. */
static const char *
site_fault(const char *handle)
{
    if (config()->site_dir == NULL)
        return "this host has no folder for sites: site_dir is not set in"
               " crier.conf";
    if (!is_handle(handle))
        return "a site's handle has 1 to 40 of a-z, 0-9 and -";
    return NULL;
}

/* A setting of the account; otherwise where it is absent or empty. */
static const char *
setting(const char *settings, const char *path, const char *otherwise)
{
    const char *value = json_text(settings, path);

    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static struct site
site_of(const char *handle, const char *settings)
{
    struct site site = {
        .handle = handle,
        .folder = memory_format("%s/%s", config()->site_dir, handle),
        .url = memory_format("%s/%s/", config()->site_url, handle),
        .title = setting(settings, "$.title", handle),
        .author = setting(settings, "$.author", handle),
        .language = setting(settings, "$.language", "en")
    };
    struct json_member *hubs;
    int count = json_members(settings, "$.hubs", &hubs), i;

    for (i = 0; i < count && site.hub_count < SITE_HUBS; i++)
        if (text_same(hubs[i].type, "text"))
            site.hubs[site.hub_count++] = hubs[i].text;
    return site;
}

/* -------------------------------------------------------------- the results */

static const char *
text_or_null(const char *string)
{
    return string[0] != '\0' ? string : NULL;
}

static const char *
permalink(const struct site *site, const char *name)
{
    return memory_format("%sp/%s.html", site->url, name);
}

/* Something of this host's disk went wrong; errno says what. */
static struct result
disk_fault(enum result_kind kind, const char *what)
{
    return (struct result){
        .kind = kind, .category = "network_error",
        .words = memory_format("the site's %s could not be written: %s", what,
                               strerror(errno))
    };
}

static struct result
posted(const struct site *site, const char *name)
{
    return (struct result){ .kind = RESULT_POSTED, .remote_id = name,
                            .permalink = permalink(site, name) };
}

/* Tell the hubs that the feed changed. A post does not fail by them. */
static void
ping_hubs(const struct site *site)
{
    int i;

    for (i = 0; i < site->hub_count; i++) {
        struct text form = { .limit = 0 };
        struct http_request request = { .method = "POST",
                                        .url = site->hubs[i],
                                        .seconds = HUB_SECONDS };
        struct http_answer answer;

        http_form_add(&form, "hub.mode", "publish");
        http_form_add(&form, "hub.url",
                      memory_format("%sfeed.xml", site->url));
        request.body = text_string(&form);
        request.body_length = form.length;
        answer = http_send(&request);
        if (answer.result != HTTP_ANSWERED || answer.status / 100 != 2)
            note("site %s: hub %d was not told: %s, status %ld", site->handle,
                 i + 1, answer.words ? answer.words : "answered",
                 answer.status);
    }
}

/* -------------------------------------------------------------- the driver */

/* A name from due time and target alone, so that the same target always has
   the same page: 2026/11/21-100000-ab12cd34ef56. */
static const char *
name_of(const struct job *job)
{
    time_t seconds = (time_t)(job->due_at / SECOND);
    size_t length = strlen(job->target);
    char stamp[32];
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(stamp, sizeof stamp, "%Y/%m/%d-%H%M%S", &parts);
    return memory_format("%s-%s", stamp, job->target
                         + (length > UNIQUE_LETTERS ? length - UNIQUE_LETTERS
                                                    : 0));
}

static struct result
prepare_post(struct job *job)
{
    struct site_entry entry = { .media_count = 0 };
    const char *fault = site_fault(job->remote_account);
    struct site site;
    int lock, done;

    if (fault != NULL)
        return (struct result){ .kind = RESULT_REJECTED,
            .category = "platform_rejected", .words = fault };
    site = site_of(job->remote_account, job->account_settings);
    if (job->remote_key == NULL)
        job->remote_key = name_of(job);
    lock = site_build_lock(&site);
    if (lock < 0)
        return disk_fault(RESULT_RETRY, "lock");
    done = site_build_folders(&site, job->remote_key)
           && site_build_media(&site, job, &entry);
    lock_release(lock);
    return done ? (struct result){ .kind = RESULT_READY }
                : disk_fault(RESULT_RETRY, "media");
}

/* Under the lock: page, then entry, then index and feeds. The post is out
   when its entry is there. */
static struct result
put_out(const struct site *site, const struct job *job)
{
    struct site_entry entry = {
        .name = job->remote_key, .id = permalink(site, job->remote_key),
        .title = text_or_null(job->title), .text = job->text,
        .summary = json_text(job->settings, "$.summary"),
        .category = text_or_null(job->category), .published = job->due_at
    };

    if (!site_build_folders(site, entry.name)
        || !site_build_media(site, job, &entry))
        return disk_fault(RESULT_RETRY, "media");
    point("site page");
    if (!site_build_file(site, memory_format("p/%s.html", entry.name),
                 site_page_of_entry(site, &entry)))
        return disk_fault(RESULT_RETRY, "page");
    point("site entry");
    if (!site_entry_write(site, &entry))
        return disk_fault(site_entry_exists(site, entry.name) ? RESULT_UNKNOWN
                          : RESULT_RETRY, "entry");
    if (!site_build_lists(site))
        return disk_fault(RESULT_UNKNOWN, "feed");
    return posted(site, entry.name);
}

static struct result
send_post(struct job *job)
{
    struct site site = site_of(job->remote_account, job->account_settings);
    int lock = site_build_lock(&site);
    struct result result;

    if (lock < 0)
        return disk_fault(RESULT_RETRY, "lock");
    result = put_out(&site, job);
    lock_release(lock);
    if (result.kind == RESULT_POSTED)
        ping_hubs(&site);
    return result;
}

/* The same target has the same page, so putting it out again is harmless. */
static struct result
look_up_post(struct job *job)
{
    struct site site = site_of(job->remote_account, job->account_settings);
    int lock = site_build_lock(&site);
    struct result result;

    if (lock < 0)
        return disk_fault(RESULT_UNKNOWN, "lock");
    if (!site_entry_exists(&site, job->remote_key))
        result = put_out(&site, job);
    else if (site_build_lists(&site))
        result = posted(&site, job->remote_key);
    else
        result = disk_fault(RESULT_UNKNOWN, "feed");
    lock_release(lock);
    if (result.kind == RESULT_RETRY)
        result.kind = RESULT_ABSENT;
    if (result.kind == RESULT_POSTED)
        ping_hubs(&site);
    return result;
}

/* Page, files, entry, lists: what died half way goes on at its next try. */
static struct result
remove_post(struct job *job)
{
    struct site site = site_of(job->remote_account, job->account_settings);
    struct result result = { .kind = RESULT_READY };
    int lock = site_build_lock(&site);

    if (lock < 0)
        return disk_fault(RESULT_RETRY, "lock");
    if (!site_build_remove(&site, job->remote_id))
        result = disk_fault(RESULT_RETRY, "page");
    lock_release(lock);
    if (result.kind == RESULT_READY)
        ping_hubs(&site);
    return result;
}

/* Open a site. One that is there already keeps what it has. */
static struct connected
connect_site(const char *server, const char *login, const char *secret)
{
    struct connected found = { .server = "", .credentials = "{}",
                               .limits = "{}" };
    struct site site;
    int lock;

    (void)secret;
    found.fault = server[0] != '\0'
        ? "a site is on this host: it has no server" : site_fault(login);
    if (found.fault != NULL)
        return found;
    site = site_of(memory_copy(login), "{}");
    lock = site_build_lock(&site);
    if (lock < 0 || !site_build_folders(&site, NULL)
        || (access(memory_format("%s/index.html", site.folder), F_OK) != 0
            && !site_build_lists(&site)))
        found.fault = memory_format("the site's folder cannot be written: %s",
                                    strerror(errno));
    lock_release(lock);
    found.remote_id = found.handle = found.name = site.handle;
    found.profile_url = site.url;
    return found;
}

const struct network site = {
    .name = "site",
    .prepare = prepare_post,
    .send = send_post,
    .look_up = look_up_post,
    .connect = connect_site,
    .remove = remove_post
};
