// All kernels of training, in one form.
#include "dense.h"
#include "depthwise.h"
#include "elements.h"
#include "filters.h"
#include "normalization.h"
#include "optimizer.h"
#include "pointwise.h"
#include "pooling.h"
