// What kernels read and write besides plain tensors: a source, a gradient, a sink.
#ifndef OFA_OPERANDS_H
#define OFA_OPERANDS_H

#include "memory.h"

enum ofa_activation { OFA_IDENTITY = 0, OFA_RELU = 1, OFA_RELU6 = 2, OFA_H_SWISH = 3, OFA_H_SIGMOID = 4 };

// The rows of a normalization's buffer, each as long as the padded channels. The last three are made by the backward
// pass: the gradient before the normalization is  alpha · (gradient after it) + beta · y + delta.
enum ofa_normalization_row {
  OFA_MEAN = 0, OFA_VARIANCE, OFA_INVERSE_DEVIATION, OFA_SCALE, OFA_SHIFT, OFA_ALPHA, OFA_BETA, OFA_DELTA,
  OFA_NORMALIZATION_ROWS
};

// What a kernel reads: a stored tensor, and what is still to be done to it on the way in.
//
//     value = gate[image, channel] · activation(scale[channel] · data + shift[channel])
typedef struct ofa_source {
  ofa_ref data;
  ofa_ref normalization;  // or none: scale 1, shift 0
  ofa_ref gate;           // [images, channels], or none: 1
  int32_t activation;
  int32_t gate_activation;  // done to the gate on the way in
} ofa_source;

// A gradient with respect to a convolution's output: as stored, or taken back through the normalization that follows.
typedef struct ofa_gradient {
  ofa_ref data;           // with respect to the normalization's output (or the convolution's, where there is none)
  ofa_ref normalization;  // or none
  ofa_ref output;         // the convolution's stored output, read where there is a normalization
} ofa_gradient;

// What is done to a gradient before it is stored: the sum with what other readers sent, the way back through the
// activation, and the sums that the normalization's own way back needs, by task: Σ g and Σ g · (y − mean) / deviation.
//
//     g = (incoming · gate + residual + broadcast / positions) · activation'(scale · y + shift)
typedef struct ofa_sink {
  ofa_ref gradient;       // where it goes; or none: it is of no use
  ofa_ref residual;       // or none; may be the same buffer
  ofa_ref gate;           // [images, channels], or none
  ofa_ref broadcast;      // [images, channels], or none
  ofa_ref value;          // y, read where there is an activation or a normalization
  ofa_ref normalization;  // or none
  ofa_ref sums;           // [tasks, 2, padded channels], or none
  int32_t activation;
  int32_t gate_activation;
} ofa_sink;

// Where in a record its references lie, `at` bytes behind the beginning of a step: for a descriptor's list.
#define OFA_SOURCE_REFS(at) (at) + offsetof(ofa_source, data), (at) + offsetof(ofa_source, normalization), \
                            (at) + offsetof(ofa_source, gate)
#define OFA_GRADIENT_REFS(at) (at) + offsetof(ofa_gradient, data), (at) + offsetof(ofa_gradient, normalization), \
                              (at) + offsetof(ofa_gradient, output)
#define OFA_SINK_REFS(at) (at) + offsetof(ofa_sink, gradient), (at) + offsetof(ofa_sink, residual), \
                          (at) + offsetof(ofa_sink, gate), (at) + offsetof(ofa_sink, broadcast), \
                          (at) + offsetof(ofa_sink, value), (at) + offsetof(ofa_sink, normalization), \
                          (at) + offsetof(ofa_sink, sums)

#endif
