// Depthwise convolutions. A task is a run of rows of outputs (forward) or images (backward) and sixteen channels: the rows that a row of outputs reaches are read, transformed,
// into a ring in scratch, then the outputs slide along them with the taps in registers. Rows outside of the image are left out, columns
// are zeros. MobileNets, 2017, §3.1.
//
//     y[oy, ox]  = Σ i,j  x[oy·stride + i − k/2, ox·stride + j − k/2] · w[i, j]
//     dx[iy, ix] = Σ over the taps with oy·stride + i − k/2 = iy, ox·stride + j − k/2 = ix   dy[oy, ox] · w[i, j]
//     dw[i, j]   = Σ oy,ox  dy[oy, ox] · x[oy·stride + i − k/2, ox·stride + j − k/2]

enum { MAX_TAPS = 7 };

// N neighbouring outputs of `correlate`.
INLINE void correlate_block(const int T, const int S, const int N, float *out, ptrdiff_t out_step, const float *const *in,
                            ptrdiff_t offset, int rows, const float *taps) {
  lanes sum[N];
  UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
  for (int r = 0; r < rows; r++) {
    const float *p = in[r] + offset;
    lanes tap[T];
    UNROLL for (int t = 0; t < T; t++) tap[t] = load(taps + (r * T + t) * OFA_LANES);
    UNROLL for (int i = 0; i < (N - 1) * S + T; i++) {
      const lanes value = load(p + i * OFA_LANES);
      UNROLL for (int j = 0; j < N; j++) if (i - j * S >= 0 && i - j * S < T) sum[j] += value * tap[i - j * S];
    }
  }
  UNROLL for (int j = 0; j < N; j++) store(out + j * out_step, sum[j]);
}

// out[x] = Σ r,t  in[r][x·S + t] · taps[r, t], for a row of outputs. What is left of a row behind whole blocks is computed in a block
// that ends with the row: some outputs are made twice.
INLINE void correlate(const int T, const int S, float *out, ptrdiff_t out_step, int width, const float *const *in, int rows,
                      const float *taps) {
  enum { N = FORM_ROW_OUTPUTS, HALF = FORM_ROW_OUTPUTS / 2 };
  for (int x = 0; x < width;) {
    if (width >= N && width - x > HALF) {
      x = min_int(x, width - N);
      correlate_block(T, S, N, out + x * out_step, out_step, in, (ptrdiff_t)x * S * OFA_LANES, rows, taps);
      x += N;
    } else if (width >= HALF) {
      x = min_int(x, width - HALF);
      correlate_block(T, S, HALF, out + x * out_step, out_step, in, (ptrdiff_t)x * S * OFA_LANES, rows, taps);
      x += HALF;
    } else {
      correlate_block(T, S, 1, out + x * out_step, out_step, in, (ptrdiff_t)x * S * OFA_LANES, rows, taps);
      x++;
    }
  }
}

// taps[t] += Σ x  gradient[x] · in[x·S + t], along a row.
INLINE void correlate_taps(const int T, const int S, float *taps, int width, const float *gradient, const float *in) {
  enum { N = FORM_ROW_OUTPUTS };
  lanes even[T], odd[T];
  UNROLL for (int t = 0; t < T; t++) even[t] = load(taps + t * OFA_LANES), odd[t] = zero();
  int x = 0;
  for (; x + N <= width; x += N) {
    lanes g[N];
    UNROLL for (int j = 0; j < N; j++) g[j] = load(gradient + (x + j) * OFA_LANES);
    const float *p = in + (ptrdiff_t)x * S * OFA_LANES;
    UNROLL for (int i = 0; i < (N - 1) * S + T; i++) {
      const lanes value = load(p + i * OFA_LANES);
      UNROLL for (int j = 0; j < N; j++) if (i - j * S >= 0 && i - j * S < T) {
        if (j % 2) odd[i - j * S] += value * g[j];
        else even[i - j * S] += value * g[j];
      }
    }
  }
  for (; x < width; x++) {
    const lanes g = load(gradient + x * OFA_LANES);
    UNROLL for (int t = 0; t < T; t++) even[t] += g * load(in + (ptrdiff_t)(x * S + t) * OFA_LANES);
  }
  UNROLL for (int t = 0; t < T; t++) store(taps + t * OFA_LANES, even[t] + odd[t]);
}

