// A panel of channels, which a task of a depthwise step works on.
#ifndef OFA_PANEL_H
#define OFA_PANEL_H

#include "sources.h"

// The panel and the run of rows that a task of a depthwise step works on.
struct depthwise_task {
  int chunk, c, live;  // c: the first channel; live: how many from there on
};

INLINE struct depthwise_task depthwise_task(int channels, int task) {
  const int panels = ofa_padded(channels) / OFA_PANEL, c = task % panels * OFA_PANEL;
  return (struct depthwise_task){task / panels, c, min_int(OFA_PANEL, channels - c)};
}

// Taps [k², padded channels] → those of one panel, side by side.
INLINE void read_taps(const float *taps, int count, int channels, float *out) {
  for (int t = 0; t < count; t++)
    memcpy(out + t * OFA_PANEL, taps + (ptrdiff_t)t * ofa_padded(channels), OFA_PANEL * sizeof(float));
}

// Copies a panel's row, all sixteen channels of it.
INLINE void copy_row(const float *from, ptrdiff_t from_step, float *to, ptrdiff_t to_step, int width) {
  for (int x = 0; x < width; x++, from += from_step, to += to_step) {
    lanes panel[PARTS];
    UNROLL for (int v = 0; v < PARTS; v++) panel[v] = load(from + v * LANES);
    UNROLL for (int v = 0; v < PARTS; v++) store(to + v * LANES, panel[v]);
  }
}

// Reads a panel of a row of a source that has no gate, transformed, [width, 16].
static void read_row(const ofa_bases *bases, const ofa_source *source, int channels, int c, int64_t first, int width,
                     float *out) {
  const float *data = at_f32(bases, source->data) + first * channels + c;
  if (is_plain(source)) {
    copy_row(data, channels, out, OFA_PANEL, width);
    return;
  }
  const float *normalization = at_f32(bases, source->normalization);
  for (int v = 0; v < OFA_PANEL; v += LANES) {
    const struct source_lanes s = source_lanes_at(normalization, channels, c + v);
    transform(&s, source, NULL, data + v, channels, out + v, OFA_PANEL, width);
  }
}

// Writes a panel's row [width, 16] where it belongs among all channels.
INLINE void write_row(const float *row, int width, float *out, int channels, int live) {
  if (live >= OFA_PANEL) {
    copy_row(row, OFA_PANEL, out, channels, width);
  } else {
    for (int x = 0; x < width; x++, row += OFA_PANEL, out += channels) copy_few(out, row, live);
  }
}

#endif
