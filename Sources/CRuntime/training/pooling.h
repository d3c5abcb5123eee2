// The way back of pooling: a mean's gradient goes to all elements of its window in equal parts, that of a largest
// element to the first that is as large.
#ifndef OFA_POOLING_BACKWARD_H
#define OFA_POOLING_BACKWARD_H

#include "../kernels/sources.h"
#include "../kernels/window.h"
#include "layouts.h"
#include "sinks.h"

// Adds one vector of a window's gradient to the elements that it came from.
INLINE void spread_gradient(const ofa_windows *w, const struct window *window, int pooling, const float *in, lanes g,
                            float *dx, int live) {
  const lanes most = pooling == OFA_MAX ? window_max(w, window, in) : zero();
  for (int y = window->top; y < window->bottom; y++) {
    for (int x = window->left; x < window->right; x++) {
      const ptrdiff_t offset = ((ptrdiff_t)y * w->in_width + x) * w->in_channels;
      lanes part = g;
      if (pooling == OFA_MAX) {
        part = choose(load(in + offset) == most, g, zero());
        g -= part;
      }
      store_first(dx + offset, load(dx + offset) + part, live);
    }
  }
}

static void pooling_windows_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_pooling_backward *a = &step->arguments.pooling_backward;
  const ofa_windows *w = &a->shape;
  const int channels = w->in_channels, in_rows = w->in_height * w->in_width;
  struct scratch s = scratch_at(scratch);
  const struct pooling_backward_scratch layout = pooling_backward_layout(step, &s);
  float *sums = sink_sums(bases, &a->sink, channels, task);
  const struct task_rows images = rows_of_task(step, task, w->images);
  for (int64_t image = images.first; image < images.end; image++) {
    const float *in = source_rows(bases, &a->source, channels, in_rows, image * in_rows, in_rows, layout.source);
    const float *g = at_f32(bases, a->gradient) + image * w->out_height * w->out_width * channels;
    memset(layout.dx, 0, sizeof(float) * (size_t)input_floats(w));
    for (int y = 0; y < w->out_height; y++) {
      for (int x = 0; x < w->out_width; x++, g += channels) {
        const struct window window = window_at(w, a->padding, y, x);
        memcpy(layout.pixel, g, sizeof(float) * (size_t)channels);
        if (a->pooling != OFA_MAX) scale_pixel(layout.pixel, window_share(&window), channels);
        for (int c = 0; c < channels; c += LANES)
          spread_gradient(w, &window, a->pooling, in + c, load(layout.pixel + c), layout.dx + c, channels - c);
      }
    }
    sink_rows(bases, &a->sink, channels, in_rows, image * in_rows, in_rows, layout.dx, sums);
  }
}

#endif
