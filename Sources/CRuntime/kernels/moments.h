// Partial statistics: what a task tells of the values by channel that it makes. They are kept around a pivot, the first
// value seen, so that a mean far from zero costs no digits. Three rows, as long as the padded channels:
// pivot, Σ (y − pivot), Σ (y − pivot)².
#ifndef OFA_MOMENTS_H
#define OFA_MOMENTS_H

#include "lanes.h"

struct moments {
  lanes pivot, sum, squares;
};

// The rows of a task or a chunk of tasks; NULL where the step's output has no statistics.
INLINE float *partial_statistics(const ofa_convolution_forward *a, const ofa_bases *bases, int chunk) {
  float *partials = at_f32(bases, a->partials);
  return partials ? partials + (ptrdiff_t)chunk * 3 * ofa_padded(a->shape.out_channels) : NULL;
}

// One vector of the rows.
INLINE struct moments load_moments(const float *partial, int padded) {
  return (struct moments){load(partial), load(partial + padded), load(partial + 2 * (ptrdiff_t)padded)};
}

INLINE void store_moments(float *partial, int padded, struct moments moments) {
  store(partial, moments.pivot);
  store(partial + padded, moments.sum);
  store(partial + 2 * (ptrdiff_t)padded, moments.squares);
}

#endif
