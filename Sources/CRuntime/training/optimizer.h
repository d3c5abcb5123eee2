// Steps of an optimizer over flat arenas.
#ifndef OFA_OPTIMIZERS_H
#define OFA_OPTIMIZERS_H

#include "../forms.h"
#include "../kernels/lanes.h"

// The parameters of a task: from `first` to the one before `end`.
struct task_parameters {
  size_t first, end;
};

INLINE struct task_parameters parameters_of_task(size_t count, int task) {
  const size_t first = (size_t)task * OFA_OPTIMIZER_TASK, rest = count - first;
  return (struct task_parameters){first, first + (rest < OFA_OPTIMIZER_TASK ? rest : OFA_OPTIMIZER_TASK)};
}

// What is nothing to any step is zero: a moment whose gradients stay away would become a denormal, with which
// processors are a hundred times slower. A value that is no number stays one.
INLINE lanes settled(lanes x) { return choose((x < splat(1e-30f)) & (x > splat(-1e-30f)), zero(), x); }

static void sgd(const ofa_sgd *s, int task) {
  const struct task_parameters part = parameters_of_task(s->count, task);
  const lanes momentum = splat(s->momentum), scale = splat(s->gradient_scale);
  for (size_t i = part.first; i < part.end; i += LANES) {
    const ofa_pace *pace = s->paces + i / OFA_PANEL;
    const lanes w = load(s->weights + i);
    const lanes g = multiply_add(scale, load(s->gradients + i), splat(pace->decay) * w);
    const lanes v = settled(multiply_add(momentum, load(s->velocity + i), g));
    store(s->velocity + i, v);
    store(s->weights + i, multiply_add(splat(-s->learning_rate * pace->rate), multiply_add(momentum, v, g), w));
  }
}

static void adamw(const ofa_adamw *s, int task) {
  const struct task_parameters part = parameters_of_task(s->count, task);
  const lanes scale = splat(s->gradient_scale), epsilon = splat(s->epsilon);
  const lanes first_share = splat(s->first_share), second_share = splat(s->second_share);
  const lanes first_correction = splat(s->first_correction), second_correction = splat(s->second_correction);
  for (size_t i = part.first; i < part.end; i += LANES) {
    const ofa_pace *pace = s->paces + i / OFA_PANEL;
    const lanes w = load(s->weights + i), g = scale * load(s->gradients + i);
    lanes m = load(s->first + i), v = load(s->second + i);
    m = settled(multiply_add(first_share, g - m, m));
    v = settled(multiply_add(second_share, multiply_add(g, g, -v), v));
    store(s->first + i, m);
    store(s->second + i, v);
    const lanes adapted = first_correction * m / multiply_add(second_correction, square_root(v), epsilon);
    const lanes step = multiply_add(splat(pace->decay), w, adapted);
    store(s->weights + i, multiply_add(splat(-s->learning_rate * pace->rate), step, w));
  }
}

#endif
