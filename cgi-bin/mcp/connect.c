/* /mcp/connect/{id}: the pages by which a signed-in member of a profile
   connects an account to it. */
#include "dialect/pages.h"
#include "connect/flow.h"
#include "connect/sign.h"
#include "connect/view.h"

static const struct field answer[] = {
    { "state", TEXT }, { "code", TEXT }, { "error", TEXT }, { "iss", TEXT },
    {0}
};

static void
show(void)
{
    const struct visit *visit = visit_admitted();

    if (visit->link.state == CONNECT_ANSWERED)
        view_answered(visit, 200, NULL);
    view_ask(visit, 200, NULL);
}

static void
go(void)
{
    const struct visit *visit = visit_admitted();

    if (visit->link.state != CONNECT_SENT)
        reply_redirect(visit_url(visit, ""));
    view_go(visit);
}

/* Forms are BODY_OWN, and what asks a network is slow: no transaction may be
   open meanwhile. */
static const struct operation operations[] = {
    { "GET", "/callback", POLICY_PUBLIC, .fields = answer,
      .run = flow_return, .slow = 1,
      .words = "Page: the network sends the browser back here" },
    { "GET", "/:token", POLICY_PUBLIC, .run = show,
      .words = "Page: connect an account by a link" },
    { "POST", "/:token", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_start, .slow = 1, .words = "Form: which account" },
    { "GET", "/:token/go", POLICY_PUBLIC, .run = go,
      .words = "Page: on the way to the network" },
    { "POST", "/:token/choose", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_choose, .words = "Form: which of the accounts" },
    { "POST", "/:token/confirm", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_confirm, .words = "Form: this account it is" },
    { "POST", "/:token/again", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_again, .words = "Form: another account after all" },
    { "POST", "/:token/sign-in", POLICY_PUBLIC, .body = BODY_OWN,
      .run = sign_in, .words = "Form: sign in" },
    { "POST", "/:token/sign-out", POLICY_SESSION, .body = BODY_OWN,
      .run = sign_out, .words = "Form: sign out" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &pages, operations);
}
