/* test_oauth.c: OAuth against a strict provider
   (tests/doubles/oauth_provider.py): the consent page's parameters, the code
   for tokens, their renewal, and what every refusal is taken for. */
#include "network/oauth.h"
#include "base/clock.h"
#include "data/json.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "instance.h"

static const char back[] = "http://127.0.0.1:1/mcp/connect/callback";
static const char app[] = "{\"client_id\":\"the-client-id\","
                          "\"client_secret\":\"the-client-secret\"}";
static const char *folder, *url;
static pid_t double_process;
static struct oauth_provider provider;

/* ------------------------------------------------------------ the stand-in */

static void
stop_double(void)
{
    if (double_process <= 0)
        return;
    kill(double_process, SIGKILL);
    waitpid(double_process, NULL, 0);
    double_process = 0;
}

/* Start a provider with two more words of its command line, or NULL. */
static void
start_double(const char *option, const char *value)
{
    int out[2], port = 0;
    FILE *output;

    stop_double();
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    double_process = fork();
    if (double_process == 0) {
        dup2(out[1], 1);
        execl("/usr/bin/python3", "python3",
              "tests/doubles/oauth_provider.py", "--ledger",
              memory_format("%s/ledger.jsonl", folder), option, value,
              (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    output = fdopen(out[0], "r");
    assert_int_equal(fscanf(output, "%d", &port), 1);
    fclose(output);
    url = memory_format("http://127.0.0.1:%d", port);
    provider = (struct oauth_provider){ .title = "Provider",
        .authorize_url = memory_format(
            "%s/provider.example/oauth/authorize", url),
        .token_url = memory_format(
            "%s/api.provider.example/oauth/token", url),
        .scopes = "read write" };
}

static void
control(const char *order)
{
    struct http_answer answer = http_send(&(struct http_request){
        .method = "POST", .url = memory_format("%s/_control", url),
        .headers = { "Content-Type: application/json" },
        .body = order, .body_length = strlen(order) });

    assert_int_equal(answer.status, 200);
}

/* What a person does on the consent page; the code that comes back. */
static const char *
consent(const struct oauth_start *start)
{
    struct text form = { 0 };
    struct http_answer answer;
    const char *query = strchr(start->authorize_url, '?'), *location;

    assert_int_equal(http_send(&(struct http_request){
        .url = start->authorize_url }).status, 200);
    text_add(&form, query + 1);
    text_add(&form, "&account=alice&decision=allow");
    answer = http_send(&(struct http_request){ .method = "POST",
        .url = provider.authorize_url, .body = text_string(&form),
        .body_length = form.length, .headers = {
            "Content-Type: application/x-www-form-urlencoded" } });
    assert_int_equal(answer.status, 302);
    location = strstr(http_header(&answer, "location"), "?code=");
    assert_non_null(location);
    assert_non_null(strstr(location, "&state=the-state"));
    return memory_copy_bytes(location + 6, strcspn(location + 6, "&"));
}

static struct oauth_tokens
sign_in(void)
{
    struct oauth_start start = oauth_begin(&provider, app, back, "the-state");

    assert_null(start.fault);
    assert_int_equal(start.verifier[0] != '\0',
                     provider.challenge != OAUTH_PLAIN);
    return oauth_exchange(&provider, app, back, start.verifier,
                          consent(&start));
}

static int
holds_secret(const char *words)
{
    return strstr(words, "the-client-secret") || strstr(words, "access-")
           || strstr(words, "refresh-") || strstr(words, url);
}

/* ------------------------------------------------------------ tests */

static void
a_code_becomes_tokens(void **state)
{
    static const struct {
        const char *option, *value;
        int client, challenge;
    } kinds[] = {
        { NULL, NULL, OAUTH_CLIENT_IN_BODY, OAUTH_PLAIN },
        { "--pkce", "S256", OAUTH_CLIENT_IN_BODY, OAUTH_PKCE },
        { "--pkce", "hex", OAUTH_CLIENT_IN_BODY, OAUTH_PKCE_HEX },
        { "--client", "basic", OAUTH_CLIENT_BASIC, OAUTH_PLAIN },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct oauth_tokens tokens;
        int64_t before = clock_now();

        start_double(kinds[i].option, kinds[i].value);
        control("{\"set\":{\"refresh_expires_in\":864000}}");
        provider.client = kinds[i].client;
        provider.challenge = kinds[i].challenge;
        tokens = sign_in();
        assert_int_equal(tokens.result.kind, RESULT_READY);
        assert_int_equal(strncmp(tokens.access_token, "access-", 7), 0);
        assert_int_equal(strncmp(tokens.refresh_token, "refresh-", 8), 0);
        assert_string_equal(tokens.scope, "read write");
        assert_in_range(tokens.expires_at, before + 7200 * SECOND,
                        clock_now() + 7200 * SECOND);
        assert_in_range(tokens.refresh_expires_at,
                        before + (int64_t)864000 * SECOND,
                        clock_now() + (int64_t)864000 * SECOND);
    }
}

static void
a_code_serves_once_and_its_own_verifier(void **state)
{
    struct oauth_start start, other;
    struct oauth_tokens tokens;
    const char *code;

    (void)state;
    start_double("--pkce", "S256");
    provider.challenge = OAUTH_PKCE;
    start = oauth_begin(&provider, app, back, "the-state");
    other = oauth_begin(&provider, app, back, "the-state");
    assert_string_not_equal(start.verifier, other.verifier);
    tokens = oauth_exchange(&provider, app, back, other.verifier,
                            consent(&start));
    assert_int_equal(tokens.result.kind, RESULT_AUTH);
    assert_null(tokens.access_token);
    code = memory_format("%s#_", consent(&start));
    tokens = oauth_exchange(&provider, app, back, start.verifier, code);
    assert_int_equal(tokens.result.kind, RESULT_READY);
    tokens = oauth_exchange(&provider, app, back, start.verifier, code);
    assert_int_equal(tokens.result.kind, RESULT_AUTH);
    assert_false(holds_secret(oauth_why(&tokens)));
}

/* RFC 7636, appendix B; and the verifier of which TikTok's form is published
   too. */
static void
a_challenge_is_as_published(void **state)
{
    static const char other[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    (void)state;
    assert_string_equal(oauth_challenge(
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 0),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assert_string_equal(oauth_challenge(other, 0),
        "fR4ifSAEy-7Mu6g7FHZulPKrtjqdAnUCwRFAJt2JFsA");
    assert_string_equal(oauth_challenge(other, 1),
        "7d1e227d2004cbeeccbba83b14766e94f2abb63a9d027502c1114026dd8916c0");
}

static void
parameters_of_ones_own(void **state)
{
    struct oauth_provider tiktok = { .title = "T", .authorize_url = "https://t",
        .token_url = "https://t", .scopes = "a,b", .id_name = "client_key",
        .more = "x=1&y=2", .challenge = OAUTH_PKCE_HEX };
    struct oauth_start start = oauth_begin(&tiktok, app, back, "s t");

    (void)state;
    assert_int_equal(strncmp(start.authorize_url, "https://t?response_type="
        "code&client_key=the-client-id&redirect_uri=http%3A%2F%2F127", 70), 0);
    assert_non_null(strstr(start.authorize_url, "&scope=a%2Cb&state=s%20t&"));
    assert_true(text_ends(start.authorize_url, "&x=1&y=2"));
    assert_non_null(oauth_begin(&tiktok, NULL, back, "s").fault);
}

/* ------------------------------------------------------------ renewal */

static const char *kept;
static int64_t kept_until;

static void
keep(struct job *job, const char *credentials, int64_t token_expires_at)
{
    job->credentials = kept = memory_copy(credentials);
    kept_until = token_expires_at;
}

static struct job
job_with(const struct oauth_tokens *tokens)
{
    return (struct job){ .app = app, .save_credentials = keep,
        .credentials = memory_format("{\"page\":7,%s",
                                     oauth_credentials(tokens) + 1) };
}

static void
tokens_are_renewed(void **state)
{
    struct oauth_tokens tokens;
    struct job job;
    const char *first, *second;

    (void)state;
    start_double(NULL, NULL);
    tokens = sign_in();
    job = job_with(&tokens);
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_READY);
    first = json_text(kept, "$.refresh_token");
    assert_string_not_equal(first, tokens.refresh_token);
    assert_string_not_equal(json_text(kept, "$.access_token"),
                            tokens.access_token);
    assert_int_equal(json_integer(kept, "$.page", 0), 7);
    assert_true(kept_until > clock_now() + HOUR);
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_READY);
    job = job_with(&tokens);
    kept = NULL;
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_AUTH);
    assert_null(kept);

    start_double("--keeps", NULL);
    tokens = sign_in();
    job = job_with(&tokens);
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_READY);
    second = json_text(kept, "$.refresh_token");
    assert_string_equal(second, tokens.refresh_token);
    job.credentials = "{\"access_token\":\"a\"}";
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_REJECTED);
}

