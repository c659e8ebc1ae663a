/* flow.h: the steps of connecting an account, each one request.

   No step asks a network inside a transaction. A secret that was typed or
   given by a network is kept sealed with the link until its owner confirms
   whose account it is; only then is there an account. */
#ifndef FLOW_H
#define FLOW_H

/* The form with a server, a handle or a secret was sent: on to the network,
   or check the secret there. */
_Noreturn void flow_start(void);

/* The browser came back from the network with :state, and :code or :error;
   :iss where the network says who it is (RFC 9207); of that, scheme, host and
   port are compared, since some networks name a path. */
_Noreturn void flow_return(void);

/* The owner chose :choice, a remote id, among several accounts. */
_Noreturn void flow_choose(void);

/* The owner confirmed the account that the link shows. */
_Noreturn void flow_confirm(void);

/* Another account after all: forget what came. */
_Noreturn void flow_again(void);
#endif
