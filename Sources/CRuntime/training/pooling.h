// The way back of pooling: a mean's gradient goes to all elements of its window in equal parts, that of a largest
// element to the first that is as large.
#ifndef OFA_POOLING_BACKWARD_H
#define OFA_POOLING_BACKWARD_H

#include "../kernels/sources.h"
#include "../kernels/window.h"
#include "layouts.h"
#include "sinks.h"

static void pooling_windows_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_pooling_backward *a = &step->arguments.pooling_backward;
  const ofa_windows *w = &a->shape;
  const int channels = w->in_channels, in_rows = w->in_height * w->in_width;
  struct scratch s = scratch_at(scratch);
  const struct pooling_backward_scratch layout = pooling_backward_layout(step, &s);
  float *sums = sink_sums(bases, &a->sink, channels, task), *dx = layout.dx;
  const struct task_rows images = rows_of_task(step, task, w->images);
  for (int64_t image = images.first; image < images.end; image++) {
    const float *in = source_rows(bases, &a->source, channels, in_rows, image * in_rows, in_rows, layout.source);
    const float *g = at_f32(bases, a->gradient) + image * w->out_height * w->out_width * channels;
    memset(dx, 0, sizeof(float) * input_floats(w));
    for (int y = 0; y < w->out_height; y++) {
      for (int x = 0; x < w->out_width; x++, g += channels) {
        const struct window window = window_at(w, a->padding, y, x);
        for (int c = 0; c < channels; c += LANES) {
          lanes rest = load(g + c), most = zero();
          if (a->pooling == OFA_MAX) most = window_max(w, &window, in + c);
          else rest *= splat(window_share(&window));
          for (int iy = window.top; iy < window.bottom; iy++) {
            for (int ix = window.left; ix < window.right; ix++) {
              const ptrdiff_t offset = ((ptrdiff_t)iy * w->in_width + ix) * channels + c;
              lanes part = rest;
              if (a->pooling == OFA_MAX) {
                part = choose(load(in + offset) == most, rest, zero());
                rest -= part;
              }
              store_first(dx + offset, load(dx + offset) + part, channels - c);
            }
          }
        }
      }
    }
    sink_rows(bases, &a->sink, channels, in_rows, image * in_rows, in_rows, dx, sums);
  }
}

#endif
