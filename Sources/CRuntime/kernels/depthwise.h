// Depthwise convolutions. A task is a run of rows and a panel of channels: the rows that a row of outputs reaches are
// read, transformed, into a ring, then the outputs slide along them with the taps in registers. Rows outside of the
// image are left out, columns are zeros. MobileNets, 2017, §3.1.
#ifndef OFA_DEPTHWISE_H
#define OFA_DEPTHWISE_H

#include "correlate.h"
#include "moments.h"
#include "panel.h"
#include "ring.h"

// Adds one vector of a row to its partial statistics. Neighbours go to sums of their own, which run at the same time
// and lose fewer digits.
OUT_OF_LINE void add_moments(float *partials, int padded, const float *row, int width, int is_first) {
  enum { RUNS = 4 };
  struct moments moments = {load(row), zero(), zero()};
  if (!is_first) moments = load_moments(partials, padded);
  lanes sum[RUNS], squares[RUNS];
  UNROLL for (int i = 0; i < RUNS; i++) sum[i] = zero(), squares[i] = zero();
  int x = 0;
  for (; x + RUNS <= width; x += RUNS, row += RUNS * OFA_PANEL) {
    UNROLL for (int i = 0; i < RUNS; i++) {
      const lanes d = load(row + i * OFA_PANEL) - moments.pivot;
      sum[i] += d;
      squares[i] = multiply_add(d, d, squares[i]);
    }
  }
  for (; x < width; x++, row += OFA_PANEL) {
    const lanes d = load(row) - moments.pivot;
    sum[0] += d;
    squares[0] = multiply_add(d, d, squares[0]);
  }
  moments.sum += sum[0] + sum[1] + (sum[2] + sum[3]);
  moments.squares += squares[0] + squares[1] + (squares[2] + squares[3]);
  store_moments(partials, padded, moments);
}

static void convolution_depthwise_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  const int channels = w->in_channels, padded = ofa_padded(channels);
  const struct depthwise_task t = depthwise_task(channels, task);
  const int k = w->kernel_size, half = k / 2, width = w->out_width;
  struct scratch s = scratch_at(scratch);
  const struct depthwise_scratch layout = depthwise_layout(step, &s);
  const struct ring *ring = &layout.ring;
  clear_borders(ring);
  read_taps(at_f32(bases, a->filter) + t.c, k * k, channels, layout.taps);
  float bias[OFA_PANEL] = {0};
  if (a->bias) memcpy(bias, at_f32(bases, a->bias) + t.c, sizeof(float) * (size_t)t.live);

  float *partials = partial_statistics(a, bases, t.chunk);
  const struct task_rows task_rows = rows_of_task(step, t.chunk, (int64_t)w->images * w->out_height);
  int read = 0;
  for (int64_t y = task_rows.first; y < task_rows.end; y++) {
    const int64_t image = y / w->out_height;
    const int oy = (int)(y % w->out_height), top = oy * w->stride - half;
    const int first = max_int(top, 0), last = min_int(top + k, w->in_height);
    if (oy == 0) read = 0;
    for (read = max_int(read, first); read < last; read++)
      read_row(bases, &a->source, channels, t.c, (image * w->in_height + read) * w->in_width, w->in_width,
               ring_row(ring, read) + ring->border);
    const float *rows[OFA_LARGEST_WINDOW];
    ring_rows(ring, first, last - first, 0, rows);
    // Outputs go straight to where they belong, unless they are fewer than a panel or read again for statistics.
    float *out = at_f32(bases, a->output) + y * width * channels + t.c;
    const int in_place = t.live == OFA_PANEL && !partials;
    float *row = in_place ? out : layout.row;
    const ptrdiff_t row_step = in_place ? channels : OFA_PANEL;
    correlate_with(k, w->stride, &(struct correlation){
        .out = row, .out_step = row_step, .width = width, .in = rows, .rows = last - first,
        .taps = layout.taps + (first - top) * k * OFA_PANEL,
        .bias = partials ? NULL : bias, .activation = a->activation});
    if (partials)
      for (int v = 0; v < OFA_PANEL; v += LANES)
        add_moments(partials + t.c + v, padded, row + v, width, y == task_rows.first);
    if (!in_place) write_row(row, width, out, channels, t.live);
  }
}

#endif
