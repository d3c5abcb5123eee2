// The matrix product that every convolution over channels is made of.
//
//     out[m, n] (+)= Σ k  a[m, k] · b[k, n]
//
// `a` has two strides, one of which is 1, so it may be transposed; it may lie in several spans of k, one
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
enum { MOST_SUMS = 32, MOST_VECTORS = 8 };

// Floats of a panel that are asked for ahead.
enum { PREFETCHED = 64 * OFA_PANEL };

// Where vector v of a block's columns begins in `b`.
INLINE ptrdiff_t panel_offset(int v, ptrdiff_t b_panel) { return v / PARTS * b_panel + v % PARTS * LANES; }

// The vectors of a block's columns for one k. A single row takes each panel from memory once, as fast as it comes:
// several panels at a time, and ahead.
INLINE void load_right(lanes *right, const float *b, ptrdiff_t b_panel, const int M, const int V) {
  if (M == 1)
    UNROLL for (int v = 0; v < V; v += PARTS) __builtin_prefetch(b + panel_offset(v, b_panel) + PREFETCHED);
  UNROLL for (int v = 0; v < V; v++) right[v] = load(b + panel_offset(v, b_panel));
}

// sum[m][v] += a[m] · b[v] for one k; `a` points to every ROWS_OF_POINTER-th row, `offset` floats behind which it lies.
INLINE void product_term(lanes *sum, const float *const *a, ptrdiff_t offset, ptrdiff_t a_row, const float *b,
                         ptrdiff_t b_panel, const int M, const int V) {
  lanes right[MOST_VECTORS];
  load_right(right, b, b_panel, M, V);
  UNROLL for (int m = 0; m < M; m++) {
    const lanes left = splat(a[m / ROWS_OF_POINTER][m % ROWS_OF_POINTER * a_row + offset]);
    UNROLL for (int v = 0; v < V; v++) sum[m * V + v] = multiply_add(left, right[v], sum[m * V + v]);
  }
}

#if defined(FORM_LANE_PRODUCTS)
// Vector i of LANES k of a block's rows, `offset` floats behind their beginnings: all k of row i or, where rows lie
// side by side, LANES rows of a k.
INLINE lanes load_left(const float *const *a, ptrdiff_t offset, ptrdiff_t a_step, const int i, const int M,
                       const int BY_ROW) {
  const int of_step = BY_ROW ? 1 : M / LANES;
  return load(BY_ROW ? a[i] + offset : a[0] + offset + i / of_step * a_step + i % of_step * LANES);
}

// LANES k of a block; `left` and `right` hold what was read ahead. Unless these k are the last, so do they then.
INLINE void product_turn(lanes *sum, lanes *left, lanes (*right)[MOST_VECTORS], const float *const *a,
                         ptrdiff_t offset, ptrdiff_t a_step, const float **b, ptrdiff_t b_panel, ptrdiff_t b_step,
                         const int M, const int V, const int BY_ROW, const int is_last) {
  UNROLL for (int k = 0; k < LANES; k++) {
    if (k < LANES - 1 || !is_last) load_right(right[(k + 1) % 2], *b + (k + 1) * b_step, b_panel, M, V);
    UNROLL for (int m = 0; m < M; m++) {
      const int i = BY_ROW ? m : (k * M + m) / LANES, lane = BY_ROW ? k : m % LANES;
      lanes *sums = sum + (k % BLOCK_RUNS(M * V) * M + m) * V;
      UNROLL for (int v = 0; v < V; v++) sums[v] = multiply_add(splat(left[i][lane]), right[k % 2][v], sums[v]);
      const int is_read = BY_ROW ? k == LANES - 1 : lane == LANES - 1;
      if (is_read && !is_last) left[i] = load_left(a, offset + LANES * a_step, a_step, i, M, BY_ROW);
    }
  }
  *b += LANES * b_step;
}

// sum += a · b for `depth` k, a multiple of LANES that is not zero, as products with lanes of vectors of `a`.
INLINE void product_by_lanes(lanes *sum, const float *const *a, ptrdiff_t a_step, const float **b, ptrdiff_t b_panel,
                             ptrdiff_t b_step, int depth, const int M, const int V, const int BY_ROW) {
  lanes left[MOST_BLOCK_ROWS], right[2][MOST_VECTORS];
  UNROLL for (int i = 0; i < M; i++) left[i] = load_left(a, 0, a_step, i, M, BY_ROW);
  load_right(right[0], *b, b_panel, M, V);
  ptrdiff_t offset = 0;
  for (; depth > LANES; depth -= LANES, offset += LANES * a_step)
    product_turn(sum, left, right, a, offset, a_step, b, b_panel, b_step, M, V, BY_ROW, 0);
  product_turn(sum, left, right, a, offset, a_step, b, b_panel, b_step, M, V, BY_ROW, 1);
}
#endif

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

