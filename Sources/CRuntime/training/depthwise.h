// The way back of depthwise convolutions. A task is a run of images and a panel of channels; rows of the input and of
// the gradient go through rings, see ../kernels/depthwise.h.
//
//     dx[iy, ix] = Σ over the taps with oy·stride + i − k/2 = iy, ox·stride + j − k/2 = ix   dy[oy, ox] · w[i, j]
//     dw[i, j]   = Σ oy,ox  dy[oy, ox] · x[oy·stride + i − k/2, ox·stride + j − k/2]
#ifndef OFA_DEPTHWISE_BACKWARD_H
#define OFA_DEPTHWISE_BACKWARD_H

#include "../kernels/panel.h"
#include "../kernels/ring.h"
#include "correlate.h"
#include "layouts.h"
#include "sinks.h"

// The taps that reach the inputs of one parity class (py, px) of the stride, in the order in which the outputs lie.
struct tap_class {
  int rows, columns;
  int first_y, first_x;  // the output row and column that the first tap reaches, for input py, px
};

INLINE struct tap_class tap_class_at(int k, int stride, int py, int px) {
  const int half = k / 2, i0 = (py + half) % stride, j0 = (px + half) % stride;
  struct tap_class t = {.rows = (k - i0 + stride - 1) / stride, .columns = (k - j0 + stride - 1) / stride};
  t.first_y = (py + half - i0) / stride - (t.rows - 1);
  t.first_x = (px + half - j0) / stride - (t.columns - 1);
  return t;
}

// Copies the taps of all classes, one class behind the other, and tells where each begins.
static void order_taps(int k, int stride, const float *taps, float *ordered, const float **classes) {
  for (int py = 0; py < stride; py++) {
    for (int px = 0; px < stride; px++) {
      const struct tap_class t = tap_class_at(k, stride, py, px);
      const int i0 = (py + k / 2) % stride, j0 = (px + k / 2) % stride;
      classes[py * stride + px] = ordered;
      for (int i = i0 + (t.rows - 1) * stride; i >= 0; i -= stride) {
        for (int j = j0 + (t.columns - 1) * stride; j >= 0; j -= stride, ordered += OFA_PANEL)
          memcpy(ordered, taps + (i * k + j) * OFA_PANEL, OFA_PANEL * sizeof(float));
      }
    }
  }
}

static void convolution_depthwise_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_backward *a = &step->arguments.convolution_backward;
  const ofa_windows *w = &a->shape;
  const int channels = w->in_channels, padded = ofa_padded(channels);
  const struct depthwise_task t = depthwise_task(channels, task);
  const int k = w->kernel_size, half = k / 2, stride = w->stride;
  const int64_t in_positions = (int64_t)w->in_height * w->in_width, out_positions = output_positions(w);
  struct scratch s = scratch_at(scratch);
  const struct depthwise_backward_scratch layout = depthwise_backward_layout(step, &s);
  const struct ring *x_ring = &layout.x, *g_ring = &layout.gradient;
  float *row = layout.row, *filter = layout.filter;
  clear_borders(x_ring);
  memset(g_ring->data, 0, sizeof(float) * (size_t)(g_ring->capacity * g_ring->row));
  read_taps(at_f32(bases, a->filter) + t.c, k * k, channels, layout.taps);
  memset(filter, 0, sizeof(float) * (size_t)(k * k * OFA_PANEL));
  const float *classes[OFA_LARGEST_STRIDE * OFA_LARGEST_STRIDE];
  order_taps(k, stride, layout.taps, layout.ordered, classes);

  const struct sink_tensors sink = sink_tensors_at(bases, &a->sink, channels, in_positions);
  float *sums = at_f32(bases, a->sink.sums);
  if (sums) {
    sums += (ptrdiff_t)t.chunk * 2 * padded + t.c;
    memset(sums, 0, OFA_PANEL * sizeof(float));
    memset(sums + padded, 0, OFA_PANEL * sizeof(float));
  }

  const struct task_rows images = rows_of_task(step, t.chunk, w->images);
  for (int64_t image = images.first; image < images.end; image++) {
    int read = 0, made = 0;
    for (int oy = 0; oy < w->out_height; oy++) {
      const int top = oy * stride - half, first = max_int(top, 0), last = min_int(top + k, w->in_height);
      for (read = max_int(read, first); read < last; read++)
        read_row(bases, &a->source, channels, t.c, (image * w->in_height + read) * w->in_width, w->in_width,
                 ring_row(x_ring, read) + x_ring->border);
      float *g_row = ring_row(g_ring, oy) + g_ring->border;
      for (int v = 0; v < t.live; v += LANES)
        gradient_vector(bases, &a->gradient, channels, image * out_positions + (int64_t)oy * w->out_width, t.c + v,
                        g_row + v, OFA_PANEL, w->out_width);
      for (int y = first; y < last; y++)
        correlate_taps_with(k, stride, filter + (y - top) * k * OFA_PANEL, w->out_width, g_row, ring_row(x_ring, y));
      if (!sink.gradient) continue;

      // The rows of inputs that no later row of outputs reaches.
      const int done = oy + 1 < w->out_height ? min_int((oy + 1) * stride - half, w->in_height) : w->in_height;
      for (; made < done; made++) {
        for (int px = 0; px < stride; px++) {
          const struct tap_class taps = tap_class_at(k, stride, made % stride, px);
          const int width = (w->in_width - px + stride - 1) / stride;
          const int reached = made / stride + taps.first_y;
          const int from = max_int(reached, 0), to = min_int(reached + taps.rows, w->out_height);
          const float *rows[OFA_LARGEST_WINDOW];
          if (!taps.columns || from >= to) {  // a small kernel passes over pixels
            for (int x = px; x < w->in_width; x += stride)
              memset(row + x * OFA_PANEL, 0, OFA_PANEL * sizeof(float));
            continue;
          }
          ring_rows(g_ring, from, to - from, g_ring->border + taps.first_x * OFA_PANEL, rows);
          correlate_with(taps.columns, 1, &(struct correlation){
              .out = row + px * OFA_PANEL, .out_step = stride * OFA_PANEL, .width = width,
              .in = rows, .rows = to - from,
              .taps = classes[made % stride * stride + px] + (from - reached) * taps.columns * OFA_PANEL});
        }
        const int64_t pixels = image * in_positions + (int64_t)made * w->in_width;
        for (int x = 0; x < w->in_width; x += STRIP_ROWS)
          for (int v = 0; v < OFA_PANEL && t.c + v < channels; v += LANES)
            sink_vector(&sink, image, pixels + x, t.c + v, row + x * OFA_PANEL + v, OFA_PANEL,
                        min_int(STRIP_ROWS, w->in_width - x), sums ? sums + v : NULL, padded);
      }
    }
  }
  float *partial = at_f32(bases, a->filter_gradients) + (ptrdiff_t)t.chunk * k * k * padded + t.c;
  for (int tap = 0; tap < k * k; tap++)
    memcpy(partial + (ptrdiff_t)tap * padded, filter + tap * OFA_PANEL, OFA_PANEL * sizeof(float));
}

#endif
