/* test_site.c: the site network writes whole, valid, steady files. What they
   hold is read by other eyes: tests/unit/read_site.py. */
#include "network/network.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/json.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "instance.h"
#include "misbehaving.h"

static const char *folder;
static const struct network *site;

/* 2026-11-21T10:00:00Z */
static const int64_t due = 1795255200000;

static void
ignore_resume(struct job *job, const char *resume)
{
    (void)job;
    (void)resume;
}

static struct job
job_for(const char *handle, const char *target, const char *text)
{
    return (struct job){
        .target = target, .account = "account", .server = "",
        .remote_account = handle, .handle = handle, .text = text,
        .title = "", .settings = "{}", .account_settings = "{}",
        .limits = "{}", .category = "", .due_at = due, .now = due + 1000,
        .credentials = "{}", .resume = "{}", .save_resume = ignore_resume
    };
}

static struct result
publish(struct job *job)
{
    struct result ready = site->prepare(job);

    if (ready.kind != RESULT_READY)
        return ready;
    return site->send(job);
}

static const char *
path_of(const char *handle, const char *file)
{
    return memory_format("%s/site/%s/%s", folder, handle, file);
}

static const char *
read_file(const char *handle, const char *file)
{
    return instance_read(path_of(handle, file));
}

/* Run the reader over a site; more is what it should find. */
static void
read_site(const char *handle, const char *more)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        execl("/usr/bin/python3", "python3", "tests/unit/read_site.py",
              path_of(handle, ""), more, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static const char *
write_media(const char *name, const char *bytes)
{
    const char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
    return path;
}

static int
count_entries(const char *handle)
{
    DIR *list = opendir(path_of(handle, "p/2026/11"));
    struct dirent *item;
    int count = 0;

    while (list != NULL && (item = readdir(list)) != NULL)
        count += text_ends(item->d_name, ".json");
    if (list != NULL)
        closedir(list);
    return count;
}

/* ------------------------------------------------------------------- tests */

/* Publish or look up in a child that is killed at its n-th point. Returns 1
   when the child came through. */
static int
child_survives(int n, int again)
{
    struct job job = job_for("killed", "0193-aaaaaaaaaaaa", "Still here");
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct result result;

        if (n > 0)
            setenv("CRIER_KILL_AT", memory_format("%d", n), 1);
        site->prepare(&job);
        result = again ? site->look_up(&job) : site->send(&job);
        _exit(result.kind == RESULT_POSTED ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return 0;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return 1;
}

static void
connect_in_child(const char *handle)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        _exit(site->connect("", handle, "").fault != NULL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Killed at each point, then looked up: whole files and one post. Runs before
   the others and leaves all work to children, since points are counted by
   process. A release build has no points: there the child comes through. */
static void
a_kill_leaves_one_post(void **state)
{
    int n, through = 0;

    (void)state;
    for (n = 1; !through; n++) {
        connect_in_child("killed");
        through = child_survives(n, 0);
        read_site("killed", "any");
        assert_true(child_survives(0, 1));
        assert_int_equal(count_entries("killed"), 1);
        read_site("killed", "1");
        nftw(path_of("killed", ""), instance_remove_one, 16,
             FTW_DEPTH | FTW_PHYS);
    }
#ifdef CRIER_TEST
    assert_int_equal(n, 20);
#endif
}

static void
handles_are_plain(void **state)
{
    static const char *const bad[] = {
        "", "Ana", "a_b", "a b", "../x", "a/b", ".", "\xc3\xa4",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_non_null(site->connect("", bad[i], "").fault);
    assert_non_null(site->connect("https://example.org", "ana", "").fault);
    assert_null(site->connect("", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                              "").fault);
}

static void
a_new_site_has_empty_feeds(void **state)
{
    struct connected found = site->connect("", "fresh", "");

    (void)state;
    assert_null(found.fault);
    assert_string_equal(found.remote_id, "fresh");
    assert_string_equal(found.handle, "fresh");
    assert_string_equal(found.server, "");
    assert_string_equal(found.profile_url, "http://127.0.0.1:1/site/fresh/");
    read_site("fresh", "0");
}

static void
connecting_again_keeps_what_is_there(void **state)
{
    struct job job = job_for("kept", "0193-bbbbbbbbbbbb", "Kept");
    const char *before;

    (void)state;
    site->connect("", "kept", "");
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    before = read_file("kept", "index.html");
    assert_null(site->connect("", "kept", "").fault);
    assert_string_equal(read_file("kept", "index.html"), before);
    read_site("kept", "1");
}

static void
a_post_has_page_entry_and_place_in_the_feeds(void **state)
{
    struct job job = job_for("ana", "01930000-0000-7000-8000-ab12cd34ef56",
                             "Soup tonight: https://example.org/soup?a=1&b=2,"
                             " (https://example.org/x_(y)).\nCome!\n\nAt 8.");
    struct result result;

    (void)state;
    job.title = "Launch day";
    job.category = "news";
    job.settings = "{\"summary\":\"In short\"}";
    job.account_settings = "{\"title\":\"Ana's notes\",\"author\":\"Ana\","
                           "\"language\":\"de\"}";
    job.media[0] = (struct job_media){
        .id = "m1", .path = write_media("one.jpg", "not really a picture"),
        .type = "image/jpeg", .extension = "jpg", .bytes = 20,
        .width = 640, .height = 480, .alt = "Green \"soup\" & bread"
    };
    job.media[1] = (struct job_media){
        .id = "m2", .path = write_media("two.mp4", "nor a film"),
        .type = "video/mp4", .extension = "mp4", .bytes = 10,
        .width = 1280, .height = 720, .duration_ms = 12400, .alt = ""
    };
    job.media_count = 2;
    result = publish(&job);
    assert_int_equal(result.kind, RESULT_POSTED);
    assert_string_equal(result.remote_id, "2026/11/21-100000-ab12cd34ef56");
    assert_string_equal(result.permalink, "http://127.0.0.1:1/site/ana/"
                        "p/2026/11/21-100000-ab12cd34ef56.html");
    read_site("ana", "full");
}

static void
publishing_again_changes_nothing(void **state)
{
    static const char *const files[] = {
        "index.html", "feed.xml", "feed.json",
        "p/2026/11/21-100000-cccccccccccc.html",
        "p/2026/11/21-100000-cccccccccccc.json"
    };
    struct job job = job_for("again", "0193-cccccccccccc", "Once");
    struct stat before[5], after;
    int i;

    (void)state;
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    for (i = 0; i < 5; i++)
        assert_int_equal(stat(path_of("again", files[i]), &before[i]), 0);
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    assert_int_equal(site->look_up(&job).kind, RESULT_POSTED);
    for (i = 0; i < 5; i++) {
        assert_int_equal(stat(path_of("again", files[i]), &after), 0);
        assert_int_equal(after.st_ino, before[i].st_ino);
        assert_int_equal(after.st_mode & 0777, 0644);
    }
    read_site("again", "1");
}

static void
looking_up_finishes_what_was_begun(void **state)
{
    struct job job = job_for("begun", "0193-dddddddddddd", "Begun");

    (void)state;
    assert_int_equal(site->prepare(&job).kind, RESULT_READY);
    assert_int_equal(site->look_up(&job).kind, RESULT_POSTED);
    assert_int_equal(unlink(path_of("begun", "feed.xml")), 0);
    assert_int_equal(unlink(path_of("begun", "index.html")), 0);
    assert_int_equal(site->look_up(&job).kind, RESULT_POSTED);
    read_site("begun", "1");
}

static void
a_key_once_given_stays(void **state)
{
    struct job job = job_for("key", "0193-eeeeeeeeeeee", "Key");

    (void)state;
    job.remote_key = "2025/01/01-000000-eeeeeeeeeeee";
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    assert_int_equal(access(path_of("key", "p/2025/01/01-000000-eeeeeeeeeeee"
                                    ".json"), R_OK), 0);
}

static void
hostile_text_stays_text(void **state)
{
    struct job job = job_for("hostile", "0193-ffffffffffff",
        "<script>alert(1)</script> ]]> <!-- & &amp; \" '"
        " https://example.org/\"onmouseover=alert(1)"
        " https://example.org/<b> javascript:alert(1)"
        " \x01\x08\x0b\x1f\x7f \xef\xbf\xbe \xef\xbf\xbf \xc2\x85"
        " \xe2\x80\xae \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9");

    (void)state;
    job.title = "</title><script>alert(2)</script>";
    job.category = "\"><img src=x onerror=alert(3)>";
    job.settings = "{\"summary\":\"</p><script>\"}";
    job.account_settings = "{\"title\":\"</h1>\\\"<script>\",\"author\":"
        "\"'><script>\",\"language\":\"de\\\" onload=\\\"x\","
        "\"hubs\":[\"http://127.0.0.1:9/?\\\"<>&\"]}";
    job.media[0] = (struct job_media){
        .id = "m", .path = write_media("three.png", "png"),
        .type = "image/png", .extension = "png", .bytes = 3,
        .alt = "\"><script>alert(4)</script>"
    };
    job.media_count = 1;
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    read_site("hostile", "1");
}

static void
lists_hold_the_newest_fifty(void **state)
{
    const char *feed;
    int i;

    (void)state;
    for (i = 0; i < 60; i++) {
        struct job job = job_for("many", memory_format("0193-%012d", i),
                                 memory_format("Post %d", i));

        job.due_at = due + (int64_t)i * 7 * DAY;
        assert_int_equal(publish(&job).kind, RESULT_POSTED);
    }
    read_site("many", "50");
    feed = read_file("many", "feed.xml");
    assert_non_null(strstr(feed, "<title>Post 59</title>"));
    assert_non_null(strstr(feed, "<title>Post 10</title>"));
    assert_null(strstr(feed, "<title>Post 9</title>"));
    assert_true(strstr(feed, "Post 59") < strstr(feed, "Post 58"));
}

static void
large_posts_make_short_lists(void **state)
{
    char *text = memory_get(200001);
    int i;

    (void)state;
    memset(text, '\'', 200000);
    for (i = 0; i < 5; i++) {
        struct job job = job_for("large", memory_format("0193-%012d", i),
                                 text);

        job.due_at = due + (int64_t)i * MINUTE;
        assert_int_equal(publish(&job).kind, RESULT_POSTED);
    }
    read_site("large", "1");
}

static void
posts_at_the_same_time_are_all_listed(void **state)
{
    int i, j, status;

    (void)state;
    site->connect("", "busy", "");
    for (i = 0; i < 4; i++)
        if (fork() == 0) {
            for (j = 0; j < 5; j++) {
                struct job job = job_for("busy",
                    memory_format("0193-%012d", i * 10 + j), "Busy");

                if (publish(&job).kind != RESULT_POSTED)
                    _exit(1);
            }
            _exit(0);
        }
    for (i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_entries("busy"), 20);
    read_site("busy", "20");
}

static void
a_spoiled_entry_is_passed_over(void **state)
{
    struct job job = job_for("spoiled", "0193-111111111111", "Good");
    FILE *file;

    (void)state;
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    file = fopen(path_of("spoiled", "p/2026/11/22-000000-x.json"), "w");
    fputs("{\"id\":1", file);
    fclose(file);
    job.target = "0193-222222222222";
    job.remote_key = NULL;
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    read_site("spoiled", "2");
}

static void
a_deaf_hub_does_not_fail_a_post(void **state)
{
    struct job job = job_for("hub", "0193-333333333333", "Hub");

    (void)state;
    job.account_settings = "{\"hubs\":[\"http://127.0.0.1:9/\","
                           "\"https://hub.invalid/\", 7]}";
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    assert_non_null(strstr(read_file("hub", "feed.xml"), "rel=\"hub\""));
    read_site("hub", "1");
}

static void
hubs_are_told_of_the_feed(void **state)
{
    struct job job = job_for("told", "0193-555555555555", "Told");
    struct http_request request = { .url = misbehaving_url("told") };
    struct http_answer answer;

    (void)state;
    job.account_settings = memory_format("{\"hubs\":[\"%s\",\"%s\"]}",
        misbehaving_url("status?500"), misbehaving_url("hub"));
    assert_int_equal(publish(&job).kind, RESULT_POSTED);
    answer = http_send(&request);
    assert_string_equal(text_string(&answer.body),
        "[\"hub.mode=publish&hub.url="
        "http%3A%2F%2F127.0.0.1%3A1%2Fsite%2Ftold%2Ffeed.xml\"]");
}

static void
what_cannot_be_written_was_not_posted(void **state)
{
    struct config *settings = (struct config *)(uintptr_t)config();
    const char *right = settings->site_dir;
    struct job job = job_for("nowhere", "0193-444444444444", "Nowhere");

    (void)state;
    settings->site_dir = "/proc/nowhere";
    assert_int_equal(site->prepare(&job).kind, RESULT_RETRY);
    assert_int_equal(site->send(&job).kind, RESULT_RETRY);
    assert_int_equal(site->look_up(&job).kind, RESULT_ABSENT);
    assert_non_null(site->connect("", "nowhere", "").fault);
    job.remote_account = "../nowhere";
    assert_int_equal(site->prepare(&job).kind, RESULT_REJECTED);
    settings->site_dir = NULL;
    assert_int_equal(site->prepare(&job).kind, RESULT_REJECTED);
    assert_non_null(site->connect("", "nowhere", "").fault);
    settings->site_dir = right;
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_leaves_one_post),
        cmocka_unit_test(handles_are_plain),
        cmocka_unit_test(a_new_site_has_empty_feeds),
        cmocka_unit_test(connecting_again_keeps_what_is_there),
        cmocka_unit_test(a_post_has_page_entry_and_place_in_the_feeds),
        cmocka_unit_test(publishing_again_changes_nothing),
        cmocka_unit_test(looking_up_finishes_what_was_begun),
        cmocka_unit_test(a_key_once_given_stays),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(lists_hold_the_newest_fifty),
        cmocka_unit_test(large_posts_make_short_lists),
        cmocka_unit_test(posts_at_the_same_time_are_all_listed),
        cmocka_unit_test(a_spoiled_entry_is_passed_over),
        cmocka_unit_test(a_deaf_hub_does_not_fail_a_post),
        cmocka_unit_test(hubs_are_told_of_the_feed),
        cmocka_unit_test(what_cannot_be_written_was_not_posted),
    };
    int failed;

    folder = instance_folder("allow_private_networks = 127.0.0.1\n");
    mkdir(config()->data_dir, 0700);
    mkdir(config()->run_dir, 0700);
    umask(077);
    site = network_find("site");
    failed = cmocka_run_group_tests(tests, misbehaving_start,
                                    misbehaving_stop);
    if (getenv("CRIER_KEEP") == NULL)
        instance_remove(folder);
    return failed;
}
