/* oauth.h: OAuth 2.0 as networks speak it (RFC 6749, RFC 7636): a client of
   an authorization server that a struct describes. */
#ifndef OAUTH_H
#define OAUTH_H
#include "network/network.h"

struct oauth_provider {
    const char *title;          /* of the network, for people: X */
    const char *authorize_url;  /* the consent page, without a query */
    const char *token_url;
    const char *revoke_url;     /* RFC 7009; NULL where there is none */
    const char *scopes;         /* parted as the network parts them; NULL: the
                                   parameter is left out */
    const char *more;           /* further parameters of the consent page, as
                                   a query (a=b&c=d); NULL: none */
    const char *exchange_more;  /* and of the exchange of a code, as a form;
                                   NULL: none */
    const char *refresh_more;   /* and of a refresh, as a form; NULL: none */
    const char *id_name;        /* client_id; NULL means that. TikTok's is
                                   client_key */
    enum {
        OAUTH_CLIENT_IN_BODY,   /* client_id and client_secret in the form */
        OAUTH_CLIENT_BASIC,     /* Authorization: Basic, where there is a
                                   secret; the form else */
        OAUTH_CLIENT_BASIC_EVER /* Authorization: Basic, with an empty secret
                                   where there is none (Reddit) */
    } client;
    enum {
        OAUTH_PLAIN,            /* no code_challenge */
        OAUTH_PKCE,             /* S256, base64url */
        OAUTH_PKCE_HEX          /* S256, hexadecimal (TikTok) */
    } challenge;
    const char *header;         /* one more header of the token endpoint, such
                                   as a User-Agent; NULL: none */
    int hints;                  /* 1: a token that is given back goes with its
                                   token_type_hint (RFC 7009) */
    int revoke_access;          /* 1: it is the access token that is given
                                   back, also where there is a refresh token */
    int revoke_bare;            /* 1: it goes without the client's name */
};

/* The S256 challenge of a verifier: base64url (RFC 7636), or hexadecimal. */
const char *oauth_challenge(const char *verifier, int in_hex);

/* Where to send the browser: a driver's oauth_begin, once its provider is
   known. app as config_app() gives it; NULL is a fault. The result's verifier
   is "" where no challenge is sent. */
struct oauth_start oauth_begin(const struct oauth_provider *,
                               const char *app, const char *redirect_uri,
                               const char *state);

/* What a token endpoint answered. */
struct oauth_tokens {
    const char *access_token;   /* NULL: see result */
    const char *refresh_token;  /* NULL where there is none */
    const char *scope;          /* as the network parts it; NULL: not told */
    int64_t expires_at;         /* of the access token; 0: not told */
    int64_t refresh_expires_at; /* refresh_expires_in or
                                   refresh_token_expires_in; 0: not told */
    const char *answer;         /* the whole answer as JSON, "{}" where it was
                                   none: some networks say more in it */
    struct result result;       /* RESULT_READY, or why not. RESULT_AUTH: the
                                   grant is no good (any more); RESULT_REJECTED:
                                   the application is not known, which its
                                   operator has to mend; RESULT_RETRY; and
                                   RESULT_UNKNOWN: no whole answer came, the
                                   network may have acted. Words hold nothing
                                   that the network said but its error code. */
};

/* Give a code for tokens. verifier is oauth_begin()'s. What Instagram and
   Threads put behind a code (#_) is cut off. */
struct oauth_tokens oauth_exchange(const struct oauth_provider *,
                                   const char *app, const char *redirect_uri,
                                   const char *verifier, const char *code);

/* Buy new tokens. An answer without a refresh token means that the old one
   stays good, and it is in the result. */
struct oauth_tokens oauth_refresh(const struct oauth_provider *,
                                  const char *app, const char *refresh_token);

/* The tokens of an answer to a request that a driver made itself. */
struct oauth_tokens oauth_tokens_in(const char *title,
                                    const struct http_answer *);

/* JSON {access_token, refresh_token, scope, expires_at, refresh_expires_at},
   without what is not there: at the least what a driver keeps of an account. */
const char *oauth_credentials(const struct oauth_tokens *);

/* What the consent page of a network that parts scopes by commas asks for:
   crier.conf's scopes of that network, else these; both parted by spaces. */
const char *oauth_asked(const char *network, const char *scopes);

/* The sentence for an account's owner who came back and was given nothing. */
const char *oauth_why(const struct oauth_tokens *);

/* Are all these scopes, parted by spaces, among those of the answer, parted by
   spaces or commas? Yes where it does not tell. */
int oauth_has_scopes(const struct oauth_tokens *, const char *scopes);

/* A text credential of the job; "" where it has none of that path. */
const char *oauth_credential(const struct job *, const char *path);

/* A driver's whole refresh: hold the credentials, buy new tokens with the
   job's, and keep them; what else stands in its credentials stays. Where
   another process has renewed them meanwhile, that is it. RESULT_READY, or
   why not as above; RESULT_REJECTED also where there is no refresh token:
   nothing is lost before the access token ends. */
struct result oauth_renew(const struct oauth_provider *, struct job *);

/* A driver's whole revoke: give the job's refresh token back, or its access
   token (revoke_access, or there is no other). RESULT_READY: it is good no
   more. */
struct result oauth_revoke(const struct oauth_provider *, struct job *);

/* oauth_call.c: RESULT_READY with an access token that lives for a minute at
   the least, as far as the job's credentials tell: renewed where it does not.
   Else why not: RESULT_AUTH or RESULT_RETRY. */
struct result oauth_fresh(const struct oauth_provider *, struct job *);

/* The answer to a request that carried the job's access token. renewal is
   RESULT_READY, but where the network refused the token (401) and no other
   could be had: then it says why, as oauth_fresh() does. */
struct oauth_answer {
    struct http_answer http;
    struct result renewal;
};

/* Send a request with the job's access token. Where the network refuses that
   it is renewed once, and the request sent again: a 401 has done nothing. */
struct oauth_answer oauth_call(const struct oauth_provider *, struct job *,
                               struct http_request *);
#endif
