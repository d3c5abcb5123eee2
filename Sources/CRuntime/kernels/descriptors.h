// What a descriptor is written with.
#ifndef OFA_DESCRIPTORS_H
#define OFA_DESCRIPTORS_H

#include "../plan_check.h"
#include "layouts.h"

// Where a member of a step's arguments lies, in bytes.
#define OFA_AT(record, member) \
  (offsetof(ofa_step, arguments) + offsetof(ofa_arguments, record) + offsetof(ofa_##record, member))

// A descriptor's function of scratch from a layout.
#define OFA_SCRATCH(layout)                              \
  static uint64_t layout##_bytes(const ofa_step *step) { \
    struct scratch s = {NULL, 0};                        \
    layout(step, &s);                                    \
    return s.bytes;                                      \
  }

static inline uint64_t no_scratch(const ofa_step *step) {
  (void)step;
  return 0;
}

static inline ofa_windows shape_of_rows(const ofa_rows *r) {
  return (ofa_windows){r->images, 1, r->positions, r->channels, 1, r->positions, r->channels, 1, 1};
}

// What the kernels over whole images have in common.
#define OFA_IMAGE_REFS OFA_SOURCE_REFS(OFA_AT(image, source)), OFA_AT(image, gradient), OFA_AT(image, output)

static inline ofa_windows shape_of_image(const ofa_step *step) {
  ofa_windows w = shape_of_rows(&step->arguments.image.shape);
  w.out_width = 1;
  return w;
}

static inline double values_read(const ofa_windows *w) {
  return (double)w->images * w->in_height * w->in_width * w->in_channels;
}

static inline double values_made(const ofa_windows *w) {
  return (double)w->images * w->out_height * w->out_width * w->out_channels;
}

static inline double values_of(const ofa_rows *r) { return (double)r->images * r->positions * r->channels; }

#endif
