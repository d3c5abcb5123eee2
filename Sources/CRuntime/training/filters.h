// Filters on their way into the kernels, and gradients on their way back to the supernet's tensors.
#ifndef OFA_FILTERS_H
#define OFA_FILTERS_H

#include "../kernels/lanes.h"
#include "layouts.h"

// Rows of a panel that are filled while they are in the first cache.
enum { PACK_TILE = 64 };

// A panel of sixteen outputs over (i, j, in).
static void fill_panel(const ofa_filter_panels_forward *a, const float *filters, int first_out, float *panel) {
  const int area = a->kernel_size * a->kernel_size, in = a->in_channels;
  const int live = min_int(OFA_PANEL, a->out_channels - first_out);
  if (live < OFA_PANEL) memset(panel, 0, sizeof(float) * (size_t)area * (size_t)in * OFA_PANEL);
  for (int tap = 0; tap < area; tap++, panel += (ptrdiff_t)in * OFA_PANEL) {
    for (int first = 0; first < in; first += PACK_TILE) {
      const int end = min_int(in, first + PACK_TILE);
      for (int n = 0; n < live; n++) {
        const float *filter = filters + (ptrdiff_t)(first_out + n) * a->filter_stride + tap;
        if (area == 1)
          for (int i = first; i < end; i++) panel[i * OFA_PANEL + n] = filter[i];
        else
          for (int i = first; i < end; i++) panel[i * OFA_PANEL + n] = filter[(ptrdiff_t)i * area];
      }
    }
  }
}

static void filter_panels_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_panels_forward *a = &step->arguments.filter_panels_forward;
  const float *filters = at_f32(bases, a->filter);
  const int area = a->kernel_size * a->kernel_size, in = a->in_channels, out = a->out_channels, depth = area * in;
  const int panels = ofa_padded(out) / OFA_PANEL;
  if (task < panels) {
    fill_panel(a, filters, task * OFA_PANEL, at_f32(bases, a->panels) + (ptrdiff_t)task * OFA_PANEL * depth);
    return;
  }
  const int first = (task - panels) * OFA_PANEL;
  float *panel = at_f32(bases, a->back_panels) + (ptrdiff_t)(task - panels) * out * OFA_PANEL;
  for (int o = 0; o < out; o++) {
    const float *filter = filters + (ptrdiff_t)o * a->filter_stride;
    for (int n = 0; n < OFA_PANEL; n++) {
      const int column = first + n;
      panel[(ptrdiff_t)o * OFA_PANEL + n] = column < depth ? filter[(ptrdiff_t)(column % in) * area + column / in] : 0;
    }
  }
}

static void filter_panels_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  const ofa_filter_panels_backward *a = &step->arguments.filter_panels_backward;
  struct scratch s = scratch_at(scratch);
  float *sum = filter_panels_backward_layout(step, &s).sum;
  const int area = a->kernel_size * a->kernel_size, in = a->in_channels, depth = area * in;
  const struct task_rows rows = rows_of_task(step, task, a->out_channels);
  const ptrdiff_t whole = (ptrdiff_t)a->out_channels * depth;
  for (int64_t o = rows.first; o < rows.end; o++) {
    const float *partial = at_f32(bases, a->filter_gradients) + o * depth;
    float *out = at_f32(bases, a->filter_gradient) + o * a->filter_stride;
    for (int i = 0; i < depth; i++) sum[i] = partial[i];
    for (int p = 1; p < a->parts; p++)
      for (int i = 0; i < depth; i++) sum[i] += partial[p * whole + i];
    for (int tap = 0; tap < area; tap++)
      for (int i = 0; i < in; i++) out[(ptrdiff_t)i * area + tap] += sum[tap * in + i];
    if (!a->bias_gradient) continue;
    const float *bias = at_f32(bases, a->bias_gradients) + o;
    float bias_sum = 0;
    for (int p = 0; p < a->parts; p++) bias_sum += bias[(ptrdiff_t)p * ofa_padded(a->out_channels)];
    at_f32(bases, a->bias_gradient)[o] += bias_sum;
  }
}

// ------------------------------------------------------------------------------------------------------- taps

static void filter_taps_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_taps *a = &step->arguments.filter_taps;
  const int c = task * OFA_PANEL, live = min_int(OFA_PANEL, a->channels - c);
  const float *filter = at_f32(bases, a->filter) + (ptrdiff_t)c * a->filter_stride;
  float *taps = at_f32(bases, a->taps) + c;
  for (int t = 0; t < a->kernel_size * a->kernel_size; t++, taps += ofa_padded(a->channels)) {
    for (int n = 0; n < live; n++) taps[n] = filter[(ptrdiff_t)n * a->filter_stride + t];
    for (int n = live; n < OFA_PANEL; n++) taps[n] = 0;
  }
}

