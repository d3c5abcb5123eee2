// Steps of an optimizer over flat arenas.
#ifndef OFA_OPTIMIZERS_H
#define OFA_OPTIMIZERS_H

#include "../forms.h"
#include "../kernels/lanes.h"

static void sgd(const ofa_sgd *s, int task) {
  const size_t begin = (size_t)task * OFA_SGD_TASK;
  const size_t end = begin + OFA_SGD_TASK < s->count ? begin + OFA_SGD_TASK : s->count;
  const lanes rate = splat(s->learning_rate), momentum = splat(s->momentum), scale = splat(s->gradient_scale);
  for (size_t i = begin; i < end; i += LANES) {
    const lanes w = load(s->weights + i);
    const lanes g = multiply_add(scale, load(s->gradients + i), splat(s->decay[i / OFA_PANEL]) * w);
    const lanes v = multiply_add(momentum, load(s->velocity + i), g);
    store(s->velocity + i, v);
    store(s->weights + i, multiply_add(-rate, multiply_add(momentum, v, g), w));
  }
}

#endif
