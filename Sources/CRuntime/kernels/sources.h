// What kernels do on the way in: a source's transform.
#ifndef OFA_SOURCES_H
#define OFA_SOURCES_H

#include "lanes.h"

INLINE int is_plain(const ofa_source *source) {
  return !source->normalization && !source->gate && source->activation == OFA_IDENTITY;
}

// Rows of a panel that are gone through once for each of its vectors: they stay in the first cache meanwhile.
enum { STRIP_ROWS = PARTS == 1 ? INT32_MAX : 64 };

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

// Transforms `count` rows of one vector, of which `live` channels are stored; `gate` is NULL or what they are multiplied
// by.
INLINE void transform_rows(const struct source_lanes *s, const lanes *gate, const float *in, ptrdiff_t in_row, float *out,
                           ptrdiff_t out_row, int count, int live, const int kind) {
  const lanes scale = s->scale, shift = s->shift, factor = gate ? *gate : zero();
  for (; count > 0; count--, in += in_row, out += out_row) {
    lanes x = activate(multiply_add(load(in), scale, shift), kind);
    if (gate) x *= factor;
    store_first(out, x, live);
  }
}

// The same, without a choice in the loop.
INLINE void transform(const struct source_lanes *s, const lanes *gate, const float *in, ptrdiff_t in_row, float *out,
                      ptrdiff_t out_row, int count, int live, const int kind) {
  if (live < LANES) transform_rows(s, gate, in, in_row, out, out_row, count, live, kind);
  else if (gate) transform_rows(s, gate, in, in_row, out, out_row, count, LANES, kind);
  else transform_rows(s, NULL, in, in_row, out, out_row, count, LANES, kind);
}

// Writes rows [row, row + count) of a source that is not plain.
INLINE void transform_source(const ofa_bases *bases, const ofa_source *source, int channels, int64_t positions,
                             int64_t row, int count, float *out, const int kind) {
  const float *data = at_f32(bases, source->data) + row * channels;
  const float *gates = at_f32(bases, source->gate), *normalization = at_f32(bases, source->normalization);
  for (int c = 0; c < channels; c += OFA_PANEL) {
    for (int r = 0, rows; r < count; r += rows) {
      rows = min_int(STRIP_ROWS, count - r);
      const int64_t image = (row + r) / positions;
      if (gates) rows = (int)min_int64(rows, (image + 1) * positions - row - r);
      for (int first = c; first < min_int(c + OFA_PANEL, channels); first += LANES) {
        const struct source_lanes s = source_lanes_at(normalization, channels, first);
        const lanes gate = gates ? activate(load(gates + image * channels + first), source->gate_activation) : zero();
        const ptrdiff_t offset = (ptrdiff_t)r * channels + first;
        transform(&s, gates ? &gate : NULL, data + offset, channels, out + offset, channels, rows, channels - first, kind);
      }
    }
  }
}

// Writes rows [row, row + count) of a source, [count, channels], to `out`. Reads no more than they have if the source
// is plain.
static void read_source(const ofa_bases *bases, const ofa_source *source, int channels, int64_t positions, int64_t row,
                        int count, float *out) {
  if (is_plain(source)) {
    const float *data = at_f32(bases, source->data) + row * channels;
    memcpy(out, data, sizeof(float) * (size_t)count * (size_t)channels);
    return;
  }
  FOR_ACTIVATION(source->activation,
                 transform_source(bases, source, channels, positions, row, count, out, KIND);)
}

// The rows of a source: where they lie if nothing is to be done to them, else written to `scratch`.
static const float *source_rows(const ofa_bases *bases, const ofa_source *source, int channels, int64_t positions,
                                int64_t row, int count, float *scratch) {
  if (is_plain(source)) return at_f32(bases, source->data) + row * channels;
  read_source(bases, source, channels, positions, row, count, scratch);
  return scratch;
}

#endif