// What follows the sum, each only where it is asked for; all of it in registers.
INLINE void product_finish(const struct product *p, lanes *sum, int m0, int n0, const int M, const int V) {
  const int live = p->columns - n0;
  const ptrdiff_t out_row = p->out_row;
  float *out = p->out + m0 * out_row + n0;
  if (p->bias) {
    UNROLL for (int v = 0; v < V; v++) {
      const lanes bias = load_first(p->bias + n0 + v * LANES, live - v * LANES);
      UNROLL for (int m = 0; m < M; m++) sum[m * V + v] += bias;
    }
  }
  float rows[MOST_SUMS * LANES];
  if (p->accumulate && live >= V * LANES) {
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(out + m * out_row + v * LANES);
  } else if (p->accumulate) {  // what lies behind the last column may be another task's
    for (int m = 0; m < M; m++) memcpy(rows + m * V * LANES, out + m * out_row, sizeof(float) * (size_t)live);
    UNROLL for (int i = 0; i < M * V; i++) sum[i] += load(rows + i * LANES);
  }
  if (p->activation != OFA_IDENTITY)
    FOR_ACTIVATION(p->activation, activate_all(sum, M * V, KIND);)
  if (p->residual) {
    const float *residual = p->residual + m0 * out_row + n0;
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(residual + m * out_row + v * LANES);
  }
  if (p->statistics) product_statistics(p, sum, m0, n0, M, V);
  if (live >= V * LANES) {
    UNROLL for (int m = 0; m < M; m++, out += out_row) {
      HIDE(out);
      UNROLL for (int v = 0; v < V; v++) store(out + v * LANES, sum[m * V + v]);
    }
  } else {
    UNROLL for (int i = 0; i < M * V; i++) store(rows + i * LANES, sum[i]);
    for (int m = 0; m < M; m++) memcpy(out + m * out_row, rows + m * V * LANES, sizeof(float) * (size_t)live);
  }
}

// A block; IS_PACKED where rows of `a` lie along k and `b` is packed: its distances are constants then.
INLINE void product_block(const struct product *p, int m0, int n0, const int M, const int V, const int IS_PACKED) {
  const int RUNS = BLOCK_RUNS(M * V);
  const float *b = p->b + panel_offset(n0 / LANES, p->b_panel);
  const ptrdiff_t a_row = p->a_row, a_step = IS_PACKED ? 1 : p->a_step;
  const ptrdiff_t b_panel = p->b_panel, b_step = IS_PACKED ? OFA_PANEL : p->b_step;
  lanes sum[MOST_SUMS];
  UNROLL for (int i = 0; i < RUNS * M * V; i++) sum[i] = zero();
  int span = 0;
  do {
    const float *const end = b + p->depth * b_step, *a[MOST_SUMS / ROWS_OF_POINTER + 1];
    const float *row = p->a[span] + m0 * a_row;
    UNROLL for (int i = 0; i < M; i += ROWS_OF_POINTER, row += ROWS_OF_POINTER * a_row) {
      if (M > ROWS_OF_POINTER) HIDE(row);
      a[i / ROWS_OF_POINTER] = row;
    }
    ptrdiff_t offset = 0;  // of the k that are left
#if defined(FORM_LANE_PRODUCTS)
    const int whole = p->depth / LANES * LANES, by_row = a_step == 1;
    if (whole > 0 && (by_row || (a_row == 1 && M % LANES == 0))) {
      if (by_row) product_by_lanes(sum, a, 1, &b, b_panel, b_step, whole, M, V, 1);
      else product_by_lanes(sum, a, a_step, &b, b_panel, b_step, whole, M, V, 0);
      offset = whole * a_step;
    }
#endif
    if (RUNS > 1) {
      for (; end - b >= RUNS * b_step; b += RUNS * b_step) {
        UNROLL for (int run = 0; run < RUNS; run++)
          product_term(sum + run * M * V, a, offset + run * a_step, a_row, b + run * b_step, b_panel, M, V);
        UNROLL for (int i = 0; i < M; i += ROWS_OF_POINTER) a[i / ROWS_OF_POINTER] += RUNS * a_step;
      }
      for (; b != end; b += b_step) {
        product_term(sum, a, offset, a_row, b, b_panel, M, V);
        UNROLL for (int i = 0; i < M; i += ROWS_OF_POINTER) a[i / ROWS_OF_POINTER] += a_step;
      }
    } else if (!offset || b != end) {
      do {
        product_term(sum, a, offset, a_row, b, b_panel, M, V);
        UNROLL for (int i = 0; i < M; i += ROWS_OF_POINTER) a[i / ROWS_OF_POINTER] += a_step;
        b += b_step;
      } while (b != end);
    }
  } while (++span < p->spans);
  UNROLL for (int run = 1; run < RUNS; run++)
    UNROLL for (int i = 0; i < M * V; i++) sum[i] += sum[run * M * V + i];
  product_finish(p, sum, m0, n0, M, V);
}

