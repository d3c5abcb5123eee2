// The arguments of each kernel, beside its name. A tensor is [images, height, width, channels] unless said otherwise,
// and `in` and `out` sizes are always those of the forward pass.
#ifndef OFA_ARGUMENTS_H
#define OFA_ARGUMENTS_H

#include "operands.h"

// What a kernel that slides a window over images works on. Windows of a convolution are centred: they begin k/2 outside
// of the image. Without a window, kernel_size and stride are 1.
typedef struct ofa_windows {
  int32_t images;
  int32_t in_height, in_width, in_channels;
  int32_t out_height, out_width, out_channels;
  int32_t kernel_size, stride;
} ofa_windows;

// The largest side of a window, and the largest step from one to the next.
enum { OFA_LARGEST_WINDOW = 63, OFA_LARGEST_STRIDE = 16 };

// What a kernel works on that takes all positions alike: rows of channels, `positions` for each image.
typedef struct ofa_rows {
  int32_t images, positions, channels;
} ofa_rows;

// ------------------------------------------------------------------------------------------------------- convolutions
//
//     pointwise  y[r, o]       = Σ i      x[r, i] · w[o, i]
//     dense      y[oy, ox, o]  = Σ i,j,c  x[oy·stride + i − k/2, ox·stride + j − k/2, c] · w[o, c, i, j]
//     depthwise  y[oy, ox, c]  = Σ i,j    x[oy·stride + i − k/2, ox·stride + j − k/2, c] · w[c, i, j]
//
// Rows of a task are rows of y (pointwise: pixels of all images), for depthwise ones together with sixteen channels.
typedef struct ofa_convolution_forward {
  ofa_windows shape;
  ofa_source source;
  ofa_ref filter;      // panels [⌈out/16⌉, k²·in, 16]; depthwise: taps [k², padded channels]
  ofa_ref bias;        // [out], or none
  ofa_ref output;
  ofa_ref residual;    // as the output, added after the activation; or none. Inference only, not for depthwise ones
  ofa_ref partials;    // [chunks of rows, 3, padded out]: for the statistics of the output; or none. Training only
  int32_t activation;  // done to the output. Inference only
} ofa_convolution_forward;

// The gradients with respect to the input, through a sink, and to the filter, a part for each task.
//
// Rows of a task are pixels of all images (pointwise) or images; for depthwise ones together with sixteen channels.
typedef struct ofa_convolution_backward {
  ofa_windows shape;
  ofa_source source;
  ofa_gradient gradient;
  ofa_sink sink;
  ofa_ref filter;            // pointwise: the raw tensor; dense: panels [⌈k²·in/16⌉, out, 16]; depthwise: taps
  ofa_ref filter_gradients;  // [tasks, out, k²·in]; depthwise: [chunks of images, k², padded channels]
  ofa_ref bias_gradients;    // [tasks, padded out], or none
  int32_t filter_stride;     // pointwise: floats from one output channel of the raw filter to the next
} ofa_convolution_backward;

// ------------------------------------------------------------------------------------------------------- filters

// filter_panels_forward: [out, in, k, k] → panels of sixteen outputs over (i, j, in), and of sixteen (i, j, in) over
// outputs for the way back. Tasks are panels of the first kind, then of the second.
typedef struct ofa_filter_panels_forward {
  int32_t in_channels, out_channels, kernel_size;
  int32_t filter_stride;  // floats from one output channel of the raw filter to the next
  ofa_ref filter;         // raw
  ofa_ref panels;         // [⌈out/16⌉, k²·in, 16]
  ofa_ref back_panels;    // [⌈k²·in/16⌉, out, 16], or none
} ofa_filter_panels_forward;

// filter_panels_backward: partial gradients [parts, out, (i, j, in)] are summed in order and added to the tensor
// [out, in, k, k], those of a bias likewise. Tasks are runs of output channels.
typedef struct ofa_filter_panels_backward {
  int32_t in_channels, out_channels, kernel_size;
  int32_t filter_stride;
  int32_t parts;
  ofa_ref filter_gradients, filter_gradient;
  ofa_ref bias_gradients, bias_gradient;  // [parts, padded out] and [out], or none
} ofa_filter_panels_backward;

