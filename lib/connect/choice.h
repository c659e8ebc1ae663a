/* choice.h: a person who has several accounts at a network connects one. */
#ifndef CHOICE_H
#define CHOICE_H
#include "connect/visit.h"
#include "core/account.h"
#include "network/network.h"

/* What the link keeps, sealed, of an account that a network described, until
   its owner confirms it: JSON with account_facts' names. Of several accounts:
   {"choices": [...]}; of a list of one that one. */
const char *choice_details(const struct connected *);

/* How many accounts are there to choose from? 0: one is described. */
int choice_count(const char *details);

/* The account that details describe. */
struct account_facts choice_facts(const char *details);

/* The details of the choice with this remote id, with the others that have
   credentials of their own; NULL where there is none. */
const char *choice_with(const char *details, const char *remote_id);

/* Inside the transaction that connects the choice: those others among the
   profile's accounts get theirs. */
void choice_renew_others(const char *details, const char *profile,
                         const char *network);
#endif
