// Windows that pool.
#ifndef OFA_WINDOW_H
#define OFA_WINDOW_H

#include "lanes.h"

// The part of a window that lies inside the image.
struct window {
  int top, bottom, left, right;
};

INLINE struct window window_at(const ofa_windows *w, int padding, int y, int x) {
  const int top = y * w->stride - padding, left = x * w->stride - padding;
  return (struct window){max_int(top, 0), min_int(top + w->kernel_size, w->in_height), max_int(left, 0),
                         min_int(left + w->kernel_size, w->in_width)};
}

INLINE float window_share(const struct window *w) { return 1 / (float)((w->bottom - w->top) * (w->right - w->left)); }

// One vector of a window's largest element, from a channel of an image; what is no number counts as larger than all.
INLINE lanes window_max(const ofa_windows *w, const struct window *window, const float *image) {
  lanes most = load(image + ((ptrdiff_t)window->top * w->in_width + window->left) * w->in_channels);
  for (int y = window->top; y < window->bottom; y++) {
    for (int x = window->left; x < window->right; x++) {
      const lanes value = load(image + ((ptrdiff_t)y * w->in_width + x) * w->in_channels);
      most = choose((value > most) | (value != value), value, most);
    }
  }
  return most;
}

// The sum of its elements.
INLINE lanes window_sum(const ofa_windows *w, const struct window *window, const float *image) {
  lanes sum = zero();
  for (int y = window->top; y < window->bottom; y++)
    for (int x = window->left; x < window->right; x++)
      sum += load(image + ((ptrdiff_t)y * w->in_width + x) * w->in_channels);
  return sum;
}

// pixel = factor · pixel, for whole vectors.
OUT_OF_LINE void scale_pixel(float *pixel, float factor, int channels) {
  for (int c = 0; c < channels; c += LANES) store(pixel + c, load(pixel + c) * splat(factor));
}

#endif
