/* view.h: the pages of connecting an account, one function each. Each is the
   answer: none returns. fault is what went wrong before, or NULL. */
#ifndef VIEW_H
#define VIEW_H
#include "connect/visit.h"

/* It does not go on from here. */
_Noreturn void view_refuse(int status, const char *title, const char *words);

/* Email and password. */
_Noreturn void view_sign_in(const struct visit *, int status,
                            const char *fault);

/* The session has ended. */
_Noreturn void view_signed_out(void);

/* Signed in, but the link is of a profile of others (403). */
_Noreturn void view_stranger(const struct visit *);

/* What this network needs: a server, a handle, a password or a token. What
   was sent before is filled in, secrets excepted. Where its operator has to
   set something first, that (503). */
_Noreturn void view_ask(const struct visit *, int status, const char *fault);

/* On to the network's own page: by itself, and by a link. */
_Noreturn void view_go(const struct visit *);

/* The network said no, or something went wrong there: back to the link. */
_Noreturn void view_failed(const struct visit *, int status,
                           const char *title, const char *words);

/* Which of the accounts that the network named? Their pictures are not
   loaded: the page would tell the network who looks at it. */
_Noreturn void view_choose(const struct visit *, int status,
                           const char *fault);

/* What the network answered: view_choose(), or view_confirm(). */
_Noreturn void view_answered(const struct visit *, int status,
                             const char *fault);

/* Connect this account to this profile? */
_Noreturn void view_confirm(const struct visit *);

/* It is connected. */
_Noreturn void view_done(const struct visit *);

/* Add who is here, and a way to be somebody else. */
void view_add_person(struct text *, const struct visit *);
#endif
