// The way back of k×k convolutions over all channels: the windows of a run of output pixels are laid out as rows, then
// it is a matrix product. Tasks are whole images.
//
//     columns[(y, x), (i, j, c)] = x[y·stride + i − k/2, x·stride + j − k/2, c]
#ifndef OFA_DENSE_BACKWARD_H
#define OFA_DENSE_BACKWARD_H

#include "pointwise.h"

// The part of a window's row that lies in the image: columns [begin, end) of the window, none where the row is outside.
struct window_row {
  int begin, end;
  ptrdiff_t pixel;  // the image's pixel under the window's first column
};

INLINE struct window_row window_row_at(const ofa_windows *w, int pixel, int i) {
  const int k = w->kernel_size, y = pixel / w->out_width * w->stride - k / 2 + i;
  const int left = pixel % w->out_width * w->stride - k / 2;
  const struct window_row row = {max_int(0, -left), min_int(k, w->in_width - left), (ptrdiff_t)y * w->in_width + left};
  return y >= 0 && y < w->in_height && row.begin < row.end ? row : (struct window_row){k, k, 0};
}

// Lays out the windows of output pixels [first, first + count) of one image as rows of k·k·channels.
static void lay_out_windows(const ofa_windows *w, const float *image, int first, int count, float *columns) {
  const int k = w->kernel_size, channels = w->in_channels;
  for (int pixel = first; pixel < first + count; pixel++) {
    for (int i = 0; i < k; i++, columns += k * channels) {
      const struct window_row row = window_row_at(w, pixel, i);
      if (row.begin > 0) memset(columns, 0, sizeof(float) * (size_t)(row.begin * channels));
      if (row.end < k) memset(columns + row.end * channels, 0, sizeof(float) * (size_t)((k - row.end) * channels));
      const float *in = image + row.pixel * channels;
      for (int n = row.begin * channels; n < row.end * channels; n++) columns[n] = in[n];
    }
  }
}

// Adds windows laid out as rows back to the image they came from.
static void add_windows(const ofa_windows *w, float *image, int first, int count, const float *columns) {
  const int k = w->kernel_size, channels = w->in_channels;
  for (int pixel = first; pixel < first + count; pixel++) {
    for (int i = 0; i < k; i++, columns += k * channels) {
      const struct window_row row = window_row_at(w, pixel, i);
      float *out = image + row.pixel * channels;
      for (int n = row.begin * channels; n < row.end * channels; n++) out[n] += columns[n];
    }
  }
}

static void convolution_dense_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_convolution_backward *a = &step->arguments.convolution_backward;
  const ofa_windows *w = &a->shape;
  const int positions = (int)output_positions(w), depth = (int)window_floats(w);
  const int in_rows = w->in_height * w->in_width, out = w->out_channels;
  struct scratch s = scratch_at(scratch);
  const struct dense_backward_scratch layout = dense_backward_layout(step, &s);
  float *columns = layout.columns, *dx = layout.dx;
  float *filter = at_f32(bases, a->filter_gradients) + (ptrdiff_t)task * out * depth;
  float *bias = task_bias_gradient(a, bases, task);
  float *sums = sink_sums(bases, &a->sink, w->in_channels, task);
  int accumulate = 0;
  const struct task_rows images = rows_of_task(step, task, w->images);
  for (int64_t image = images.first; image < images.end; image++) {
    const float *x =
        source_rows(bases, &a->source, w->in_channels, in_rows, image * in_rows, in_rows, layout.source);
    if (a->sink.gradient) memset(dx, 0, sizeof(float) * (size_t)input_floats(w));
    for (int pixel = 0; pixel < positions; pixel += step->rows_per_tile) {
      const int count = min_int(step->rows_per_tile, positions - pixel);
      const float *g = gradient_rows(bases, &a->gradient, out, image * positions + pixel, count, layout.gradient);
      lay_out_windows(w, x, pixel, count, columns);
      struct product weights = {.rows = out, .columns = depth, .depth = count,
                                .a = &g, .spans = 1, .a_row = 1, .a_step = out,
                                .b = columns, .b_panel = OFA_PANEL, .b_step = depth,
                                .out = filter, .out_row = depth, .accumulate = accumulate};
      product(&weights);
      if (bias) add_bias_gradient(bias, g, count, out);
      accumulate = 1;
      if (!a->sink.gradient) continue;
      struct product data = {.rows = count, .columns = depth, .depth = out,
                             .a = &g, .spans = 1, .a_row = out, .a_step = 1,
                             .b = at_f32(bases, a->filter), .b_panel = (ptrdiff_t)out * OFA_PANEL, .b_step = OFA_PANEL,
                             .out = columns, .out_row = depth};
      product(&data);
      add_windows(w, dx, pixel, count, columns);
    }
    if (a->sink.gradient) sink_rows(bases, &a->sink, w->in_channels, in_rows, image * in_rows, in_rows, dx, sums);
  }
}

#endif
