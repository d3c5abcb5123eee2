// Checks a plan that comes from a file, so that running it cannot touch memory that is not its own. Sizes are bounded
// before they are multiplied.
#include "plan_check.h"

#include <string.h>

// No size of a network comes near the first; no tensor has more elements than the second.
enum { LARGEST = 1 << 24 };
static const uint64_t MOST_ELEMENTS = (uint64_t)1 << 40;

int ofa_require(struct ofa_checker *c, int right, const char *wrong) {
  if (!c->wrong && !right) c->wrong = wrong;
  return !c->wrong;
}

static int is_size(int32_t n) { return n >= 1 && n <= LARGEST; }

// a · b, or more than any tensor has.
static uint64_t times(uint64_t a, uint64_t b) {
  if (a > MOST_ELEMENTS || b > MOST_ELEMENTS) return MOST_ELEMENTS + 1;
  return b && a > MOST_ELEMENTS / b ? MOST_ELEMENTS + 1 : a * b;
}

int ofa_check_windows(struct ofa_checker *c, const ofa_windows *w) {
  const int sizes = is_size(w->images) && is_size(w->in_height) && is_size(w->in_width) && is_size(w->in_channels) &&
                    is_size(w->out_height) && is_size(w->out_width) && is_size(w->out_channels) &&
                    w->kernel_size >= 1 && w->kernel_size <= OFA_LARGEST_WINDOW && w->stride >= 1 &&
                    w->stride <= OFA_LARGEST_STRIDE;
  if (!ofa_require(c, sizes, "a step has an impossible size")) return 0;
  const uint64_t images = (uint64_t)w->images;
  const uint64_t positions = times((uint64_t)w->in_height, (uint64_t)w->in_width);
  const uint64_t in = times(times(images, positions), (uint64_t)w->in_channels);
  const uint64_t out =
      times(times(images, (uint64_t)w->out_height), times((uint64_t)w->out_width, (uint64_t)w->out_channels));
  const uint64_t area = (uint64_t)w->kernel_size * (uint64_t)w->kernel_size;
  // A position and a window are counted in 32 bits.
  const int few = in <= MOST_ELEMENTS && out <= MOST_ELEMENTS && positions <= INT32_MAX &&
                  times(area, (uint64_t)ofa_padded(w->in_channels)) <= INT32_MAX;
  if (!ofa_require(c, few, "a step has an impossible size")) return 0;
  return ofa_require(c, w->out_height == (w->in_height - 1) / w->stride + 1 &&
                            w->out_width == (w->in_width - 1) / w->stride + 1,
                     "a step's sizes do not fit its kernel");
}

int ofa_check_rows(struct ofa_checker *c, const ofa_rows *r) {
  const int sizes = is_size(r->images) && r->positions >= 1 && is_size(r->channels) &&
                    times(times((uint64_t)r->images, (uint64_t)r->positions), (uint64_t)r->channels) <= MOST_ELEMENTS;
  return ofa_require(c, sizes, "a step has an impossible size");
}

void ofa_check_cut(struct ofa_checker *c, const ofa_step *step, uint64_t rows, uint64_t panels, int tiled) {
  const char *wrong = "a step's sizes do not fit its kernel";
  const int tile_fits = !tiled || (step->rows_per_tile >= 1 && step->rows_per_tile <= LARGEST);
  if (!ofa_require(c, step->rows_per_task >= 1 && tile_fits, wrong)) return;
  const uint64_t each = (uint64_t)step->rows_per_task, runs = rows / each + (rows % each != 0);
  ofa_require(c, step->tasks >= 1 && (uint64_t)step->tasks == times(runs, panels), wrong);
}

void ofa_check_activation(struct ofa_checker *c, int32_t activation) {
  ofa_require(c, activation >= 0 && activation <= OFA_H_SIGMOID, "a step has an unknown activation");
}

