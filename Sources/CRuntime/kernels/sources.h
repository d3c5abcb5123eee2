// What kernels do on the way in: a source's transform.
#ifndef OFA_SOURCES_H
#define OFA_SOURCES_H

#include "lanes.h"

INLINE int is_plain(const ofa_source *source) {
  return !source->normalization && !source->gate && source->activation == OFA_IDENTITY;
}

// One vector of channels of a source: what does not change from row to row.
struct source_lanes {
  lanes scale, shift;
};

INLINE struct source_lanes source_lanes_at(const float *normalization, int channels, int c) {
  if (!normalization) return (struct source_lanes){splat(1), zero()};
  const ptrdiff_t padded = ofa_padded(channels);
  const float *rows = normalization + c;
  return (struct source_lanes){load(rows + OFA_SCALE * padded), load(rows + OFA_SHIFT * padded)};
}

INLINE void transform_rows(const struct source_lanes *s, const lanes *gate, const float *in, ptrdiff_t in_row,
                           float *out, ptrdiff_t out_row, int count, const int kind) {
  const lanes scale = s->scale, shift = s->shift, factor = gate ? *gate : zero();
  for (; count > 0; count--, in += in_row, out += out_row) {
    lanes x = activate(multiply_add(load(in), scale, shift), kind);
    if (gate) x *= factor;
    store(out, x);
  }
}

// Transforms `count` rows of one vector of a source; `gate` is NULL or what they are multiplied by, once activated.
OUT_OF_LINE void transform(const struct source_lanes *s, const ofa_source *source, const float *gate, const float *in,
                           ptrdiff_t in_row, float *out, ptrdiff_t out_row, int count) {
  if (gate) {
    const lanes factor = activate(load(gate), source->gate_activation);
    FOR_ACTIVATION(source->activation, transform_rows(s, &factor, in, in_row, out, out_row, count, KIND);)
  } else {
    FOR_ACTIVATION(source->activation, transform_rows(s, NULL, in, in_row, out, out_row, count, KIND);)
  }
}

// Writes rows [row, row + count) of a source, [count, channels], to `out`. Reads no more than they have if the source
// is plain.
static void read_source(const ofa_bases *bases, const ofa_source *source, int channels, int64_t positions, int64_t row,
                        int count, float *out) {
  const float *data = at_f32(bases, source->data) + row * channels;
  if (is_plain(source)) {
    memmove(out, data, sizeof(float) * (size_t)count * (size_t)channels);  // a damaged plan may have both overlap
    return;
  }
  const float *gates = at_f32(bases, source->gate), *normalization = at_f32(bases, source->normalization);
  for (int panel = 0; panel < channels; panel += OFA_PANEL) {
    for (int r = 0, rows; r < count; r += rows) {
      rows = min_int(STRIP_ROWS, count - r);
      const int64_t image = (row + r) / positions;
      if (gates) rows = (int)min_int64(rows, (image + 1) * positions - row - r);
      for (int c = panel; c < min_int(panel + OFA_PANEL, channels); c += LANES) {
        const struct source_lanes s = source_lanes_at(normalization, channels, c);
        const ptrdiff_t offset = (ptrdiff_t)r * channels + c;
        const int live = channels - c, is_full = live >= LANES;
        struct tail tail;
        transform(&s, source, gates ? gates + image * channels + c : NULL, data + offset, channels,
                  is_full ? out + offset : tail.rows, is_full ? channels : LANES, rows);
        if (!is_full) copy_tail(&tail, out + offset, channels, rows, live);
      }
    }
  }
}

// The rows of a source: where they lie if nothing is to be done to them, else written to `scratch`.
static const float *source_rows(const ofa_bases *bases, const ofa_source *source, int channels, int64_t positions,
                                int64_t row, int count, float *scratch) {
  if (is_plain(source)) return at_f32(bases, source->data) + row * channels;
  read_source(bases, source, channels, positions, row, count, scratch);
  return scratch;
}

#endif
