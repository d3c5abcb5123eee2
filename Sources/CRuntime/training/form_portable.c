#include "../forms/portable.h"
#include "kernels.h"

#include "../forms.h"

static ofa_kernel_run *const kernels[] = {OFA_TRAINING_KERNELS(OFA_RUN)};
static const struct ofa_training training = {kernels, ofa_training_descriptors, sgd, adamw};
const ofa_form ofa_training_portable = {FORM_NAME, ofa_kernels_portable, &training};
