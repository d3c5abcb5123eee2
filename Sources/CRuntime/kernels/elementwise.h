// What is left between the convolutions: sums, pooling, the squeeze-and-excitation gate's gradient, gradients on their own.

// output = source + source2 (or the source alone). Tasks are runs of rows.
static void elementwise(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int end = min_int(row_count(s), (task + 1) * s->rows_per_task), channels = s->out_channels;
  const int positions = s->out_height * s->out_width;
  for (int row = task * s->rows_per_task; row < end; row += s->rows_per_tile) {
    const int rows = min_int(s->rows_per_tile, end - row);
    float *out = at(bases, s->output) + (ptrdiff_t)row * channels;
    read_source(bases, &s->source, channels, positions, row, rows, out);
    if (!s->source2.data) continue;
    const float *other = source_rows(bases, &s->source2, channels, positions, row, rows, scratch);
    const ptrdiff_t count = (ptrdiff_t)rows * channels;
    ptrdiff_t i = 0;
    for (; i + OFA_LANES <= count; i += OFA_LANES) store(out + i, load(out + i) + load(other + i));
    for (; i < count; i++) out[i] += other[i];
  }
}

// Tasks are images.
static void pool(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, positions = s->in_height * s->in_width;
  const float *rows = source_rows(bases, &s->source, channels, positions, task * positions, positions, scratch);
  float *out = at(bases, s->output) + (ptrdiff_t)task * channels;
  for (int c = 0; c < channels; c += OFA_LANES) {
    lanes sum = zero();
    for (int r = 0; r < positions; r++) sum += load(rows + (ptrdiff_t)r * channels + c);
    store_first(out + c, sum * splat(1 / (float)positions), min_int(OFA_LANES, channels - c));
  }
}

// Tasks are images.
static void gate_gradient(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, positions = s->in_height * s->in_width;
  const float *rows = source_rows(bases, &s->source, channels, positions, task * positions, positions, scratch);
  const float *gradient = at(bases, s->gradient.data) + (ptrdiff_t)task * positions * channels;
  float *out = at(bases, s->output) + (ptrdiff_t)task * channels;
  for (int c = 0; c < channels; c += OFA_LANES) {
    lanes sum = zero();
    for (int r = 0; r < positions; r++)
      sum += load(rows + (ptrdiff_t)r * channels + c) * load(gradient + (ptrdiff_t)r * channels + c);
    store_first(out + c, sum, min_int(OFA_LANES, channels - c));
  }
}

// Tasks are runs of rows.
static void gradient(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int row = task * s->rows_per_task, channels = s->in_channels, positions = s->in_height * s->in_width;
  const int count = min_int(s->images * positions - row, s->rows_per_task);
  const float *data = at(bases, s->gradient.data);
  sink_rows(bases, &s->sink, channels, positions, row, count, data ? data + (ptrdiff_t)row * channels : NULL,
            sink_sums(bases, &s->sink, channels, task));
}
