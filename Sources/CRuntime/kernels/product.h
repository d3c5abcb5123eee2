// The matrix product that every convolution over channels is made of.
//
//     out[m, n] (+)= Σ k  a[m, k] · b[k, n]
//
// `a` is read one element at a time with two strides, so it may be transposed; it may lie in several spans of k, one
// behind the other in `b`. `b` comes in panels of sixteen columns, packed ([panel][k][16]) or as sixteen neighbouring
// columns of a row-major matrix. A block of M rows and V vectors of columns stays in registers.
#ifndef OFA_PRODUCT_H
#define OFA_PRODUCT_H

#include "blocks.h"
#include "moments.h"

struct product {
  int rows, columns, depth;   // depth: that of one span, at least 1
  const float *const *a;      // where each span begins
  int spans;                  // at least 1
  ptrdiff_t a_row, a_step;    // from one row, one k, to the next
  const float *b;
  ptrdiff_t b_panel, b_step;  // from one panel, one k, to the next
  float *out;
  ptrdiff_t out_row;
  int accumulate;             // add to what `out` holds
  const float *bias;          // by column, or NULL
  const float *residual;      // added after the activation, laid out as `out`; or NULL
  int activation;
  float *statistics;          // partial statistics of the columns, or NULL
  int first;                  // whether these rows are the first of them
};

// Sums of a block at most, and vectors of a row of it. Sizes of arrays are constants: GCC keeps no others in registers.
enum { MOST_SUMS = 8 * PARTS > FORM_REGISTERS ? 8 * PARTS : FORM_REGISTERS, MOST_VECTORS = 4 };

// Where vector v of a block's columns begins in `b`.
INLINE ptrdiff_t panel_offset(int v, ptrdiff_t b_panel) { return v / PARTS * b_panel + v % PARTS * LANES; }

// sum[m][v] += a[m] · b[v] for one k.
INLINE void product_term(lanes *sum, const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_panel, const int M,
                         const int V) {
  lanes right[MOST_VECTORS];
  UNROLL for (int v = 0; v < V; v++) right[v] = load(b + panel_offset(v, b_panel));
  UNROLL for (int m = 0; m < M; m++) {
    const lanes left = splat(a[m * a_row]);
    UNROLL for (int v = 0; v < V; v++) sum[m * V + v] = multiply_add(left, right[v], sum[m * V + v]);
  }
}

// Adds a block to the partial statistics of its columns.
INLINE void product_statistics(const struct product *p, const lanes *sum, int m0, int n0, const int M, const int V) {
  const int padded = ofa_padded(p->columns);
  UNROLL for (int v = 0; v < V; v++) {
    float *partial = p->statistics + n0 + v * LANES;
    struct moments even = {sum[v], zero(), zero()};
    if (!p->first || m0 > 0) even = load_moments(partial, padded);
    lanes odd = zero(), odd_squares = zero();
    UNROLL for (int m = 0; m < M; m++) {
      const lanes d = sum[m * V + v] - even.pivot;
      if (m % 2) odd += d, odd_squares = multiply_add(d, d, odd_squares);
      else even.sum += d, even.squares = multiply_add(d, d, even.squares);
    }
    even.sum += odd;
    even.squares += odd_squares;
    store_moments(partial, padded, even);
  }
}

INLINE void activate_all(lanes *sum, const int count, const int kind) {
  UNROLL for (int i = 0; i < count; i++) sum[i] = activate(sum[i], kind);
}

// What follows the sum, each only where it is asked for; all of it in registers.
INLINE void product_finish(const struct product *p, lanes *sum, int m0, int n0, const int M, const int V) {
  const int live = p->columns - n0;
  float *out = p->out + m0 * p->out_row + n0;
  if (p->bias) {
    UNROLL for (int v = 0; v < V; v++) {
      const lanes bias = load_first(p->bias + n0 + v * LANES, live - v * LANES);
      UNROLL for (int m = 0; m < M; m++) sum[m * V + v] += bias;
    }
  }
  if (p->accumulate)
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(out + m * p->out_row + v * LANES);
  if (p->activation != OFA_IDENTITY)
    FOR_ACTIVATION(p->activation, activate_all(sum, M * V, KIND);)
  if (p->residual) {
    const float *residual = p->residual + m0 * p->out_row + n0;
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(residual + m * p->out_row + v * LANES);
  }
  if (p->statistics) product_statistics(p, sum, m0, n0, M, V);
  if (live >= V * LANES) {
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) store(out + m * p->out_row + v * LANES, sum[m * V + v]);
  } else {
    float rows[MOST_SUMS * LANES];
    UNROLL for (int i = 0; i < M * V; i++) store(rows + i * LANES, sum[i]);
    for (int m = 0; m < M; m++) memcpy(out + m * p->out_row, rows + m * V * LANES, sizeof(float) * (size_t)live);
  }
}