/* A call that the network refuses with 401: renewed and sent again; or whose
   it is to mend. */
static void
a_refused_token_is_renewed_once(void **state)
{
    struct http_request request = { 0 };
    struct oauth_tokens tokens;
    struct oauth_answer answer;
    struct job job;

    (void)state;
    start_double(NULL, NULL);
    request.url = memory_format("%s/api.provider.example/me", url);
    tokens = sign_in();
    job = job_with(&tokens);
    control("{\"fault\":\"status\",\"status\":401,\"path\":\"/api.*/me\"}");
    answer = oauth_call(&provider, &job, &request);
    assert_int_equal(answer.renewal.kind, RESULT_READY);
    assert_int_equal(answer.http.status, 404);
    assert_string_equal(request.bearer, json_text(kept, "$.access_token"));

    control("{\"fault\":\"status\",\"status\":401,\"path\":\"/api.*/me\","
            "\"count\":2}");
    job.app = "{\"client_id\":\"the-client-id\",\"client_secret\":\"no\"}";
    answer = oauth_call(&provider, &job, &request);
    assert_int_equal(answer.renewal.kind, RESULT_RETRY);
    job.credentials = "{\"access_token\":\"a\"}";
    answer = oauth_call(&provider, &job, &request);
    assert_int_equal(answer.renewal.kind, RESULT_AUTH);
}

