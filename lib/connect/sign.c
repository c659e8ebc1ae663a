/* sign.c: the sign-in form's answer, and the end of a session. */
#include "connect/sign.h"
#include "connect/view.h"
#include "web/session.h"
#include "base/memory.h"

static const struct field sign_in_form[] = {
    { "csrf", TEXT }, { "email", TEXT, .otherwise = "" },
    { "password", TEXT, .otherwise = "" }, {0}
};

static const struct field sign_out_form[] = { { "csrf", TEXT }, {0} };

void
sign_in(void)
{
    long long wait_ms = 0;
    struct visit visit;
    struct fault fault;

    visit_form(sign_in_form);
    visit = visit_begin();
    fault = session_sign_in(value_text("email"), value_text("password"),
                            &wait_ms);
    if (fault.kind == FAULT_RATE) {
        reply_header("Retry-After", memory_format("%lld", wait_ms / 1000 + 1));
        view_sign_in(&visit, 429, "Too many tries. Wait a minute.");
    }
    if (fault.kind)
        view_sign_in(&visit, 403, "Email or password is wrong.");
    reply_redirect(visit_url(&visit, ""));
}

void
sign_out(void)
{
    visit_form(sign_out_form);
    session_sign_out();
    view_signed_out();
}
