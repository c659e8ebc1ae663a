/* /socialrails/api/v1/workspace: the profile, its owner's plan, its use. */
#include "dialect/socialrails.h"
#include "core/config.h"
#include "core/quota.h"

/* A limit that is not there prints as the largest 32-bit number. */
static void
set_limit(const char *name, int64_t limit)
{
    value_set_integer(name, limit < 0 ? INT32_MAX : limit);
}

static void
count(void)
{
    const char *profile = value_text("my_profile");
    struct quota posts = quota_posts(profile);
    struct quota credits = quota_credits(profile);
    int requests = config()->requests_an_hour;

    set_limit("limit_posts", posts.limit);
    set_limit("limit_credits", credits.limit);
    set_limit("limit_requests", requests > 0 ? requests
              : requests == 0 ? QUOTA_NONE : SOCIALRAILS_REQUESTS);
    set_limit("limit_keys", QUOTA_NONE);
    value_set_integer("used_posts", posts.used);
    value_set_integer("used_credits", credits.used);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "profile:read", .status = 200, .before = count,
      .sets = "limit_posts limit_credits limit_requests limit_keys used_posts"
              " used_credits",
      .sql = "SELECT json_object('data', json_object('id', p.id,"
             " 'name', p.name, 'created_at', " RAILS_TIME("p.created_at") ","
             " 'plan', u.plan, 'limits', json_object("
             "  'api_requests_per_hour', :limit_requests,"
             "  'api_keys_max', :limit_keys,"
             "  'max_posts_per_month', :limit_posts,"
             "  'max_ai_credits_per_month', :limit_credits),"
             " 'usage', json_object('posts_this_month', :used_posts,"
             "  'ai_credits_this_month', :used_credits)))"
             " FROM profile p JOIN membership m ON m.profile = p.id"
             "  AND m.role = 'owner' JOIN user u ON u.id = m.user"
             " WHERE p.id = :my_profile",
      .words = "The workspace, its plan's limits and what it used" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
