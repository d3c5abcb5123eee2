// A kernel form: the same kernels compiled for one kind of processor.
#ifndef OFA_FORM_H
#define OFA_FORM_H

#include "include/ofa_runtime.h"

struct sgd_task {
  size_t count;
  float *weights, *velocity;
  const float *gradients, *decay;
  float learning_rate, momentum, gradient_scale;
};

// Parameters that one task of an optimizer step works on.
enum { SGD_TASK = 1 << 15 };

struct ofa_form {
  const char *name;
  // The kernels by enum ofa_kernel: runs one task of a step. `scratch` belongs to the thread.
  void (*run[OFA_KERNELS])(const ofa_step *step, const ofa_bases *bases, int task, float *scratch);
  void (*sgd)(struct sgd_task *, int task);
};

// The floats of a ring: as many rows of one image as a kernel is high, of `pixel` floats a pixel, between borders of half a kernel.
static inline size_t ring_size(int width, int kernel_size, int pixel) {
  return (size_t)kernel_size * (size_t)(width + kernel_size / 2 * 2) * (size_t)pixel;
}

extern const struct ofa_form ofa_form_portable;
#if defined(__x86_64__)
extern const struct ofa_form ofa_form_avx2, ofa_form_avx512;
#endif

const struct ofa_form *ofa_form_current(void);

#endif
