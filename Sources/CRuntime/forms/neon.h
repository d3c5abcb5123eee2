// NEON with fused multiplication: 32 registers of four floats on 64-bit ARM, 16 on 32-bit ARM.
#define FORM_NAME "neon"
#define FORM_LANES 4
#if defined(__aarch64__)
#define FORM_REGISTERS 32
#define FORM_BLOCK_REGISTERS 16
#define FORM_LANE_PRODUCTS
#else
#define FORM_REGISTERS 16
#define FORM_BLOCK_REGISTERS 8
#endif

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("neon"))), apply_to = function)
#else
#pragma GCC push_options
// Scheduling before registers are given away would keep more values than there are registers for.
#pragma GCC optimize("no-schedule-insns")
#if defined(__arm__)
// Without the second, GCC makes one float at a time of a vector, since NEON of 32 bits has no denormal numbers.
#pragma GCC target("fpu=neon-vfpv4")
#pragma GCC optimize("unsafe-math-optimizations")
#endif
#endif

#include <arm_neon.h>

#include "vectors.h"

INLINE lanes splat(float x) { return vdupq_n_f32(x); }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return vfmaq_f32(c, a, b); }
INLINE lanes larger(lanes a, lanes b) { return vmaxq_f32(a, b); }
INLINE lanes smaller(lanes a, lanes b) { return vminq_f32(a, b); }
#if defined(__aarch64__)
INLINE lanes square_root(lanes x) { return vsqrtq_f32(x); }
#else
// There is no such instruction: three steps of Newton's towards 1 / √x. They cannot begin at zero.
INLINE lanes square_root(lanes x) {
  lanes inverse = vrsqrteq_f32(x);
  UNROLL for (int i = 0; i < 3; i++) inverse = inverse * vrsqrtsq_f32(x * inverse, inverse);
  return choose(x == zero(), x, x * inverse);
}
#endif
