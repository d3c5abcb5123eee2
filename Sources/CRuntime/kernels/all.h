// All kernels of one form, and its table. Included once by each form with its macros defined.
#include <math.h>

#include "../form.h"
#include "lanes.h"
#include "moments.h"
#include "product.h"
#include "reading.h"
#include "ring.h"
#include "pointwise.h"
#include "dense.h"
#include "depthwise.h"
#include "statistics.h"
#include "elementwise.h"
#include "window_pool.h"
#include "weights.h"

static void sgd(struct sgd_task *t, int task) {
  const size_t begin = (size_t)task * SGD_TASK, end = begin + SGD_TASK < t->count ? begin + SGD_TASK : t->count;
  const lanes rate = splat(t->learning_rate), momentum = splat(t->momentum), scale = splat(t->gradient_scale);
  for (size_t i = begin; i < end; i += OFA_LANES) {
    const lanes w = load(t->weights + i);
    const lanes g = scale * load(t->gradients + i) + splat(t->decay[i / OFA_LANES]) * w;
    const lanes v = momentum * load(t->velocity + i) + g;
    store(t->velocity + i, v);
    store(t->weights + i, w - rate * (g + momentum * v));
  }
}

const struct ofa_form FORM_TABLE = {
    .name = FORM_NAME,
    .run = {[OFA_PACK] = pack, [OFA_DEPTHWISE_FILTER] = depthwise_filter, [OFA_POINTWISE] = pointwise, [OFA_DENSE] = dense,
            [OFA_DEPTHWISE] = depthwise, [OFA_STATISTICS] = statistics, [OFA_ELEMENTWISE] = elementwise, [OFA_POOL] = pool,
            [OFA_WINDOW_POOL] = window_pool, [OFA_WINDOW_POOL_BACKWARD] = window_pool_backward,
            [OFA_POINTWISE_BACKWARD] = pointwise_backward, [OFA_DENSE_BACKWARD] = dense_backward,
            [OFA_DEPTHWISE_BACKWARD] = depthwise_backward, [OFA_STATISTICS_BACKWARD] = statistics_backward,
            [OFA_GRADIENT] = gradient, [OFA_GATE_GRADIENT] = gate_gradient, [OFA_REDUCE] = reduce,
            [OFA_DEPTHWISE_REDUCE] = depthwise_reduce, [OFA_KERNEL_STEP_REDUCE] = kernel_step_reduce},
    .sgd = sgd,
};
