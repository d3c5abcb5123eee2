// 1×1 convolutions and linear layers: one matrix product for each tile of rows, while the tile is in the cache.
#ifndef OFA_POINTWISE_H
#define OFA_POINTWISE_H

#include "layouts.h"
#include "product.h"
#include "sources.h"

static void convolution_pointwise_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  struct scratch s = scratch_at(scratch);
  const struct pointwise_scratch layout = pointwise_layout(step, &s);
  const int64_t positions = output_positions(w);
  const struct task_rows rows = rows_of_task(step, task, w->images * positions);
  for (int64_t row = rows.first; row < rows.end; row += step->rows_per_tile) {
    const int count = (int)min_int64(step->rows_per_tile, rows.end - row);
    const ptrdiff_t offset = row * w->out_channels;
    const float *x = source_rows(bases, &a->source, w->in_channels, positions, row, count, layout.x);
    struct product p = {
        .rows = count, .columns = w->out_channels, .depth = w->in_channels,
        .a = &x, .spans = 1, .a_row = w->in_channels, .a_step = 1,
        .b = at_f32(bases, a->filter), .b_panel = (ptrdiff_t)w->in_channels * OFA_PANEL, .b_step = OFA_PANEL,
        .out = at_f32(bases, a->output) + offset, .out_row = w->out_channels,
        .bias = at_f32(bases, a->bias), .activation = a->activation,
        .statistics = partial_statistics(a, bases, task), .first = row == rows.first,
        .residual = a->residual ? at_f32(bases, a->residual) + offset : NULL};
    product(&p);
  }
}

#endif
