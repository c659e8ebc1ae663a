/* session.h: a browser that is signed in, and the forms it may send.

   One cookie names a browser: 256 random bits, `__Host-crier` on https,
   `crier` on http. A browser that signs in gets a new one, whose SHA-256 is in
   the table session; before that the cookie only ties forms and the answers
   of networks to the browser they began in. */
#ifndef SESSION_H
#define SESSION_H
#include "core/fault.h"

/* The cookie's token; NULL where the browser sent none of ours. */
const char *session_cookie(void);

/* The same, but a browser without one is given one with this answer. */
const char *session_browser(void);

/* The id of the user who is signed in; NULL where nobody is, the session has
   ended, or the user is disabled. */
const char *session_user(void);

/* What a form of this browser carries as its field csrf. It follows from the
   cookie, so nothing of it is stored. */
const char *session_form_token(void);

/* The form that was sent is one of ours: it carries this browser's token, and
   an Origin header, where there is one, names this host. FAULT_CSRF. */
struct fault session_check_form(const char *token);

/* Sign in, outside a transaction: a new session for 30 days; an older one of
   this browser ends. FAULT_RATE (with *wait_ms) after 5 tries a minute of one
   email or 20 from one address; FAULT_SESSION where email and password do not
   fit together: the same, and as late, for an email that nobody has. */
struct fault session_sign_in(const char *email, const char *password,
                             long long *wait_ms);

/* Sign out: the session ends here, and the browser forgets its cookie. */
void session_sign_out(void);
#endif
