/* sign.h: signing in and out at a connect link; each answers a form. */
#ifndef SIGN_H
#define SIGN_H

_Noreturn void sign_in(void);
_Noreturn void sign_out(void);
#endif
