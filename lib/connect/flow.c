/* flow.c: from a form to a connected account. */
#include "connect/flow.h"
#include "connect/choice.h"
#include "connect/view.h"
#include "network/network.h"
#include "web/session.h"
#include "base/memory.h"
#include "base/secret.h"
#include "core/catalogue.h"
#include "core/config.h"
#include "data/json.h"

#include <string.h>

static const struct field account_form[] = {
    { "csrf", TEXT }, { "server", TEXT, 0, 300, .otherwise = "" },
    { "handle", TEXT, 0, 300, .otherwise = "" },
    { "secret", TEXT, 0, 4000, .otherwise = "" }, {0}
};

static const struct field choice_form[] = {
    { "csrf", TEXT }, { "choice", TEXT, 0, 300, .otherwise = "" }, {0}
};

static const struct field plain_form[] = { { "csrf", TEXT }, {0} };

static const struct network *
driver_of(const struct visit *visit)
{
    const struct network *network = network_find(visit->link.network);

    if (network == NULL)
        view_refuse(503, "Not available", "This server cannot connect to that"
                    " network.");
    return network;
}

static const char *
redirect_uri(void)
{
    return memory_format("%s/mcp/connect/callback", config()->base_url);
}

/* End the transaction and go on at one of the link's pages; a link that could
   not be changed says there why. */
_Noreturn static void
go_on(const struct visit *visit, const char *page)
{
    db_commit();
    reply_redirect(visit_url(visit, page));
}

/* ------------------------------------------------------------ whose is it */

/* The network said whose account it is: ask its owner. */
_Noreturn static void
answer(const struct visit *visit, const struct connected *connected)
{
    db_begin();
    connect_answer(&visit->link, choice_details(connected));
    go_on(visit, "");
}

/* A secret or a handle was given: ask the network whose it is. */
_Noreturn static void
ask(const struct visit *visit)
{
    const struct network *network = driver_of(visit);
    const char *server = value_text("server"), *fault = NULL;
    struct connected connected;

    if (server[0] != '\0')
        server = network_server(server, &fault);
    if (fault != NULL)
        view_ask(visit, 400, fault);
    connected = network->connect(server, value_text("handle"),
                                 value_text("secret"));
    if (connected.fault != NULL)
        view_ask(visit, 400, connected.fault);
    answer(visit, &connected);
}

/* ------------------------------------------------------------ OAuth */

static const char *
what_the_answer_needs(const char *server, const struct oauth_start *start)
{
    value_set_text("server", server);
    value_set_text("app", start->app);
    value_set_text("verifier", start->verifier);
    value_set_text("authorize_url", start->authorize_url);
    return json_make("json_object('server', :server, 'app', :app, 'verifier',"
                     " :verifier, 'authorize_url', :authorize_url)");
}

/* Where to send the browser. Crier is what its operator registered, or on a
   server of many what it registered itself. */
static struct oauth_start
begin(const struct network *network, const char *server, const char *state)
{
    const char *app = server[0] ? connect_app(network->name, server)
                      : config_app(network->name);
    struct oauth_start start = network->oauth_begin(server, app,
                                                    redirect_uri(), state);

    if (server[0] == '\0' || start.fault != NULL || text_same(start.app, app))
        return start;
    db_begin();
    connect_app_keep(network->name, server, start.app);
    db_commit();
    return start;
}

_Noreturn static void
send_to_network(const struct visit *visit, const struct catalogue_row *row)
{
    const struct network *network = driver_of(visit);
    const char *server = "", *fault = NULL;
    const char *state = token_new(memory_get(TOKEN_ROOM));
    struct oauth_start start;

    if (!row->one_server)
        server = network_server(value_text("server"), &fault);
    if (fault != NULL)
        view_ask(visit, 400, fault);
    start = begin(network, server, state);
    if (start.fault != NULL)
        view_ask(visit, 400, start.fault);
    db_begin();
    connect_send(&visit->link, state, what_the_answer_needs(server, &start));
    go_on(visit, "/go");
}

