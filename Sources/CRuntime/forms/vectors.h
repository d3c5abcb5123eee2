// Vectors of FORM_LANES floats: what every form has of them. A form adds splat, multiply_add, larger,
// smaller and square_root.
#ifndef OFA_VECTORS_H
#define OFA_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Products are fused with additions where it is written, never where a compiler likes.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"
#else
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

typedef float lanes __attribute__((vector_size(4 * FORM_LANES)));
typedef int32_t lane_mask __attribute__((vector_size(4 * FORM_LANES)));
typedef float lanes_in_memory __attribute__((vector_size(4 * FORM_LANES), aligned(4), may_alias));

// Vectors never cross a call: every function that takes one is inlined. Loops that need all registers for themselves
// are in functions of their own, which are not.
#define INLINE static inline __attribute__((always_inline))
#define OUT_OF_LINE static __attribute__((noinline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

// Hides from a compiler how a pointer was made, so that it does not make others from it step by step in a loop.
#define HIDE(pointer) __asm__("" : "+r"(pointer))

INLINE lanes load(const float *p) { return *(const lanes_in_memory *)(const void *)p; }
INLINE void store(float *p, lanes v) { *(lanes_in_memory *)(void *)p = v; }
INLINE lanes zero(void) { return (lanes){0}; }
INLINE lanes choose(lane_mask mask, lanes a, lanes b) {
  return (lanes)((mask & (lane_mask)a) | (~mask & (lane_mask)b));
}

#endif