static void
a_token_is_given_back(void **state)
{
    struct oauth_tokens tokens;
    struct job job;

    (void)state;
    start_double(NULL, NULL);
    tokens = sign_in();
    job = job_with(&tokens);
    provider.revoke_url = memory_format("%s/api.provider.example/revoke", url);
    assert_int_equal(oauth_revoke(&provider, &job).kind, RESULT_READY);
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_AUTH);
    control("{\"fault\":\"status\",\"status\":503,\"path\":\"/api\"}");
    assert_int_equal(oauth_revoke(&provider, &job).kind, RESULT_RETRY);
    job.app = "{\"client_id\":\"the-client-id\",\"client_secret\":\"no\"}";
    assert_int_equal(oauth_revoke(&provider, &job).kind, RESULT_REJECTED);
    job.app = NULL;
    assert_int_equal(oauth_revoke(&provider, &job).kind, RESULT_REJECTED);
}

static int holds;

static int
somebody_was_faster(struct job *job)
{
    if (holds)
        job->credentials = "{\"access_token\":\"new\"}";
    return holds;
}

static void
two_do_not_renew_at_once(void **state)
{
    struct oauth_tokens tokens;
    struct job job;

    (void)state;
    start_double(NULL, NULL);
    tokens = sign_in();
    job = job_with(&tokens);
    job.hold_credentials = somebody_was_faster;
    kept = NULL;
    holds = 0;
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_RETRY);
    holds = 1;
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_READY);
    assert_null(kept);
    assert_string_equal(job.credentials, "{\"access_token\":\"new\"}");
    job = job_with(&tokens);
    assert_int_equal(oauth_renew(&provider, &job).kind, RESULT_READY);
}

