// AVX2 with FMA: 16 registers of eight floats. A multiply-add may read one operand from memory.
#define FORM_NAME "avx2"
#define FORM_LANES 8
#define FORM_REGISTERS 16
#define FORM_BLOCK_REGISTERS 12
#define FORM_READS_OPERANDS

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "vectors.h"

INLINE lanes splat(float x) { return _mm256_set1_ps(x); }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return _mm256_fmadd_ps(a, b, c); }
INLINE lanes larger(lanes a, lanes b) { return _mm256_max_ps(a, b); }
INLINE lanes smaller(lanes a, lanes b) { return _mm256_min_ps(a, b); }
INLINE lanes square_root(lanes x) { return _mm256_sqrt_ps(x); }
