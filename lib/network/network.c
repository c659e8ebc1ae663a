/* network.c: the drivers that are there. A new one is a name here, twice. */
#include "network/network.h"

extern const struct network bluesky, discord, facebook, instagram, linkedin,
    mastodon, pinterest, reddit, site, telegram, threads, tiktok, x, youtube;

static const struct network *const drivers[] = {
    &bluesky,
    &discord,
    &facebook,
    &instagram,
    &linkedin,
    &mastodon,
    &pinterest,
    &reddit,
    &site,
    &telegram,
    &threads,
    &tiktok,
    &x,
    &youtube,
    NULL
};

const struct network *
network_find(const char *name)
{
    int i;

    for (i = 0; drivers[i] != NULL; i++)
        if (text_same(drivers[i]->name, name))
            return drivers[i];
    return NULL;
}
