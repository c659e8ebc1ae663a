/* view_ask.c: the forms of the connect pages: whose account, and which. */
#include "connect/choice.h"
#include "connect/view.h"
#include "web/page.h"
#include "base/memory.h"
#include "core/catalogue.h"
#include "core/config.h"
#include "data/json.h"

#include <string.h>

enum { FIELDS = 4 };

static const struct page_field server_asked = { "server", "Your server",
    "text", .hint = "Where your account lives, such as mastodon.social. You"
                    " sign in there, not here." };
static const struct page_field server_optional = { "server", "Server", "text",
    .optional = 1, .hint = "Leave empty for the network's own." };

/* What a way of connecting asks for; the words of core/catalogue.c. Returns
   the label of the form's button. */
static const char *
fields_of(const struct catalogue_row *row, struct page_field *field)
{
    if (text_same(row->connect, "oauth")) {
        if (!row->one_server)
            *field = server_asked;
        return "Continue";
    }
    if (text_same(row->connect, "local")) {
        *field = (struct page_field){ "handle", "Handle", "text",
            .hint = "Its name in the site's address: a to z, 0 to 9 and -." };
        return "Continue";
    }
    if (text_same(row->connect, "password")) {
        *field++ = (struct page_field){ "handle", "Handle", "text",
            .hint = "The account's name, such as ana.bsky.social." };
        *field++ = (struct page_field){ "secret", "App password", "password",
            .hint = "Made in the network's settings, for this alone; not the"
                    " password you sign in with." };
        *field = server_optional;
        return "Check";
    }
    if (row->handle_label != NULL)
        *field++ = (struct page_field){ "handle", row->handle_label, "text" };
    *field++ = (struct page_field){ "secret",
        row->secret_label ? row->secret_label : "Access token", "password",
        .hint = row->secret_hint };
    if (!row->one_server)
        *field = server_optional;
    return "Check";
}

/* The operator has something to do first. */
_Noreturn static void
refuse_unready(const struct visit *visit, const struct catalogue_row *row,
               const char *missing)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_warn(&body, missing);
    view_add_person(&body, visit);
    page_reply(503, memory_format("%s is not set up", row->title), &body);
}

/* What was sent for a field before; a secret is never sent back. */
static const char *
sent_before(const struct page_field *field)
{
    return text_same(field->type, "password") ? NULL : value_text(field->name);
}

void
view_ask(const struct visit *visit, int status, const char *fault)
{
    const struct catalogue_row *row = catalogue_find(visit->link.network);
    const char *missing = config_missing(row), *button;
    struct page_field fields[FIELDS] = { {0} }, *field = fields;
    struct text body = { .limit = TEXT_LIMIT };

    if (missing != NULL)
        refuse_unready(visit, row, missing);
    if (fault != NULL)
        page_warn(&body, fault);
    button = fields_of(row, fields);
    page_say(&body, memory_format("Posts of the profile \"%s\" will go to the"
        " account you name here. %s asked for this link.",
        visit->link.profile_name, visit->link.email));
    page_form(&body, visit_url(visit, ""));
    for (; field->name != NULL; field++) {
        field->value = sent_before(field);
        page_input(&body, field);
    }
    page_button(&body, button, 0);
    view_add_person(&body, visit);
    page_reply(status, memory_format("Connect %s", row->title), &body);
}

/* An account's line: its name for people, and its handle beside it. */
static struct page_choice
choice_in(const char *account)
{
    const char *name = json_text(account, "$.name");
    const char *handle = json_text(account, "$.handle");
    struct page_choice choice = { .value = json_text(account, "$.remote_id") };

    choice.label = name && name[0] ? name : handle ? handle : choice.value;
    choice.hint = handle != choice.label ? handle : NULL;
    return choice;
}

void
view_choose(const struct visit *visit, int status, const char *fault)
{
    struct json_member *found;
    int i, count = json_members(visit->link.details, "$.choices", &found);
    struct page_choice *choices = memory_get((size_t)count * sizeof *choices);
    struct text body = { .limit = TEXT_LIMIT };

    for (i = 0; i < count; i++)
        choices[i] = choice_in(found[i].json);
    if (fault != NULL)
        page_warn(&body, fault);
    page_form(&body, visit_url(visit, "/choose"));
    page_choices(&body, memory_format("Which of them shall the profile \"%s\""
        " post to?", visit->link.profile_name), "choice", choices, count);
    page_button(&body, "Continue", 0);
    page_form(&body, visit_url(visit, "/again"));
    page_button(&body, "Another account", 1);
    view_add_person(&body, visit);
    page_reply(status, memory_format("Choose an account on %s",
               catalogue_find(visit->link.network)->title), &body);
}

void
view_answered(const struct visit *visit, int status, const char *fault)
{
    if (choice_count(visit->link.details) > 0)
        view_choose(visit, status, fault);
    view_confirm(visit);
}
