/* oauth_call.c: requests with an account's token, renewed where it is due. */
#include "network/oauth.h"
#include "base/clock.h"
#include "data/json.h"

/* Renewing makes nothing public: no answer is no doubt about a post. What the
   network did with the old refresh token shows when it is next used. An
   application that the network does not know is its operator's to mend; an
   account without a refresh token is its owner's to connect again. */
static struct result
renew(const struct oauth_provider *provider, struct job *job)
{
    struct result result = oauth_renew(provider, job);

    if (result.kind == RESULT_UNKNOWN)
        result.kind = RESULT_RETRY;
    if (result.kind == RESULT_REJECTED)
        result.kind = oauth_credential(job, "$.refresh_token")[0] == '\0'
                      ? RESULT_AUTH : RESULT_RETRY;
    return result;
}

struct result
oauth_fresh(const struct oauth_provider *provider, struct job *job)
{
    int64_t at = json_integer(job->credentials, "$.expires_at", 0);

    if (at == 0 || at > clock_now() + MINUTE
        || oauth_credential(job, "$.refresh_token")[0] == '\0')
        return (struct result){ .kind = RESULT_READY };
    return renew(provider, job);
}

struct oauth_answer
oauth_call(const struct oauth_provider *provider, struct job *job,
           struct http_request *request)
{
    struct oauth_answer answer = { .renewal = { .kind = RESULT_READY } };

    request->bearer = oauth_credential(job, "$.access_token");
    answer.http = http_send(request);
    if (answer.http.result != HTTP_ANSWERED || answer.http.status != 401)
        return answer;
    answer.renewal = renew(provider, job);
    if (answer.renewal.kind == RESULT_READY) {
        request->bearer = oauth_credential(job, "$.access_token");
        answer.http = http_send(request);
    }
    return answer;
}
