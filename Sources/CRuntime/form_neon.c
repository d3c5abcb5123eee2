#include "forms.h"

#if defined(OFA_HAS_NEON)
#include "forms/neon.h"
#include "kernels/inference.h"
#include "forms/end.h"

ofa_kernel_run *const ofa_kernels_neon[] = {OFA_INFERENCE_KERNELS(OFA_RUN)};
const ofa_form ofa_inference_neon = {FORM_NAME, ofa_kernels_neon, NULL};
#endif
