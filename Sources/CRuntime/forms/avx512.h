// AVX-512: 32 registers of sixteen floats.
#define FORM_NAME "avx512"
#define FORM_LANES 16
#define FORM_REGISTERS 32
#define FORM_BLOCK_REGISTERS 24

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma")
#endif

#include "vectors.h"

INLINE lanes splat(float x) { return _mm512_set1_ps(x); }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }
INLINE lanes larger(lanes a, lanes b) { return _mm512_max_ps(a, b); }
INLINE lanes smaller(lanes a, lanes b) { return _mm512_min_ps(a, b); }
INLINE lanes square_root(lanes x) { return _mm512_sqrt_ps(x); }
