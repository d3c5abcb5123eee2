// Depthwise convolutions. A task is a run of images and sixteen channels: their plane is read once, transformed, into scratch with a
// border of zeros, then rows of outputs slide along it with the taps in registers. MobileNets, 2017, §3.1.
//
//     y[oy, ox]  = Σ i,j  x[oy·stride + i − k/2, ox·stride + j − k/2] · w[i, j]
//     dx[iy, ix] = Σ over the taps with oy·stride + i − k/2 = iy, ox·stride + j − k/2 = ix   dy[oy, ox] · w[i, j]
//     dw[i, j]   = Σ oy,ox  dy[oy, ox] · x[oy·stride + i − k/2, ox·stride + j − k/2]

enum { MAX_TAPS = 7 };

// out[x] = Σ r,t  in[r, x·S + t] · taps[r, t], for a row of outputs. Distances are in floats.
INLINE void correlate(const int T, const int S, float *out, ptrdiff_t out_step, int width, const float *in, ptrdiff_t in_row,
                      int rows, const float *taps) {
  enum { N = FORM_ROW_OUTPUTS };
  int x = 0;
  for (; x + N <= width; x += N) {
    lanes sum[N];
    UNROLL for (int j = 0; j < N; j++) sum[j] = zero();
    for (int r = 0; r < rows; r++) {
      const float *p = in + r * in_row + (ptrdiff_t)x * S * OFA_LANES;
      lanes tap[T];
      UNROLL for (int t = 0; t < T; t++) tap[t] = load(taps + (r * T + t) * OFA_LANES);
      UNROLL for (int i = 0; i < (N - 1) * S + T; i++) {
        const lanes value = load(p + i * OFA_LANES);
        UNROLL for (int j = 0; j < N; j++) if (i - j * S >= 0 && i - j * S < T) sum[j] += value * tap[i - j * S];
      }
    }
    UNROLL for (int j = 0; j < N; j++) store(out + (x + j) * out_step, sum[j]);
  }
  for (; x < width; x++) {
    lanes sum = zero();
    for (int r = 0; r < rows; r++) {
      const float *p = in + r * in_row + (ptrdiff_t)x * S * OFA_LANES;
      UNROLL for (int t = 0; t < T; t++) sum += load(p + t * OFA_LANES) * load(taps + (r * T + t) * OFA_LANES);
    }
    store(out + x * out_step, sum);
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
  static void correlate_##T##_1(float *o, ptrdiff_t os, int w, const float *i, ptrdiff_t ir, int r, const float *t) {     \
    correlate(T, 1, o, os, w, i, ir, r, t);                                                                               \
  }                                                                                                                       \
  static void correlate_##T##_2(float *o, ptrdiff_t os, int w, const float *i, ptrdiff_t ir, int r, const float *t) {     \
    correlate(T, 2, o, os, w, i, ir, r, t);                                                                               \
  }                                                                                                                       \
  static void correlate_taps_##T##_1(float *t, int w, const float *g, const float *i) { correlate_taps(T, 1, t, w, g, i); } \
  static void correlate_taps_##T##_2(float *t, int w, const float *g, const float *i) { correlate_taps(T, 2, t, w, g, i); }
CORRELATE(1) CORRELATE(2) CORRELATE(3) CORRELATE(4) CORRELATE(5) CORRELATE(6) CORRELATE(7)

typedef void correlate_row(float *, ptrdiff_t, int, const float *, ptrdiff_t, int, const float *);
typedef void correlate_taps_row(float *, int, const float *, const float *);
static correlate_row *const correlate_rows[2][MAX_TAPS] = {
    {correlate_1_1, correlate_2_1, correlate_3_1, correlate_4_1, correlate_5_1, correlate_6_1, correlate_7_1},
    {correlate_1_2, correlate_2_2, correlate_3_2, correlate_4_2, correlate_5_2, correlate_6_2, correlate_7_2}};
