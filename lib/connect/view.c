/* view.c: the words and forms of the connect pages. */
#include "connect/view.h"
#include "web/page.h"
#include "base/memory.h"
#include "core/catalogue.h"
#include "core/config.h"
#include "data/json.h"

#include <string.h>

static const struct catalogue_row *
network_of(const struct visit *visit)
{
    return catalogue_find(visit->link.network);
}

void
view_refuse(int status, const char *title, const char *words)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_warn(&body, words);
    page_reply(status, title, &body);
}

static void
add_fault(struct text *body, const char *fault)
{
    if (fault != NULL)
        page_warn(body, fault);
}

void
view_add_person(struct text *body, const struct visit *visit)
{
    if (visit->user == NULL)
        return;
    page_form(body, visit_url(visit, "/sign-out"));
    page_button(body, memory_format("Sign out %s", visit->email), 1);
}

void
view_signed_out(void)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_say(&body, "You are signed out. To sign in again, open the link"
             " again.");
    page_reply(200, "Signed out", &body);
}

void
view_sign_in(const struct visit *visit, int status, const char *fault)
{
    static const struct page_field password = { "password", "Password",
        "password", .autocomplete = "current-password" };
    struct page_field email = { "email", "Email", "email",
        .value = value_text("email"), .autocomplete = "username" };
    struct text body = { .limit = TEXT_LIMIT };

    add_fault(&body, fault);
    page_say(&body, memory_format("Sign in to connect an account on %s.",
                                  network_of(visit)->title));
    page_form(&body, visit_url(visit, "/sign-in"));
    page_input(&body, &email);
    page_input(&body, &password);
    page_button(&body, "Sign in", 0);
    page_reply(status, "Sign in", &body);
}

void
view_stranger(const struct visit *visit)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_warn(&body, memory_format("You are signed in as %s, who is no member"
        " of the profile that this link is for.", visit->email));
    page_say(&body, "Sign in as somebody who is, or leave the link to whom it"
             " was sent to.");
    view_add_person(&body, visit);
    page_reply(403, "Not your link", &body);
}

/* The page is an answer of its own and no redirect: a redirect after a form
   would have to stand in form-action, and the server is not known before. */
void
view_go(const struct visit *visit)
{
    const char *given = json_text(visit->link.details, "$.given");
    const char *url = json_text(given, "$.authorize_url");
    const char *title = network_of(visit)->title;
    const char *server = json_text(given, "$.server");
    const char *there = server[0] ? server : title;
    struct text body = { .limit = TEXT_LIMIT };

    reply_header("Refresh", memory_format("0; url=%s", url));
    page_say(&body, memory_format("You sign in at %s and allow Crier to post;"
                                  " then you come back here.", there));
    page_link(&body, url, memory_format("Continue to %s", there));
    page_link(&body, visit_url(visit, ""),
              server[0] ? "Another server" : "Start over");
    page_reply(200, memory_format("On to %s", title), &body);
}

void
view_failed(const struct visit *visit, int status, const char *title,
            const char *words)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_warn(&body, words);
    page_link(&body, visit_url(visit, ""), "Try again");
    page_reply(status, title, &body);
}

/* The account as people know it: @name@host, or a handle of this host. */
static const char *
account_name(const struct visit *visit)
{
    const char *handle = json_text(visit->link.details, "$.handle");
    const char *mark = text_has_word("local token",
                                     network_of(visit)->connect)
                       || handle[0] == '@' || strchr(handle, ' ') ? "" : "@";

    return memory_format("%s%s", mark, handle);
}

/* The same with the name that the network shows, where that is another. */
static const char *
known_as(const struct visit *visit)
{
    const char *name = json_text(visit->link.details, "$.name");

    if (name == NULL || name[0] == '\0'
        || text_same(name, json_text(visit->link.details, "$.handle")))
        return account_name(visit);
    return memory_format("%s (%s)", name, account_name(visit));
}

void
view_confirm(const struct visit *visit)
{
    const char *title = network_of(visit)->title;
    const char *url = json_text(visit->link.details, "$.profile_url");
    struct text body = { .limit = TEXT_LIMIT };

    page_picture(&body, json_text(visit->link.details, "$.avatar_url"));
    page_say(&body, memory_format("Connect %s on %s to the profile \"%s\"?"
        " Posts of this profile can then go out there.", known_as(visit),
        title, visit->link.profile_name));
    if (url != NULL && text_is_link(url))
        page_link(&body, url, url);
    page_form(&body, visit_url(visit, "/confirm"));
    page_button(&body, memory_format("Connect %s", account_name(visit)), 0);
    page_form(&body, visit_url(visit, "/again"));
    page_button(&body, "Another account", 1);
    view_add_person(&body, visit);
    page_reply(200, memory_format("Connect %s?", account_name(visit)), &body);
}

void
view_done(const struct visit *visit)
{
    struct text body = { .limit = TEXT_LIMIT };

    page_picture(&body, json_text(visit->link.details, "$.avatar_url"));
    page_say(&body, memory_format("%s on %s is connected to the profile"
        " \"%s\". You can close this page.", known_as(visit),
        network_of(visit)->title, visit->link.profile_name));
    view_add_person(&body, visit);
    page_reply(200, "Connected", &body);
}
