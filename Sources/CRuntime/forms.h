// The tables that are made of the forms. A form's kernels of training are in files of their own.
#ifndef OFA_FORMS_H
#define OFA_FORMS_H

#include "include/ofa/optimizer.h"

// Parameters that one task of an optimizer step works on.
enum { OFA_OPTIMIZER_TASK = 1 << 15 };

// What a form has for training alone: kernels from OFA_INFERENCE_KERNEL_COUNT on, and what is known of them.
struct ofa_training {
  ofa_kernel_run *const *kernels;
  const ofa_descriptor *const *descriptors;
  void (*sgd)(const ofa_sgd *step, int task);
  void (*adamw)(const ofa_adamw *step, int task);
};

#define OFA_RUN(number, name, member) name,

extern ofa_kernel_run *const ofa_kernels_portable[], *const ofa_kernels_avx2[], *const ofa_kernels_avx512[],
    *const ofa_kernels_neon[];
extern const ofa_form ofa_inference_portable, ofa_inference_avx2, ofa_inference_avx512, ofa_inference_neon;
extern const ofa_form ofa_training_portable, ofa_training_avx2, ofa_training_avx512, ofa_training_neon;

// What is known of the kernels, by number.
extern const ofa_descriptor *const ofa_inference_descriptors[];
extern const ofa_descriptor *const ofa_training_descriptors[];

// A form, and whether this processor can run it.
struct ofa_form_entry {
  const ofa_form *form;
  int (*runs_here)(void);
};

int ofa_always(void);
int ofa_has_avx2(void);
int ofa_has_avx512(void);
int ofa_has_neon(void);

// Whether the compiler can make the form of NEON: Clang for 32-bit ARM has to be told of the processor, as by
// -mfpu=neon-vfpv4.
#if defined(__aarch64__) || (defined(__arm__) && (!defined(__clang__) || defined(__ARM_FEATURE_FMA)))
#define OFA_HAS_NEON
#endif

// The forms of inference or training, best first.
#if defined(__x86_64__)
#define OFA_FORMS(part)                          \
  {                                              \
      {&ofa_##part##_avx512, ofa_has_avx512},    \
      {&ofa_##part##_avx2, ofa_has_avx2},        \
      {&ofa_##part##_portable, ofa_always},      \
  }
#elif defined(OFA_HAS_NEON)
#define OFA_FORMS(part) {{&ofa_##part##_neon, ofa_has_neon}, {&ofa_##part##_portable, ofa_always}}
#else
#define OFA_FORMS(part) {{&ofa_##part##_portable, ofa_always}}
#endif

// The form number `index` of those that run here, or NULL.
const ofa_form *ofa_form_here(const struct ofa_form_entry *entries, size_t count, int index);

#endif
