/* visit.c: finding the link, the visitor, and what the visitor may. */
#include "connect/visit.h"
#include "connect/view.h"
#include "web/field.h"
#include "web/page.h"
#include "web/request.h"
#include "web/session.h"
#include "base/memory.h"
#include "core/config.h"

#include <string.h>

enum { FORM_LIMIT = 16 * 1024 };

void
visit_form(const struct field *fields)
{
    struct text form = { .limit = 0 };
    struct fault fault = request_body(&form, FORM_LIMIT);

    if (fault.kind == FAULT_NONE
        && !text_same(request.content_type,
                      "application/x-www-form-urlencoded"))
        fault.kind = FAULT_BODY_TYPE;
    refuse_if(fault);
    field_take_form(fields, text_string(&form), 0);
    refuse_if(session_check_form(value_text("csrf")));
}

static struct visit
visit_of(const struct connect_request *link)
{
    struct visit visit = { .link = *link, .user = session_user() };

    if (link->state == CONNECT_UNKNOWN)
        view_refuse(404, "Link not known", "There is no such link. Look"
                    " whether it was copied whole, or ask for a new one.");
    if (link->state == CONNECT_EXPIRED)
        view_refuse(410, "Link expired", "A link lives 15 minutes. Ask for a"
                    " new one; nothing was connected.");
    if (link->state == CONNECT_USED)
        view_refuse(410, "Link used", "This link has connected its account."
                    " For another account, ask for a new link.");
    if (visit.user != NULL) {
        value_set_text("visit_user", visit.user);
        visit.email = db_text("SELECT email FROM user WHERE id = :visit_user");
    }
    return visit;
}

struct visit
visit_begin(void)
{
    const char *token = value_text("token");
    struct connect_request link;

    secret_load_key(config()->key_file);
    if (text_begins(token, "conn_"))
        token += strlen("conn_");
    link = connect_find(token, session_browser());
    return visit_of(&link);
}

static const struct visit *
admit(struct visit visit)
{
    struct visit *kept = memory_get(sizeof *kept);

    *kept = visit;
    if (config()->connect_without_login)
        return kept;
    if (kept->user == NULL)
        view_sign_in(kept, 200, NULL);
    if (!connect_may(&kept->link, kept->user))
        view_stranger(kept);
    return kept;
}

const struct visit *
visit_admitted(void)
{
    return admit(visit_begin());
}

const struct visit *
visit_returned(const struct connect_request *link)
{
    return admit(visit_of(link));
}

const char *
visit_url(const struct visit *visit, const char *page)
{
    return memory_format("%s/mcp/connect/conn_%s%s", config()->base_url,
                         visit->link.token, page);
}
