/* test_link.c: the id of a post in the link that its owner gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "network/network.h"

#include <stdio.h>

static const struct {
    const char *network, *account, *handle, *link, *id;
} links[] = {
    { "facebook", "5", "ana", "https://www.facebook.com/5/posts/77", "5_77" },
    { "facebook", "5", "ana", "https://www.facebook.com/ana/posts/77/",
      "5_77" },
    { "facebook", "5", "ana", "https://www.facebook.com/ana/videos/78/?a",
      "78" },
    { "facebook", "5", "ana", "https://www.facebook.com/reel/79", "79" },
    { "facebook", "5", "ana", "https://www.facebook.com/ben/posts/77", NULL },
    { "facebook", "5", "ana", "https://www.facebook.com/ana/posts/pfbid0x",
      NULL },
    { "facebook", "5", "ana", "https://evil.example/5/posts/77", NULL },
    { "youtube", "UC", "ana", "https://www.youtube.com/watch?v=d_-4&t=1",
      "d_-4" },
    { "youtube", "UC", "ana", "https://youtu.be/d_-4", "d_-4" },
    { "youtube", "UC", "ana", "https://www.youtube.com/shorts/d_-4?x",
      "d_-4" },
    { "youtube", "UC", "ana", "https://www.youtube.com/watch?v=", NULL },
    { "youtube", "UC", "ana", "https://www.youtube.com/watch?v=d%204", NULL },
    { "linkedin", "urn:li:person:a", "ana",
      "https://www.linkedin.com/feed/update/urn:li:share:70/",
      "urn:li:share:70" },
    { "linkedin", "urn:li:person:a", "ana",
      "https://www.linkedin.com/feed/update/urn:li:activity:70/", NULL },
    { "linkedin", "urn:li:person:a", "ana",
      "https://evil.example/feed/update/urn:li:share:70/", NULL },
    { "reddit", "ana/test", "ana",
      "https://www.reddit.com/r/test/comments/1abc/a_title/", "t3_1abc" },
    { "reddit", "ana/test", "ana", "https://www.reddit.com/comments/1abc",
      "t3_1abc" },
    { "reddit", "ana/test", "ana", "https://www.reddit.com/r/test/1abc/",
      NULL },
    { "reddit", "ana/test", "ana", "https://evil.example/comments/1abc",
      NULL },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/ana.example/post/3kabc2",
      "at://did:plc:a/app.bsky.feed.post/3kabc2" },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/did:plc:a/post/3kabc2",
      "at://did:plc:a/app.bsky.feed.post/3kabc2" },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/ana.example.org/post/3kabc2", NULL },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/did:plc:b/post/3kabc2", NULL },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/ana.example/post/3kabc2/quotes", NULL },
    { "bluesky", "did:plc:a", "ana.example",
      "https://bsky.app/profile/ana.example/post/", NULL },
    { "bluesky", "did:plc:a", "ana.example",
      "https://evil.example/profile/ana.example/post/3kabc2", NULL },
    { "telegram", "-1001234", "@news", "https://t.me/news/42", "42" },
    { "telegram", "-1001234", "@news", "https://t.me/c/1234/42?x", "42" },
    { "telegram", "-1001234", "@news", "https://t.me/other/42", NULL },
    { "telegram", "-1001234", "@news", "https://t.me/news/42x", NULL },
};

static void
links_tell_ids_of_their_own_network_alone(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct job job = { .remote_account = links[i].account,
                           .handle = links[i].handle };
        const char *id = network_find(links[i].network)
                             ->id_in_link(&job, links[i].link);

        printf("%s\n", links[i].link);
        if (links[i].id == NULL)
            assert_null(id);
        else
            assert_string_equal(id, links[i].id);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_tell_ids_of_their_own_network_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
