// Steps of an optimizer over flat arenas, cut by size over the team. Tensors start at multiples of a panel, so that
// what differs from one to another is said once for each panel.
#ifndef OFA_OPTIMIZER_H
#define OFA_OPTIMIZER_H

#include "form.h"
#include "team.h"

// How the parameters of a panel move.
typedef struct ofa_pace {
  float rate;   // a factor of the learning rate
  float decay;  // the weight decay
} ofa_pace;

// One step of stochastic gradient descent with Nesterov momentum:
//
//     g ← gradientScale · gradient + decay · w;   v ← momentum · v + g
//     w ← w − learningRate · rate · (g + momentum · v)
typedef struct ofa_sgd {
  size_t count;
  float *weights, *velocity;
  const float *gradients;
  const ofa_pace *paces;  // one for each panel
  float learning_rate, momentum, gradient_scale;
} ofa_sgd;

void ofa_sgd_step(const ofa_form *form, ofa_team *team, const ofa_sgd *step);

// One step of Adam with decoupled weight decay. A share is what a moment takes of what is new; the corrections make up
// for moments that began at zero:
//
//     g ← gradientScale · gradient;   m ← m + firstShare · (g − m);   v ← v + secondShare · (g² − v)
//     w ← w − learningRate · rate · (decay · w + firstCorrection · m / (secondCorrection · √v + epsilon))
typedef struct ofa_adamw {
  size_t count;
  float *weights, *first, *second;
  const float *gradients;
  const ofa_pace *paces;  // one for each panel
  float learning_rate, first_share, second_share, first_correction, second_correction, epsilon, gradient_scale;
} ofa_adamw;

void ofa_adamw_step(const ofa_form *form, ofa_team *team, const ofa_adamw *step);

#endif
