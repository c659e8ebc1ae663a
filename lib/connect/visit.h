/* visit.h: who came to the connect page, and with which link.

   lib/connect is the one folder of lib/ that stands in both wings: it shows
   pages and asks networks. Only cgi-bin/mcp/connect.c uses it. */
#ifndef VISIT_H
#define VISIT_H
#include "core/connect.h"
#include "web/endpoint.h"

struct visit {
    struct connect_request link;
    const char *user;           /* signed in; NULL where nobody is */
    const char *email;          /* theirs */
};

/* The form that was sent: its fields become named values, and it must be one
   of ours (403). */
void visit_form(const struct field *);

/* The link that the request's path names, and its visitor. A page answers,
   and this does not return, where the link is unknown (404), expired or used
   (410). */
struct visit visit_begin(void);

/* The same, for a signed-in member of the link's profile, or for anybody
   where the operator asks for no sign-in; else a page answers: the one that
   signs in, or (403) the one that says whose link it is. */
const struct visit *visit_admitted(void);

/* The same for a link that a network's answer led to. */
const struct visit *visit_returned(const struct connect_request *);

/* The URL of one of the link's pages: "" or "/confirm". */
const char *visit_url(const struct visit *, const char *page);
#endif
