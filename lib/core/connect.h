/* connect.h: links by which a signed-in member connects an account.

   A link's id is 256 random bits, shown once; the database keeps its hash. It
   lives 15 minutes and serves once. What is under way belongs to the browser
   it began in, known by its cookie's token: any other sees the link as open,
   and by starting over takes it away. secret_load_key() comes before all but
   connect_create(). */
#ifndef CONNECT_H
#define CONNECT_H
#include <stdint.h>
#include "core/account.h"
#include "core/fault.h"
#include "core/post.h"

struct connect_link {
    const char *token;          /* the id, without its prefix */
    const char *network;        /* the catalogue's name */
    int64_t expires_at;
};

/* Inside a transaction: forget links that expired a day ago, with what was
   sealed in them, 300 at most. Returns how many. */
int connect_forget(void);

/* Inside a transaction: make a link for the viewer's profile and user, after
   a connect_forget().
   FAULT_PLATFORM_UNSUPPORTED: no such network, or none that can be connected
   in a browser. */
struct fault connect_create(struct viewer, const char *user,
                            const char *network, struct connect_link *);

enum connect_state {
    CONNECT_UNKNOWN, CONNECT_EXPIRED, CONNECT_USED,
    CONNECT_OPEN,               /* nothing has begun */
    CONNECT_SENT,               /* the browser was sent to the network */
    CONNECT_ANSWERED            /* credentials are there, to be confirmed */
};

/* A link as one browser sees it. */
struct connect_request {
    enum connect_state state;
    const char *token, *browser;        /* as given; browser may be NULL */
    const char *profile, *profile_name;
    const char *email;          /* of the user who asked for the link */
    const char *network;        /* a catalogue name */
    const char *details;        /* JSON; "{}" where there are none */
};

/* The link of a token, seen by a browser. */
struct connect_request connect_find(const char *token, const char *browser);

/* Is this user a member of the link's profile? */
int connect_may(const struct connect_request *, const char *user);

/* Inside a transaction each: what happened to the link. 0, with nothing
   changed, where it has been used or has expired meanwhile.
   connect_reset: it starts over. connect_send: the browser goes to the network
   with this OAuth state, for 10 minutes; details is JSON that the answer will
   need. connect_answer: the network said whose account it is; confirming it
   needs details. */
int connect_reset(const struct connect_request *);
int connect_send(const struct connect_request *, const char *oauth_state,
                 const char *details);
int connect_answer(const struct connect_request *, const char *details);

/* Inside a transaction: a browser came back with an OAuth state. 1 and the
   link, which is open again, with the details that connect_send() was given;
   0 where the state is unknown, too old, came back before, or was another
   browser's. */
int connect_return(const char *oauth_state, const char *browser,
                   struct connect_request *);

/* Inside a transaction: use the link up for an answered account. facts says
   whose; its profile and network are the link's. FAULT_CONFLICT: the link has
   been used, has expired or belongs to another browser by now; else the faults
   of account_connect(). After a fault the caller rolls back. */
struct fault connect_use(const struct connect_request *,
                         struct account_facts *facts);

/* Crier as an application on a server of a network: its credentials as JSON,
   or NULL where it is not registered; and, inside a transaction, what they
   are from now on. */
const char *connect_app(const char *network, const char *server);
void connect_app_keep(const char *network, const char *server,
                      const char *app);
#endif
