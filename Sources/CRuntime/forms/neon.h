// NEON with fused multiplication: 32 registers of four floats on 64-bit ARM, 16 on 32-bit ARM.
#define FORM_NAME "neon"
#define FORM_LANES 4
#if defined(__aarch64__)
#define FORM_REGISTERS 32
#define FORM_BLOCK_REGISTERS 24
#define FORM_ROW_OUTPUTS 8
#else
#define FORM_REGISTERS 16
#define FORM_BLOCK_REGISTERS 12
#define FORM_ROW_OUTPUTS 4
#endif

#if defined(__clang__)
#if defined(__arm__)
#pragma clang attribute push(__attribute__((target("neon,vfp4"))), apply_to = function)
#else
#pragma clang attribute push(__attribute__((target("neon"))), apply_to = function)
#endif
#else
#pragma GCC push_options
#if defined(__arm__)
#pragma GCC target("fpu=neon-vfpv4")
#endif
#endif

#include <arm_neon.h>

#include "vectors.h"

INLINE lanes splat(float x) { return vdupq_n_f32(x); }
INLINE lanes multiply_add(lanes a, lanes b, lanes c) { return vfmaq_f32(c, a, b); }
INLINE lanes larger(lanes a, lanes b) { return vmaxq_f32(a, b); }
INLINE lanes smaller(lanes a, lanes b) { return vminq_f32(a, b); }
