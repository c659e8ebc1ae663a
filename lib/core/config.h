/* config.h: crier.conf, what the operator decided.

   `key = value` lines, # begins a comment. The file is the one CRIER_CONF
   names, else PREFIX/etc/crier.conf. An unknown key or a bad value ends the
   program, naming file, line and key. */
#ifndef CONFIG_H
#define CONFIG_H

struct config {
    const char *base_url;       /* https://host, no slash at the end */
    const char *data_dir;       /* absolute; holds all of the next five */
    const char *database;       /* data_dir/crier.db */
    const char *media_dir;      /* data_dir/media */
    const char *run_dir;        /* data_dir/run */
    const char *key_file;       /* default data_dir/key */
    const char *share_dir;      /* openapi.json, schema.sql, migrations/ */
    const char *publisher;      /* default share_dir/../libexec/publisher */
    const char *site_dir;       /* where `site` accounts write; under docroot */
    const char *site_url;       /* its URL; default base_url/site */
    const char *allow_private_networks; /* no, yes, or address[:port] ... */
    const char *x_sendfile;     /* header's name, or NULL: we send the bytes */
    int trust_forwarded;        /* 1: a proxy of ours sets X-Forwarded-For */
    int connect_without_login;
    int requests_an_hour;       /* of one key; 0: any, -1: as its API says */
    int posts_an_hour;          /* of one profile; 0: any */
    int uploads_an_hour;        /* of one profile; 0: any */
    int request_slots;          /* requests served at once; more get 503 */
    int workers;                /* accounts published at once */
    int publish_wait;           /* seconds a request waits for its post */
    int duplicate_seconds;      /* the same text to the same account within
                                   this is refused; 0: it is not */
    int tick_seconds;           /* how long a tick claims, 10 to 290 */
    int settle_seconds;         /* wait before asking about an unknown send */
    int retry_seconds;          /* first backoff; then twice, four times */
    int http_seconds;           /* an outgoing request's whole time */
    int minimum_free_mb;        /* below this nothing is accepted or claimed */
    const char *ai_url;         /* OpenAI-compatible API, such as
                                   https://api.openai.com/v1; a private one
                                   must be in allow_private_networks */
    const char *ai_model;       /* its model; NULL, or no ai_url: no AI */
    const char *ai_key_file;    /* holds its key; NULL: it needs none */
    const char *backup_dir;     /* where the janitor writes a copy of the
                                   database each night; NULL: it does not */
    int backup_keep;            /* of which it keeps the newest so many */
};

/* The settings; read at the first call. */
const struct config *config(void);

/* Where a network's hosts are. A driver names each by the key that moves it
   and by its real base URL, which stands where the key is not set; no key
   moves more than its own host:
     api_url.NETWORK      its API
     login_url.NETWORK    its consent page, in a browser
     token_url.NETWORK    its token endpoint, where it is on neither of them
     upload_url.NETWORK   where media goes
     data_url.NETWORK     its metrics, where they have a host of their own
   Each may have a path (https://proxy.example/graph). No slash at the end.
   NETWORK is a name or alias of the catalogue; network here is its name. */
const char *config_url(const char *key, const char *network,
                       const char *otherwise);

/* The same of api_url. */
const char *config_api_url(const char *network, const char *otherwise);

/* What else a network's driver lets its operator decide; otherwise where the
   key is not set:
     scopes.NETWORK       what its consent page asks for, parted by spaces
     api_version.NETWORK  of an API whose versions end
     user_agent.NETWORK   what its requests are known by
     uploads_a_day.NETWORK, units_a_day.NETWORK
                          what the network allows Crier in a day, where it
                          allows another number than most (day_quota.h) */
const char *config_word(const char *key, const char *network,
                        const char *otherwise);

/* Crier as an application of a network, as its operator registered it:
   client_id.NETWORK and client_secret.NETWORK, each plain or as config_seal()
   makes it. JSON {client_id, client_secret}, the secret "" where none is set;
   NULL where there is no client_id, or what is sealed cannot be opened (which
   is noted). */
const char *config_app(const char *network);

/* A value as crier.conf may hold it without showing it: "sealed:" and base64,
   under the key file. Any key of one network that is no URL takes it. */
const char *config_seal(const char *plain);

/* What the operator must set before accounts of a network can be connected, as
   a sentence; NULL: nothing. */
struct catalogue_row;
const char *config_missing(const struct catalogue_row *);

/* Can others reach base_url: is it https, and neither a name nor an address of
   this machine or of a private network? */
int config_is_public(void);

/* The path of the file that is, or would be, read. */
const char *config_path(void);
#endif
