/* command.c: finding a command and reading its words by its usage line. */
#include "admin/command.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/owner.h"
#include "base/text.h"
#include "core/config.h"
#include "data/db.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { GIVEN = 16 };

static struct { const char *name, *value; } given[GIVEN];
static int given_count;
static const char *operand;
static const struct command *current;

const char *
command_operand(void)
{
    return operand;
}

const char *
command_option(const char *name)
{
    int i;

    for (i = 0; i < given_count; i++)
        if (text_same(given[i].name, name))
            return given[i].value;
    return NULL;
}

int
command_flag(const char *name)
{
    return command_option(name) != NULL;
}

int
command_switch(const char *name, int otherwise)
{
    const char *value = command_option(name);

    if (value == NULL)
        return otherwise;
    if (!text_same(value, "on") && !text_same(value, "off"))
        command_misused("--%s must be on or off", name);
    return text_same(value, "on");
}

/* One thing that a usage line names: an option (name without its dashes, and
   the word for its value or NULL) or the operand (no name). */
struct word {
    const char *name, *value;
    int required;
};

/* Take the next word of a usage line from *rest; 0 at its end. */
static int
next_word(char **rest, struct word *word)
{
    char *first = strsep(rest, " ");

    if (first == NULL || first[0] == '\0')
        return 0;
    word->required = first[0] != '[';
    first += !word->required;
    word->value = NULL;
    word->name = NULL;
    if (!text_begins(first, "--"))
        word->value = first;
    else if (word->name = first + 2, strchr(first, ']') != NULL)
        first[strlen(first) - 1] = '\0';
    else if (*rest != NULL && (*rest)[0] != '[' && (*rest)[0] != '-')
        word->value = strsep(rest, " ");
    return 1;
}

/* Does the usage line name this option (NULL: an operand)? */
static int
find_word(const char *name, struct word *word)
{
    char *rest = memory_copy(current->usage);

    while (next_word(&rest, word))
        if (text_same(word->name, name))
            return 1;
    return 0;
}

static void
print_usage(FILE *where)
{
    fprintf(where, "usage: crier-admin %s%s%s\n", current->name,
            current->usage[0] ? " " : "", current->usage);
}

static _Noreturn void
print_help(void)
{
    print_usage(stdout);
    printf("\n%s\n", current->does);
    program_end(fflush(stdout) == 0 ? 0 : EX_IOERR);
}

static void
take_option(char ***argv)
{
    char *name = memory_copy(**argv + 2);
    char *equals = strchr(name, '=');
    struct word word;

    if (equals != NULL)
        *equals = '\0';
    if (!find_word(name, &word))
        command_misused("unknown option --%s", name);
    if (command_flag(name) || given_count == GIVEN)
        command_misused("--%s is given twice", name);
    given[given_count].name = name;
    if (word.value == NULL && equals != NULL)
        command_misused("--%s takes no value", name);
    if (word.value == NULL)
        given[given_count].value = "";
    else if (equals != NULL)
        given[given_count].value = equals + 1;
    else if ((given[given_count].value = *++*argv) == NULL)
        command_misused("--%s needs %s", name, word.value);
    given_count++;
}

static void
take_words(char **argv)
{
    char *rest = memory_copy(current->usage);
    struct word word;

    for (; *argv != NULL; argv++)
        if (text_same(*argv, "--help") || text_same(*argv, "-h"))
            print_help();
        else if ((*argv)[0] == '-')
            take_option(&argv);
        else if (operand != NULL || !find_word(NULL, &word))
            command_misused("one word too many: %s", *argv);
        else
            operand = *argv;
    while (next_word(&rest, &word))
        if (word.required && word.name != NULL && !command_flag(word.name))
            command_misused("--%s %s is missing", word.name,
                            word.value ? word.value : "");
        else if (word.required && word.name == NULL && operand == NULL)
            command_misused("%s is missing", word.value);
}

static void
print_all(FILE *where, const struct command *commands)
{
    const struct command *command;

    fprintf(where, "usage: crier-admin COMMAND [--help]\n\n");
    for (command = commands; command->name != NULL; command++)
        fprintf(where, "  %-16s%.*s\n", command->name,
                (int)strcspn(command->does, ".") + 1, command->does);
    fprintf(where, "\nIt reads %s.\n", config_path());
}

/* The command that the first one or two words name; *words is how many. */
static const struct command *
find_command(const struct command *command, char **argv, int *words)
{
    for (; argv[0] != NULL && command->name != NULL; command++) {
        *words = strchr(command->name, ' ') != NULL ? 2 : 1;
        if (text_same(command->name, *words == 1 ? argv[0]
                      : memory_format("%s %s", argv[0],
                                      argv[1] ? argv[1] : "")))
            return command;
    }
    return NULL;
}

static void
prepare(enum command_needs needs)
{
    if (needs == COMMAND_ALONE)
        return;
    owner_become(config()->database);
    db_allow_attach();
    if (needs == COMMAND_DATABASE)
        db_open(config()->database);
}

_Noreturn void
command_main(int argc, char **argv, const struct command *commands)
{
    int words = 0, status;

    (void)argc;
    argv++;
    current = find_command(commands, argv, &words);
    if (current == NULL) {
        int asked = argv[0] && (text_same(argv[0], "--help")
                                || text_same(argv[0], "-h"));

        if (argv[0] != NULL && !asked)
            fprintf(stderr, "crier-admin: there is no command %s\n\n",
                    argv[0]);
        print_all(asked ? stdout : stderr, commands);
        program_end(asked ? 0 : EX_USAGE);
    }
    take_words(argv + words);
    prepare(current->needs);
    status = current->run();
    if (fflush(stdout) != 0)
        die("standard output cannot be written");
    program_end(status);
}
