// All kernels of inference, in one form.
#include "dense.h"
#include "depthwise.h"
#include "elements.h"
#include "pointwise.h"
#include "pooling.h"
