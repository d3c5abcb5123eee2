// What the checks of plan files share.
#ifndef OFA_PLAN_CHECK_H
#define OFA_PLAN_CHECK_H

#include "include/ofa/plan.h"

struct ofa_checker {
  const ofa_plan_header *header;
  const char *wrong;  // the first thing that is, or NULL
};

// States what is wrong where `right` is 0 and nothing was before. Returns whether all is right so far.
int ofa_require(struct ofa_checker *c, int right, const char *wrong);

// All sizes are at least one, and small enough that products of five of them can be counted.
int ofa_check_windows(struct ofa_checker *c, const ofa_windows *w);
int ofa_check_rows(struct ofa_checker *c, const ofa_rows *r);

// The step is cut into as many tasks as `rows` rows need, times `panels`; with or without tiles.
void ofa_check_cut(struct ofa_checker *c, const ofa_step *step, uint64_t rows, uint64_t panels, int tiled);

void ofa_check_activation(struct ofa_checker *c, int32_t activation);

// `ref` has `count` float32 elements; or is none where it may be.
void ofa_check_read(struct ofa_checker *c, ofa_ref ref, uint64_t count, int may_be_none);

// The same, in the arena.
void ofa_check_written(struct ofa_checker *c, ofa_ref ref, uint64_t count);

// A source of rows. `copies`: the kernel reads a plain source element by element, so that it may be the images, behind
// which nothing is to be read.
void ofa_check_source(struct ofa_checker *c, const ofa_source *source, uint64_t images, uint64_t positions,
                      uint64_t channels, int copies);

#endif
