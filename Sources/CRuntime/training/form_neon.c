#include "../forms.h"

#if defined(OFA_HAS_NEON)
#include "../forms/neon.h"
#include "kernels.h"
#include "../forms/end.h"

static ofa_kernel_run *const kernels[] = {OFA_TRAINING_KERNELS(OFA_RUN)};
static const struct ofa_training training = {kernels, ofa_training_descriptors, sgd, adamw};
const ofa_form ofa_training_neon = {FORM_NAME, ofa_kernels_neon, &training};
#endif
