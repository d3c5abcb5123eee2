// The matrix product that every convolution over channels is made of.
//
//     out[m, n] (+)= Σ k  a[m, k] · b[k, n]
//
// `a` is read one element at a time with two strides, so it may be transposed; it may lie in several spans of k, one behind the other in
// `b`. `b` comes in panels of sixteen columns, packed ([panel][k][16]) or as sixteen neighbouring columns of a row-major matrix. A
// block of M rows and V panels stays in registers.

struct product {
  int rows, columns, depth;   // depth: that of one span
  const float *const *a;      // where each span begins
  int spans;
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

// sum[m][v] += a[m] · b[v] for one k.
INLINE void product_term(lanes *sum, const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_panel, const int M,
                         const int V) {
  lanes right[V];
  UNROLL for (int v = 0; v < V; v++) right[v] = load(b + v * b_panel);
  UNROLL for (int m = 0; m < M; m++) {
    const lanes left = splat(a[m * a_row]);
    UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += left * right[v];
  }
}

// Adds a block to the partial statistics of its columns.
INLINE void product_statistics(const struct product *p, const lanes *sum, int m0, int n0, const int M, const int V) {
  const int padded = ofa_padded(p->columns);
  UNROLL for (int v = 0; v < V; v++) {
    float *partial = p->statistics + n0 + v * OFA_LANES;
    struct moments even = {sum[v], zero(), zero()};
    if (!p->first || m0 > 0) even = load_moments(partial, padded);
    lanes odd = zero(), odd_squares = zero();
    UNROLL for (int m = 0; m < M; m++) {
      const lanes d = sum[m * V + v] - even.pivot;
      if (m % 2) odd += d, odd_squares += d * d;
      else even.sum += d, even.squares += d * d;
    }
    even.sum += odd;
    even.squares += odd_squares;
    store_moments(partial, padded, even);
  }
}

// What follows the sum, each only where it is asked for; all of it in registers.
INLINE void product_finish(const struct product *p, lanes *sum, int m0, int n0, const int M, const int V) {
  const int last = p->columns - n0 - (V - 1) * OFA_LANES;  // of the last panel's columns
  float *out = p->out + m0 * p->out_row + n0;
  if (p->bias) {
    UNROLL for (int v = 0; v < V; v++) {
      const lanes bias = load_first(p->bias + n0 + v * OFA_LANES, v < V - 1 ? OFA_LANES : last);
      UNROLL for (int m = 0; m < M; m++) sum[m * V + v] += bias;
    }
  }
  if (p->accumulate)
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(out + m * p->out_row + v * OFA_LANES);
  if (p->activation != OFA_IDENTITY)
    FOR_ACTIVATION(p->activation, UNROLL for (int i = 0; i < M * V; i++) sum[i] = activate(sum[i], KIND);)
  if (p->residual) {
    const float *residual = p->residual + m0 * p->out_row + n0;
    UNROLL for (int m = 0; m < M; m++)
      UNROLL for (int v = 0; v < V; v++) sum[m * V + v] += load(residual + m * p->out_row + v * OFA_LANES);
  }
  if (p->statistics) product_statistics(p, sum, m0, n0, M, V);
  UNROLL for (int m = 0; m < M; m++) {
    UNROLL for (int v = 0; v < V - 1; v++) store(out + m * p->out_row + v * OFA_LANES, sum[m * V + v]);
    store_first(out + m * p->out_row + (V - 1) * OFA_LANES, sum[m * V + V - 1], last);
  }
}

INLINE void product_block(const struct product *p, int m0, int n0, const int M, const int V) {
  // A block of fewer than eight registers is summed in several runs over k, since one run would wait for its own last
  // addition; one of more would not stay in registers if it were.
  const int REGISTERS = M * V * FORM_LANE_REGISTERS, RUNS = REGISTERS >= 8 ? 1 : REGISTERS >= 4 ? 2 : 4;
  const float *b = p->b + n0 / OFA_LANES * p->b_panel;
  const ptrdiff_t a_row = p->a_row, a_step = p->a_step, b_panel = p->b_panel, b_step = p->b_step;
  lanes sum[RUNS][M * V];
  UNROLL for (int run = 0; run < RUNS; run++) UNROLL for (int i = 0; i < M * V; i++) sum[run][i] = zero();
  for (int span = 0; span < p->spans; span++) {
    const float *a = p->a[span] + m0 * a_row;
    int k = 0;
    if (RUNS > 1) {
      for (; k + RUNS <= p->depth; k += RUNS, a += RUNS * a_step, b += RUNS * b_step)
        UNROLL for (int run = 0; run < RUNS; run++)
          product_term(sum[run], a + run * a_step, a_row, b + run * b_step, b_panel, M, V);
    }
    for (; k < p->depth; k++, a += a_step, b += b_step) product_term(sum[0], a, a_row, b, b_panel, M, V);
  }
  UNROLL for (int run = 1; run < RUNS; run++) UNROLL for (int i = 0; i < M * V; i++) sum[0][i] += sum[run][i];
  product_finish(p, sum[0], m0, n0, M, V);
}

#define PRODUCT_ROWS(M, V) \
  for (; m + M <= p->rows; m += M) product_block(p, m, n, M, V);

// The rows of one group of V panels; a block of full height first, then what is left.
#define PRODUCT_GROUP(NAME, FULL, V)                              \
  static void NAME(const struct product *p, int n) {              \
    int m = 0;                                                    \
    PRODUCT_ROWS(FULL, V)                                         \
    if (FULL > 8) { PRODUCT_ROWS(8, V) }                          \
    if (FULL > 4) { PRODUCT_ROWS(4, V) }                          \
    if (FULL > 2) { PRODUCT_ROWS(2, V) }                          \
    PRODUCT_ROWS(1, V)                                            \
  }

PRODUCT_GROUP(product_one, FORM_BLOCK_ROWS, 1)
#if FORM_BLOCK_PANELS == 3
PRODUCT_GROUP(product_two, 12, 2)
PRODUCT_GROUP(product_three, 8, 3)
#endif

static void product(const struct product *p) {
  const int panels = (p->columns + OFA_LANES - 1) / OFA_LANES;
  int panel = 0;
#if FORM_BLOCK_PANELS == 3
  for (; panels - panel == 3 || panels - panel > 4; panel += 3) product_three(p, panel * OFA_LANES);
  for (; panels - panel >= 2; panel += 2) product_two(p, panel * OFA_LANES);
#endif
  for (; panel < panels; panel++) product_one(p, panel * OFA_LANES);
}
