/* /socialrails/api/v1/posts: one post for each platform. */
#include "dialect/socialrails_post.h"

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "post:read", .status = 200,
      .fields = socialrails_filter_fields,
      .before = socialrails_take_platform, .sql = RAILS_PAGE,
      .words = "List posts, newest first" },
    { "POST", "", POLICY_KEY, "post:write", .status = 201,
      .fields = socialrails_new_fields, .run = socialrails_create,
      .words = "Create a post: scheduled, or without a time a draft" },
    { "POST", "/batch", POLICY_KEY, "post:write", .status = 201,
      .fields = socialrails_batch_fields, .run = socialrails_create_batch,
      .words = "Create the same post for several platforms, all or none" },
    { "GET", "/:id", POLICY_KEY, "post:read", .status = 200,
      .sql = RAILS_ONE, .absent = FAULT_POST_NOT_FOUND,
      .words = "Get a post" },
    { "PATCH", "/:id", POLICY_KEY, "post:write", .status = 200,
      .fields = socialrails_change_fields, .run = socialrails_change,
      .absent = FAULT_POST_NOT_FOUND,
      .words = "Change a draft or scheduled post" },
    { "DELETE", "/:id", POLICY_KEY, "post:write", .status = 200,
      .run = socialrails_delete, .absent = FAULT_POST_NOT_FOUND,
      .words = "Delete a draft or scheduled post" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
