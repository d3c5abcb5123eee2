#if defined(__aarch64__) || defined(__arm__)
#include "forms/neon.h"
#include "kernels/inference.h"
#include "forms/end.h"

#include "forms.h"

ofa_kernel_run *const ofa_kernels_neon[] = {OFA_INFERENCE_KERNELS(OFA_RUN)};
const ofa_form ofa_inference_neon = {FORM_NAME, ofa_kernels_neon, NULL};
#else
typedef int ofa_no_form_here;
#endif
