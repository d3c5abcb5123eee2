// A step of a plan: a head, and its kernel's own arguments.
#ifndef OFA_STEP_H
#define OFA_STEP_H

#include <stddef.h>

#include "arguments.h"

// Every kernel, by a grammar: what is done, over what, in which direction, to which elements. Beside the name stands
// the member of the arguments that belong to it. Inference needs the first list alone.
#define OFA_INFERENCE_KERNELS(X)                                                                      \
  X(OFA_CONVOLUTION_POINTWISE_FORWARD_F32, convolution_pointwise_forward_f32, convolution_forward)    \
  X(OFA_CONVOLUTION_DENSE_FORWARD_F32, convolution_dense_forward_f32, convolution_forward)            \
  X(OFA_CONVOLUTION_DEPTHWISE_FORWARD_F32, convolution_depthwise_forward_f32, convolution_forward)    \
  X(OFA_ADDITION_ELEMENTS_FORWARD_F32, addition_elements_forward_f32, addition_forward)               \
  X(OFA_MEAN_IMAGE_FORWARD_F32, mean_image_forward_f32, image)                                        \
  X(OFA_POOLING_WINDOWS_FORWARD_F32, pooling_windows_forward_f32, pooling_forward)

#define OFA_TRAINING_KERNELS(X)                                                                       \
  X(OFA_FILTER_PANELS_FORWARD_F32, filter_panels_forward_f32, filter_panels_forward)                  \
  X(OFA_FILTER_TAPS_FORWARD_F32, filter_taps_forward_f32, filter_taps)                                \
  X(OFA_FILTER_STEP_FORWARD_F32, filter_step_forward_f32, filter_step)                                \
  X(OFA_NORMALIZATION_CHANNELS_FORWARD_F32, normalization_channels_forward_f32, normalization_forward) \
  X(OFA_CONVOLUTION_POINTWISE_BACKWARD_F32, convolution_pointwise_backward_f32, convolution_backward) \
  X(OFA_CONVOLUTION_DENSE_BACKWARD_F32, convolution_dense_backward_f32, convolution_backward)         \
  X(OFA_CONVOLUTION_DEPTHWISE_BACKWARD_F32, convolution_depthwise_backward_f32, convolution_backward) \
  X(OFA_NORMALIZATION_CHANNELS_BACKWARD_F32, normalization_channels_backward_f32, normalization_backward) \
  X(OFA_ADDITION_ELEMENTS_BACKWARD_F32, addition_elements_backward_f32, addition_backward)            \
  X(OFA_GATE_IMAGE_BACKWARD_F32, gate_image_backward_f32, image)                                      \
  X(OFA_POOLING_WINDOWS_BACKWARD_F32, pooling_windows_backward_f32, pooling_backward)                 \
  X(OFA_FILTER_PANELS_BACKWARD_F32, filter_panels_backward_f32, filter_panels_backward)               \
  X(OFA_FILTER_PARTS_BACKWARD_F32, filter_parts_backward_f32, filter_parts)                           \
  X(OFA_FILTER_STEP_BACKWARD_F32, filter_step_backward_f32, filter_step)                              \
  X(OFA_FILTER_MATRIX_BACKWARD_F32, filter_matrix_backward_f32, filter_step)                          \
  X(OFA_FILTER_TAPS_BACKWARD_F32, filter_taps_backward_f32, filter_taps)

#define OFA_NUMBER(number, name, member) number,
enum ofa_kernel {
  OFA_INFERENCE_KERNELS(OFA_NUMBER)
  OFA_INFERENCE_KERNEL_COUNT,
  OFA_BEFORE_TRAINING_KERNELS = OFA_INFERENCE_KERNEL_COUNT - 1,
  OFA_TRAINING_KERNELS(OFA_NUMBER)
  OFA_KERNEL_COUNT
};
#undef OFA_NUMBER

typedef union ofa_arguments {
  ofa_convolution_forward convolution_forward;
  ofa_convolution_backward convolution_backward;
  ofa_filter_panels_forward filter_panels_forward;
  ofa_filter_panels_backward filter_panels_backward;
  ofa_filter_taps filter_taps;
  ofa_filter_parts filter_parts;
  ofa_filter_step filter_step;
  ofa_normalization_forward normalization_forward;
  ofa_normalization_backward normalization_backward;
  ofa_addition_forward addition_forward;
  ofa_addition_backward addition_backward;
  ofa_image image;
  ofa_pooling_forward pooling_forward;
  ofa_pooling_backward pooling_backward;
} ofa_arguments;

// The tasks of a step run in any order, on any number of threads. What a row is depends on the kernel; the last task
// may have fewer.
typedef struct ofa_step {
  int32_t kernel;         // enum ofa_kernel
  int32_t block;          // the graph's block, for times
  int32_t tasks;
  int32_t rows_per_tile;  // rows of a task that are worked on while they stay in the cache
  int64_t rows_per_task;
  ofa_arguments arguments;
} ofa_step;

// How many bytes of a step its kernel has a use for, from the beginning.
static inline size_t ofa_step_bytes(int32_t kernel) {
#define OFA_BYTES(number, name, member) \
  case number: return offsetof(ofa_step, arguments) + sizeof(((ofa_arguments *)NULL)->member);
  switch (kernel) {
    OFA_INFERENCE_KERNELS(OFA_BYTES)
    OFA_TRAINING_KERNELS(OFA_BYTES)
    default: return 0;
  }
#undef OFA_BYTES
}

#endif
