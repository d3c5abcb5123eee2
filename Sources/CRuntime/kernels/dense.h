// k×k convolutions over all channels.
//
// Forward: the rows that a row of outputs reaches are read into a ring in scratch, between borders of zeros. There a row of a window is one
// piece of memory, so a row of outputs is a matrix product with a span for each row of the window. Tasks are runs of rows of outputs.
//
// Backward: the windows of a run of output pixels are laid out as rows, then it is a matrix product. Tasks are whole images.
//
//     columns[(y, x), (i, j, c)] = x[y·stride + i − k/2, x·stride + j − k/2, c]

// The part of a window's row that lies in the image: columns [begin, end) of the window, none where the row is outside.
struct window_row {
  int begin, end;
  ptrdiff_t pixel;  // the image's pixel under the window's first column
};

INLINE struct window_row window_row_at(const ofa_step *s, int pixel, int i) {
  const int k = s->kernel_size, y = pixel / s->out_width * s->stride - k / 2 + i;
  const int left = pixel % s->out_width * s->stride - k / 2;
  const struct window_row row = {max_int(0, -left), min_int(k, s->in_width - left), (ptrdiff_t)y * s->in_width + left};
  return y >= 0 && y < s->in_height && row.begin < row.end ? row : (struct window_row){k, k, 0};
}

// Lays out the windows of output pixels [first, first + count) of one image as rows of k·k·channels.
static void lay_out_windows(const ofa_step *s, const float *image, int first, int count, float *columns) {
  const int k = s->kernel_size, channels = s->in_channels;
  for (int pixel = first; pixel < first + count; pixel++) {
    for (int i = 0; i < k; i++, columns += k * channels) {
      const struct window_row row = window_row_at(s, pixel, i);
      if (row.begin > 0) memset(columns, 0, sizeof(float) * (size_t)(row.begin * channels));
      if (row.end < k) memset(columns + row.end * channels, 0, sizeof(float) * (size_t)((k - row.end) * channels));
      const float *in = image + row.pixel * channels;
      for (int n = row.begin * channels; n < row.end * channels; n++) columns[n] = in[n];
    }
  }
}

// Adds windows laid out as rows back to the image they came from.
static void add_windows(const ofa_step *s, float *image, int first, int count, const float *columns) {
  const int k = s->kernel_size, channels = s->in_channels;
  for (int pixel = first; pixel < first + count; pixel++) {
    for (int i = 0; i < k; i++, columns += k * channels) {
      const struct window_row row = window_row_at(s, pixel, i);
      float *out = image + row.pixel * channels;
      for (int n = row.begin * channels; n < row.end * channels; n++) out[n] += columns[n];
    }
  }
}

INLINE int window_size(const ofa_step *s) { return s->kernel_size * s->kernel_size * s->in_channels; }
INLINE int input_size(const ofa_step *s) { return s->in_height * s->in_width * s->in_channels; }

static void dense(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int k = s->kernel_size, half = k / 2, channels = s->in_channels, width = s->in_width;
  const struct ring ring = ring_at(scratch, width, k, channels);
  float *partials = partial_statistics(s, bases, task);
  const int begin = task * s->rows_per_task, end = min_int(s->images * s->out_height, begin + s->rows_per_task);
  int read = 0;
  for (int row = begin; row < end; row++) {
    const int image = row / s->out_height, top = row % s->out_height * s->stride - half;
    const int first = max_int(top, 0), last = min_int(top + k, s->in_height);
    if (row % s->out_height == 0) read = 0;
    for (read = max_int(read, first); read < last; read++)
      read_source(bases, &s->source, channels, s->in_height * width, (image * s->in_height + read) * width, width,
                  ring_row(&ring, read) + ring.border);
    const float *rows[OFA_LARGEST_WINDOW];
    ring_rows(&ring, first, last - first, 0, rows);
    const ptrdiff_t offset = (ptrdiff_t)row * s->out_width * s->out_channels;
    struct product p = {.rows = s->out_width, .columns = s->out_channels, .depth = k * channels,
                        .a = rows, .spans = last - first, .a_row = (ptrdiff_t)s->stride * channels, .a_step = 1,
                        .b = at(bases, s->weights) + (ptrdiff_t)(first - top) * k * channels * OFA_LANES,
                        .b_panel = (ptrdiff_t)window_size(s) * OFA_LANES, .b_step = OFA_LANES,
                        .out = at(bases, s->output) + offset, .out_row = s->out_channels,
                        .bias = at(bases, s->bias), .activation = s->activation,
                        .statistics = partials, .first = row == begin,
                        .residual = s->residual ? at(bases, s->residual) + offset : NULL};
    product(&p);
  }
}

static void dense_backward(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int positions = s->out_height * s->out_width, depth = window_size(s), in_rows = s->in_height * s->in_width;
  const int out = s->out_channels;
  float *filter = at(bases, s->filter_gradients) + (ptrdiff_t)task * out * depth;
  float *bias = task_bias_gradient(s, bases, task);
  float *sums = sink_sums(bases, &s->sink, s->in_channels, task);
  float *columns = scratch, *scratch_g = columns + (ptrdiff_t)s->rows_per_tile * depth + OFA_LANES;
  float *image_scratch = scratch_g + (ptrdiff_t)s->rows_per_tile * out + OFA_LANES;
  float *dx = image_scratch + input_size(s) + OFA_LANES;
  int accumulate = 0;
  const int end = min_int(s->images, (task + 1) * s->rows_per_task);
  for (int image = task * s->rows_per_task; image < end; image++) {
    const float *x =
        source_rows(bases, &s->source, s->in_channels, in_rows, image * in_rows, in_rows, image_scratch);
    if (s->sink.gradient) memset(dx, 0, sizeof(float) * (size_t)input_size(s));
    for (int pixel = 0; pixel < positions; pixel += s->rows_per_tile) {
      const int rows = min_int(s->rows_per_tile, positions - pixel);
      const float *g = gradient_rows(bases, &s->gradient, out, image * positions + pixel, rows, scratch_g);
      lay_out_windows(s, x, pixel, rows, columns);
      struct product weights = {.rows = out, .columns = depth, .depth = rows, .a = &g, .spans = 1, .a_row = 1, .a_step = out,
                                .b = columns, .b_panel = OFA_LANES, .b_step = depth,
                                .out = filter, .out_row = depth, .accumulate = accumulate};
      product(&weights);
      if (bias) add_bias_gradient(bias, g, rows, out);
      accumulate = 1;
      if (!s->sink.gradient) continue;
      struct product data = {.rows = rows, .columns = depth, .depth = out, .a = &g, .spans = 1, .a_row = out, .a_step = 1,
                             .b = at(bases, s->weights2), .b_panel = (ptrdiff_t)out * OFA_LANES, .b_step = OFA_LANES,
                             .out = columns, .out_row = depth};
      product(&data);
      add_windows(s, dx, pixel, rows, columns);
    }
    if (s->sink.gradient) sink_rows(bases, &s->sink, s->in_channels, in_rows, image * in_rows, in_rows, dx, sums);
  }
}