// filter_taps_forward: a depthwise filter [channels, k²] → taps [k², padded channels]; filter_taps_backward: the
// gradients of taps are added to those of the filter. Tasks are panels of channels.
typedef struct ofa_filter_taps {
  int32_t channels, kernel_size;
  int32_t filter_stride;  // floats from one channel of the raw filter to the next
  ofa_ref filter;         // raw; backward its gradient
  ofa_ref taps;           // [k², padded channels]; backward their gradient
} ofa_filter_taps;

// filter_parts_backward: taps = Σ part  partials[part], in order. Tasks are panels of channels.
typedef struct ofa_filter_parts {
  int32_t channels, kernel_size;
  int32_t parts;
  ofa_ref partials;  // [parts, k², padded channels]
  ofa_ref taps;      // [k², padded channels]
} ofa_filter_parts;

// One step of an elastic kernel, from its centred window of small² taps to as many new ones. Once-for-All, 2020, §3.3.
//
//     filter_step_forward     to[t]   = Σ j  matrix[t, j] · window(from)[j],   or the window alone
//     filter_step_backward    d window(from)[j] = Σ t  matrix[t, j] · d to[t],   0 around it
//     filter_matrix_backward  d matrix[t, j]   += Σ channels  d to[t] · window(from)[j]
//
// Tasks are panels of channels, those of filter_matrix_backward the rows of the matrix.
typedef struct ofa_filter_step {
  int32_t channels, large, small;  // sides of the two kernels
  ofa_ref matrix;                  // [small², small²], or none; filter_matrix_backward: its gradient
  ofa_ref from;                    // [large², padded channels]; filter_step_backward: its gradient
  ofa_ref to;                      // [small², padded channels]; backward its gradient
} ofa_filter_step;

// ------------------------------------------------------------------------------------------------------- normalization

// normalization_channels_forward: partial statistics of `values` values a channel → the normalization's rows.
// Tasks are panels of channels. Ioffe and Szegedy, 2015.
typedef struct ofa_normalization_forward {
  int64_t values;
  int64_t values_per_part;  // of each part but the last
  int32_t channels, parts;
  ofa_ref partials;      // [parts, 3, padded channels]
  ofa_ref scale, shift;  // [channels]
  ofa_ref rows;          // [OFA_NORMALIZATION_ROWS, padded channels]
  float epsilon;
} ofa_normalization_forward;

// normalization_channels_backward: partial sums → alpha, beta, delta, and the gradients of scale and shift.
typedef struct ofa_normalization_backward {
  int64_t values;
  int32_t channels, parts;
  ofa_ref sums;  // [parts, 2, padded channels]
  ofa_ref rows;
  ofa_ref scale_gradient, shift_gradient;  // [channels]
} ofa_normalization_backward;

// ------------------------------------------------------------------------------------------------------- elements

// addition_elements_forward: output = source + other, or the source alone. Rows of a task are rows.
typedef struct ofa_addition_forward {
  ofa_rows shape;
  ofa_source source, other;
  ofa_ref output;
} ofa_addition_forward;

// addition_elements_backward: the sink alone, over a stored gradient (or none: 0). Rows of a task are rows.
typedef struct ofa_addition_backward {
  ofa_rows shape;
  ofa_ref gradient;
  ofa_sink sink;
} ofa_addition_backward;

// ------------------------------------------------------------------------------------------------------- images

// mean_image_forward: output[image, channel] = mean over positions of source. Tasks are images.
// gate_image_backward: output[image, channel] = Σ positions  gradient · source. Tasks are images.
typedef struct ofa_image {
  ofa_rows shape;
  ofa_source source;
  ofa_ref gradient;  // backward
  ofa_ref output;
} ofa_image;

// pooling_windows_forward, _backward: the largest element or the mean of what of each window lies in the image.
// Rows of a task are images.
enum ofa_pooling { OFA_MAX = 0, OFA_MEAN_OF_WINDOW = 1 };

typedef struct ofa_pooling_forward {
  ofa_windows shape;
  int32_t pooling, padding;  // enum ofa_pooling, and how far the first window reaches out of the image
  ofa_source source;
  ofa_ref output;
} ofa_pooling_forward;

typedef struct ofa_pooling_backward {
  ofa_windows shape;
  int32_t pooling, padding;
  ofa_source source;
  ofa_ref gradient;
  ofa_sink sink;
} ofa_pooling_backward;

#endif
