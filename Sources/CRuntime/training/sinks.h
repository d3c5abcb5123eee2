// What kernels of the way back do on the way in and out: a gradient's transform, a sink's.
#ifndef OFA_SINKS_H
#define OFA_SINKS_H

#include "../kernels/sources.h"

// ------------------------------------------------------------------------------------------------------- gradients

// One vector of channels of a gradient with respect to a convolution's output, taken back through its normalization.
struct gradient_lanes {
  lanes alpha, beta, delta;
};

INLINE struct gradient_lanes gradient_lanes_at(const float *normalization, int channels, int c) {
  if (!normalization) return (struct gradient_lanes){splat(1), zero(), zero()};
  const ptrdiff_t padded = ofa_padded(channels);
  const float *rows = normalization + c;
  return (struct gradient_lanes){load(rows + OFA_ALPHA * padded), load(rows + OFA_BETA * padded),
                                 load(rows + OFA_DELTA * padded)};
}

// Takes `count` rows of one vector back through a normalization.
OUT_OF_LINE void gradient_strip(const struct gradient_lanes *l, const float *data, const float *output,
                                ptrdiff_t in_row, float *out, ptrdiff_t out_row, int count) {
  const lanes alpha = l->alpha, beta = l->beta, delta = l->delta;
  for (; count > 0; count--, data += in_row, output += in_row, out += out_row)
    store(out, multiply_add(alpha, load(data), beta * load(output)) + delta);
}

// Reads `count` rows of one vector of a gradient, [rows, channels] from channel c on, taken back.
static void gradient_vector(const ofa_bases *bases, const ofa_gradient *gradient, int channels, int64_t row, int c,
                            float *out, ptrdiff_t out_row, int count) {
  const float *normalization = at_f32(bases, gradient->normalization);
  const struct gradient_lanes l = gradient_lanes_at(normalization, channels, c);
  const float *data = at_f32(bases, gradient->data) + row * channels + c;
  const float *output = normalization ? at_f32(bases, gradient->output) + row * channels + c : data;
  const int live = channels - c;
  if (live >= LANES) {
    gradient_strip(&l, data, output, channels, out, out_row, count);
    return;
  }
  struct tail tail, output_tail;
  for (int rows; count > 0; count -= rows, data += rows * channels, output += rows * channels, out += rows * out_row) {
    rows = min_int(STRIP_ROWS, count);
    fill_tail(&tail, data, channels, rows, live);
    fill_tail(&output_tail, output, channels, rows, live);
    gradient_strip(&l, tail.rows, output_tail.rows, LANES, tail.rows, LANES, rows);
    copy_tail(&tail, out, out_row, rows, live);
  }
}

// Rows [row, row + count) of a gradient: where they lie if nothing is to be done to them, else written to `scratch`.
static const float *gradient_rows(const ofa_bases *bases, const ofa_gradient *gradient, int channels, int64_t row,
                                  int count, float *scratch) {
  if (!gradient->normalization) return at_f32(bases, gradient->data) + row * channels;
  for (int panel = 0; panel < channels; panel += OFA_PANEL) {
    for (int r = 0; r < count; r += STRIP_ROWS) {
      for (int c = panel; c < min_int(panel + OFA_PANEL, channels); c += LANES)
        gradient_vector(bases, gradient, channels, row + r, c, scratch + (ptrdiff_t)r * channels + c, channels,
                        min_int(STRIP_ROWS, count - r));
    }
  }
  return scratch;
}

// ------------------------------------------------------------------------------------------------------- sinks

// Where a sink's tensors lie.
struct sink_tensors {
  const float *value, *residual, *gate, *broadcast, *normalization;
  float *gradient;
  float share;  // one by the number of positions
  int channels, activation, gate_activation;
};

INLINE struct sink_tensors sink_tensors_at(const ofa_bases *bases, const ofa_sink *sink, int channels,
                                           int64_t positions) {
  return (struct sink_tensors){at_f32(bases, sink->value), at_f32(bases, sink->residual), at_f32(bases, sink->gate),
                               at_f32(bases, sink->broadcast), at_f32(bases, sink->normalization),
                               at_f32(bases, sink->gradient), 1.0f / (float)positions, channels, sink->activation,
                               sink->gate_activation};
}

// What is added to a gradient before it goes back through an activation.
enum sink_terms { NO_TERMS, RESIDUAL, ALL_TERMS };

// A strip of rows of one image, one vector of each, on its way through a sink.
struct sink_strip {
  const float *incoming, *value, *residual;  // each NULL where there is none
  float *out;
  ptrdiff_t in_row, row, residual_row, out_row;
  int count;
  float *sums;  // [2, sum_row], which what they add is added to; or NULL
  ptrdiff_t sum_row;
  lanes scale, shift, mean, inverse;
  lanes gate, constant;
};

