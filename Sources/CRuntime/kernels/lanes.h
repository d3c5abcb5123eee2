// Sixteen floats at a time. One source serves every form: the compiler makes one AVX-512 register of `lanes`, two of
// AVX2, or four of SSE or NEON. Included once by each form, with FORM_LANE_REGISTERS (that number), FORM_BLOCK_ROWS and
// FORM_BLOCK_PANELS defined.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../include/ofa_runtime.h"

// Vectors never cross a call: every function that takes one is inlined.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpsabi"
#else
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t lane_mask __attribute__((vector_size(64), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

INLINE lanes load(const float *p) { return *(const lanes *)p; }
INLINE void store(float *p, lanes v) { *(lanes *)p = v; }
INLINE lanes splat(float x) { return (lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE lanes zero(void) { return splat(0); }

// Stores the first `count` lanes; channels are nearly always multiples of 8.
INLINE void store_first(float *p, lanes v, int count) {
  if (count >= OFA_LANES) {
    store(p, v);
  } else if (count == 8) {
    memcpy(p, &v, 32);
  } else {
    float all[OFA_LANES];
    memcpy(all, &v, sizeof all);
    for (int i = 0; i < count; i++) p[i] = all[i];
  }
}

// Loads the first `count` lanes, zeros behind them.
INLINE lanes load_first(const float *p, int count) {
  if (count >= OFA_LANES) return load(p);
  float all[OFA_LANES] = {0};
  for (int i = 0; i < count; i++) all[i] = p[i];
  return load(all);
}

INLINE lanes choose(lane_mask mask, lanes a, lanes b) { return (lanes)((mask & (lane_mask)a) | (~mask & (lane_mask)b)); }
INLINE lanes larger(lanes a, lanes b) { return choose(a > b, a, b); }
INLINE lanes smaller(lanes a, lanes b) { return choose(a < b, a, b); }
INLINE lanes relu6(lanes x) { return smaller(larger(x, zero()), splat(6)); }

// The activations; `kind` is a constant where it matters.
INLINE lanes activate(lanes x, int kind) {
  switch (kind) {
    case OFA_RELU: return larger(x, zero());
    case OFA_RELU6: return relu6(x);
    case OFA_H_SWISH: return x * relu6(x + splat(3)) * splat(1.0f / 6);
    case OFA_H_SIGMOID: return relu6(x + splat(3)) * splat(1.0f / 6);
    default: return x;
  }
}

// g times the activation's derivative at x.
INLINE lanes activate_backward(lanes g, lanes x, int kind) {
  switch (kind) {
    case OFA_RELU: return choose(x > zero(), g, zero());
    case OFA_RELU6: return choose((x > zero()) & (x < splat(6)), g, zero());
    case OFA_H_SWISH: {
      lanes inside = g * (x * splat(1.0f / 3) + splat(0.5f));
      return choose(x >= splat(3), g, choose(x <= splat(-3), zero(), inside));
    }
    case OFA_H_SIGMOID: return choose((x > splat(-3)) & (x < splat(3)), g * splat(1.0f / 6), zero());
    default: return g;
  }
}

// Expands a statement once for each activation, with `KIND` a constant in it.
#define FOR_ACTIVATION(kind, ...)                                        \
  switch (kind) {                                                        \
    case OFA_RELU: { enum { KIND = OFA_RELU }; __VA_ARGS__ } break;      \
    case OFA_RELU6: { enum { KIND = OFA_RELU6 }; __VA_ARGS__ } break;    \
    case OFA_H_SWISH: { enum { KIND = OFA_H_SWISH }; __VA_ARGS__ } break;  \
    case OFA_H_SIGMOID: { enum { KIND = OFA_H_SIGMOID }; __VA_ARGS__ } break; \
    default: { enum { KIND = OFA_IDENTITY }; __VA_ARGS__ } break;        \
  }

// A reference's address, NULL for none.
INLINE float *at(const ofa_bases *bases, ofa_ref ref) {
  return ref ? bases->base[ref >> 56] + (ref & (((ofa_ref)1 << 56) - 1)) : NULL;
}

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }
