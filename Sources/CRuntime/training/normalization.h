// Batch normalization: from partial sums to the vectors by channel that the other kernels apply on the way in.
#ifndef OFA_NORMALIZATION_H
#define OFA_NORMALIZATION_H

#include <math.h>

#include "../kernels/lanes.h"

// mean, variance (biased), and scale and shift such that  normalized = scale · y + shift. Partial statistics are merged
// in the order of the parts (Chan, Golub and LeVeque, 1979).
OUT_OF_LINE void normalization_forward(const ofa_normalization_forward *a, const ofa_bases *bases, int c) {
  const ptrdiff_t padded = ofa_padded(a->channels);
  const float *partials = at_f32(bases, a->partials) + c;
  lanes mean = zero(), squares = zero();
  float count = 0;
  int64_t left = a->values;
  for (const int64_t each = a->values_per_part; left > 0; left -= each, partials += 3 * padded) {
    const float n = (float)min_int64(each, left);
    const lanes sum = load(partials + padded);
    const lanes part_mean = multiply_add(sum, splat(1 / n), load(partials));
    const lanes part_squares = multiply_add(-(sum * sum), splat(1 / n), load(partials + 2 * padded));
    const lanes delta = part_mean - mean;
    mean = multiply_add(delta, splat(n / (count + n)), mean);
    squares += multiply_add(delta * delta, splat(count * n / (count + n)), part_squares);
    count += n;
  }
  const lanes share = squares * splat(1 / count);
  const lanes variance = choose(share < zero(), zero(), share);
  lanes deviation = variance + splat(a->epsilon);
  UNROLL for (int i = 0; i < LANES; i++) deviation[i] = 1 / sqrtf(deviation[i]);
  const int live = a->channels - c;
  const lanes scale = load_first(at_f32(bases, a->scale) + c, live) * deviation;
  float *rows = at_f32(bases, a->rows) + c;
  store(rows + OFA_MEAN * padded, mean);
  store(rows + OFA_VARIANCE * padded, variance);
  store(rows + OFA_INVERSE_DEVIATION * padded, deviation);
  store(rows + OFA_SCALE * padded, scale);
  store(rows + OFA_SHIFT * padded, multiply_add(-mean, scale, load_first(at_f32(bases, a->shift) + c, live)));
}

static void normalization_channels_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  for (int v = 0; v < OFA_PANEL; v += LANES)
    normalization_forward(&step->arguments.normalization_forward, bases, task * OFA_PANEL + v);
}

// With S = Σ g and P = Σ g · normalized over n values:
//
//     dy = scale · (g − S / n − normalized · P / n) = alpha · g + beta · y + delta
//     d shift = S,   d scale (the parameter) = P
OUT_OF_LINE void normalization_backward(const ofa_normalization_backward *a, const ofa_bases *bases, int c) {
  const ptrdiff_t padded = ofa_padded(a->channels);
  const float *partials = at_f32(bases, a->sums) + c;
  lanes sum = zero(), product_sum = zero();
  for (int part = 0; part < a->parts; part++, partials += 2 * padded) {
    sum += load(partials);
    product_sum += load(partials + padded);
  }
  float *rows = at_f32(bases, a->rows) + c;
  const lanes mean = load(rows + OFA_MEAN * padded), deviation = load(rows + OFA_INVERSE_DEVIATION * padded);
  const lanes scale = load(rows + OFA_SCALE * padded), share = splat(1 / (float)a->values);
  const lanes beta = -scale * deviation * product_sum * share;
  store(rows + OFA_ALPHA * padded, scale);
  store(rows + OFA_BETA * padded, beta);
  store(rows + OFA_DELTA * padded, multiply_add(-beta, mean, -scale * sum * share));
  const int live = a->channels - c;
  float *scale_gradient = at_f32(bases, a->scale_gradient) + c, *shift_gradient = at_f32(bases, a->shift_gradient) + c;
  store_first(scale_gradient, load_first(scale_gradient, live) + product_sum, live);
  store_first(shift_gradient, load_first(shift_gradient, live) + sum, live);
}

static void normalization_channels_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  for (int v = 0; v < OFA_PANEL; v += LANES)
    normalization_backward(&step->arguments.normalization_backward, bases, task * OFA_PANEL + v);
}

#endif
