// 1×1 convolutions and linear layers: one matrix product for each tile of rows, while the tile is in the cache.
//
//     y[r, o] = Σ i  x[r, i] · w[o, i] (+ bias[o])
//     dx[r, i] = Σ o  dy[r, o] · w[o, i]        dw[o, i] = Σ r  dy[r, o] · x[r, i]

INLINE int row_count(const ofa_step *s) { return s->images * s->out_height * s->out_width; }

static void pointwise(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int begin = task * s->rows_per_task, end = min_int(row_count(s), begin + s->rows_per_task);
  const int positions = s->out_height * s->out_width;
  float *partials = partial_statistics(s, bases, task);
  for (int row = begin; row < end; row += s->rows_per_tile) {
    const int rows = min_int(s->rows_per_tile, end - row);
    const ptrdiff_t offset = (ptrdiff_t)row * s->out_channels;
    const float *x = source_rows(bases, &s->source, s->in_channels, positions, row, rows, scratch);
    struct product p = {
        .rows = rows, .columns = s->out_channels, .depth = s->in_channels,
        .a = &x, .spans = 1,
        .a_row = s->in_channels, .a_step = 1,
        .b = at(bases, s->weights), .b_panel = (ptrdiff_t)s->in_channels * OFA_LANES, .b_step = OFA_LANES,
        .out = at(bases, s->output) + offset, .out_row = s->out_channels,
        .bias = at(bases, s->bias), .activation = s->activation,
        .statistics = partials, .first = row == begin,
        .residual = s->residual ? at(bases, s->residual) + offset : NULL};
    product(&p);
  }
}

// The sums of a gradient's rows by channel, for a bias.
static void add_bias_gradient(float *bias, const float *rows, int count, int channels) {
  for (int c = 0; c < channels; c += OFA_LANES) {
    lanes sum = load(bias + c);
    for (int r = 0; r < count; r++) sum += load(rows + (ptrdiff_t)r * channels + c);
    store(bias + c, sum);
  }
}

INLINE float *task_bias_gradient(const ofa_step *s, const ofa_bases *bases, int task) {
  float *bias = at(bases, s->bias_gradients);
  if (!bias) return NULL;
  bias += (ptrdiff_t)task * ofa_padded(s->out_channels);
  memset(bias, 0, sizeof(float) * (size_t)ofa_padded(s->out_channels));
  return bias;
}

static void pointwise_backward(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int in = s->in_channels, out = s->out_channels;
  const int end = min_int(row_count(s), (task + 1) * s->rows_per_task);
  const int positions = s->out_height * s->out_width;
  float *filter = at(bases, s->filter_gradients) + (ptrdiff_t)task * in * out;
  float *bias = task_bias_gradient(s, bases, task);
  float *sums = sink_sums(bases, &s->sink, in, task);
  float *scratch_x = scratch, *scratch_g = scratch + (ptrdiff_t)s->rows_per_tile * in + OFA_LANES;
  int accumulate = 0;
  for (int row = task * s->rows_per_task; row < end; row += s->rows_per_tile) {
    const int rows = min_int(s->rows_per_tile, end - row);
    const float *g = gradient_rows(bases, &s->gradient, out, row, rows, scratch_g);
    const float *x = source_rows(bases, &s->source, in, positions, row, rows, scratch_x);
    struct product weights = {.rows = out, .columns = in, .depth = rows, .a = &g, .spans = 1, .a_row = 1, .a_step = out,
                              .b = x, .b_panel = OFA_LANES, .b_step = in,
                              .out = filter, .out_row = in, .accumulate = accumulate};
    product(&weights);
    if (bias) add_bias_gradient(bias, g, rows, out);
    accumulate = 1;
    if (!s->sink.gradient) continue;
    // The product goes where the gradient is stored, unless what is stored there is still to be added.
    const int in_place = s->sink.residual != s->sink.gradient;
    float *dx = in_place ? at(bases, s->sink.gradient) + (ptrdiff_t)row * in : scratch_x;
    struct product data = {.rows = rows, .columns = in, .depth = out, .a = &g, .spans = 1, .a_row = out, .a_step = 1,
                           .b = at(bases, s->weights2), .b_panel = OFA_LANES, .b_step = s->filter_stride,
                           .out = dx, .out_row = in};
    product(&data);
    const ofa_sink *k = &s->sink;
    if (!in_place || k->residual || k->value || k->gate || k->broadcast)
      sink_rows(bases, k, in, positions, row, rows, dx, sums);
  }
}
