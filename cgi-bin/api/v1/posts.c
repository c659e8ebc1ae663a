/* /api/v1/posts: creating, reading, changing and settling posts. */
#include "dialect/native_post.h"
#include "dialect/native_posts.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "post:read", .status = 200,
      .fields = native_filter_fields, .before = native_sign_page,
      .sets = "media_urls", .sql = NATIVE_PAGE,
      .words = "List posts, newest first" },
    { "POST", "", POLICY_KEY, "post:write", .status = 201,
      .fields = native_post_fields, .run = native_schedule,
      .words = "Create or schedule posts, one for each account" },
    { "POST", "/schedule", POLICY_KEY, "post:write", .status = 201,
      .fields = native_post_fields, .run = native_schedule,
      .words = "Schedule posts explicitly" },
    { "POST", "/validate", POLICY_KEY, "post:write", .status = 200,
      .fields = native_post_fields, .run = native_validate,
      .words = "Check what POST /posts would store, and store nothing: every"
               " target's error at once" },
    { "GET", "/:id", POLICY_KEY, "post:read", .status = 200,
      .before = native_read_one,
      .sets = "media_list thread warning", .sql = NATIVE_ONE,
      .absent = FAULT_POST_NOT_FOUND, .words = "Get a post's status" },
    { "PATCH", "/:id", POLICY_KEY, "post:write", .status = 200,
      .fields = native_change_fields, .run = native_change,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Change a draft or scheduled post" },
    { "DELETE", "/:id", POLICY_KEY, "post:write", .status = 200,
      .fields = native_delete_fields, .run = native_delete,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Cancel a post that waits; hide one that has ended (the copy"
               " on the network stays, unless everywhere is true: then"
               " targets says what became of it)" },
    { "POST", "/:id/edit", POLICY_KEY, "post:write", .status = 200,
      .fields = native_edit_fields, .run = native_edit,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Edit the text of a published post where the network lets it"
               " be edited; edit says what became of it" },
    { "POST", "/:id/retry", POLICY_KEY, "post:write", .status = 200,
      .run = native_retry, .absent = FAULT_POST_NOT_FOUND,
      .words = "Send a failed or held post again, now" },
    { "GET", "/:id/attempts", POLICY_KEY, "post:read", .status = 200,
      .sql = NATIVE_ATTEMPTS, .absent = FAULT_POST_NOT_FOUND,
      .words = "The journal: every try at publishing it" },
    { "GET", "/:id/metrics", POLICY_KEY, "post:read", .status = 200,
      .sql = NATIVE_METRICS, .absent = FAULT_POST_NOT_FOUND,
      .words = "What its network told of it, snapshot by snapshot" },
    { "POST", "/:id/resolve", POLICY_KEY, "post:write", .status = 200,
      .fields = native_resolve_fields, .run = native_resolve,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Settle an uncertain post: it is there, or send it again" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
