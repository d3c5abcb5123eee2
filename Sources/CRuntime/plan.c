// The plan executor.
#define _POSIX_C_SOURCE 200809L
#include "include/ofa/plan.h"

#include <time.h>

#include "forms.h"

const ofa_descriptor *ofa_kernel_descriptor(const ofa_form *form, int kernel) {
  if (kernel < 0 || kernel >= OFA_KERNEL_COUNT) return NULL;
  if (kernel < OFA_INFERENCE_KERNEL_COUNT) return ofa_inference_descriptors[kernel];
  return form->training ? form->training->descriptors[kernel - OFA_INFERENCE_KERNEL_COUNT] : NULL;
}

static ofa_kernel_run *kernel_of(const ofa_form *form, int kernel) {
  if (kernel < OFA_INFERENCE_KERNEL_COUNT) return form->kernels[kernel];
  return form->training->kernels[kernel - OFA_INFERENCE_KERNEL_COUNT];
}

struct step_run {
  const ofa_step *step;
  const ofa_bases *bases;
  ofa_kernel_run *run;
  char *scratch;
  size_t scratch_stride;
};

static void run_task(void *context, int task, int thread) {
  const struct step_run *r = context;
  r->run(r->step, r->bases, task, r->scratch + (size_t)thread * r->scratch_stride);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void ofa_run(const ofa_form *form, const ofa_step *steps, size_t count, const ofa_bases *bases, ofa_team *team,
             void *scratch, size_t scratch_stride, double *block_seconds) {
  double before = block_seconds ? now() : 0;
  int backwards = 1;
  for (size_t i = 0; i < count; i++) {
    // Every step begins with the images that the one before ended with: they are still in the cache.
    if (ofa_kernel_descriptor(form, steps[i].kernel)->follows_images) backwards = !backwards;
    struct step_run run = {&steps[i], bases, kernel_of(form, steps[i].kernel), scratch, scratch_stride};
    ofa_team_run(team, steps[i].tasks, backwards, run_task, &run);
    if (!block_seconds || (i + 1 < count && steps[i + 1].block == steps[i].block)) continue;
    const double after = now();
    block_seconds[steps[i].block] += after - before;
    before = after;
  }
}

size_t ofa_plan_scratch(const ofa_form *form, const ofa_step *steps, size_t count) {
  uint64_t most = 0;
  for (size_t i = 0; i < count; i++) {
    const uint64_t bytes = ofa_kernel_descriptor(form, steps[i].kernel)->scratch(&steps[i]);
    if (bytes > most) most = bytes;
  }
  most = (most + 63) / 64 * 64;
  return most <= PTRDIFF_MAX ? (size_t)most : PTRDIFF_MAX / 64 * 64;
}

ofa_work ofa_plan_work(const ofa_form *form, const ofa_plan_header *header, const ofa_step *steps) {
  ofa_work sum = {0, 0};
  for (uint64_t i = 0; i < header->steps; i++) {
    const ofa_work work = ofa_kernel_descriptor(form, steps[i].kernel)->work(&steps[i]);
    sum.multiply_accumulates += work.multiply_accumulates;
    sum.values += work.values;
  }
  return sum;
}
