// The last rows of an image on their way into a convolution, in scratch between borders of zeros: as many as a kernel is high.
struct ring {
  float *data;
  int capacity;
  ptrdiff_t border, row;  // floats before the first pixel of a row, and from one row to the next
};

// A ring of rows with `pixel` floats a pixel, in ring_size(width, k, pixel) floats of scratch.
INLINE struct ring ring_at(float *data, int width, int k, int pixel) {
  const struct ring ring = {data, k, (ptrdiff_t)(k / 2) * pixel, (ptrdiff_t)(width + k / 2 * 2) * pixel};
  for (int y = 0; y < k; y++) {
    memset(data + y * ring.row, 0, sizeof(float) * (size_t)ring.border);
    memset(data + (y + 1) * ring.row - ring.border, 0, sizeof(float) * (size_t)ring.border);
  }
  return ring;
}

// Row y, from its left border on.
INLINE float *ring_row(const struct ring *ring, int y) { return ring->data + y % ring->capacity * ring->row; }

// Points into rows [first, first + count), `offset` floats behind where they begin.
INLINE void ring_rows(const struct ring *ring, int first, int count, ptrdiff_t offset, const float **rows) {
  for (int r = 0; r < count; r++) rows[r] = ring_row(ring, first + r) + offset;
}
