/* command_talk.c: how a command speaks with its operator. */
#include "admin/command.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "core/profile.h"
#include "core/user.h"
#include "data/db.h"
#include "data/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

static _Noreturn void
end(int status, const char *more, const char *pattern, va_list list)
{
    fprintf(stderr, "crier-admin: ");
    vfprintf(stderr, pattern, list);
    fprintf(stderr, "%s\n", more);
    db_rollback();
    program_end(status);
}

_Noreturn void
command_misused(const char *pattern, ...)
{
    va_list list;

    va_start(list, pattern);
    end(EX_USAGE, " (--help says how)", pattern, list);
}

_Noreturn void
command_refuse(const char *pattern, ...)
{
    va_list list;

    va_start(list, pattern);
    end(1, "", pattern, list);
}

void
command_check(struct fault fault)
{
    static const char *const words[FAULT_KINDS] = {
        [FAULT_NOT_FOUND] = "there is none that is in use",
        [FAULT_ZONE] = "this machine knows no time zone of that name",
        [FAULT_TIME_PAST] = "that time is past",
        [FAULT_ACCOUNTS] = "one of these is no account of the profile",
        [FAULT_ACCOUNT_NOT_FOUND] = "there is no such connected account",
        [FAULT_PLATFORM_UNSUPPORTED] = "there is no network of that name",
    };

    if (fault.kind)
        command_refuse("%s%s%s", fault.field ? fault.field : "",
                       fault.field ? ": " : "",
                       fault.detail ? fault.detail
                       : words[fault.kind] ? words[fault.kind] : "refused");
}

static void
print_line(void *nothing)
{
    char *line = memory_copy(value_text("line") ? value_text("line") : "");
    char *p;

    (void)nothing;
    for (p = line; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = '?';
    printf("%s\n", line);
}

void
command_list(const char *head, const char *sql)
{
    printf("%s\n", head);
    db_each(sql, print_line, NULL);
}

/* Read one line into room, showing nothing of it on a terminal. */
static int
read_hidden(const char *prompt, char *room, int size)
{
    struct termios shown, hidden;
    int good, terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

    if (terminal) {
        fprintf(stderr, "%s: ", prompt);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    good = fgets(room, size, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fprintf(stderr, "\n");
    }
    return good;
}

const char *
command_secret(const char *prompt)
{
    enum { ROOM = 16 * 1024 };
    char *room = memory_get(ROOM);

    if (!read_hidden(prompt, room, ROOM))
        command_refuse("standard input holds no %s", prompt);
    if (strlen(room) == ROOM - 1)
        command_refuse("the %s on standard input is too long", prompt);
    room[strcspn(room, "\r\n")] = '\0';
    if (room[0] == '\0' || !utf8_is_clean(room, strlen(room)))
        command_refuse("the %s on standard input is empty or no text",
                       prompt);
    return room;
}

const char *
command_user(const char *email)
{
    const char *user = user_find(email);

    if (user == NULL)
        command_refuse("there is no user %s", email);
    return user;
}

const char *
command_profile(const char *user)
{
    const char *wanted = command_option("profile");
    const char *profile = profile_of(user, wanted);

    if (profile == NULL)
        command_refuse(wanted ? "the user is no member of profile %s"
                       : "the user owns no profile%s", wanted ? wanted : "");
    return profile;
}