static correlate_taps_row *const correlate_taps_rows[2][MAX_TAPS] = {
    {correlate_taps_1_1, correlate_taps_2_1, correlate_taps_3_1, correlate_taps_4_1, correlate_taps_5_1,
     correlate_taps_6_1, correlate_taps_7_1},
    {correlate_taps_1_2, correlate_taps_2_2, correlate_taps_3_2, correlate_taps_4_2, correlate_taps_5_2,
     correlate_taps_6_2, correlate_taps_7_2}};

// A plane of sixteen channels in scratch, with a border of zeros.
struct plane {
  float *data;
  int height, width, border;
  ptrdiff_t row;  // floats from one row to the next
};

INLINE size_t plane_size(int height, int width, int border) {
  return (size_t)(height + 2 * border) * (size_t)(width + 2 * border) * OFA_LANES;
}

INLINE struct plane plane_at(float *data, int height, int width, int border) {
  struct plane p = {data, height, width, border, (ptrdiff_t)(width + 2 * border) * OFA_LANES};
  const size_t line = sizeof(float) * (size_t)p.row;
  for (int y = 0; y < border; y++) {
    memset(data + y * p.row, 0, line);
    memset(data + (border + height + y) * p.row, 0, line);
  }
  for (int y = border; y < border + height; y++) {
    memset(data + y * p.row, 0, sizeof(float) * (size_t)border * OFA_LANES);
    memset(data + (y + 1) * p.row - border * OFA_LANES, 0, sizeof(float) * (size_t)border * OFA_LANES);
  }
  return p;
}

INLINE float *plane_row(const struct plane *p, int y) {
  return p->data + (y + p->border) * p->row + p->border * OFA_LANES;
}

// Fills a plane with sixteen channels of one image of a source, from channel c.
static void read_plane(const ofa_bases *bases, const ofa_source *source, int channels, int c, int image, struct plane *p) {
  const float *data = at(bases, source->data) + (ptrdiff_t)image * p->height * p->width * channels + c;
  const float *normalization = at(bases, source->normalization);
  const int padded = ofa_padded(channels);
  const lanes scale = normalization ? load(normalization + OFA_SCALE * padded + c) : splat(1);
  const lanes shift = normalization ? load(normalization + OFA_SHIFT * padded + c) : zero();
  FOR_ACTIVATION(source->activation, {
    for (int y = 0; y < p->height; y++) {
      float *row = plane_row(p, y);
      for (int x = 0; x < p->width; x++, data += channels)
        store(row + x * OFA_LANES, activate(load(data) * scale + shift, KIND));
    }
  })
}

