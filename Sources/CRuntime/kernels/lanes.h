// What kernels do with a form's vectors: parts of a panel, activations, addresses.
#ifndef OFA_LANES_H
#define OFA_LANES_H

#ifndef FORM_NAME
#include "../forms/portable.h"
#endif
#include "../include/ofa/form.h"

// A panel is so many vectors.
enum { LANES = FORM_LANES, PARTS = OFA_PANEL / FORM_LANES };

// Copies `count` floats, fewer than a vector: without a loop, which would keep a compiler from unrolling those around
// it.
INLINE void copy_few(float *to, const float *from, int count) {
  int i = 0;
  if (count & 8) memcpy(to, from, 8 * sizeof(float)), i = 8;
  if (count & 4) memcpy(to + i, from + i, 4 * sizeof(float)), i += 4;
  if (count & 2) memcpy(to + i, from + i, 2 * sizeof(float)), i += 2;
  if (count & 1) to[i] = from[i];
}

// Stores the first `count` lanes, none where it is not positive.
INLINE void store_first(float *p, lanes v, int count) {
  if (count >= LANES) {
    store(p, v);
  } else if (count > 0) {
    float all[LANES];
    memcpy(all, &v, sizeof all);
    copy_few(p, all, count);
  }
}

// Loads the first `count` lanes, zeros behind them.
INLINE lanes load_first(const float *p, int count) {
  if (count >= LANES) return load(p);
  float all[LANES] = {0};
  if (count > 0) copy_few(all, p, count);
  return load(all);
}

// A value that is no number stays one: what diverges must be seen.
INLINE lanes relu(lanes x) { return larger(zero(), x); }
INLINE lanes relu6(lanes x) { return smaller(splat(6), relu(x)); }

// The activations; `kind` is a constant where it matters.
INLINE lanes activate(lanes x, int kind) {
  switch (kind) {
    case OFA_RELU: return relu(x);
    case OFA_RELU6: return relu6(x);
    case OFA_H_SWISH: return x * relu6(x + splat(3)) * splat(1.0f / 6);
    case OFA_H_SIGMOID: return relu6(x + splat(3)) * splat(1.0f / 6);
    default: return x;
  }
}

INLINE void activate_all(lanes *x, const int count, const int kind) {
  UNROLL for (int i = 0; i < count; i++) x[i] = activate(x[i], kind);
}

// g times the activation's derivative at x.
INLINE lanes activate_backward(lanes g, lanes x, int kind) {
  switch (kind) {
    case OFA_RELU: return choose(x > zero(), g, zero());
    case OFA_RELU6: return choose((x > zero()) & (x < splat(6)), g, zero());
    case OFA_H_SWISH: {
      lanes inside = g * multiply_add(x, splat(1.0f / 3), splat(0.5f));
      return choose(x >= splat(3), g, choose(x <= splat(-3), zero(), inside));
    }
    case OFA_H_SIGMOID: return choose((x > splat(-3)) & (x < splat(3)), g * splat(1.0f / 6), zero());
    default: return g;
  }
}

// Expands a statement once for each activation, with `KIND` a constant in it.
#define FOR_ACTIVATION(kind, ...)                                               \
  switch (kind) {                                                               \
    case OFA_RELU: { enum { KIND = OFA_RELU }; __VA_ARGS__ } break;             \
    case OFA_RELU6: { enum { KIND = OFA_RELU6 }; __VA_ARGS__ } break;           \
    case OFA_H_SWISH: { enum { KIND = OFA_H_SWISH }; __VA_ARGS__ } break;       \
    case OFA_H_SIGMOID: { enum { KIND = OFA_H_SIGMOID }; __VA_ARGS__ } break;   \
    default: { enum { KIND = OFA_IDENTITY }; __VA_ARGS__ } break;               \
  }

// The address of a reference to float32 elements, NULL for none.
INLINE float *at_f32(const ofa_bases *bases, ofa_ref ref) {
  return ref ? (float *)(void *)((char *)bases->base[ofa_ref_region(ref)] + ofa_ref_offset(ref)) : NULL;
}

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }
INLINE int64_t min_int64(int64_t a, int64_t b) { return a < b ? a : b; }

// Rows of a panel that are gone through once for each of its vectors: they stay in the first cache meanwhile.
enum { STRIP_ROWS = 128 };

// Rows of one vector that is not full, on their way in or out: what lies behind them may be another task's.
struct tail {
  float rows[STRIP_ROWS * LANES];
};

// Copies `live` channels of each row to a tail.
INLINE void fill_tail(struct tail *tail, const float *in, ptrdiff_t in_row, int count, int live) {
  for (int r = 0; r < count; r++) copy_few(tail->rows + r * LANES, in + r * in_row, live);
}

// Copies `live` channels of each row of a tail to where they belong.
INLINE void copy_tail(const struct tail *tail, float *out, ptrdiff_t out_row, int count, int live) {
  for (int r = 0; r < count; r++) copy_few(out + r * out_row, tail->rows + r * LANES, live);
}

// The rows of a task: from `first` to the one before `end`.
struct task_rows {
  int64_t first, end;
};

INLINE struct task_rows rows_of_task(const ofa_step *step, int64_t chunk, int64_t rows) {
  const int64_t first = chunk * step->rows_per_task;
  return (struct task_rows){first, min_int64(rows, first + step->rows_per_task)};
}

#endif
