/* /api/v1/platform-settings: which account and which options a network's name
   stands for, in APIs that name no account. */
#include "dialect/native.h"
#include "core/platform.h"

#define SETTING \
    "json_object('platform', s.network," \
    " 'profileId', 'profile_' || s.account, 'settings', json(s.settings))"

static const struct field setting[] = {
    { "platform", TEXT, 1, 40, .required = 1,
      .wrong = FAULT_PLATFORM_UNSUPPORTED,
      .missing = FAULT_PLATFORM_UNSUPPORTED, .words = "A network's name" },
    { "profileId", ID, .nullable = 1, .wrong = FAULT_ACCOUNTS,
      .words = "The account; absent or null: the first connected" },
    { "settings", OBJECT, .nullable = 1, .wrong = FAULT_SETTINGS,
      .words = "Options, as platformMeta has them; absent or null: none" },
    {0}
};

static void
set(void)
{
    refuse_if(platform_set(viewer_here(), value_text("platform"),
                           value_text("profileId"), value_text("settings")));
    serve_sql(200, "SELECT " SETTING " FROM platform_setting s"
              " WHERE s.profile = :my_profile"
              " AND s.network = :platform_network", FAULT_NONE);
}

static const struct operation operations[] = {
    { "GET", "", POLICY_KEY, "profile:read", .status = 200,
      .sql = "SELECT json_object('platformSettings', json_group_array("
             SETTING ")) FROM (SELECT * FROM platform_setting s"
             " WHERE s.profile = :my_profile AND " ACCESS_SEES("s.account")
             " ORDER BY s.network) s",
      .words = "What the profile has set, by network" },
    { "PUT", "", POLICY_KEY, "profile:write", .status = 200,
      .fields = setting, .run = set,
      .words = "Set the account and the options of one network" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