INLINE void sink_through(const struct sink_strip *s, const int kind, const int terms) {
  const float *incoming = s->incoming, *value = s->value, *residual = s->residual;
  const ptrdiff_t in_row = s->in_row, row = s->row, residual_row = s->residual_row, out_row = s->out_row;
  float *out = s->out;
  const lanes scale = s->scale, shift = s->shift, mean = s->mean, inverse = s->inverse;
  lanes sum = zero(), product_sum = zero();
  for (int count = s->count; count > 0; count--, out += out_row) {
    lanes g = incoming ? load(incoming) : zero();
    if (incoming) incoming += in_row;
    if (terms == ALL_TERMS) g = multiply_add(g, s->gate, s->constant);
    if (terms == RESIDUAL || (terms == ALL_TERMS && residual)) g += load(residual), residual += residual_row;
    if (value) {
      const lanes y = load(value);
      value += row;
      if (kind != OFA_IDENTITY) g = activate_backward(g, multiply_add(y, scale, shift), kind);
      sum += g;
      product_sum = multiply_add(g, (y - mean) * inverse, product_sum);
    }
    store(out, g);
  }
  if (!s->sums) return;
  store(s->sums, load(s->sums) + sum);
  store(s->sums + s->sum_row, load(s->sums + s->sum_row) + product_sum);
}

#define SINK_THROUGH(name, terms) \
  OUT_OF_LINE void name(const struct sink_strip *s, int activation) { \
    FOR_ACTIVATION(activation, sink_through(s, KIND, terms);) \
  }
SINK_THROUGH(sink_alone, NO_TERMS)
SINK_THROUGH(sink_residual, RESIDUAL)
SINK_THROUGH(sink_all, ALL_TERMS)

// Takes `count` rows of one vector of one image's incoming gradients through a sink, STRIP_ROWS at most.
static void sink_vector(const struct sink_tensors *t, int64_t image, int64_t row, int c, const float *incoming,
                        ptrdiff_t in_row, int count, float *sums, ptrdiff_t sum_row) {
  const ptrdiff_t channels = t->channels, padded = ofa_padded(t->channels), offset = row * channels + c;
  const int live = t->channels - c, is_full = live >= LANES && t->gradient;
  const float *rows = t->normalization ? t->normalization + c : NULL;
  struct tail tail, incoming_tail, residual_tail;
  struct sink_strip s = {
      .incoming = incoming, .in_row = in_row, .count = count, .sums = sums, .sum_row = sum_row, .row = channels,
      .residual_row = channels,
      .value = t->value ? t->value + offset : NULL, .residual = t->residual ? t->residual + offset : NULL,
      .out = is_full ? t->gradient + offset : tail.rows, .out_row = is_full ? channels : LANES,
      .scale = rows ? load(rows + OFA_SCALE * padded) : splat(1),
      .shift = rows ? load(rows + OFA_SHIFT * padded) : zero(),
      .mean = rows ? load(rows + OFA_MEAN * padded) : zero(),
      .inverse = rows ? load(rows + OFA_INVERSE_DEVIATION * padded) : zero(),
      .gate = t->gate ? activate(load(t->gate + image * channels + c), t->gate_activation) : splat(1),
      .constant = t->broadcast ? load(t->broadcast + image * channels + c) * splat(t->share) : zero()};
  if (live < LANES && s.incoming) {
    fill_tail(&incoming_tail, s.incoming, in_row, count, live);
    s.incoming = incoming_tail.rows, s.in_row = LANES;
  }
  if (live < LANES && s.residual) {
    fill_tail(&residual_tail, s.residual, channels, count, live);
    s.residual = residual_tail.rows, s.residual_row = LANES;
  }
  if (t->gate || t->broadcast) sink_all(&s, t->activation);
  else if (t->residual) sink_residual(&s, t->activation);
  else sink_alone(&s, t->activation);
  if (!is_full && t->gradient) copy_tail(&tail, t->gradient + offset, channels, count, min_int(live, LANES));
}

// Takes rows [row, row + count) of incoming gradients, [count, channels] at `incoming` (which may be where they are
// stored; or none: 0), through a sink, and adds their sums to this task's.
static void sink_rows(const ofa_bases *bases, const ofa_sink *sink, int channels, int64_t positions, int64_t row,
                      int count, const float *incoming, float *sums) {
  const struct sink_tensors t = sink_tensors_at(bases, sink, channels, positions);
  for (int panel = 0; panel < channels; panel += OFA_PANEL) {
    for (int r = 0, rows; r < count; r += rows) {
      const int64_t image = (row + r) / positions;
      rows = min_int(STRIP_ROWS, count - r);
      if (t.gate || t.broadcast) rows = (int)min_int64(rows, (image + 1) * positions - row - r);
      for (int c = panel; c < min_int(panel + OFA_PANEL, channels); c += LANES)
        sink_vector(&t, image, row + r, c, incoming ? incoming + (ptrdiff_t)r * channels + c : NULL, channels, rows,
                    sums ? sums + c : NULL, ofa_padded(channels));
    }
  }
}

// This task's sums of a sink, set to zero; NULL where it has none.
INLINE float *sink_sums(const ofa_bases *bases, const ofa_sink *sink, int channels, int task) {
  float *sums = at_f32(bases, sink->sums);
  if (!sums) return NULL;
  sums += (ptrdiff_t)task * 2 * ofa_padded(channels);
  memset(sums, 0, sizeof(float) * 2 * (size_t)ofa_padded(channels));
  return sums;
}

#endif
