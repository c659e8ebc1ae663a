/* admin.c: crier-admin, the operator's program. */
#include "admin/accounts.h"
#include "admin/backup.h"
#include "admin/command.h"
#include "admin/doctor.h"
#include "admin/halt.h"
#include "admin/keys.h"
#include "admin/setup.h"
#include "admin/users.h"
#include "base/log.h"

static const struct command commands[] = {
    { "init", "[--owner USER]",
      "Make folders, key file and database, where they are absent. As root,\n"
      "--owner says whose they shall be: the user that the web server runs\n"
      "programs as.", COMMAND_ALONE, setup_init },
    { "migrate", "",
      "Bring an older database up to this program's schema. A copy is kept\n"
      "beside it first.", COMMAND_OWNER, setup_migrate },

    { "seal", "",
      "Print a secret, read from standard input, sealed. crier.conf holds it\n"
      "so without showing it: client_secret.NETWORK = sealed:... Only this\n"
      "instance's key file opens it.", COMMAND_OWNER, setup_seal },

    { "user add", "EMAIL",
      "Add a user with a first profile; print the user's id. The password is\n"
      "read from standard input.", COMMAND_DATABASE, users_add },
    { "user set", "EMAIL [--plan PLAN] [--posts NUMBER|none]"
      " [--storage BYTES|none] [--ai-credits NUMBER|none] [--api on|off]"
      " [--uploads on|off]",
      "Set what a user may use. --posts: new posts in a month. --storage:\n"
      "bytes of media, with K, M or G behind the number. --ai-credits: in a\n"
      "month; a generated text takes two. --plan: free,\n"
      "starter, growth, agency or unlimited; free switches uploads through\n"
      "the API off, the others on, unless --uploads says otherwise.",
      COMMAND_DATABASE, users_set },
    { "user list", "", "List users and what they may use.",
      COMMAND_DATABASE, users_list },
    { "user password", "EMAIL",
      "Set a user's password, read from standard input; sessions end.",
      COMMAND_DATABASE, users_password },
    { "user disable", "EMAIL [--undo]",
      "Refuse a user's sign-in and keys. Scheduled posts still go out.\n"
      "--undo lets the user in again.", COMMAND_DATABASE, users_disable },

    { "profile add", "--user EMAIL --name NAME [--timezone ZONE]",
      "Add a profile that a user owns; print its id. ZONE is an IANA name.",
      COMMAND_DATABASE, users_profile_add },
    { "profile list", "[--user EMAIL]", "List profiles and their owners.",
      COMMAND_DATABASE, users_profile_list },

    { "key add", "--user EMAIL --name NAME --scopes LIST|all"
      " [--accounts IDS] [--profile ID] [--expires TIME]",
      "Make an API key and print it, once, alone on standard output.\n"
      "--scopes: words such as post:read,post:write. --accounts: only for\n"
      "these accounts' ids, parted by commas. Without --profile it is for\n"
      "the user's first profile. TIME is like 2027-01-31T12:00:00Z.",
      COMMAND_DATABASE, keys_add },
    { "key list", "[--user EMAIL]", "List keys, their state and last use.",
      COMMAND_DATABASE, keys_list },
    { "key revoke", "ID", "Revoke a key by the id that key list shows.",
      COMMAND_DATABASE, keys_revoke },

    { "account add", "NETWORK --user EMAIL [--server URL] [--handle HANDLE]"
      " [--profile ID] [--offline]",
      "Connect an account and print its id. Its secret (an access token, an\n"
      "app password) is read from standard input and checked against the\n"
      "network; --offline stores it unchecked under --handle. A `site`\n"
      "account needs a --handle and no secret.",
      COMMAND_DATABASE, accounts_add },
    { "account list", "[--user EMAIL]", "List connected accounts.",
      COMMAND_DATABASE, accounts_list },

    { "doctor", "",
      "Look whether this instance is well. One line a check; the exit status\n"
      "is 1 where one says FAIL.", COMMAND_OWNER, doctor_run },
    { "backup", "FILE",
      "Write a checked copy of the database. Media and the key file are not\n"
      "inside.", COMMAND_DATABASE, backup_write },
    { "restore", "FILE",
      "Go back to a copy of the database. Each post that was due by now and\n"
      "may have gone out since becomes uncertain, and publishing is stopped\n"
      "until resume. What was there before is kept beside it.",
      COMMAND_OWNER, backup_restore },

    { "emergency-stop", "[--revoke-keys]",
      "Stop publishing at once. Calls that are under way are let finish.\n"
      "--revoke-keys revokes every API key besides.",
      COMMAND_DATABASE, halt_stop },
    { "resume", "[NETWORK]", "Let publishing go on. With a network: that one,"
      " which refused\nthis server's application and is waited for.",
      COMMAND_DATABASE, halt_resume },
    { "clock accept", "",
      "Take the system's clock as right after it jumped.",
      COMMAND_DATABASE, halt_accept_clock },
    {0}
};

int
main(int argc, char **argv)
{
    log_program("crier-admin");
    command_main(argc, argv, commands);
}
