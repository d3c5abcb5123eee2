// What each kernel keeps in a thread's scratch: the kernel takes its parts there, its descriptor asks for as much.
#ifndef OFA_LAYOUTS_H
#define OFA_LAYOUTS_H

#include "../include/ofa/step.h"

// Scratch as it is handed out; without a base it is only counted, in 64 bits, since a plan file may ask a board of 32
// for more than it can address.
struct scratch {
  char *base;
  uint64_t bytes;
};

// The next `count` floats, on a cache line of their own, with a panel behind them that may be read.
static inline float *take_floats(struct scratch *s, uint64_t count) {
  float *floats = s->base ? (float *)(void *)(s->base + (size_t)s->bytes) : NULL;
  s->bytes += (count + 2 * OFA_PANEL - 1) / OFA_PANEL * OFA_PANEL * sizeof(float);
  return floats;
}

static inline struct scratch scratch_at(void *base) { return (struct scratch){base, 0}; }

// The last rows of an image on their way into a convolution, between borders of zeros: as many as a kernel is high.
struct ring {
  float *data;
  int capacity;
  ptrdiff_t border, row;  // floats before the first pixel of a row, and from one row to the next
};

static inline struct ring take_ring(struct scratch *s, int width, int kernel_size, int pixel) {
  struct ring ring = {NULL, kernel_size, (ptrdiff_t)(kernel_size / 2) * pixel,
                      (ptrdiff_t)(width + kernel_size / 2 * 2) * pixel};
  ring.data = take_floats(s, (uint64_t)kernel_size * (uint64_t)ring.row);
  return ring;
}

static inline int64_t output_positions(const ofa_windows *w) { return (int64_t)w->out_height * w->out_width; }

static inline uint64_t input_floats(const ofa_windows *w) {
  return (uint64_t)w->in_height * (uint64_t)w->in_width * (uint64_t)w->in_channels;
}

static inline uint64_t window_floats(const ofa_windows *w) {
  return (uint64_t)w->kernel_size * (uint64_t)w->kernel_size * (uint64_t)w->in_channels;
}

struct pointwise_scratch {
  float *x;  // [rows of a tile, in]
};

static inline struct pointwise_scratch pointwise_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_forward.shape;
  return (struct pointwise_scratch){take_floats(s, (uint64_t)step->rows_per_tile * (uint64_t)w->in_channels)};
}

struct dense_scratch {
  struct ring ring;
};

static inline struct dense_scratch dense_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_forward.shape;
  return (struct dense_scratch){take_ring(s, w->in_width, w->kernel_size, w->in_channels)};
}

struct depthwise_scratch {
  struct ring ring;
  float *row;   // [out_width, 16]
  float *taps;  // [k², 16]
};

static inline struct depthwise_scratch depthwise_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_forward.shape;
  struct depthwise_scratch layout = {.ring = take_ring(s, w->in_width, w->kernel_size, OFA_PANEL)};
  layout.row = take_floats(s, (uint64_t)w->out_width * OFA_PANEL);
  layout.taps = take_floats(s, (uint64_t)w->kernel_size * (uint64_t)w->kernel_size * OFA_PANEL);
  return layout;
}

struct addition_scratch {
  float *other;  // [rows of a tile, channels]
};

static inline struct addition_scratch addition_layout(const ofa_step *step, struct scratch *s) {
  const uint64_t channels = (uint64_t)step->arguments.addition_forward.shape.channels;
  return (struct addition_scratch){take_floats(s, (uint64_t)step->rows_per_tile * channels)};
}

struct image_scratch {
  float *source;  // [positions, channels]
  float *result;  // [padded channels]
};

static inline struct image_scratch image_layout(const ofa_step *step, struct scratch *s) {
  const ofa_rows *r = &step->arguments.image.shape;
  struct image_scratch layout = {.source = take_floats(s, (uint64_t)r->positions * (uint64_t)r->channels)};
  layout.result = take_floats(s, (uint64_t)ofa_padded(r->channels));
  return layout;
}

struct pooling_scratch {
  float *source;  // one image
  float *pixel;   // [padded channels]
};

static inline struct pooling_scratch pooling_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.pooling_forward.shape;
  struct pooling_scratch layout = {.source = take_floats(s, input_floats(w))};
  layout.pixel = take_floats(s, (uint64_t)ofa_padded(w->in_channels));
  return layout;
}

#endif
