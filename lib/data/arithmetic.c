/* arithmetic.c: no mathematics: what SQLite's SQL functions of that name need
   of libm, which each request would load for them. No statement of ours calls
   one. Linked where SQLite's archive is (Makefile), and never exported. */
#include "base/log.h"

#pragma GCC visibility push(hidden)

#define OF_ONE(name) double name(double); double name(double x) \
    { (void)x; die("a statement calls " #name "()"); }
#define OF_TWO(name) double name(double, double); \
    double name(double x, double y) \
    { (void)x, (void)y; die("a statement calls " #name "()"); }

OF_ONE(acos)
OF_ONE(acosh)
OF_ONE(asin)
OF_ONE(asinh)
OF_ONE(atan)
OF_ONE(atanh)
OF_ONE(ceil)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(exp)
OF_ONE(floor)
OF_ONE(log)
OF_ONE(log10)
OF_ONE(log2)
OF_ONE(sin)
OF_ONE(sinh)
OF_ONE(sqrt)
OF_ONE(tan)
OF_ONE(tanh)
OF_ONE(trunc)
OF_TWO(atan2)
OF_TWO(fmod)
OF_TWO(pow)
