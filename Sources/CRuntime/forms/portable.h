// What every processor has: the compiler's own vectors of sixteen bytes, SSE2 on x86-64.
#define FORM_NAME "portable"
#define FORM_LANES 4
#define FORM_REGISTERS 16
#define FORM_BLOCK_REGISTERS 8

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "vectors.h"

INLINE lanes splat(float x) { return (lanes){x, x, x, x}; }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return a * b + c; }
INLINE lanes larger(lanes a, lanes b) { return choose(a > b, a, b); }
INLINE lanes smaller(lanes a, lanes b) { return choose(a < b, a, b); }
INLINE lanes square_root(lanes x) {
#if defined(__SSE__)
  return _mm_sqrt_ps(x);
#else
  for (int i = 0; i < FORM_LANES; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}
