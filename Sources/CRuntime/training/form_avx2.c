#if defined(__x86_64__)
#include "../forms/avx2.h"
#include "kernels.h"
#include "../forms/end.h"

#include "../forms.h"

static ofa_kernel_run *const kernels[] = {OFA_TRAINING_KERNELS(OFA_RUN)};
static const struct ofa_training training = {kernels, ofa_training_descriptors, sgd, adamw};
const ofa_form ofa_training_avx2 = {FORM_NAME, ofa_kernels_avx2, &training};
#else
typedef int ofa_no_form_here;
#endif