static void filter_taps_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_taps *a = &step->arguments.filter_taps;
  const int c = task * OFA_PANEL, live = min_int(OFA_PANEL, a->channels - c);
  float *filter = at_f32(bases, a->filter) + (ptrdiff_t)c * a->filter_stride;
  const float *taps = at_f32(bases, a->taps) + c;
  for (int t = 0; t < a->kernel_size * a->kernel_size; t++, taps += ofa_padded(a->channels))
    for (int n = 0; n < live; n++) filter[(ptrdiff_t)n * a->filter_stride + t] += taps[n];
}

static void filter_parts_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_parts *a = &step->arguments.filter_parts;
  const ptrdiff_t padded = ofa_padded(a->channels), area = (ptrdiff_t)a->kernel_size * a->kernel_size;
  for (int c = task * OFA_PANEL; c < (task + 1) * OFA_PANEL; c += LANES) {
    const float *partials = at_f32(bases, a->partials) + c;
    float *taps = at_f32(bases, a->taps) + c;
    for (ptrdiff_t t = 0; t < area; t++) {
      lanes sum = zero();
      for (int p = 0; p < a->parts; p++) sum += load(partials + (p * area + t) * padded);
      // Channels that are not there are summed over with the others later: zeros, whatever the parts have.
      if (c + LANES > a->channels) store(taps + t * padded, zero());
      store_first(taps + t * padded, sum, a->channels - c);
    }
  }
}

// ------------------------------------------------------------------------------------------------------- steps

// Where tap t of the centred window lies in the larger kernel.
INLINE int cropped_tap(const ofa_filter_step *a, int t) {
  const int start = a->large / 2 - a->small / 2;
  return (t / a->small + start) * a->large + t % a->small + start;
}

// Σ j  weights[j] · window[j], of a centred window in taps [large², padded channels].
INLINE lanes weighted_window(const ofa_filter_step *a, const float *taps, const float *weights) {
  const ptrdiff_t padded = ofa_padded(a->channels), row = a->large * padded;
  const float *first = taps + cropped_tap(a, 0) * padded;
  lanes sum = zero();
  for (int y = 0; y < a->small; y++, first += row) {
    const float *tap = first;
    for (int x = a->small; x > 0; x--, weights++, tap += padded) sum = multiply_add(splat(*weights), load(tap), sum);
  }
  return sum;
}

static void filter_step_forward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_step *a = &step->arguments.filter_step;
  const ptrdiff_t padded = ofa_padded(a->channels);
  const int taps = a->small * a->small;
  const float *matrix = at_f32(bases, a->matrix);
  for (int c = task * OFA_PANEL; c < (task + 1) * OFA_PANEL; c += LANES) {
    const float *from = at_f32(bases, a->from) + c;
    float *to = at_f32(bases, a->to) + c;
    for (int t = 0; t < taps; t++) {
      if (matrix) store(to + t * padded, weighted_window(a, from, matrix + (ptrdiff_t)t * taps));
      else store(to + t * padded, load(from + cropped_tap(a, t) * padded));
    }
  }
}

static void filter_step_backward_f32(const ofa_step *step, const ofa_bases *bases, int task, void *scratch) {
  (void)scratch;
  const ofa_filter_step *a = &step->arguments.filter_step;
  const ptrdiff_t padded = ofa_padded(a->channels);
  const int taps = a->small * a->small;
  const float *matrix = at_f32(bases, a->matrix);
  for (int c = task * OFA_PANEL; c < (task + 1) * OFA_PANEL; c += LANES) {
    float *from = at_f32(bases, a->from) + c;
    const float *to = at_f32(bases, a->to) + c;
    for (int t = 0; t < a->large * a->large; t++) store(from + t * padded, zero());
    for (int j = 0; j < taps; j++) {
      lanes sum = zero();
      if (!matrix) sum = load(to + j * padded);
      for (int t = 0; matrix && t < taps; t++)
        sum = multiply_add(splat(matrix[t * taps + j]), load(to + t * padded), sum);
      store(from + cropped_tap(a, j) * padded, sum);
    }
  }
}

static void filter_matrix_backward_f32(const ofa_step *step, const ofa_bases *bases, int t, void *scratch) {
  (void)scratch;
  const ofa_filter_step *a = &step->arguments.filter_step;
  const ptrdiff_t padded = ofa_padded(a->channels);
  const int taps = a->small * a->small;
  float *row = at_f32(bases, a->matrix) + (ptrdiff_t)t * taps;
  const float *gradient = at_f32(bases, a->to) + t * padded;
  for (int j = 0; j < taps; j++) {
    const float *value = at_f32(bases, a->from) + cropped_tap(a, j) * padded;
    lanes sum[PARTS];
    UNROLL for (int v = 0; v < PARTS; v++) sum[v] = zero();
    for (int c = 0; c < padded; c += OFA_PANEL)
      UNROLL for (int v = 0; v < PARTS; v++)
        sum[v] = multiply_add(load(gradient + c + v * LANES), load(value + c + v * LANES), sum[v]);
    UNROLL for (int v = 0; v < PARTS; v++)
      UNROLL for (int n = 0; n < LANES; n++) row[j] += sum[v][n];
  }
}

#endif
