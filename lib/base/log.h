/* log.h: one line per event on standard error, and the one way to give up.

   No line ever holds a secret: callers name things by id. Under a web server
   the lines land in its error log; under cron in Crier's capped log. */
#ifndef LOG_H
#define LOG_H

/* Write one line, prefixed with the time and the program's name. Control
   characters in what is printed come out as '?'. */
void note(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

/* The program cannot go on: note why, call the hook if one is set, and end
   with status 70 (EX_SOFTWARE). Nothing that was not committed is kept. */
_Noreturn void die(const char *pattern, ...)
          __attribute__((format(printf, 1, 2)));

/* What die() calls before it ends the program, once: the web side answers
   500 there. NULL (the default): nothing. */
extern void (*die_hook)(void);

/* The one way out of a program. Fuzz and unit builds set program_end_hook to
   a function that jumps back instead of returning. */
_Noreturn void program_end(int status);
extern void (*program_end_hook)(int status);

/* The name that note() prints; set once at the start of main(). */
void log_program(const char *name);
#endif
