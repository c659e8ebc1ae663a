/* /socialsyncer/v1/posts: SocialSyncer's posts. */
#include "dialect/socialsyncer_post.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "post:read", .status = 200,
      .fields = syncer_filter_fields, .before = syncer_sign_page,
      .sets = "media_urls", .sql = SYNCER_PAGE, .words = "List posts" },
    { "POST", "", POLICY_KEY, "post:write", .status = 201,
      .fields = syncer_post_fields, .run = syncer_create,
      .words = "Create a post: now, at a time, or as a draft" },
    { "GET", "/:id", POLICY_KEY, "post:read", .status = 200,
      .before = syncer_sign_one, .sets = "media_urls", .sql = SYNCER_ONE,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Get a post with the state of each platform" },
    { "DELETE", "/:id", POLICY_KEY, "post:write", .status = 200,
      .run = syncer_delete, .absent = FAULT_POST_NOT_FOUND,
      .words = "Delete a post here; what was published stays" },
    { "POST", "/:id/edit", POLICY_KEY, "post:write", .status = 200,
      .fields = syncer_edit_fields, .run = syncer_edit,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Edit a published post where its platforms let it be edited;"
               " edits says per platform what became of it" },
    { "POST", "/:id/retry", POLICY_KEY, "post:write", .status = 200,
      .run = syncer_retry, .absent = FAULT_POST_NOT_FOUND,
      .words = "Publish again to the platforms that failed" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialsyncer, operations);
}
