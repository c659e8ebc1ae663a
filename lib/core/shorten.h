/* shorten.h: a text as a network measures it: links and mentions cut short.

   A link is http(s):// and a host with a dot that ends in letters, preceded by
   no letter, digit, @, $ or #; it ends before what is not ASCII and before
   closing punctuation (twitter-text's rules, which Mastodon shares; where they
   cannot be followed to the letter a link here is shorter, never longer). */
#ifndef SHORTEN_H
#define SHORTEN_H

/* Each link as url_length letters, and mentions @user@host as @user. */
const char *shorten_for_mastodon(const char *text, int url_length);

/* Each link as url_length letters, bare domains too. X looks a domain's ending
   up in IANA's list; here it is known when it has two letters or is common. */
const char *shorten_for_x(const char *text, int url_length);
#endif
