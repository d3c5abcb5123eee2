// The matrix product that every convolution over channels is made of.
//
//     out[m, n] (+)= Σ k  a[m, k] · b[k, n]
//
// `a` is read one element at a time with two strides, so it may be transposed; `b` comes in panels of sixteen columns, packed
// ([panel][k][16]) or as sixteen neighbouring columns of a row-major matrix. A block of M rows and V panels stays in registers.

struct product {
  int rows, columns, depth;
  const float *a;
  ptrdiff_t a_row, a_step;    // from one row, one k, to the next
  const float *b;
  ptrdiff_t b_panel, b_step;  // from one panel, one k, to the next
  float *out;
  ptrdiff_t out_row;
  int accumulate;             // add to what `out` holds
  const float *bias;          // by column, or NULL
  const float *residual;      // added after the activation, laid out as `out`; or NULL
  int activation;
};

INLINE void product_block(const struct product *p, int m0, int n0, const int M, const int V) {
  const float *a = p->a + m0 * p->a_row;
  const float *b = p->b + n0 / OFA_LANES * p->b_panel;
  const ptrdiff_t a_row = p->a_row, a_step = p->a_step, b_panel = p->b_panel, b_step = p->b_step;
  lanes sum[M][V];
  UNROLL for (int m = 0; m < M; m++) UNROLL for (int v = 0; v < V; v++) sum[m][v] = zero();
  for (int k = 0; k < p->depth; k++) {
    lanes right[V];
    UNROLL for (int v = 0; v < V; v++) right[v] = load(b + v * b_panel);
    UNROLL for (int m = 0; m < M; m++) {
      lanes left = splat(a[m * a_row]);
      UNROLL for (int v = 0; v < V; v++) sum[m][v] += left * right[v];
    }
    a += a_step;
    b += b_step;
  }
  UNROLL for (int v = 0; v < V; v++) {
    const int column = n0 + v * OFA_LANES, count = min_int(OFA_LANES, p->columns - column);
    const lanes bias = p->bias ? load_first(p->bias + column, count) : zero();
    UNROLL for (int m = 0; m < M; m++) {
      float *out = p->out + (m0 + m) * p->out_row + column;
      lanes value = sum[m][v] + bias;
      if (p->accumulate) value += load_first(out, count);
      if (p->activation != OFA_IDENTITY) value = activate(value, p->activation);
      if (p->residual) value += load_first(p->residual + (m0 + m) * p->out_row + column, count);
      store_first(out, value, count);
    }
  }
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
