// The gradients of filters that slide along rows.
#ifndef OFA_CORRELATE_TAPS_H
#define OFA_CORRELATE_TAPS_H

#include "../kernels/correlate.h"

#if FORM_REGISTERS < 32
// Runs of neighbouring outputs that sums of their own are for: enough sums for additions that wait for each other.
#define TAP_RUNS(taps) ((taps) >= 5 ? 1 : (taps) >= 3 ? 2 : 4)
#else
#define TAP_RUNS(taps) 2
#endif

// taps[t] += Σ x  gradient[x] · in[x·S + t], along a row.
INLINE void correlate_taps(const int T, const int S, float *taps, int width, const float *gradient, const float *in) {
  const int RUNS = TAP_RUNS(T);
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    lanes sum[MOST_UNROLLED_TAPS * 2];
    UNROLL for (int t = 0; t < T; t++) sum[t] = load(taps + t * OFA_PANEL + c);
    UNROLL for (int i = T; i < RUNS * T; i++) sum[i] = zero();
    int x = 0;
    for (; x + RUNS <= width; x += RUNS) {
      const float *p = in + (ptrdiff_t)x * S * OFA_PANEL + c;
      UNROLL for (int run = 0; run < RUNS; run++) {
        const lanes g = load(gradient + (x + run) * OFA_PANEL + c);
        UNROLL for (int t = 0; t < T; t++)
          sum[run * T + t] = multiply_add(load(p + (run * S + t) * OFA_PANEL), g, sum[run * T + t]);
      }
    }
    for (; x < width; x++) {
      const lanes g = load(gradient + x * OFA_PANEL + c);
      UNROLL for (int t = 0; t < T; t++)
        sum[t] = multiply_add(load(in + (ptrdiff_t)(x * S + t) * OFA_PANEL + c), g, sum[t]);
    }
    UNROLL for (int i = T; i < RUNS * T; i++) sum[i % T] += sum[i];
    UNROLL for (int t = 0; t < T; t++) store(taps + t * OFA_PANEL + c, sum[t]);
  }
}

// The same for any filter and stride.
static void correlate_taps_any(int T, int S, float *taps, int width, const float *gradient, const float *in) {
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    for (int t = 0; t < T; t++) {
      lanes sum = load(taps + t * OFA_PANEL + c);
      for (int x = 0; x < width; x++)
        sum = multiply_add(load(gradient + x * OFA_PANEL + c), load(in + ((ptrdiff_t)x * S + t) * OFA_PANEL + c), sum);
      store(taps + t * OFA_PANEL + c, sum);
    }
  }
}

typedef void correlate_taps_row(float *taps, int width, const float *gradient, const float *in);

#define CORRELATE_TAPS(T, S)                                                              \
  static void correlate_taps_##T##_##S(float *t, int w, const float *g, const float *i) { \
    correlate_taps(T, S, t, w, g, i);                                                     \
  }
CORRELATE_TAPS(1, 1) CORRELATE_TAPS(3, 1) CORRELATE_TAPS(5, 1) CORRELATE_TAPS(7, 1)
CORRELATE_TAPS(1, 2) CORRELATE_TAPS(3, 2) CORRELATE_TAPS(5, 2) CORRELATE_TAPS(7, 2)

// By the stride, and half the filter.
static correlate_taps_row *const correlate_taps_rows[2][MOST_UNROLLED_TAPS / 2 + 1] = {
    {correlate_taps_1_1, correlate_taps_3_1, correlate_taps_5_1, correlate_taps_7_1},
    {correlate_taps_1_2, correlate_taps_3_2, correlate_taps_5_2, correlate_taps_7_2}};

INLINE void correlate_taps_with(int T, int S, float *taps, int width, const float *gradient, const float *in) {
  if (T <= MOST_UNROLLED_TAPS && S <= 2) correlate_taps_rows[S - 1][T / 2](taps, width, gradient, in);
  else correlate_taps_any(T, S, taps, width, gradient, in);
}

#endif