#define CORRELATE(T)                                                                                                      \
  static void correlate_##T##_1(float *o, ptrdiff_t os, int w, const float *const *i, int r, const float *t) {            \
    correlate(T, 1, o, os, w, i, r, t);                                                                                   \
  }                                                                                                                       \
  static void correlate_##T##_2(float *o, ptrdiff_t os, int w, const float *const *i, int r, const float *t) {            \
    correlate(T, 2, o, os, w, i, r, t);                                                                                   \
  }                                                                                                                       \
  static void correlate_taps_##T##_1(float *t, int w, const float *g, const float *i) { correlate_taps(T, 1, t, w, g, i); } \
  static void correlate_taps_##T##_2(float *t, int w, const float *g, const float *i) { correlate_taps(T, 2, t, w, g, i); }
CORRELATE(1) CORRELATE(2) CORRELATE(3) CORRELATE(4) CORRELATE(5) CORRELATE(6) CORRELATE(7)

typedef void correlate_row(float *, ptrdiff_t, int, const float *const *, int, const float *);
typedef void correlate_taps_row(float *, int, const float *, const float *);
static correlate_row *const correlate_rows[2][MAX_TAPS] = {
    {correlate_1_1, correlate_2_1, correlate_3_1, correlate_4_1, correlate_5_1, correlate_6_1, correlate_7_1},
    {correlate_1_2, correlate_2_2, correlate_3_2, correlate_4_2, correlate_5_2, correlate_6_2, correlate_7_2}};
static correlate_taps_row *const correlate_taps_rows[2][MAX_TAPS] = {
    {correlate_taps_1_1, correlate_taps_2_1, correlate_taps_3_1, correlate_taps_4_1, correlate_taps_5_1,
     correlate_taps_6_1, correlate_taps_7_1},
    {correlate_taps_1_2, correlate_taps_2_2, correlate_taps_3_2, correlate_taps_4_2, correlate_taps_5_2,
     correlate_taps_6_2, correlate_taps_7_2}};

// Sixteen channels of a source on their way into a ring.
struct source_lanes {
  lanes scale, shift;
  const float *data;
  int activation;
};

INLINE struct source_lanes source_lanes_at(const ofa_bases *bases, const ofa_source *source, int channels, int c) {
  const float *normalization = at(bases, source->normalization);
  const int padded = ofa_padded(channels);
  return (struct source_lanes){normalization ? load(normalization + OFA_SCALE * padded + c) : splat(1),
                               normalization ? load(normalization + OFA_SHIFT * padded + c) : zero(),
                               at(bases, source->data) + c, source->activation};
}

INLINE void read_row(const struct source_lanes *source, ptrdiff_t first, int channels, int width, float *out) {
  const float *data = source->data + first * channels;
  FOR_ACTIVATION(source->activation, {
    for (int x = 0; x < width; x++, data += channels)
      store(out + x * OFA_LANES, activate(load(data) * source->scale + source->shift, KIND));
  })
}

// Adds a row to sixteen channels' partial statistics. Neighbours go to sums of their own, which run at the same time
// and lose fewer digits.
INLINE void add_moments(struct moments *moments, const float *row, int width) {
  enum { RUNS = 4 };
  lanes sum[RUNS], squares[RUNS];
  UNROLL for (int i = 0; i < RUNS; i++) sum[i] = zero(), squares[i] = zero();
  int x = 0;
  for (; x + RUNS <= width; x += RUNS, row += RUNS * OFA_LANES) {
    UNROLL for (int i = 0; i < RUNS; i++) {
      const lanes d = load(row + i * OFA_LANES) - moments->pivot;
      sum[i] += d;
      squares[i] += d * d;
    }
  }
  for (; x < width; x++, row += OFA_LANES) {
    const lanes d = load(row) - moments->pivot;
    sum[0] += d;
    squares[0] += d * d;
  }
  moments->sum += sum[0] + sum[1] + (sum[2] + sum[3]);
  moments->squares += squares[0] + squares[1] + (squares[2] + squares[3]);
}

