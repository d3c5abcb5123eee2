// k×k convolutions over all channels: the rows that a row of outputs reaches are read into a ring. There a row of a
// window is one piece of memory, so a row of outputs is a matrix product with a span for each row of the window.
#ifndef OFA_DENSE_H
#define OFA_DENSE_H

#include "product.h"
#include "ring.h"
#include "sources.h"

static void convolution_dense_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  const int k = w->kernel_size, half = k / 2, channels = w->in_channels, width = w->in_width;
  struct scratch s = scratch_at(scratch);
  const struct ring ring = dense_layout(step, &s).ring;
  clear_borders(&ring);
  const struct task_rows task_rows = rows_of_task(step, task, (int64_t)w->images * w->out_height);
  int read = 0;
  for (int64_t row = task_rows.first; row < task_rows.end; row++) {
    const int64_t image = row / w->out_height;
    const int y = (int)(row % w->out_height), top = y * w->stride - half;
    const int first = max_int(top, 0), last = min_int(top + k, w->in_height);
    if (y == 0) read = 0;
    for (read = max_int(read, first); read < last; read++)
      read_source(bases, &a->source, channels, (int64_t)w->in_height * width, (image * w->in_height + read) * width,
                  width, ring_row(&ring, read) + ring.border);
    const float *rows[OFA_LARGEST_WINDOW];
    ring_rows(&ring, first, last - first, 0, rows);
    const ptrdiff_t offset = row * w->out_width * w->out_channels;
    struct product p = {
        .rows = w->out_width, .columns = w->out_channels, .depth = k * channels,
        .a = rows, .spans = last - first, .a_row = (ptrdiff_t)w->stride * channels, .a_step = 1,
        .b = at_f32(bases, a->filter) + (ptrdiff_t)(first - top) * k * channels * OFA_PANEL,
        .b_panel = (ptrdiff_t)window_floats(w) * OFA_PANEL, .b_step = OFA_PANEL,
        .out = at_f32(bases, a->output) + offset, .out_row = w->out_channels,
        .bias = at_f32(bases, a->bias), .activation = a->activation,
        .statistics = partial_statistics(a, bases, task), .first = row == task_rows.first,
        .residual = a->residual ? at_f32(bases, a->residual) + offset : NULL};
    product(&p);
  }
}

#endif