// Blocks of M rows from row m on; returns the first row that is left. A function of its own for each height, and for
// packed operands where products are by lanes: they would fight for registers in one.
#define PRODUCT_ROWS_OF(NAME, M, V, IS_PACKED)                                                   \
  OUT_OF_LINE int NAME(const struct product *p, int m, int n) {                                  \
    for (; m + (M) <= p->rows; m += (M)) product_block(p, m, n, (M), (V), (IS_PACKED));          \
    return m;                                                                                    \
  }
#if defined(FORM_LANE_PRODUCTS)
#define PRODUCT_ROWS(NAME, M, V)                                                                 \
  PRODUCT_ROWS_OF(NAME##_any, M, V, 0)                                                           \
  PRODUCT_ROWS_OF(NAME##_packed, M, V, 1)                                                        \
  INLINE int NAME(const struct product *p, int m, int n) {                                       \
    return (p->a_step == 1 && p->b_step == OFA_PANEL ? NAME##_packed : NAME##_any)(p, m, n);     \
  }
#else
#define PRODUCT_ROWS(NAME, M, V) PRODUCT_ROWS_OF(NAME, M, V, 0)
#endif

// All rows of V vectors of columns; blocks of full height first, then what is left.
#define PRODUCT_COLUMNS(V)                                                                 \
  PRODUCT_ROWS(product_##V##_rows, BLOCK_ROWS(V), V)                                       \
  PRODUCT_ROWS(product_##V##_8_rows, BLOCK_ROWS(V) > 8 ? 8 : 1, V)                         \
  PRODUCT_ROWS(product_##V##_4_rows, BLOCK_ROWS(V) > 4 ? 4 : 1, V)                         \
  PRODUCT_ROWS(product_##V##_2_rows, BLOCK_ROWS(V) > 2 ? 2 : 1, V)                         \
  PRODUCT_ROWS(product_##V##_1_row, 1, V)                                                  \
  static void product_##V(const struct product *p, int n) {                                \
    int m = product_##V##_rows(p, 0, n);                                                   \
    if (BLOCK_ROWS(V) > 8) m = product_##V##_8_rows(p, m, n);                              \
    if (BLOCK_ROWS(V) > 4) m = product_##V##_4_rows(p, m, n);                              \
    if (BLOCK_ROWS(V) > 2) m = product_##V##_2_rows(p, m, n);                              \
    if (BLOCK_ROWS(V) > 1) product_##V##_1_row(p, m, n);                                   \
  }

PRODUCT_COLUMNS(1)
PRODUCT_COLUMNS(2)
PRODUCT_COLUMNS(3)
#if BLOCK_VECTORS(4) == 4
PRODUCT_COLUMNS(4)
#endif

PRODUCT_ROWS(product_single_row, 1, SINGLE_ROW_VECTORS)

static void product(const struct product *p) {
  const int vectors = (p->columns + LANES - 1) / LANES;
  int v = 0;
  if (p->rows == 1)
    for (; vectors - v >= SINGLE_ROW_VECTORS; v += SINGLE_ROW_VECTORS) product_single_row(p, 0, v * LANES);
  while (v < vectors) {
    const int left = vectors - v, n = v * LANES;
    switch (BLOCK_VECTORS(left)) {
      case 1: product_1(p, n); break;
      case 2: product_2(p, n); break;
      case 3: product_3(p, n); break;
#if BLOCK_VECTORS(4) == 4
      default: product_4(p, n); break;
#endif
    }
    v += BLOCK_VECTORS(left);
  }
}

#endif
