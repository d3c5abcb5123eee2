#if defined(__x86_64__)
#include "forms/avx2.h"
#include "kernels/inference.h"
#include "forms/end.h"

#include "forms.h"

ofa_kernel_run *const ofa_kernels_avx2[] = {OFA_INFERENCE_KERNELS(OFA_RUN)};
const ofa_form ofa_inference_avx2 = {FORM_NAME, ofa_kernels_avx2, NULL};
#else
typedef int ofa_no_form_here;
#endif
