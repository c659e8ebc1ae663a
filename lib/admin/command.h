/* command.h: crier-admin's commands: one table, read by its own usage lines.

   A usage line is the declaration of what a command takes: an operand in
   capitals first, where it has one; --name VALUE must be given; [--name
   VALUE] and [--flag] may. */
#ifndef COMMAND_H
#define COMMAND_H
#include "core/fault.h"

enum command_needs {
    COMMAND_ALONE,              /* not even crier.conf */
    COMMAND_OWNER,              /* runs as the database's owner */
    COMMAND_DATABASE            /* and with the database open */
};

struct command {
    const char *name;           /* one or two words */
    const char *usage;
    const char *does;           /* whole sentences; the first names it */
    enum command_needs needs;
    int (*run)(void);           /* returns the program's exit status */
};

/* Run the command that argv names, or print help. The table ends with a row
   without a name. Does not return: 64 (EX_USAGE) where argv names no command
   or does not fit its usage. */
_Noreturn void command_main(int argc, char **argv, const struct command *);

/* What was given: the operand; an option's value, or NULL; was a flag set? */
const char *command_operand(void);
const char *command_option(const char *name);
int         command_flag(const char *name);

/* An option that says on or off; otherwise where it is not given. */
int command_switch(const char *name, int otherwise);

/* Say why not on standard error and end: status 64 where the command was
   misused, 1 where it was refused. command_check() refuses by a fault. */
_Noreturn void command_misused(const char *pattern, ...)
          __attribute__((format(printf, 1, 2)));
_Noreturn void command_refuse(const char *pattern, ...)
          __attribute__((format(printf, 1, 2)));
void command_check(struct fault);

/* Print the column `line` of each row; control characters come out as '?',
   since a network chose what stands in some. */
void command_list(const char *head, const char *sql);

/* The first line of standard input without its end; from a terminal it is
   asked for by prompt and not shown. At most 16 KiB. */
const char *command_secret(const char *prompt);

/* Who --user names, and which of the user's profiles --profile means (the
   first one where it is not given). Refuses where there is none. */
const char *command_user(const char *email);
const char *command_profile(const char *user);
#endif
