// The way back of 1×1 convolutions and linear layers: both products of a tile while it is in the cache.
//
//     dx[r, i] = Σ o  dy[r, o] · w[o, i]        dw[o, i] = Σ r  dy[r, o] · x[r, i]
#ifndef OFA_POINTWISE_BACKWARD_H
#define OFA_POINTWISE_BACKWARD_H

#include "../kernels/product.h"
#include "../kernels/sources.h"
#include "layouts.h"
#include "sinks.h"

// The sums of a gradient's rows by channel, for a bias.
static void add_bias_gradient(float *bias, const float *rows, int count, int channels) {
  for (int c = 0; c < channels; c += LANES) {
    lanes sum = load(bias + c);
    for (int r = 0; r < count; r++) sum += load(rows + (ptrdiff_t)r * channels + c);
    store(bias + c, sum);
  }
}

INLINE float *task_bias_gradient(const ofa_convolution_backward *a, const ofa_bases *bases, int task) {
  float *bias = at_f32(bases, a->bias_gradients);
  if (!bias) return NULL;
  const int padded = ofa_padded(a->shape.out_channels);
  bias += (ptrdiff_t)task * padded;
  memset(bias, 0, sizeof(float) * (size_t)padded);
  return bias;
}

static void convolution_pointwise_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_backward *a = &step->arguments.convolution_backward;
  const ofa_sink *sink = &a->sink;
  const int in = a->shape.in_channels, out = a->shape.out_channels;
  struct scratch s = scratch_at(scratch);
  const struct pointwise_backward_scratch layout = pointwise_backward_layout(step, &s);
  const int64_t positions = output_positions(&a->shape);
  const struct task_rows rows = rows_of_task(step, task, a->shape.images * positions);
  float *filter = at_f32(bases, a->filter_gradients) + (ptrdiff_t)task * in * out;
  float *bias = task_bias_gradient(a, bases, task);
  float *sums = sink_sums(bases, sink, in, task);
  for (int64_t row = rows.first; row < rows.end; row += step->rows_per_tile) {
    const int count = (int)min_int64(step->rows_per_tile, rows.end - row);
    const float *g = gradient_rows(bases, &a->gradient, out, row, count, layout.gradient);
    const float *x = source_rows(bases, &a->source, in, positions, row, count, layout.x);
    struct product weights = {.rows = out, .columns = in, .depth = count,
                              .a = &g, .spans = 1, .a_row = 1, .a_step = out,
                              .b = x, .b_panel = OFA_PANEL, .b_step = in,
                              .out = filter, .out_row = in, .accumulate = row > rows.first};
    product(&weights);
    if (bias) add_bias_gradient(bias, g, count, out);
    if (!sink->gradient) continue;
    // The product goes where the gradient is stored, unless what is stored there is still to be added.
    const int in_place = sink->residual != sink->gradient;
    float *dx = in_place ? at_f32(bases, sink->gradient) + row * in : layout.x;
    struct product data = {.rows = count, .columns = in, .depth = out, .a = &g, .spans = 1, .a_row = out, .a_step = 1,
                           .b = at_f32(bases, a->filter), .b_panel = OFA_PANEL, .b_step = a->filter_stride,
                           .out = dx, .out_row = in};
    product(&data);
    if (!in_place || sink->residual || sink->value || sink->gate || sink->broadcast)
      sink_rows(bases, sink, in, positions, row, count, dx, sums);
  }
}

#endif