static void depthwise(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, padded = ofa_padded(channels), blocks = padded / OFA_LANES;
  const int chunk = task / blocks, c = task % blocks * OFA_LANES, live = min_int(OFA_LANES, channels - c);
  const int k = s->kernel_size, width = s->out_width;
  struct plane plane = plane_at(scratch, s->in_height, s->in_width, k / 2);
  float *row = scratch + plane_size(s->in_height, s->in_width, k / 2);
  lanes taps[MAX_TAPS * MAX_TAPS];
  const float *weights = at(bases, s->weights) + c;
  for (int t = 0; t < k * k; t++) taps[t] = load(weights + (ptrdiff_t)t * padded);
  const lanes bias = s->bias ? load_first(at(bases, s->bias) + c, live) : zero();
  correlate_row *const correlate_one = correlate_rows[s->stride - 1][k - 1];

  float *partials = partial_statistics(s, bases, chunk);
  lanes pivot = zero(), sum = zero(), squares = zero();
  int first = 1;
  const int end = min_int(s->images, (chunk + 1) * s->rows_per_task);
  for (int image = chunk * s->rows_per_task; image < end; image++) {
    read_plane(bases, &s->source, channels, c, image, &plane);
    float *out = at(bases, s->output) + (ptrdiff_t)image * s->out_height * width * channels + c;
    for (int y = 0; y < s->out_height; y++) {
      correlate_one(row, OFA_LANES, width, plane.data + y * s->stride * plane.row, plane.row, k, (const float *)taps);
      if (partials) {
        if (first) pivot = load(row);
        first = 0;
        for (int x = 0; x < width; x++, out += channels) {
          const lanes v = load(row + x * OFA_LANES), d = v - pivot;
          sum += d;
          squares += d * d;
          store_first(out, v, live);
        }
      } else {
        FOR_ACTIVATION(s->activation, {
          for (int x = 0; x < width; x++, out += channels)
            store_first(out, activate(load(row + x * OFA_LANES) + bias, KIND), live);
        })
      }
    }
  }
  if (!partials) return;
  store(partials + c, pivot);
  store(partials + padded + c, sum);
  store(partials + 2 * padded + c, squares);
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
  struct plane x_plane = plane_at(scratch, s->in_height, s->in_width, half);
  scratch += plane_size(s->in_height, s->in_width, half);
  struct plane g_plane = plane_at(scratch, s->out_height, s->out_width, half);
  scratch += plane_size(s->out_height, s->out_width, half);
  float *row = scratch;

  lanes taps[MAX_TAPS * MAX_TAPS], ordered[MAX_TAPS * MAX_TAPS], filter[MAX_TAPS * MAX_TAPS];
  struct tap_class classes[4];
  const float *weights = at(bases, s->weights) + c;
  for (int t = 0; t < k * k; t++) taps[t] = load(weights + (ptrdiff_t)t * padded), filter[t] = zero();
  tap_classes(k, stride, taps, ordered, classes);
  const struct gradient_lanes gradient = gradient_lanes_at(bases, &s->gradient, channels, c);
  struct sink_lanes sink = sink_lanes_at(bases, &s->sink, channels, in_positions, c);
  correlate_taps_row *const correlate_taps_one = correlate_taps_rows[stride - 1][k - 1];

  const int end = min_int(s->images, (chunk + 1) * s->rows_per_task);
  for (int image = chunk * s->rows_per_task; image < end; image++) {
    read_plane(bases, &s->source, channels, c, image, &x_plane);
    for (int y = 0; y < s->out_height; y++) {
      float *g_row = plane_row(&g_plane, y);
      const ptrdiff_t offset = ((ptrdiff_t)image * out_positions + y * s->out_width) * channels;
      for (int x = 0; x < s->out_width; x++)
        store(g_row + x * OFA_LANES, read_gradient(&gradient, offset + (ptrdiff_t)x * channels));
      for (int i = 0; i < k; i++)
        correlate_taps_one((float *)(filter + i * k), s->out_width, g_row, x_plane.data + (y * stride + i) * x_plane.row);
    }
    if (!sink.gradient) continue;
    for (int y = 0; y < s->in_height; y++) {
      for (int px = 0; px < stride; px++) {
        const struct tap_class *t = &classes[y % stride * stride + px];
        const int width = (s->in_width - px + stride - 1) / stride;
        if (!t->columns) {  // a kernel of 1 passes over every other pixel
          for (int x = px; x < s->in_width; x += stride) store(row + x * OFA_LANES, zero());
          continue;
        }
        const float *in = plane_row(&g_plane, y / stride + t->first_y) + t->first_x * OFA_LANES;
        correlate_rows[0][t->columns - 1](row + px * OFA_LANES, stride * OFA_LANES, width, in, g_plane.row, t->rows,
                                          (const float *)t->taps);
      }
      const ptrdiff_t first = (ptrdiff_t)image * in_positions + (ptrdiff_t)y * s->in_width;
      FOR_ACTIVATION(s->sink.activation, {
        for (int x = 0; x < s->in_width; x++) {
          const lanes g = sink_row(&sink, load(row + x * OFA_LANES), first + x, in_positions, channels, KIND,
                                   s->sink.gate_activation);
          store_first(sink.gradient + (first + x) * channels, g, live);
        }
      })
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
