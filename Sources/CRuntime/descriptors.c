// What is known of the kernels of inference, by number.
#include "forms.h"

#define OFA_ABOUT(number, name, member) extern const ofa_descriptor ofa_about_##name;
OFA_INFERENCE_KERNELS(OFA_ABOUT)
#undef OFA_ABOUT

#define OFA_ABOUT(number, name, member) &ofa_about_##name,
const ofa_descriptor *const ofa_inference_descriptors[] = {OFA_INFERENCE_KERNELS(OFA_ABOUT)};
