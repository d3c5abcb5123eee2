// What every kernel does on the way in and on the way out: a source's transform, a gradient's, a sink's.

// ---------------------------------------------------------------------------------------------- rows of a source

INLINE int is_plain(const ofa_source *source) {
  return !source->normalization && !source->gate && source->activation == OFA_IDENTITY;
}

// Writes rows [row, row + count) of a source, [count, channels], to `out`.
static void read_source(const ofa_bases *bases, const ofa_source *source, int channels, int positions, int row, int count,
                        float *out) {
  const float *data = at(bases, source->data) + (ptrdiff_t)row * channels;
  const float *gate = at(bases, source->gate);
  const float *normalization = at(bases, source->normalization);
  const int padded = ofa_padded(channels);
  if (is_plain(source)) {
    memcpy(out, data, sizeof(float) * (size_t)count * (size_t)channels);
    return;
  }
  FOR_ACTIVATION(source->activation, {
    for (int c = 0; c < channels; c += OFA_LANES) {
      const int live = min_int(OFA_LANES, channels - c);
      const lanes scale = normalization ? load(normalization + OFA_SCALE * padded + c) : splat(1);
      const lanes shift = normalization ? load(normalization + OFA_SHIFT * padded + c) : zero();
      if (gate) {
        for (int r = 0; r < count; r++) {
          lanes x = activate(load(data + (ptrdiff_t)r * channels + c) * scale + shift, KIND);
          lanes g = activate(load(gate + (ptrdiff_t)((row + r) / positions) * channels + c), source->gate_activation);
          store_first(out + (ptrdiff_t)r * channels + c, x * g, live);
        }
      } else {
        for (int r = 0; r < count; r++) {
          lanes x = activate(load(data + (ptrdiff_t)r * channels + c) * scale + shift, KIND);
          store_first(out + (ptrdiff_t)r * channels + c, x, live);
        }
      }
    }
  })
}

// The rows of a source: where they lie if nothing is to be done to them, else written to `scratch`.
static const float *source_rows(const ofa_bases *bases, const ofa_source *source, int channels, int positions, int row,
                                int count, float *scratch) {
  if (is_plain(source)) return at(bases, source->data) + (ptrdiff_t)row * channels;
  read_source(bases, source, channels, positions, row, count, scratch);
  return scratch;
}

// Sixteen channels of a gradient with respect to a convolution's output, taken back through its normalization.
struct gradient_lanes {
  lanes alpha, beta, delta;
  const float *data, *output;
};

INLINE struct gradient_lanes gradient_lanes_at(const ofa_bases *bases, const ofa_gradient *g, int channels, int c) {
  struct gradient_lanes l = {splat(1), zero(), zero(), at(bases, g->data) + c, NULL};
  const float *normalization = at(bases, g->normalization);
  if (normalization) {
    const int padded = ofa_padded(channels);
    l.alpha = load(normalization + OFA_ALPHA * padded + c);
    l.beta = load(normalization + OFA_BETA * padded + c);
    l.delta = load(normalization + OFA_DELTA * padded + c);
    l.output = at(bases, g->output) + c;
  }
  return l;
}

INLINE lanes read_gradient(const struct gradient_lanes *l, ptrdiff_t offset) {
  const lanes g = load(l->data + offset);
  if (!l->output) return g;
  return l->alpha * g + l->beta * load(l->output + offset) + l->delta;
}

static const float *gradient_rows(const ofa_bases *bases, const ofa_gradient *gradient, int channels, int row, int count,
                                  float *scratch) {
  if (!gradient->normalization) return at(bases, gradient->data) + (ptrdiff_t)row * channels;
  for (int c = 0; c < channels; c += OFA_LANES) {
    const int live = min_int(OFA_LANES, channels - c);
    const struct gradient_lanes l = gradient_lanes_at(bases, gradient, channels, c);
    for (int r = 0; r < count; r++)
      store_first(scratch + (ptrdiff_t)r * channels + c, read_gradient(&l, (ptrdiff_t)(row + r) * channels), live);
  }
  return scratch;
}

// ---------------------------------------------------------------------------------------------- sinks

