// What is left between the convolutions: sums, and means over positions.
#ifndef OFA_ELEMENTS_H
#define OFA_ELEMENTS_H

#include "layouts.h"
#include "sources.h"

static void addition_elements_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_addition_forward *a = &step->arguments.addition_forward;
  const int channels = a->shape.channels, positions = a->shape.positions;
  struct scratch s = scratch_at(scratch);
  const struct addition_scratch layout = addition_layout(step, &s);
  const struct task_rows rows = rows_of_task(step, task, (int64_t)a->shape.images * positions);
  for (int64_t row = rows.first; row < rows.end; row += step->rows_per_tile) {
    const int count = (int)min_int64(step->rows_per_tile, rows.end - row);
    float *out = at_f32(bases, a->output) + row * channels;
    read_source(bases, &a->source, channels, positions, row, count, out);
    if (!a->other.data) continue;
    const float *other = source_rows(bases, &a->other, channels, positions, row, count, layout.other);
    const ptrdiff_t values = (ptrdiff_t)count * channels;
    ptrdiff_t i = 0;
    for (; i + LANES <= values; i += LANES) store(out + i, load(out + i) + load(other + i));
    for (; i < values; i++) out[i] += other[i];
  }
}

static void mean_image_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_image *a = &step->arguments.image;
  const int channels = a->shape.channels, positions = a->shape.positions;
  struct scratch s = scratch_at(scratch);
  const struct image_scratch layout = image_layout(step, &s);
  const float *rows = source_rows(bases, &a->source, channels, positions, (int64_t)task * positions, positions,
                                  layout.source);
  for (int c = 0; c < channels; c += LANES) {
    lanes sum = zero();
    for (int r = 0; r < positions; r++) sum += load(rows + (ptrdiff_t)r * channels + c);
    store(layout.result + c, sum * splat(1 / (float)positions));
  }
  memcpy(at_f32(bases, a->output) + (ptrdiff_t)task * channels, layout.result, sizeof(float) * (size_t)channels);
}

#endif
