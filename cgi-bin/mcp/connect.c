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
      .run = flow_return, .slow = 1 },
    { "GET", "/:token", POLICY_PUBLIC, .run = show },
    { "POST", "/:token", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_start, .slow = 1 },
    { "GET", "/:token/go", POLICY_PUBLIC, .run = go },
    { "POST", "/:token/choose", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_choose },
    { "POST", "/:token/confirm", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_confirm },
    { "POST", "/:token/again", POLICY_PUBLIC, .body = BODY_OWN,
      .run = flow_again },
    { "POST", "/:token/sign-in", POLICY_PUBLIC, .body = BODY_OWN,
      .run = sign_in },
    { "POST", "/:token/sign-out", POLICY_SESSION, .body = BODY_OWN,
      .run = sign_out },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &pages, operations);
}