/* What an answer is taken for; the provider's description quotes a secret. */
static void
refusals_are_told_apart(void **state)
{
#define SAID(code) "{\"error\":\"" code "\",\"error_description\":" \
                   "\"access-1 refresh-1 the-client-secret\"}"
    static const struct {
        int status, kind;
        const char *body;
    } rows[] = {
        { 400, RESULT_AUTH, SAID("invalid_grant") },
        { 400, RESULT_AUTH, SAID("invalid_request") },
        { 200, RESULT_AUTH, SAID("invalid_grant") },
        { 400, RESULT_AUTH, "{\"message\":\"no\"}" },
        { 401, RESULT_REJECTED, SAID("invalid_client") },
        { 400, RESULT_REJECTED, SAID("unauthorized_client") },
        { 401, RESULT_REJECTED, "{\"message\":\"Unauthorized\","
          "\"error\":401}" },
        { 403, RESULT_REJECTED, "<html>blocked</html>" },
        { 400, RESULT_AUTH, SAID("access-1 quoted") },
        { 404, RESULT_RETRY, "not here" },
        { 200, RESULT_RETRY, "{\"access_token\":\"\"}" },
        { 200, RESULT_RETRY, "{\"access_token\":7" },
        { 200, RESULT_RETRY, "[]" },
        { 302, RESULT_RETRY, "" },
        { 500, RESULT_RETRY, SAID("server_error") },
        { 503, RESULT_RETRY, "" },
        { 400, RESULT_RETRY, SAID("temporarily_unavailable") },
        { 429, RESULT_RETRY, SAID("slow_down") },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_answer answer = { .result = HTTP_ANSWERED,
                                      .status = rows[i].status };
        struct oauth_tokens tokens;

        text_add(&answer.body, rows[i].body);
        text_add(&answer.headers, "retry-after: 60\n");
        tokens = oauth_tokens_in("Provider", &answer);
        if ((int)tokens.result.kind != rows[i].kind)
            fail_msg("%d, %s: %s", rows[i].status, rows[i].body,
                     tokens.result.words);
        assert_null(tokens.access_token);
        assert_false(holds_secret(tokens.result.words));
        assert_int_equal(tokens.result.retry_at > clock_now(),
                         rows[i].status == 429);
    }
}

static void
no_answer_may_have_spent_the_token(void **state)
{
    struct oauth_tokens tokens, again;

    (void)state;
    start_double(NULL, NULL);
    tokens = sign_in();
    control("{\"fault\":\"drop\",\"path\":\"/api\"}");
    again = oauth_refresh(&provider, app, tokens.refresh_token);
    assert_int_equal(again.result.kind, RESULT_UNKNOWN);
    assert_false(holds_secret(again.result.words));
    provider.token_url = "http://127.0.0.1:1/token";
    again = oauth_refresh(&provider, app, tokens.refresh_token);
    assert_int_equal(again.result.kind, RESULT_RETRY);
}

static void
scopes_are_compared(void **state)
{
    struct oauth_tokens tokens = { .scope = "a:read,b c" };

    (void)state;
    assert_true(oauth_has_scopes(&tokens, "b a:read"));
    assert_true(oauth_has_scopes(&tokens, ""));
    assert_false(oauth_has_scopes(&tokens, "b d"));
    assert_false(oauth_has_scopes(&tokens, "a"));
    tokens.scope = NULL;
    assert_true(oauth_has_scopes(&tokens, "b d"));
}

static int
make_instance(void **state)
{
    (void)state;
    folder = instance_folder("allow_private_networks = 127.0.0.1\n"
                             "http_seconds = 5\n");
    return 0;
}

static int
remove_instance(void **state)
{
    (void)state;
    stop_double();
    instance_remove(folder);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_becomes_tokens),
        cmocka_unit_test(a_code_serves_once_and_its_own_verifier),
        cmocka_unit_test(a_challenge_is_as_published),
        cmocka_unit_test(parameters_of_ones_own),
        cmocka_unit_test(tokens_are_renewed),
        cmocka_unit_test(two_do_not_renew_at_once),
        cmocka_unit_test(a_refused_token_is_renewed_once),
        cmocka_unit_test(a_token_is_given_back),
        cmocka_unit_test(refusals_are_told_apart),
        cmocka_unit_test(no_answer_may_have_spent_the_token),
        cmocka_unit_test(scopes_are_compared),
    };

    return cmocka_run_group_tests(tests, make_instance, remove_instance);
}