INLINE void product_block(const struct product *p, int m0, int n0, const int M, const int V) {
  const int RUNS = BLOCK_RUNS(M * V);
  const float *b = p->b + n0 / OFA_PANEL * p->b_panel;
  const ptrdiff_t a_row = p->a_row, a_step = p->a_step, b_panel = p->b_panel, b_step = p->b_step;
  lanes sum[MOST_SUMS];
  UNROLL for (int i = 0; i < RUNS * M * V; i++) sum[i] = zero();
  int span = 0;
  do {
    const float *a = p->a[span] + m0 * a_row, *const end = b + p->depth * b_step;
    if (RUNS > 1) {
      for (; end - b >= RUNS * b_step; a += RUNS * a_step, b += RUNS * b_step)
        UNROLL for (int run = 0; run < RUNS; run++)
          product_term(sum + run * M * V, a + run * a_step, a_row, b + run * b_step, b_panel, M, V);
      for (; b != end; a += a_step, b += b_step) product_term(sum, a, a_row, b, b_panel, M, V);
    } else {
      do {
        product_term(sum, a, a_row, b, b_panel, M, V);
        a += a_step;
        b += b_step;
      } while (b != end);
    }
  } while (++span < p->spans);
  UNROLL for (int run = 1; run < RUNS; run++)
    UNROLL for (int i = 0; i < M * V; i++) sum[i] += sum[run * M * V + i];
  product_finish(p, sum, m0, n0, M, V);
}

// Blocks of M rows from row m on; returns the first row that is left. A function of its own for each height: they would
// fight for registers in one.
#define PRODUCT_ROWS(NAME, M, PANELS)                                                               \
  OUT_OF_LINE int NAME(const struct product *p, int m, int n) {                                     \
    for (; m + (M) <= p->rows; m += (M)) product_block(p, m, n, (M), (PANELS) * PARTS);             \
    return m;                                                                                       \
  }

// The rows of one group of panels; a block of full height first, then what is left.
#define PRODUCT_GROUP(NAME, PANELS)                             \
  PRODUCT_ROWS(NAME##_rows, BLOCK_ROWS(PANELS), PANELS)         \
  PRODUCT_ROWS(NAME##_8_rows, 8, PANELS)                        \
  PRODUCT_ROWS(NAME##_4_rows, 4, PANELS)                        \
  PRODUCT_ROWS(NAME##_2_rows, 2, PANELS)                        \
  PRODUCT_ROWS(NAME##_1_row, 1, PANELS)                         \
  static void NAME(const struct product *p, int n) {            \
    int m = NAME##_rows(p, 0, n);                               \
    if (BLOCK_ROWS(PANELS) > 8) m = NAME##_8_rows(p, m, n);     \
    if (BLOCK_ROWS(PANELS) > 4) m = NAME##_4_rows(p, m, n);     \
    if (BLOCK_ROWS(PANELS) > 2) m = NAME##_2_rows(p, m, n);     \
    NAME##_1_row(p, m, n);                                      \
  }

PRODUCT_GROUP(product_one, 1)
#if BLOCKS_ARE_WIDE
PRODUCT_GROUP(product_two, 2)
PRODUCT_GROUP(product_three, 3)
#endif

static void product(const struct product *p) {
  const int panels = ofa_padded(p->columns) / OFA_PANEL;
  int panel = 0;
#if BLOCKS_ARE_WIDE
  for (; panels - panel == 3 || panels - panel > 4; panel += 3) product_three(p, panel * OFA_PANEL);
  for (; panels - panel >= 2; panel += 2) product_two(p, panel * OFA_PANEL);
#endif
  for (; panel < panels; panel++) product_one(p, panel * OFA_PANEL);
}

#endif
