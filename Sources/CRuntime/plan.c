// The plan executor.
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "form.h"

#define AT(field) offsetof(ofa_step, field)
#define SOURCE_AT(field) AT(field.data), AT(field.normalization), AT(field.gate)
static const size_t reference_offsets[] = {
    SOURCE_AT(source), SOURCE_AT(source2), AT(weights), AT(weights2), AT(bias), AT(output), AT(output2), AT(residual),
    AT(partials), AT(gradient.data), AT(gradient.normalization), AT(gradient.output), AT(sink.gradient),
    AT(sink.residual), AT(sink.gate), AT(sink.broadcast), AT(sink.value), AT(sink.normalization), AT(sink.sums),
    AT(filter_gradients), AT(bias_gradients), AT(scale), AT(shift), AT(scale_gradient), AT(shift_gradient),
    AT(filter_gradient), AT(bias_gradient), AT(step_matrix[0]), AT(step_matrix[1]), AT(step_matrix[2]),
    AT(step_matrix[3]), AT(step_matrix_gradient[0]), AT(step_matrix_gradient[1]), AT(step_matrix_gradient[2]),
    AT(step_matrix_gradient[3]), 0};

const size_t *ofa_reference_offsets(void) { return reference_offsets; }

// Whether a kernel's tasks follow the images; those of the others follow channels.
static int follows_images(int32_t kernel) {
  switch (kernel) {
    case OFA_PACK:
    case OFA_DEPTHWISE_FILTER:
    case OFA_STATISTICS:
    case OFA_STATISTICS_BACKWARD:
    case OFA_REDUCE:
    case OFA_DEPTHWISE_REDUCE:
    case OFA_KERNEL_STEP_REDUCE: return 0;
    default: return 1;
  }
}

struct step_run {
  const ofa_step *step;
  const ofa_bases *bases;
  void (*run)(const ofa_step *, const ofa_bases *, int, float *);
  float *scratch;
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

void ofa_run(const ofa_step *steps, size_t count, const ofa_bases *bases, ofa_team *team, float *scratch,
             size_t scratch_stride, double *block_seconds) {
  const struct ofa_form *form = ofa_form_current();
  double before = block_seconds ? now() : 0;
  int backwards = 1;
  for (size_t i = 0; i < count; i++) {
    // Every step begins with the images that the one before ended with: they are still in the cache.
    if (follows_images(steps[i].kernel)) backwards = !backwards;
    struct step_run run = {&steps[i], bases, form->run[steps[i].kernel], scratch, scratch_stride};
    ofa_team_run(team, steps[i].tasks, backwards, run_task, &run);
    if (!block_seconds || (i + 1 < count && steps[i + 1].block == steps[i].block)) continue;
    const double after = now();
    block_seconds[steps[i].block] += after - before;
    before = after;
  }
}

size_t ofa_step_scratch(const ofa_step *s) {
  const size_t tile = (size_t)s->rows_per_tile, in = (size_t)s->in_channels, out = (size_t)s->out_channels;
  const size_t in_image = (size_t)s->in_height * (size_t)s->in_width * in;
  const size_t depth = (size_t)s->kernel_size * (size_t)s->kernel_size * in;
  const size_t row = (size_t)(s->in_width > s->out_width ? s->in_width : s->out_width) * OFA_LANES;
  size_t size = 0;
  switch (s->kernel) {
    case OFA_POINTWISE: size = tile * in; break;
    case OFA_POINTWISE_BACKWARD: size = tile * (in + out); break;
    case OFA_DENSE: size = ring_size(s->in_width, s->kernel_size, s->in_channels); break;
    case OFA_DENSE_BACKWARD: size = tile * (depth + out) + 2 * in_image; break;
    case OFA_DEPTHWISE: size = ring_size(s->in_width, s->kernel_size, OFA_LANES) + row; break;
    case OFA_DEPTHWISE_BACKWARD:
      size = ring_size(s->in_width, s->kernel_size, OFA_LANES) + ring_size(s->out_width, s->kernel_size, OFA_LANES) + row;
      break;
    case OFA_ELEMENTWISE: size = tile * out; break;
    case OFA_POOL:
    case OFA_WINDOW_POOL:
    case OFA_GATE_GRADIENT: size = in_image; break;
    case OFA_WINDOW_POOL_BACKWARD: size = 2 * in_image; break;
    case OFA_REDUCE: size = depth; break;
    default: break;
  }
  return (size + 8 * OFA_LANES) / OFA_LANES * OFA_LANES;
}

static void sgd_task(void *context, int task, int thread) {
  (void)thread;
  ofa_form_current()->sgd(context, task);
}

void ofa_sgd(ofa_team *team, size_t count, float *weights, float *velocity, const float *gradients, const float *decay,
             float learning_rate, float momentum, float gradient_scale) {
  struct sgd_task task = {count, weights, velocity, gradients, decay, learning_rate, momentum, gradient_scale};
  ofa_team_run(team, (int)((count + SGD_TASK - 1) / SGD_TASK), 0, sgd_task, &task);
}