static uint64_t region_bytes(const struct ofa_checker *c, uint32_t region) {
  const ofa_plan_header *h = c->header;
  switch (region) {
    case OFA_ARENA: return h->arena;
    case OFA_WEIGHTS: return h->weights;
    case OFA_IMAGES:
      return times(sizeof(float) * (uint64_t)h->images, times(times(h->height, h->width), h->channels));
    default: return 0;
  }
}

void ofa_check_read(struct ofa_checker *c, ofa_ref ref, uint64_t count, int may_be_none) {
  if (c->wrong || (may_be_none && !ref)) return;
  if (!ofa_require(c, ofa_ref_element(ref) == OFA_FLOAT32 && ofa_ref_offset(ref) % sizeof(float) == 0,
                   "a step reads elements of an unknown type"))
    return;
  const uint64_t offset = ofa_ref_offset(ref), size = region_bytes(c, ofa_ref_region(ref));
  ofa_require(c, count <= MOST_ELEMENTS && offset <= size && count * sizeof(float) <= size - offset,
              "a step reaches outside of a region");
}

void ofa_check_written(struct ofa_checker *c, ofa_ref ref, uint64_t count) {
  ofa_require(c, ofa_ref_region(ref) == OFA_ARENA, "a step writes outside of the arena");
  ofa_check_read(c, ref, count, 0);
}

void ofa_check_source(struct ofa_checker *c, const ofa_source *source, uint64_t images, uint64_t positions,
                      uint64_t channels, int copies) {
  ofa_check_read(c, source->data, times(times(images, positions), channels), 0);
  ofa_check_read(c, source->gate, times(images, channels), 1);
  ofa_require(c, !source->normalization, "a step of an inference plan has a normalization");
  ofa_check_activation(c, source->activation);
  ofa_check_activation(c, source->gate_activation);
  const int plain = !source->gate && source->activation == OFA_IDENTITY;
  ofa_require(c, ofa_ref_region(source->data) != OFA_IMAGES || (copies && plain),
              "a step reads the images in vectors, and nothing may be read behind them");
  ofa_require(c, ofa_ref_region(source->gate) != OFA_IMAGES, "a step has the images as a gate");
}

const char *ofa_plan_check_version(const ofa_plan_header *header) {
  if (memcmp(header->magic, "OFAPLAN", 8) != 0) return "it is no plan";
  if (header->version != OFA_PLAN_VERSION || header->step_bytes != sizeof(ofa_step))
    return "it was written by another version of the program";
  return NULL;
}

const char *ofa_plan_check(const ofa_form *form, const ofa_plan_header *header, const ofa_step *steps) {
  struct ofa_checker c = {header, NULL};
  // So many bytes can be counted, on a board of 32 bits too.
  const uint64_t most = SIZE_MAX / 16 < (uint64_t)1 << 36 ? SIZE_MAX / 16 : (uint64_t)1 << 36;
  const char *stranger = ofa_plan_check_version(header);
  if (stranger) return stranger;
  const uint32_t largest = LARGEST;
  if (header->weights > most || header->arena > most || header->output > most || header->images < 1 ||
      header->images > largest || header->height < 1 || header->height > largest || header->width < 1 ||
      header->width > largest || header->channels < 1 || header->channels > largest || header->classes < 1 ||
      header->classes > largest || header->blocks < 1 || header->blocks > largest ||
      region_bytes(&c, OFA_IMAGES) > most)
    return "its header has an impossible size";
  for (uint64_t i = 0; i < header->steps && !c.wrong; i++) {
    const ofa_descriptor *about = ofa_kernel_descriptor(form, steps[i].kernel);
    if (!about || !about->check) return "a step has a kernel that inference does not use";
    ofa_require(&c, steps[i].block >= 0 && (uint32_t)steps[i].block < header->blocks, "a step has an impossible block");
    about->check(&c, &steps[i]);
  }
  ofa_check_written(&c, ofa_ref_to(OFA_ARENA, OFA_FLOAT32, header->output), (uint64_t)header->images * header->classes);
  return c.wrong;
}
