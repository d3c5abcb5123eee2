// Steps of an optimizer over flat arenas.
#ifndef OFA_OPTIMIZER_H
#define OFA_OPTIMIZER_H

#include "form.h"
#include "team.h"

// One step of stochastic gradient descent with Nesterov momentum, cut by size over the team:
//
//     g ← gradientScale · gradient + decay · w;   v ← momentum · v + g;   w ← w − learningRate · (g + momentum · v)
//
// `decay` has one value for each panel of parameters; tensors start at multiples of a panel.
typedef struct ofa_sgd {
  size_t count;
  float *weights, *velocity;
  const float *gradients, *decay;
  float learning_rate, momentum, gradient_scale;
} ofa_sgd;

void ofa_sgd_step(const ofa_form *form, ofa_team *team, const ofa_sgd *step);

#endif
