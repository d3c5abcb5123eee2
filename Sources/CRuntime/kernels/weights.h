// Weights on their way into the kernels, and gradients on their way back to the supernet's tensors.

INLINE int window_area(const ofa_step *s) { return s->kernel_size * s->kernel_size; }

// Rows of a panel that are filled while they are in the first cache.
enum { PACK_TILE = 64 };

// [out, in, k, k] → panels of 16 outputs over (i, j, in), and panels of 16 (i, j, in) over outputs. Tasks are panels of the first
// kind, then of the second.
static void pack(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const float *weights = at(bases, s->weights);
  const int area = window_area(s), in = s->in_channels, out = s->out_channels, depth = area * in;
  const int panels = ofa_padded(out) / OFA_LANES;
  if (task < panels) {
    const int first_out = task * OFA_LANES, live = min_int(OFA_LANES, out - first_out);
    float *panel = at(bases, s->output) + (ptrdiff_t)first_out * depth;
    if (live < OFA_LANES) memset(panel, 0, sizeof(float) * (size_t)depth * OFA_LANES);
    for (int tap = 0; tap < area; tap++, panel += in * OFA_LANES) {
      for (int first = 0; first < in; first += PACK_TILE) {
        const int end = min_int(in, first + PACK_TILE);
        for (int n = 0; n < live; n++) {
          const float *filter = weights + (ptrdiff_t)(first_out + n) * s->filter_stride + tap;
          if (area == 1)
            for (int i = first; i < end; i++) panel[i * OFA_LANES + n] = filter[i];
          else
            for (int i = first; i < end; i++) panel[i * OFA_LANES + n] = filter[(ptrdiff_t)i * area];
        }
      }
    }
  } else {
    const int first = (task - panels) * OFA_LANES;
    float *panel = at(bases, s->output2) + (ptrdiff_t)(task - panels) * out * OFA_LANES;
    for (int o = 0; o < out; o++) {
      const float *filter = weights + (ptrdiff_t)o * s->filter_stride;
      for (int n = 0; n < OFA_LANES; n++) {
        const int column = first + n;
        panel[(ptrdiff_t)o * OFA_LANES + n] = column < depth ? filter[(ptrdiff_t)(column % in) * area + column / in] : 0;
      }
    }
  }
}

// The offset of level `level` of an elastic filter: level 0 is the whole kernel, level n what n steps make of it.
INLINE int level_size(const ofa_step *s, int level) { return level ? s->step_kernel_size[level - 1] : s->full_kernel_size; }

INLINE int level_taps(const ofa_step *s, int level) { return level_size(s, level) * level_size(s, level); }

INLINE ptrdiff_t level_offset(const ofa_step *s, int level) {
  ptrdiff_t offset = 0;
  for (int l = 0; l < level; l++) offset += (ptrdiff_t)level_taps(s, l) * ofa_padded(s->in_channels);
  return offset;
}

// Where the centred window's tap t of a kernel of `small` lies in one of `large`.
INLINE int cropped_tap(int t, int small, int large) {
  const int start = large / 2 - small / 2;
  return (t / small + start) * large + t % small + start;
}

// Tasks are runs of sixteen channels. Once-for-All, 2020, §3.3.
static void depthwise_filter(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int padded = ofa_padded(s->in_channels), c = task * OFA_LANES, live = min_int(OFA_LANES, s->in_channels - c);
  const float *raw = at(bases, s->weights) + (ptrdiff_t)c * s->filter_stride;
  float *levels = at(bases, s->output) + c;
  const int area = s->full_kernel_size * s->full_kernel_size;
  for (int t = 0; t < area; t++) {
    lanes tap = zero();
    for (int n = 0; n < live; n++) tap[n] = raw[(ptrdiff_t)n * s->filter_stride + t];
    store(levels + (ptrdiff_t)t * padded, tap);
  }
  for (int step = 0; step < s->kernel_steps; step++) {
    const int large = level_size(s, step), small = level_size(s, step + 1), taps = small * small;
    const float *from = levels + level_offset(s, step), *matrix = at(bases, s->step_matrix[step]);
    float *to = levels + level_offset(s, step + 1);
    for (int t = 0; t < taps; t++) {
      lanes sum = zero();
      if (matrix) {
        for (int j = 0; j < taps; j++)
          sum += splat(matrix[t * taps + j]) * load(from + (ptrdiff_t)cropped_tap(j, small, large) * padded);
      } else {
        sum = load(from + (ptrdiff_t)cropped_tap(t, small, large) * padded);
      }
      store(to + (ptrdiff_t)t * padded, sum);
    }
  }
}

