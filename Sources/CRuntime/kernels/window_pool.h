// Pooling over windows: the largest element or the mean of what lies inside the image. Tasks are runs of images.

// The part of a window that lies inside the image.
struct window {
  int top, bottom, left, right;
};

INLINE struct window window_at(const ofa_step *s, int y, int x) {
  const int top = y * s->stride - s->padding, left = x * s->stride - s->padding;
  return (struct window){max_int(top, 0), min_int(top + s->kernel_size, s->in_height), max_int(left, 0),
                         min_int(left + s->kernel_size, s->in_width)};
}

INLINE float window_share(const struct window *w) { return 1 / (float)((w->bottom - w->top) * (w->right - w->left)); }

// Sixteen channels of a window's largest element, from channel c of an image.
INLINE lanes window_max(const ofa_step *s, const struct window *w, const float *image) {
  lanes most = load(image + ((ptrdiff_t)w->top * s->in_width + w->left) * s->in_channels);
  for (int y = w->top; y < w->bottom; y++)
    for (int x = w->left; x < w->right; x++)
      most = larger(load(image + ((ptrdiff_t)y * s->in_width + x) * s->in_channels), most);
  return most;
}

static void window_pool(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, in_rows = s->in_height * s->in_width;
  const int end = min_int(s->images, (task + 1) * s->rows_per_task);
  for (int image = task * s->rows_per_task; image < end; image++) {
    const float *in = source_rows(bases, &s->source, channels, in_rows, image * in_rows, in_rows, scratch);
    float *out = at(bases, s->output) + (ptrdiff_t)image * s->out_height * s->out_width * channels;
    for (int y = 0; y < s->out_height; y++) {
      for (int x = 0; x < s->out_width; x++, out += channels) {
        const struct window w = window_at(s, y, x);
        for (int c = 0; c < channels; c += OFA_LANES) {
          lanes value;
          if (s->pooling == OFA_MAX) {
            value = window_max(s, &w, in + c);
          } else {
            value = zero();
            for (int iy = w.top; iy < w.bottom; iy++)
              for (int ix = w.left; ix < w.right; ix++)
                value += load(in + ((ptrdiff_t)iy * s->in_width + ix) * channels + c);
            value *= splat(window_share(&w));
          }
          store_first(out + c, value, min_int(OFA_LANES, channels - c));
        }
      }
    }
  }
}

// A mean's gradient goes to all elements of its window in equal parts, that of a largest element to the first that is as large.
static void window_pool_backward(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int channels = s->in_channels, in_rows = s->in_height * s->in_width;
  float *sums = sink_sums(bases, &s->sink, channels, task);
  float *dx = scratch, *image_scratch = scratch + input_size(s) + OFA_LANES;
  const int end = min_int(s->images, (task + 1) * s->rows_per_task);
  for (int image = task * s->rows_per_task; image < end; image++) {
    const float *in = source_rows(bases, &s->source, channels, in_rows, image * in_rows, in_rows, image_scratch);
    const float *g = at(bases, s->gradient.data) + (ptrdiff_t)image * s->out_height * s->out_width * channels;
    memset(dx, 0, sizeof(float) * (size_t)input_size(s));
    for (int y = 0; y < s->out_height; y++) {
      for (int x = 0; x < s->out_width; x++, g += channels) {
        const struct window w = window_at(s, y, x);
        for (int c = 0; c < channels; c += OFA_LANES) {
          const int live = min_int(OFA_LANES, channels - c);
          lanes rest = load(g + c), most = zero();
          if (s->pooling == OFA_MAX) most = window_max(s, &w, in + c);
          else rest *= splat(window_share(&w));
          for (int iy = w.top; iy < w.bottom; iy++) {
            for (int ix = w.left; ix < w.right; ix++) {
              const ptrdiff_t offset = ((ptrdiff_t)iy * s->in_width + ix) * channels + c;
              lanes part = rest;
              if (s->pooling == OFA_MAX) {
                part = choose(load(in + offset) == most, rest, zero());
                rest -= part;
              }
              store_first(dx + offset, load(dx + offset) + part, live);
            }
          }
        }
      }
    }
    sink_rows(bases, &s->sink, channels, in_rows, image * in_rows, in_rows, dx, sums);
  }
}
