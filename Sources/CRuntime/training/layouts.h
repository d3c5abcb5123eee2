// What each kernel of training keeps in a thread's scratch.
#ifndef OFA_TRAINING_LAYOUTS_H
#define OFA_TRAINING_LAYOUTS_H

#include "../kernels/layouts.h"

struct pointwise_backward_scratch {
  float *x, *gradient;  // [rows of a tile, in], [rows of a tile, out]
};

static inline struct pointwise_backward_scratch pointwise_backward_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_backward.shape;
  const uint64_t tile = (uint64_t)step->rows_per_tile;
  struct pointwise_backward_scratch layout = {.x = take_floats(s, tile * (uint64_t)w->in_channels)};
  layout.gradient = take_floats(s, tile * (uint64_t)w->out_channels);
  return layout;
}

struct dense_backward_scratch {
  float *columns, *gradient;  // [pixels of a tile, k²·in], [pixels of a tile, out]
  float *source, *dx;         // one image
};

static inline struct dense_backward_scratch dense_backward_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_backward.shape;
  const uint64_t tile = (uint64_t)step->rows_per_tile;
  struct dense_backward_scratch layout = {.columns = take_floats(s, tile * window_floats(w))};
  layout.gradient = take_floats(s, tile * (uint64_t)w->out_channels);
  layout.source = take_floats(s, input_floats(w));
  layout.dx = take_floats(s, input_floats(w));
  return layout;
}

struct depthwise_backward_scratch {
  struct ring x, gradient;
  float *row;                      // [in_width, 16]
  float *taps, *ordered, *filter;  // [k², 16]
};

static inline struct depthwise_backward_scratch depthwise_backward_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.convolution_backward.shape;
  const uint64_t taps = (uint64_t)w->kernel_size * (uint64_t)w->kernel_size * OFA_PANEL;
  struct depthwise_backward_scratch layout = {.x = take_ring(s, w->in_width, w->kernel_size, OFA_PANEL)};
  layout.gradient = take_ring(s, w->out_width, w->kernel_size, OFA_PANEL);
  layout.row = take_floats(s, (uint64_t)w->in_width * OFA_PANEL);
  layout.taps = take_floats(s, taps);
  layout.ordered = take_floats(s, taps);
  layout.filter = take_floats(s, taps);
  return layout;
}

struct pooling_backward_scratch {
  float *source, *dx;  // one image
  float *pixel;        // [padded channels]
};

static inline struct pooling_backward_scratch pooling_backward_layout(const ofa_step *step, struct scratch *s) {
  const ofa_windows *w = &step->arguments.pooling_backward.shape;
  struct pooling_backward_scratch layout = {.source = take_floats(s, input_floats(w))};
  layout.dx = take_floats(s, input_floats(w));
  layout.pixel = take_floats(s, (uint64_t)ofa_padded(w->in_channels));
  return layout;
}

struct filter_panels_backward_scratch {
  float *sum;  // [k²·in]
};

static inline struct filter_panels_backward_scratch filter_panels_backward_layout(const ofa_step *step,
                                                                                  struct scratch *s) {
  const ofa_filter_panels_backward *a = &step->arguments.filter_panels_backward;
  const uint64_t area = (uint64_t)a->kernel_size * (uint64_t)a->kernel_size;
  return (struct filter_panels_backward_scratch){take_floats(s, area * (uint64_t)a->in_channels)};
}

#endif