static void depthwise(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, padded = ofa_padded(channels), blocks = padded / OFA_LANES;
  const int chunk = task / blocks, c = task % blocks * OFA_LANES, live = min_int(OFA_LANES, channels - c);
  const int k = s->kernel_size, half = k / 2, width = s->out_width;
  const struct ring ring = ring_at(scratch, s->in_width, k, OFA_LANES);
  float *row = scratch + ring_size(s->in_width, k, OFA_LANES);
  lanes taps[MAX_TAPS * MAX_TAPS];
  const float *weights = at(bases, s->weights) + c;
  for (int t = 0; t < k * k; t++) taps[t] = load(weights + (ptrdiff_t)t * padded);
  const lanes bias = s->bias ? load_first(at(bases, s->bias) + c, live) : zero();
  const struct source_lanes source = source_lanes_at(bases, &s->source, channels, c);
  correlate_row *const correlate_one = correlate_rows[s->stride - 1][k - 1];

  float *partials = partial_statistics(s, bases, chunk);
  struct moments moments = {zero(), zero(), zero()};
  const int begin = chunk * s->rows_per_task, end = min_int(s->images * s->out_height, begin + s->rows_per_task);
  int read = 0;
  for (int y = begin; y < end; y++) {
    const int image = y / s->out_height, top = y % s->out_height * s->stride - half;
    const int first = max_int(top, 0), last = min_int(top + k, s->in_height);
    if (y % s->out_height == 0) read = 0;
    for (read = max_int(read, first); read < last; read++)
      read_row(&source, ((ptrdiff_t)image * s->in_height + read) * s->in_width, channels, s->in_width,
               ring_row(&ring, read) + ring.border);
    const float *rows[MAX_TAPS];
    ring_rows(&ring, first, last - first, 0, rows);
    correlate_one(row, OFA_LANES, width, rows, last - first, (const float *)(taps + (first - top) * k));
    float *out = at(bases, s->output) + (ptrdiff_t)y * width * channels + c;
    if (partials) {
      if (y == begin) moments.pivot = load(row);
      add_moments(&moments, row, width);
      for (int x = 0; x < width; x++) store_first(out + (ptrdiff_t)x * channels, load(row + x * OFA_LANES), live);
    } else {
      FOR_ACTIVATION(s->activation, {
        for (int x = 0; x < width; x++)
          store_first(out + (ptrdiff_t)x * channels, activate(load(row + x * OFA_LANES) + bias, KIND), live);
      })
    }
  }
  if (partials) store_moments(partials + c, padded, moments);
}

// The taps that reach the inputs of one parity class (py, px) of the stride, in the order in which the outputs lie.
struct tap_class {
  int rows, columns;
  int first_y, first_x;  // the output row and column that the first tap reaches, for input py, px
  const lanes *taps;     // [rows, columns]
};

static int tap_classes(int k, int stride, const lanes *taps, lanes *ordered, struct tap_class *classes) {
  const int half = k / 2;
  int count = 0;
  for (int py = 0; py < stride; py++) {
    for (int px = 0; px < stride; px++) {
      const int i0 = (py + half) % stride, j0 = (px + half) % stride;
      struct tap_class t = {.rows = (k - i0 + stride - 1) / stride, .columns = (k - j0 + stride - 1) / stride};
      const int i_last = i0 + (t.rows - 1) * stride, j_last = j0 + (t.columns - 1) * stride;
      t.first_y = (py + half - i_last) / stride;
      t.first_x = (px + half - j_last) / stride;
      t.taps = ordered;
      for (int i = i_last; i >= 0; i -= stride)
        for (int j = j_last; j >= 0; j -= stride) *ordered++ = taps[i * k + j];
      classes[count++] = t;
    }
  }
  return count;
}