// Adds the partial gradients of the last level in the order of the tasks, then goes back step by step. The gradients of the levels that
// steps make are kept in `output`, laid out as the levels. Tasks are runs of sixteen channels.
static void depthwise_reduce(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int padded = ofa_padded(s->in_channels), c = task * OFA_LANES, live = min_int(OFA_LANES, s->in_channels - c);
  const int area = level_taps(s, s->kernel_steps);
  const float *partials = at(bases, s->partials) + c;
  lanes gradient[MAX_TAPS * MAX_TAPS], larger_gradient[MAX_TAPS * MAX_TAPS];
  for (int t = 0; t < area; t++) {
    lanes sum = zero();
    for (int p = 0; p < s->partial_tasks; p++) sum += load_first(partials + ((ptrdiff_t)p * area + t) * padded, live);
    gradient[t] = sum;
  }
  for (int step = s->kernel_steps - 1; step >= 0; step--) {
    const int large = level_size(s, step), small = level_size(s, step + 1), taps = small * small;
    const float *matrix = at(bases, s->step_matrix[step]);
    float *kept = at(bases, s->output) + level_offset(s, step + 1) + c;
    for (int t = 0; t < large * large; t++) larger_gradient[t] = zero();
    for (int t = 0; t < taps; t++) store(kept + (ptrdiff_t)t * padded, gradient[t]);
    for (int j = 0; j < taps; j++) {
      lanes sum = matrix ? zero() : gradient[j];
      for (int t = 0; matrix && t < taps; t++) sum += splat(matrix[t * taps + j]) * gradient[t];
      larger_gradient[cropped_tap(j, small, large)] = sum;
    }
    memcpy(gradient, larger_gradient, sizeof gradient);
  }
  float *out = at(bases, s->filter_gradient) + (ptrdiff_t)c * s->filter_stride;
  for (int t = 0; t < s->full_kernel_size * s->full_kernel_size; t++)
    for (int n = 0; n < live; n++) out[(ptrdiff_t)n * s->filter_stride + t] += gradient[t][n];
}

// The gradients of the steps' matrices, which all channels share. Tasks are their rows, one matrix behind the other.
//
//     d matrix[t, j] = Σ channels  gradient[t] · value[j]
static void kernel_step_reduce(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int padded = ofa_padded(s->in_channels);
  int step = 0, t = task;
  while (t >= level_taps(s, step + 1)) t -= level_taps(s, ++step);
  const int large = level_size(s, step), small = level_size(s, step + 1), taps = small * small;
  float *row = at(bases, s->step_matrix_gradient[step]);
  if (!row) return;
  row += t * taps;
  const float *gradient = at(bases, s->partials) + level_offset(s, step + 1) + (ptrdiff_t)t * padded;
  const float *values = at(bases, s->weights2) + level_offset(s, step);
  for (int j = 0; j < taps; j++) {
    const float *value = values + (ptrdiff_t)cropped_tap(j, small, large) * padded;
    lanes sum = zero();
    for (int c = 0; c < padded; c += OFA_LANES) sum += load(gradient + c) * load(value + c);
    for (int n = 0; n < OFA_LANES; n++) row[j] += sum[n];
  }
}

// Adds partial filter gradients [tasks, out, (i, j, in)] in the order of the tasks to the tensor [out, in, k, k], and those of a
// bias. Tasks are runs of output channels.
static void reduce(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  const int area = window_area(s), in = s->in_channels, depth = area * in;
  const int end = min_int(s->out_channels, (task + 1) * s->rows_per_task);
  const ptrdiff_t whole = (ptrdiff_t)s->out_channels * depth;
  for (int o = task * s->rows_per_task; o < end; o++) {
    const float *partial = at(bases, s->partials) + (ptrdiff_t)o * depth;
    float *out = at(bases, s->filter_gradient) + (ptrdiff_t)o * s->filter_stride;
    for (int i = 0; i < depth; i++) scratch[i] = partial[i];
    for (int p = 1; p < s->partial_tasks; p++)
      for (int i = 0; i < depth; i++) scratch[i] += partial[p * whole + i];
    for (int tap = 0; tap < area; tap++)
      for (int i = 0; i < in; i++) out[(ptrdiff_t)i * area + tap] += scratch[tap * in + i];
    if (!s->bias_gradient) continue;
    const float *bias = at(bases, s->bias_gradients) + o;
    float sum = 0;
    for (int p = 0; p < s->partial_tasks; p++) sum += bias[(ptrdiff_t)p * ofa_padded(s->out_channels)];
    at(bases, s->bias_gradient)[o] += sum;
  }
}
