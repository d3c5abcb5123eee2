// Running plans, and plan files.
#ifndef OFA_PLAN_H
#define OFA_PLAN_H

#include "form.h"
#include "team.h"

// Runs steps in order, one after another. `scratch` has, for each thread of the team, `scratch_stride` bytes, a
// multiple of 64 and at least what any step's descriptor asks for. Where `block_seconds` is not NULL, each step's time
// is added to the entry of its block. Allocates nothing.
void ofa_run(const ofa_form *form, const ofa_step *steps, size_t count, const ofa_bases *bases, ofa_team *team,
             void *scratch, size_t scratch_stride, double *block_seconds);

// A serialized inference plan: this header, then `steps` steps, then `weights` bytes. Notes may follow: a uint64, and
// as many bytes of texts, each ended by a zero. They name each block, then describe the network in pairs of a name and
// a text. Little-endian; texts are UTF-8.
typedef struct ofa_plan_header {
  char magic[8];  // "OFAPLAN" and a zero
  uint32_t version;
  uint32_t step_bytes;             // sizeof(ofa_step)
  uint64_t steps, weights, arena;  // how many; bytes of the regions
  uint64_t output;                 // where in the arena the result lies, in bytes: float32 [images, classes]
  uint32_t images, height, width, channels, classes, blocks;
} ofa_plan_header;

enum { OFA_PLAN_VERSION = 3 };

// Whether a file with this header is a plan of this version. Returns NULL, or what it is instead.
const char *ofa_plan_check_version(const ofa_plan_header *header);

// Checks that a plan read from a file touches only its own regions and is cut as the kernels expect. Returns NULL, or
// what is wrong with it.
const char *ofa_plan_check(const ofa_form *form, const ofa_plan_header *header, const ofa_step *steps);

// What one run of a checked plan costs.
ofa_work ofa_plan_work(const ofa_form *form, const ofa_plan_header *header, const ofa_step *steps);

// The bytes of scratch that a thread needs for any of the steps: a multiple of 64. Where they are more than can be
// addressed, the most that can be: no memory is given for those.
size_t ofa_plan_scratch(const ofa_form *form, const ofa_step *steps, size_t count);

#endif
