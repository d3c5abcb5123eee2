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
INLINE void gradient_strip(const struct gradient_lanes *l, const float *data, const float *output, ptrdiff_t in_row,
                           float *out, ptrdiff_t out_row, int count, int live) {
  const lanes alpha = l->alpha, beta = l->beta, delta = l->delta;
  for (; count > 0; count--, data += in_row, output += in_row, out += out_row)
    store_first(out, multiply_add(alpha, load(data), beta * load(output)) + delta, live);
}

// Rows [row, row + count) of a gradient: where they lie if nothing is to be done to them, else written to `scratch`.
static const float *gradient_rows(const ofa_bases *bases, const ofa_gradient *gradient, int channels, int64_t row,
                                  int count, float *scratch) {
  const float *data = at_f32(bases, gradient->data) + row * channels;
  if (!gradient->normalization) return data;
  const float *output = at_f32(bases, gradient->output) + row * channels;
  const float *normalization = at_f32(bases, gradient->normalization);
  for (int c = 0; c < channels; c += OFA_PANEL) {
    for (int r = 0; r < count; r += min_int(STRIP_ROWS, count - r)) {
      const int rows = min_int(STRIP_ROWS, count - r);
      for (int first = c; first < min_int(c + OFA_PANEL, channels); first += LANES) {
        const struct gradient_lanes l = gradient_lanes_at(normalization, channels, first);
        const ptrdiff_t offset = (ptrdiff_t)r * channels + first;
        const int live = channels - first;
        if (live >= LANES)
          gradient_strip(&l, data + offset, output + offset, channels, scratch + offset, channels, rows, LANES);
        else
          gradient_strip(&l, data + offset, output + offset, channels, scratch + offset, channels, rows, live);
      }
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

// Takes `count` rows of one vector of one image's incoming gradients through a sink, and adds what they add to `sums`,
// [2, sum_row]. `incoming` is NULL where there are none.
INLINE void sink_strip(const struct sink_tensors *t, int64_t image, int64_t row, int c, const float *incoming,
                       ptrdiff_t in_row, int count, int live, float *sums, ptrdiff_t sum_row, const int kind,
                       const int terms) {
  const ptrdiff_t offset = row * t->channels + c, channels = t->channels, padded = ofa_padded(t->channels);
  const float *value = t->value ? t->value + offset : NULL;
  const float *residual = t->residual ? t->residual + offset : NULL;
  float *gradient = t->gradient ? t->gradient + offset : NULL;
  const float *rows = t->normalization ? t->normalization + c : NULL;
  const lanes scale = rows ? load(rows + OFA_SCALE * padded) : splat(1);
  const lanes shift = rows ? load(rows + OFA_SHIFT * padded) : zero();
  const lanes mean = rows ? load(rows + OFA_MEAN * padded) : zero();
  const lanes inverse = rows ? load(rows + OFA_INVERSE_DEVIATION * padded) : zero();
  lanes gate = splat(1), constant = zero();
  if (terms == ALL_TERMS && t->gate) gate = activate(load(t->gate + image * channels + c), t->gate_activation);
  if (terms == ALL_TERMS && t->broadcast) constant = load(t->broadcast + image * channels + c) * splat(t->share);
  lanes sum = zero(), product_sum = zero();
  for (int r = 0; r < count; r++) {
    lanes g = incoming ? load(incoming + r * in_row) : zero();
    if (terms == ALL_TERMS) g = multiply_add(g, gate, constant);
    if (terms != NO_TERMS && residual) g += load(residual + r * channels);
    if (value) {
      const lanes y = load(value + r * channels);
      if (kind != OFA_IDENTITY) g = activate_backward(g, multiply_add(y, scale, shift), kind);
      sum += g;
      product_sum = multiply_add(g, (y - mean) * inverse, product_sum);
    }
    if (gradient) store_first(gradient + r * channels, g, live);
  }
  if (!sums) return;
  store(sums, load(sums) + sum);
  store(sums + sum_row, load(sums + sum_row) + product_sum);
}

// The same, with the choices that never change outside of the loop.
INLINE void sink_vector(const struct sink_tensors *t, int64_t image, int64_t row, int c, const float *incoming,
                        ptrdiff_t in_row, int count, float *sums, ptrdiff_t sum_row, const int kind) {
  const int live = t->channels - c;
  if (live < LANES || t->gate || t->broadcast)
    sink_strip(t, image, row, c, incoming, in_row, count, live, sums, sum_row, kind, ALL_TERMS);
  else if (t->residual)
    sink_strip(t, image, row, c, incoming, in_row, count, LANES, sums, sum_row, kind, RESIDUAL);
  else
    sink_strip(t, image, row, c, incoming, in_row, count, LANES, sums, sum_row, kind, NO_TERMS);
}

// Takes rows [row, row + count) of incoming gradients, [count, channels] at `incoming` (which may be where they are
// stored; or none: 0), through a sink, and adds their sums to this task's.
static void sink_rows(const ofa_bases *bases, const ofa_sink *sink, int channels, int64_t positions, int64_t row,
                      int count, const float *incoming, float *sums) {
  const struct sink_tensors t = sink_tensors_at(bases, sink, channels, positions);
  for (int c = 0; c < channels; c += OFA_PANEL) {
    for (int r = 0, rows; r < count; r += rows) {
      const int64_t image = (row + r) / positions;
      rows = min_int(STRIP_ROWS, count - r);
      if (t.gate || t.broadcast) rows = (int)min_int64(rows, (image + 1) * positions - row - r);
      for (int first = c; first < min_int(c + OFA_PANEL, channels); first += LANES) {
        const float *in = incoming ? incoming + (ptrdiff_t)r * channels + first : NULL;
        FOR_ACTIVATION(t.activation, sink_vector(&t, image, row + r, first, in, channels, rows,
                                                 sums ? sums + first : NULL, ofa_padded(channels), KIND);)
      }
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
