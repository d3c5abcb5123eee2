// Working with a ring of rows; see layouts.h.
#ifndef OFA_RING_H
#define OFA_RING_H

#include "lanes.h"
#include "layouts.h"

// Zeros left and right of all rows.
INLINE void clear_borders(const struct ring *ring) {
  for (int y = 0; y < ring->capacity; y++) {
    memset(ring->data + y * ring->row, 0, sizeof(float) * (size_t)ring->border);
    memset(ring->data + (y + 1) * ring->row - ring->border, 0, sizeof(float) * (size_t)ring->border);
  }
}

// Row y, from its left border on.
INLINE float *ring_row(const struct ring *ring, int y) { return ring->data + y % ring->capacity * ring->row; }

// Points into rows [first, first + count), `offset` floats behind where they begin.
INLINE void ring_rows(const struct ring *ring, int first, int count, ptrdiff_t offset, const float **rows) {
  for (int r = 0; r < count; r++) rows[r] = ring_row(ring, first + r) + offset;
}

#endif
