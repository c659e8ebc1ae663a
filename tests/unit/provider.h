/* provider.h: a stand-in of one server with OAuth (tests/doubles), for the
   unit tests of its driver; and a job of an account there. */
#ifndef PROVIDER_H
#define PROVIDER_H
#include <signal.h>
#include <sys/wait.h>
#include "data/json.h"
#include "data/value.h"
#include "network/oauth.h"
#include "instance.h"

static const char provider_app[] = "{\"client_id\":\"the-client-id\","
                                   "\"client_secret\":\"the-client-secret\"}";
static const char provider_back[] = "http://127.0.0.1:1/mcp/connect/callback";
static const char *provider_folder, *provider_url;
static pid_t provider_process;

/* Start tests/doubles/NAME.py. It comes before the instance, whose crier.conf
   names its URL. */
static inline void
provider_start(const char *name)
{
    char *folder = memory_copy("/tmp/crier-test-XXXXXX");
    int out[2], port = 0;
    FILE *output;

    if (mkdtemp(folder) == NULL || pipe2(out, O_CLOEXEC) != 0)
        die("no folder for the test");
    provider_folder = folder;
    provider_process = fork();
    if (provider_process == 0) {
        dup2(out[1], 1);
        execl("/usr/bin/python3", "python3",
              memory_format("tests/doubles/%s.py", name), "--ledger",
              memory_format("%s/ledger.jsonl", folder), (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    output = fdopen(out[0], "r");
    if (fscanf(output, "%d", &port) != 1)
        die("%s.py did not start", name);
    fclose(output);
    provider_url = memory_format("http://127.0.0.1:%d", port);
}

static inline void
provider_end(void)
{
    kill(provider_process, SIGKILL);
    waitpid(provider_process, NULL, 0);
    nftw(provider_folder, instance_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Give it an order; what it answers. */
static inline const char *
provider_control(const char *order)
{
    struct http_answer answer = http_send(&(struct http_request){
        .method = "POST", .url = memory_format("%s/_control", provider_url),
        .headers = { "Content-Type: application/json" },
        .body = order, .body_length = strlen(order) });

    if (answer.status != 200)
        die("%s: %s", order, text_string(&answer.body));
    return memory_copy(text_string(&answer.body));
}

/* What alice does on the consent page: decision is allow or deny. Where she is
   sent then. */
static inline const char *
provider_consent(const char *authorize_url, const char *decision)
{
    size_t length = strcspn(authorize_url, "?");
    struct text form = { 0 };
    struct http_answer answer;

    text_add_format(&form, "%s&account=alice&decision=%s",
                    authorize_url + length + 1, decision);
    answer = http_send(&(struct http_request){ .method = "POST",
        .url = memory_copy_bytes(authorize_url, length),
        .body = text_string(&form), .body_length = form.length, .headers = {
            "Content-Type: application/x-www-form-urlencoded" } });
    if (answer.status != 302)
        die("consent: %ld %s", answer.status, text_string(&answer.body));
    return http_header(&answer, "location");
}

static inline const char *
provider_code(const char *authorize_url)
{
    const char *code = strstr(provider_consent(authorize_url, "allow"),
                              "?code=");

    return code ? memory_copy_bytes(code + 6, strcspn(code + 6, "&")) : "";
}

/* ------------------------------------------------------------ a job */

static int provider_saves;      /* of credentials */

static void
provider_keep_resume(struct job *job, const char *resume)
{
    job->resume = memory_copy(resume);
}

static void
provider_keep_credentials(struct job *job, const char *credentials,
                          int64_t expires_at)
{
    (void)expires_at;
    job->credentials = memory_copy(credentials);
    provider_saves++;
}

/* A job of alice's account, whose tokens are new. */
static inline struct job
provider_job(const char *remote_account)
{
    const char *tokens = provider_control(
        "{\"call\":\"token\",\"account\":\"alice\"}");

    return (struct job){
        .target = "target", .account = "account", .server = "",
        .remote_account = remote_account, .handle = "alice", .text = "",
        .title = "", .settings = "{}", .account_settings = "{}",
        .limits = "{}", .category = "", .credentials = tokens,
        .app = provider_app, .resume = "{}",
        .save_resume = provider_keep_resume,
        .save_credentials = provider_keep_credentials
    };
}

/* Whether words tell a secret of the stand-in. */
static inline int
provider_leaks(const char *words)
{
    return words != NULL
           && (strstr(words, "the-client-secret") || strstr(words, "access-")
               || strstr(words, "refresh-") || strstr(words, provider_url));
}
#endif
