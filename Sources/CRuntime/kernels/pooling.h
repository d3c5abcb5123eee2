// Pooling over windows: the largest element or the mean of what lies inside the image.
#ifndef OFA_POOLING_H
#define OFA_POOLING_H

#include "layouts.h"
#include "sources.h"
#include "window.h"

static void pooling_windows_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_pooling_forward *a = &step->arguments.pooling_forward;
  const ofa_windows *w = &a->shape;
  struct scratch s = scratch_at(scratch);
  const struct pooling_scratch layout = pooling_layout(step, &s);
  const int channels = w->in_channels, in_rows = w->in_height * w->in_width;
  const struct task_rows images = rows_of_task(step, task, w->images);
  for (int64_t image = images.first; image < images.end; image++) {
    const float *in = source_rows(bases, &a->source, channels, in_rows, image * in_rows, in_rows, layout.source);
    float *out = at_f32(bases, a->output) + image * w->out_height * w->out_width * channels;
    for (int y = 0; y < w->out_height; y++) {
      for (int x = 0; x < w->out_width; x++, out += channels) {
        const struct window window = window_at(w, a->padding, y, x);
        for (int c = 0; c < channels; c += LANES)
          store(layout.pixel + c,
                a->pooling == OFA_MAX ? window_max(w, &window, in + c) : window_sum(w, &window, in + c));
        if (a->pooling != OFA_MAX) scale_pixel(layout.pixel, window_share(&window), channels);
        memcpy(out, layout.pixel, sizeof(float) * (size_t)channels);
      }
    }
  }
}

#endif
