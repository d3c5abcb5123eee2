// Runs recorded steps of a training plan, for a processor that the tests themselves do not run on:
//
//     replay RECORDING THREADS > RESULT
//
// The recording: five 64-bit counts (steps, floats of the arena, of weights, gradients and images), then the steps, the
// arena, weights, gradients and images. The result: the arena and the gradients.
#include <stdio.h>
#include <stdlib.h>

#include "ofa_runtime.h"

// Floats, with as many behind them as may be read.
static float *floats(size_t count, size_t spare, FILE *file) {
  float *values = calloc(count + spare, sizeof *values);
  if (!values || (file && fread(values, sizeof *values, count, file) != count)) exit(1);
  return values;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  const int threads = atoi(arguments[2]);
  uint64_t counts[5];
  if (!file || fread(counts, sizeof counts, 1, file) != 1) return 1;
  ofa_step *steps = malloc(counts[0] * sizeof *steps);
  if (!steps || fread(steps, sizeof *steps, counts[0], file) != counts[0]) return 1;
  ofa_bases bases = {{0}};
  bases.base[OFA_ARENA] = floats(counts[1], OFA_PANEL, file);
  bases.base[OFA_WEIGHTS] = floats(counts[2], OFA_PANEL, file);
  bases.base[OFA_GRADIENTS] = floats(counts[3], OFA_PANEL, file);
  bases.base[OFA_IMAGES] = floats(counts[4], 0, file);
  const ofa_form *form = ofa_training_form(0);
  const size_t stride = ofa_plan_scratch(form, steps, counts[0]);
  char *scratch = aligned_alloc(64, stride * (size_t)threads + 64);
  ofa_team *team = ofa_team_create(threads);
  if (!team || !scratch) return 1;
  ofa_run(form, steps, counts[0], &bases, team, scratch, stride, NULL);
  ofa_team_destroy(team);
  const size_t written = fwrite(bases.base[OFA_ARENA], sizeof(float), counts[1], stdout) +
                         fwrite(bases.base[OFA_GRADIENTS], sizeof(float), counts[3], stdout);
  return written == counts[1] + counts[3] && fflush(stdout) == 0 ? 0 : 1;
}
