// Gradients on their own, and the gradient of a squeeze-and-excitation gate.
#ifndef OFA_ELEMENTS_BACKWARD_H
#define OFA_ELEMENTS_BACKWARD_H

#include "../kernels/sources.h"
#include "layouts.h"
#include "sinks.h"

static void addition_elements_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_addition_backward *a = &step->arguments.addition_backward;
  const int channels = a->shape.channels;
  const struct task_rows rows = rows_of_task(step, task, (int64_t)a->shape.images * a->shape.positions);
  const float *data = at_f32(bases, a->gradient);
  sink_rows(bases, &a->sink, channels, a->shape.positions, rows.first, (int)(rows.end - rows.first),
            data ? data + rows.first * channels : NULL, sink_sums(bases, &a->sink, channels, task));
}

static void gate_image_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_image *a = &step->arguments.image;
  const int channels = a->shape.channels, positions = a->shape.positions;
  struct scratch s = scratch_at(scratch);
  const struct image_scratch layout = image_layout(step, &s);
  const float *rows = source_rows(bases, &a->source, channels, positions, (int64_t)task * positions, positions,
                                  layout.source);
  const float *gradient = at_f32(bases, a->gradient) + (ptrdiff_t)task * positions * channels;
  for (int c = 0; c < channels; c += LANES) {
    lanes sum = zero();
    for (int r = 0; r < positions; r++)
      sum = multiply_add(load(rows + (ptrdiff_t)r * channels + c), load(gradient + (ptrdiff_t)r * channels + c), sum);
    store(layout.result + c, sum);
  }
  memcpy(at_f32(bases, a->output) + (ptrdiff_t)task * channels, layout.result, sizeof(float) * (size_t)channels);
}

#endif
