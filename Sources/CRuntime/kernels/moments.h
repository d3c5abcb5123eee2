// Partial statistics: what a task tells of the values by channel that it makes. They are kept around a pivot, the first
// value seen, so that a mean far from zero costs no digits. Three rows, as long as the padded channels:
// pivot, Σ (y − pivot), Σ (y − pivot)².
struct moments {
  lanes pivot, sum, squares;
};

// A task's rows; NULL where the step's output has no statistics.
INLINE float *partial_statistics(const ofa_step *s, const ofa_bases *bases, int task) {
  float *partials = at(bases, s->partials);
  return partials ? partials + (ptrdiff_t)task * 3 * ofa_padded(s->out_channels) : NULL;
}

// Sixteen channels of the rows.
INLINE struct moments load_moments(const float *partial, int padded) {
  return (struct moments){load(partial), load(partial + padded), load(partial + 2 * padded)};
}

INLINE void store_moments(float *partial, int padded, struct moments moments) {
  store(partial, moments.pivot);
  store(partial + padded, moments.sum);
  store(partial + 2 * padded, moments.squares);
}
