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

/* The base URL of a network's API: `api_url.NETWORK` if it is set, else
   otherwise. No slash at the end. */
const char *config_api_url(const char *network, const char *otherwise);

/* The path of the file that is, or would be, read. */
const char *config_path(void);
#endif
