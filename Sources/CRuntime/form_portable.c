#include "forms/portable.h"
#include "kernels/inference.h"

#include "forms.h"

ofa_kernel_run *const ofa_kernels_portable[] = {OFA_INFERENCE_KERNELS(OFA_RUN)};
const ofa_form ofa_inference_portable = {FORM_NAME, ofa_kernels_portable, NULL};
