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

// A row of outputs,  out[x] = Σ r,t  in[r][x·S + t] · taps[r, t],  activated where there is a bias.
struct correlation {
  float *out;
  ptrdiff_t out_step;      // from one output to the next
  int width;
  const float *const *in;  // where each row begins
  int rows;
  const float *taps;       // [rows, T, 16]
  const float *bias;       // by channel, added before the activation; or NULL
  int activation;
};

INLINE void activate_row(float *row, ptrdiff_t step, int width, lanes bias, const int kind) {
  for (int x = 0; x < width; x++, row += step) store(row, activate(load(row) + bias, kind));
}

// What follows the sums of one vector of a row.
OUT_OF_LINE void finish_row(const struct correlation *p, int c) {
  const lanes bias = load(p->bias + c);
  FOR_ACTIVATION(p->activation, activate_row(p->out + c, p->out_step, p->width, bias, KIND);)
}

// Where registers are many it follows while the sums are in them.
enum { FINISHES_BLOCKS = FORM_REGISTERS >= 32 };

INLINE void finish_block(const struct correlation *p, lanes *sum, int c, const int N) {
  const lanes bias = load(p->bias + c);
  UNROLL for (int j = 0; j < N; j++) sum[j] += bias;
  FOR_ACTIVATION(p->activation, activate_all(sum, N, KIND);)
}

// N neighbouring outputs of one vector of channels, from output x and channel c on. Where registers are few they are
// for the sums: a tap at a time, the values from memory. Else the taps of a row are in registers, and each value is
// read once.
INLINE void correlate_block(const struct correlation *p, int x, int c, const int T, const int S, const int N) {
  const int rows = p->rows;
  const float *taps = p->taps + c;
  const ptrdiff_t offset = (ptrdiff_t)x * S * OFA_PANEL + c;
  lanes sum[MOST_ROW_OUTPUTS];
  UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
  for (int r = 0; r < rows; r++) {
    const float *in = p->in[r] + offset;
#if FORM_REGISTERS < 32
    UNROLL for (int t = 0; t < T; t++) {
      const lanes tap = load(taps + (r * T + t) * OFA_PANEL);
      UNROLL for (int j = 0; j < N; j++) sum[j] = multiply_add(load(in + (j * S + t) * OFA_PANEL), tap, sum[j]);
    }
#else
    lanes tap[MOST_UNROLLED_TAPS];
    UNROLL for (int t = 0; t < T; t++) tap[t] = load(taps + (r * T + t) * OFA_PANEL);
#if !defined(FORM_LANE_PRODUCTS)
    UNROLL for (int i = 0; i < (N - 1) * S + T; i++) {
      const lanes value = load(in + i * OFA_PANEL);
      UNROLL for (int j = 0; j < N; j++)
        if (i - j * S >= 0 && i - j * S < T) sum[j] = multiply_add(value, tap[i - j * S], sum[j]);
    }
#else
    HIDE(in);
    UNROLL for (int first = 0; first < (N - 1) * S + T; first += ROW_AHEAD) {
      lanes value[ROW_AHEAD];
      UNROLL for (int i = 0; i < ROW_AHEAD; i++)
        if (first + i < (N - 1) * S + T) value[i] = load(in + (first + i) * OFA_PANEL);
      UNROLL for (int i = 0; i < ROW_AHEAD; i++)
        UNROLL for (int j = 0; j < N; j++)
          if (first + i - j * S >= 0 && first + i - j * S < T)
            sum[j] = multiply_add(value[i], tap[first + i - j * S], sum[j]);
    }
#endif
#endif
  }
  if (FINISHES_BLOCKS && p->bias) finish_block(p, sum, c, N);
  const ptrdiff_t out_step = p->out_step;
  float *out = p->out + x * out_step + c;
  UNROLL for (int j = 0; j < N; j++, out += out_step) {
    HIDE(out);
    store(out, sum[j]);
  }
}

// All of a row. What is left of it behind whole blocks is computed in a block that ends with the row: some outputs are
// made twice.
INLINE void correlate(const struct correlation *p, const int T, const int S) {
  const int N = ROW_OUTPUTS(T, S), HALF = N / 2, width = p->width;
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    for (int x = 0; x < width;) {
      if (width >= N && width - x > HALF) {
        x = min_int(x, width - N);
        correlate_block(p, x, c, T, S, N);
        x += N;
      } else if (width >= HALF) {
        x = min_int(x, width - HALF);
        correlate_block(p, x, c, T, S, HALF);
        x += HALF;
      } else {
        correlate_block(p, x, c, T, S, 1);
        x++;
      }
    }
    if (!FINISHES_BLOCKS && p->bias) finish_row(p, c);
  }
}

// The same for any filter and stride.
OUT_OF_LINE void correlate_any(const struct correlation *p, int T, int S) {
  enum { N = 4 };
  for (int c = 0; c < OFA_PANEL; c += LANES) {
    for (int x = 0; x < p->width; x += N) {
      const int count = min_int(N, p->width - x);
      lanes sum[N];
      UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
      for (int r = 0; r < p->rows; r++) {
        for (int t = 0; t < T; t++) {
          const lanes tap = load(p->taps + ((ptrdiff_t)r * T + t) * OFA_PANEL + c);
          const float *in = p->in[r] + ((ptrdiff_t)x * S + t) * OFA_PANEL + c;
          // Outputs behind the last repeat it.
          UNROLL for (int j = 0; j < N; j++)
            sum[j] = multiply_add(load(in + (ptrdiff_t)min_int(j, count - 1) * S * OFA_PANEL), tap, sum[j]);
        }
      }
      UNROLL for (int j = 0; j < N; j++) store(p->out + (x + min_int(j, count - 1)) * p->out_step + c, sum[j]);
    }
    if (p->bias) finish_row(p, c);
  }
}

typedef void correlate_row(const struct correlation *row);

#define CORRELATE(T, S) \
  static void correlate_##T##_##S(const struct correlation *row) { correlate(row, T, S); }
CORRELATE(1, 1) CORRELATE(2, 1) CORRELATE(3, 1) CORRELATE(4, 1) CORRELATE(5, 1) CORRELATE(6, 1) CORRELATE(7, 1)
CORRELATE(1, 2) CORRELATE(3, 2) CORRELATE(5, 2) CORRELATE(7, 2)

// By the filter's columns; at a stride of two, of a whole kernel, these are odd.
static correlate_row *const correlate_rows_1[MOST_UNROLLED_TAPS] = {
    correlate_1_1, correlate_2_1, correlate_3_1, correlate_4_1, correlate_5_1, correlate_6_1, correlate_7_1};
static correlate_row *const correlate_rows_2[MOST_UNROLLED_TAPS / 2 + 1] = {correlate_1_2, correlate_3_2,
                                                                           correlate_5_2, correlate_7_2};

// Makes a row with a filter of T columns at stride S.
INLINE void correlate_with(int T, int S, const struct correlation *row) {
  if (T > MOST_UNROLLED_TAPS || S > 2) correlate_any(row, T, S);
  else if (S == 1) correlate_rows_1[T - 1](row);
  else correlate_rows_2[T / 2](row);
}

#endif
