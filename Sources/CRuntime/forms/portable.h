// What every processor has: the compiler's own vectors of sixteen bytes, SSE2 on x86-64.
#define FORM_NAME "portable"
#define FORM_LANES 4
#define FORM_REGISTERS 16
#define FORM_BLOCK_REGISTERS 8

#include "vectors.h"

INLINE lanes splat(float x) { return (lanes){x, x, x, x}; }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return a * b + c; }
INLINE lanes larger(lanes a, lanes b) { return choose(a > b, a, b); }
INLINE lanes smaller(lanes a, lanes b) { return choose(a < b, a, b); }