static void depthwise_backward(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, padded = ofa_padded(channels), blocks = padded / OFA_LANES;
  const int chunk = task / blocks, c = task % blocks * OFA_LANES, live = min_int(OFA_LANES, channels - c);
  const int k = s->kernel_size, half = k / 2, stride = s->stride;
  const int in_positions = s->in_height * s->in_width, out_positions = s->out_height * s->out_width;
  const struct ring x_ring = ring_at(scratch, s->in_width, k, OFA_LANES);
  scratch += ring_size(s->in_width, k, OFA_LANES);
  const struct ring g_ring = ring_at(scratch, s->out_width, k, OFA_LANES);
  float *row = scratch + ring_size(s->out_width, k, OFA_LANES);

  lanes taps[MAX_TAPS * MAX_TAPS], ordered[MAX_TAPS * MAX_TAPS], filter[MAX_TAPS * MAX_TAPS];
  struct tap_class classes[4];
  const float *weights = at(bases, s->weights) + c;
  for (int t = 0; t < k * k; t++) taps[t] = load(weights + (ptrdiff_t)t * padded), filter[t] = zero();
  tap_classes(k, stride, taps, ordered, classes);
  const struct source_lanes source = source_lanes_at(bases, &s->source, channels, c);
  const struct gradient_lanes gradient = gradient_lanes_at(bases, &s->gradient, channels, c);
  struct sink_lanes sink = sink_lanes_at(bases, &s->sink, channels, in_positions, c);
  correlate_taps_row *const correlate_taps_one = correlate_taps_rows[stride - 1][k - 1];

  const int end = min_int(s->images, (chunk + 1) * s->rows_per_task);
  for (int image = chunk * s->rows_per_task; image < end; image++) {
    int read = 0, made = 0;
    for (int oy = 0; oy < s->out_height; oy++) {
      const int top = oy * stride - half, first = max_int(top, 0), last = min_int(top + k, s->in_height);
      for (read = max_int(read, first); read < last; read++)
        read_row(&source, ((ptrdiff_t)image * s->in_height + read) * s->in_width, channels, s->in_width,
                 ring_row(&x_ring, read) + x_ring.border);
      float *g_row = ring_row(&g_ring, oy) + g_ring.border;
      const ptrdiff_t offset = ((ptrdiff_t)image * out_positions + oy * s->out_width) * channels;
      for (int x = 0; x < s->out_width; x++)
        store(g_row + x * OFA_LANES, read_gradient(&gradient, offset + (ptrdiff_t)x * channels));
      for (int y = first; y < last; y++)
        correlate_taps_one((float *)(filter + (y - top) * k), s->out_width, g_row, ring_row(&x_ring, y));
      if (!sink.gradient) continue;

      // The rows of inputs that no later row of outputs reaches.
      const int done = oy + 1 < s->out_height ? min_int((oy + 1) * stride - half, s->in_height) : s->in_height;
      for (; made < done; made++) {
        for (int px = 0; px < stride; px++) {
          const struct tap_class *t = &classes[made % stride * stride + px];
          const int width = (s->in_width - px + stride - 1) / stride;
          const int reached = made / stride + t->first_y;
          const int from = max_int(reached, 0), to = min_int(reached + t->rows, s->out_height);
          const float *rows[MAX_TAPS];
          if (!t->columns || from >= to) {  // a kernel of 1 passes over every other pixel
            for (int x = px; x < s->in_width; x += stride) store(row + x * OFA_LANES, zero());
            continue;
          }
          ring_rows(&g_ring, from, to - from, g_ring.border + t->first_x * OFA_LANES, rows);
          correlate_rows[0][t->columns - 1](row + px * OFA_LANES, stride * OFA_LANES, width, rows, to - from,
                                            (const float *)(t->taps + (from - reached) * t->columns));
        }
        const ptrdiff_t pixels = (ptrdiff_t)image * in_positions + (ptrdiff_t)made * s->in_width;
        FOR_ACTIVATION(s->sink.activation, {
          for (int x = 0; x < s->in_width; x++) {
            const lanes g = sink_row(&sink, load(row + x * OFA_LANES), pixels + x, in_positions, channels, KIND,
                                     s->sink.gate_activation);
            store_first(sink.gradient + (pixels + x) * channels, g, live);
          }
        })
      }
    }
  }
  float *partial = at(bases, s->filter_gradients) + (ptrdiff_t)chunk * k * k * padded + c;
  for (int t = 0; t < k * k; t++) store(partial + (ptrdiff_t)t * padded, filter[t]);
  float *sums = at(bases, s->sink.sums);
  if (!sums) return;
  sums += (ptrdiff_t)chunk * 2 * padded + c;
  store(sums, sink.sum);
  store(sums + padded, sink.product_sum);
}
