// Sliding filters along rows, sixteen channels side by side: what depthwise convolutions are made of.
#ifndef OFA_CORRELATE_H
#define OFA_CORRELATE_H

#include "lanes.h"

// Filters to this side have loops of their own for strides 1 and 2; larger ones and other strides share one.
enum { MOST_UNROLLED_TAPS = 7 };

// Neighbouring outputs of a block: as many sums as there are registers for besides the values that they share. At a
// stride of two they share fewer.
#if FORM_REGISTERS >= 32
#define ROW_OUTPUTS(taps, stride) 8
#elif defined(FORM_READS_OPERANDS)
#define ROW_OUTPUTS(taps, stride) ((stride) == 2 ? ((taps) <= 3 ? 6 : 4) : (taps) <= 5 ? 8 : 6)
#else
#define ROW_OUTPUTS(taps, stride) ((stride) == 2 ? 2 : 4)
#endif
enum { MOST_ROW_OUTPUTS = 8 };

// Values of a row that are read before they are used: a processor that takes instructions in order waits for each else.
enum { ROW_AHEAD = 14 };

// N neighbouring outputs of one vector of channels. Where registers are few they are for the sums: a tap at a time, the
// values from memory. Else the taps of a row are in registers, and each value is read once.
INLINE void correlate_block(const int T, const int S, const int N, float *out, ptrdiff_t out_step,
                            const float *const *in, ptrdiff_t offset, int rows, const float *taps) {
  lanes sum[MOST_ROW_OUTPUTS];
  UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
  for (int r = 0; r < rows; r++) {
    const float *p = in[r] + offset;
#if FORM_REGISTERS < 32
    UNROLL for (int t = 0; t < T; t++) {
      const lanes tap = load(taps + (r * T + t) * OFA_PANEL);
      UNROLL for (int j = 0; j < N; j++) sum[j] = multiply_add(load(p + (j * S + t) * OFA_PANEL), tap, sum[j]);
    }
#else
    lanes tap[MOST_UNROLLED_TAPS];
    UNROLL for (int t = 0; t < T; t++) tap[t] = load(taps + (r * T + t) * OFA_PANEL);
#if !defined(FORM_LANE_PRODUCTS)
    UNROLL for (int i = 0; i < (N - 1) * S + T; i++) {
      const lanes value = load(p + i * OFA_PANEL);
      UNROLL for (int j = 0; j < N; j++)
        if (i - j * S >= 0 && i - j * S < T) sum[j] = multiply_add(value, tap[i - j * S], sum[j]);
    }
#else
    HIDE(p);
    UNROLL for (int first = 0; first < (N - 1) * S + T; first += ROW_AHEAD) {
      lanes value[ROW_AHEAD];
      UNROLL for (int i = 0; i < ROW_AHEAD; i++)
        if (first + i < (N - 1) * S + T) value[i] = load(p + (first + i) * OFA_PANEL);
      UNROLL for (int i = 0; i < ROW_AHEAD; i++)
        UNROLL for (int j = 0; j < N; j++)
          if (first + i - j * S >= 0 && first + i - j * S < T)
            sum[j] = multiply_add(value[i], tap[first + i - j * S], sum[j]);
    }
#endif
#endif
  }
  UNROLL for (int j = 0; j < N; j++) store(out + j * out_step, sum[j]);
}

// out[x] = Σ r,t  in[r][x·S + t] · taps[r, t], for a row of outputs. What is left of a row behind whole blocks is
// computed in a block that ends with the row: some outputs are made twice.
INLINE void correlate(const int T, const int S, float *out, ptrdiff_t out_step, int width, const float *const *in,
                      int rows, const float *taps) {
  const int N = ROW_OUTPUTS(T, S), HALF = N / 2;
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    for (int x = 0; x < width;) {
      if (width >= N && width - x > HALF) {
        x = min_int(x, width - N);
        correlate_block(T, S, N, out + x * out_step + c, out_step, in, (ptrdiff_t)x * S * OFA_PANEL + c, rows,
                        taps + c);
        x += N;
      } else if (width >= HALF) {
        x = min_int(x, width - HALF);
        correlate_block(T, S, HALF, out + x * out_step + c, out_step, in, (ptrdiff_t)x * S * OFA_PANEL + c, rows,
                        taps + c);
        x += HALF;
      } else {
        correlate_block(T, S, 1, out + x * out_step + c, out_step, in, (ptrdiff_t)x * S * OFA_PANEL + c, rows,
                        taps + c);
        x++;
      }
    }
  }
}

// The same for any filter and stride.
static void correlate_any(int T, int S, float *out, ptrdiff_t out_step, int width, const float *const *in, int rows,
                          const float *taps) {
  enum { N = 4 };
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    for (int x = 0; x < width; x += N) {
      const int count = min_int(N, width - x);
      lanes sum[N];
      UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
      for (int r = 0; r < rows; r++) {
        for (int t = 0; t < T; t++) {
          const lanes tap = load(taps + ((ptrdiff_t)r * T + t) * OFA_PANEL + c);
          const float *p = in[r] + ((ptrdiff_t)x * S + t) * OFA_PANEL + c;
          // Outputs behind the last repeat it.
          UNROLL for (int j = 0; j < N; j++)
            sum[j] = multiply_add(load(p + (ptrdiff_t)min_int(j, count - 1) * S * OFA_PANEL), tap, sum[j]);
        }
      }
      UNROLL for (int j = 0; j < N; j++) store(out + (x + min_int(j, count - 1)) * out_step + c, sum[j]);
    }
  }
}

typedef void correlate_row(float *out, ptrdiff_t out_step, int width, const float *const *in, int rows,
                           const float *taps);

#define CORRELATE(T, S)                                                                                          \
  static void correlate_##T##_##S(float *o, ptrdiff_t os, int w, const float *const *i, int r, const float *t) { \
    correlate(T, S, o, os, w, i, r, t);                                                                          \
  }
CORRELATE(1, 1) CORRELATE(2, 1) CORRELATE(3, 1) CORRELATE(4, 1) CORRELATE(5, 1) CORRELATE(6, 1) CORRELATE(7, 1)
CORRELATE(1, 2) CORRELATE(3, 2) CORRELATE(5, 2) CORRELATE(7, 2)

// By the filter's columns; at a stride of two, of a whole kernel, these are odd.
static correlate_row *const correlate_rows_1[MOST_UNROLLED_TAPS] = {
    correlate_1_1, correlate_2_1, correlate_3_1, correlate_4_1, correlate_5_1, correlate_6_1, correlate_7_1};
static correlate_row *const correlate_rows_2[MOST_UNROLLED_TAPS / 2 + 1] = {correlate_1_2, correlate_3_2,
                                                                           correlate_5_2, correlate_7_2};

// Correlates `rows` rows with a filter of T columns at stride S, sixteen channels side by side.
INLINE void correlate_with(int T, int S, float *out, ptrdiff_t out_step, int width, const float *const *in, int rows,
                           const float *taps) {
  if (T > MOST_UNROLLED_TAPS || S > 2) correlate_any(T, S, out, out_step, width, in, rows, taps);
  else if (S == 1) correlate_rows_1[T - 1](out, out_step, width, in, rows, taps);
  else correlate_rows_2[T / 2](out, out_step, width, in, rows, taps);
}

#endif