// Sixteen channels of a sink: what does not change from row to row, and the running sums.
struct sink_lanes {
  lanes scale, shift, mean, inverse_deviation;
  lanes sum, product_sum;
  const float *value, *residual, *gate, *broadcast;
  float *gradient;
  lanes broadcast_scale;
};

INLINE struct sink_lanes sink_lanes_at(const ofa_bases *bases, const ofa_sink *sink, int channels, int positions, int c) {
  struct sink_lanes l = {.scale = splat(1), .shift = zero(), .mean = zero(), .inverse_deviation = zero(),
                         .sum = zero(), .product_sum = zero(), .broadcast_scale = splat(1.0f / (float)positions)};
  const float *normalization = at(bases, sink->normalization);
  const int padded = ofa_padded(channels);
  if (normalization) {
    l.scale = load(normalization + OFA_SCALE * padded + c);
    l.shift = load(normalization + OFA_SHIFT * padded + c);
    l.mean = load(normalization + OFA_MEAN * padded + c);
    l.inverse_deviation = load(normalization + OFA_INVERSE_DEVIATION * padded + c);
  }
  l.value = sink->value ? at(bases, sink->value) + c : NULL;
  l.residual = sink->residual ? at(bases, sink->residual) + c : NULL;
  l.gate = sink->gate ? at(bases, sink->gate) + c : NULL;
  l.broadcast = sink->broadcast ? at(bases, sink->broadcast) + c : NULL;
  l.gradient = sink->gradient ? at(bases, sink->gradient) + c : NULL;
  return l;
}

// Takes one row's incoming gradient through a sink; returns what is to be stored.
INLINE lanes sink_row(struct sink_lanes *l, lanes g, ptrdiff_t row, int positions, int channels, const int kind,
                      int gate_kind) {
  const ptrdiff_t offset = row * channels;
  if (l->gate) g *= activate(load(l->gate + row / positions * channels), gate_kind);
  if (l->residual) g += load(l->residual + offset);
  if (l->broadcast) g += load(l->broadcast + row / positions * channels) * l->broadcast_scale;
  if (l->value) {
    lanes y = load(l->value + offset);
    if (kind != OFA_IDENTITY) g = activate_backward(g, y * l->scale + l->shift, kind);
    l->sum += g;
    l->product_sum += g * ((y - l->mean) * l->inverse_deviation);
  }
  return g;
}

INLINE void sink_finish(const struct sink_lanes *l, float *sums, int channels, int c) {
  store(sums + c, load(sums + c) + l->sum);
  store(sums + ofa_padded(channels) + c, load(sums + ofa_padded(channels) + c) + l->product_sum);
}

// Takes rows [row, row + count) of incoming gradients, [count, channels] at `incoming` (which may be where they are stored), through
// a sink, and adds their sums to this task's.
static void sink_rows(const ofa_bases *bases, const ofa_sink *sink, int channels, int positions, int row, int count,
                      const float *incoming, float *sums) {
  FOR_ACTIVATION(sink->activation, {
    for (int c = 0; c < channels; c += OFA_LANES) {
      const int live = min_int(OFA_LANES, channels - c);
      struct sink_lanes l = sink_lanes_at(bases, sink, channels, positions, c);
      for (int r = 0; r < count; r++) {
        lanes g = incoming ? load(incoming + (ptrdiff_t)r * channels + c) : zero();
        g = sink_row(&l, g, row + r, positions, channels, KIND, sink->gate_activation);
        if (l.gradient) store_first(l.gradient + (ptrdiff_t)(row + r) * channels, g, live);
      }
      if (sums) sink_finish(&l, sums, channels, c);
    }
  })
}

// This task's sums of a sink, set to zero; NULL where it has none.
INLINE float *sink_sums(const ofa_bases *bases, const ofa_sink *sink, int channels, int task) {
  float *sums = at(bases, sink->sums);
  if (!sums) return NULL;
  sums += (ptrdiff_t)task * 2 * ofa_padded(channels);
  memset(sums, 0, sizeof(float) * 2 * (size_t)ofa_padded(channels));
  return sums;
}