void
flow_start(void)
{
    const struct catalogue_row *row;
    const struct visit *visit;

    visit_form(account_form);
    visit = visit_admitted();
    row = catalogue_find(visit->link.network);
    if (config_missing(row) != NULL)
        view_ask(visit, 503, NULL);
    if (text_same(row->connect, "oauth"))
        send_to_network(visit, row);
    ask(visit);
}

/* How long the origin of a URL is: https://host:port. */
static size_t
origin(const char *url)
{
    const char *host = strstr(url, "://");

    return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : 0;
}

/* Is the answer from the server that was asked? iss is an URL of it. */
static int
is_from(const char *iss, const char *asked)
{
    size_t length = origin(asked);

    return length > 0 && length == origin(iss)
           && strncasecmp(iss, asked, length) == 0;
}

/* Its owner said no. LinkedIn has words of its own for that. */
static int
is_denial(const char *error)
{
    return text_same(error, "access_denied")
           || text_same(error, "user_cancelled_login")
           || text_same(error, "user_cancelled_authorize");
}

static void
check_answer(const struct visit *visit, const char *asked)
{
    const char *error = value_text("error"), *iss = value_text("iss");

    if (iss != NULL && !is_from(iss, asked))
        view_failed(visit, 400, "Wrong answer", "The answer came from another"
                    " server than the one that was asked.");
    if (is_denial(error))
        view_failed(visit, 403, "Not allowed", "Crier was not allowed to use"
                    " the account. Nothing was connected.");
    if (error != NULL)
        view_failed(visit, 400, "Not connected", memory_format("The network"
                    " answered with an error (%.60s). Nothing was connected.",
                    error));
    if (value_text("code") == NULL)
        view_failed(visit, 400, "Not connected", "The network gave no code."
                    " Nothing was connected.");
}

/* The link is open again before the network is asked: a code is used once. */
void
flow_return(void)
{
    struct connect_request link;
    struct connected connected;
    const struct visit *visit;
    const char *server;
    int waited;

    secret_load_key(config()->key_file);
    db_begin();
    waited = value_is_set("state")
             && connect_return(value_text("state"), session_cookie(), &link);
    db_commit();
    if (!waited)
        view_refuse(400, "Nothing waits for this", "This browser did not send"
                    " you to the network, or that was too long ago. Open the"
                    " link again and start over.");
    visit = visit_returned(&link);
    server = json_text(link.details, "$.server");
    check_answer(visit, json_text(link.details, "$.authorize_url"));
    connected = driver_of(visit)->oauth_finish(server,
        json_text(link.details, "$.app"), redirect_uri(),
        json_text(link.details, "$.verifier"), value_text("code"));
    if (connected.fault != NULL)
        view_failed(visit, 400, "Not connected", connected.fault);
    answer(visit, &connected);
}

/* ------------------------------------------------------------ the end */

/* One of several: then it is the one to confirm. */
void
flow_choose(void)
{
    const struct visit *visit;
    const char *chosen;

    visit_form(choice_form);
    visit = visit_admitted();
    if (visit->link.state != CONNECT_ANSWERED)
        reply_redirect(visit_url(visit, ""));
    chosen = choice_with(visit->link.details, value_text("choice"));
    if (chosen == NULL)
        view_answered(visit, 400, "Choose one of these accounts.");
    db_begin();
    connect_answer(&visit->link, chosen);
    go_on(visit, "");
}

void
flow_confirm(void)
{
    const struct visit *visit;
    struct account_facts facts;
    struct fault fault;

    visit_form(plain_form);
    visit = visit_admitted();
    if (visit->link.state != CONNECT_ANSWERED
        || choice_count(visit->link.details) > 0)
        reply_redirect(visit_url(visit, ""));
    facts = choice_facts(visit->link.details);
    db_begin();
    fault = connect_use(&visit->link, &facts);
    if (fault.kind) {
        db_rollback();
        view_failed(visit, 409, "Not connected", fault.detail);
    }
    choice_renew_others(visit->link.details, facts.profile, facts.network);
    view_done(visit);
}

void
flow_again(void)
{
    const struct visit *visit;

    visit_form(plain_form);
    visit = visit_admitted();
    db_begin();
    connect_reset(&visit->link);
    go_on(visit, "");
}
