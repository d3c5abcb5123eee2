// Makes one step of each optimizer, for a processor that the tests themselves do not run on:
//
//     optimizers ARENAS THREADS > RESULT
//
// The arenas, of SIZE floats each: weights, first and second moment, gradients. The first moment is the velocity too.
// The result: the first three after a step with momentum and then one of Adam, the third of its run. The second half of
// the parameters has half the rate and no decay.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ofa_runtime.h"

enum { SIZE = 80000, PANELS = SIZE / OFA_PANEL };

static float arenas[4][SIZE];
static ofa_pace paces[PANELS];

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  ofa_team *team = ofa_team_create(atoi(arguments[2]));
  if (!file || !team || fread(arenas, sizeof arenas, 1, file) != 1) return 1;
  for (int i = 0; i < PANELS; i++) paces[i] = i < PANELS / 2 ? (ofa_pace){1, 0.1f} : (ofa_pace){0.5f, 0};
  const ofa_form *form = ofa_training_form(0);
  const ofa_sgd sgd = {
      .count = SIZE, .weights = arenas[0], .velocity = arenas[1], .gradients = arenas[3], .paces = paces,
      .learning_rate = 0.05f, .momentum = 0.9f, .gradient_scale = 0.5f};
  ofa_sgd_step(form, team, &sgd);
  const ofa_adamw adamw = {
      .count = SIZE, .weights = arenas[0], .first = arenas[1], .second = arenas[2], .gradients = arenas[3],
      .paces = paces, .learning_rate = 0.05f, .first_share = 0.1f, .second_share = 0.01f,
      .first_correction = 1 / (1 - powf(0.9f, 3)), .second_correction = 1 / sqrtf(1 - powf(0.99f, 3)),
      .epsilon = 0.01f, .gradient_scale = 0.5f};
  ofa_adamw_step(form, team, &adamw);
  ofa_team_destroy(team);
  return fwrite(arenas, sizeof arenas[0], 3, stdout) == 3 && fflush(stdout) == 0 ? 0 : 1;
}
