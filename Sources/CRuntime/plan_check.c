// Checks a plan that comes from a file, so that running it cannot touch memory that is not its own.
#include <string.h>

#include "include/ofa_runtime.h"

// No size of a network comes near this; products of five of them fit 64 bits with room to spare only when checked one by one.
enum { LARGEST = 1 << 16 };

struct checker {
  const ofa_plan_header *header;
  const char *wrong;
};

static int is_size(int32_t n) { return n >= 1 && n <= LARGEST; }

static uint64_t region_size(const struct checker *c, uint64_t region) {
  const ofa_plan_header *h = c->header;
  switch (region) {
    case OFA_ARENA: return h->arena;
    case OFA_WEIGHTS: return h->weights;
    case OFA_IMAGES: return (uint64_t)h->images * h->height * h->width * h->channels;
    default: return 0;
  }
}

// `ref` must have `count` floats; `none` says that it may be absent, `written` that it must lie in the arena.
static void check_buffer(struct checker *c, ofa_ref ref, uint64_t count, int none, int written) {
  if (c->wrong || (none && !ref)) return;
  const uint64_t region = ref >> 56, offset = ref & (((ofa_ref)1 << 56) - 1), size = region_size(c, region);
  if (written && region != OFA_ARENA) c->wrong = "a step writes outside of the arena";
  else if (offset > size || count > size - offset) c->wrong = "a step reaches outside of a region";
}

static void check_source(struct checker *c, const ofa_source *s, uint64_t images, uint64_t positions, uint64_t channels,
                         int none) {
  if (none && !s->data) return;
  check_buffer(c, s->data, images * positions * channels, 0, 0);
  check_buffer(c, s->gate, images * channels, 1, 0);
  if (s->normalization) c->wrong = "a step of an inference plan has a normalization";
  if (s->activation < 0 || s->activation > OFA_H_SIGMOID || s->gate_activation < 0 || s->gate_activation > OFA_H_SIGMOID)
    c->wrong = "a step has an unknown activation";
}

static int64_t pieces(int64_t count, int32_t each) { return (count + each - 1) / each; }

static void check_step(struct checker *c, const ofa_step *s) {
  const int is_pool = s->kernel == OFA_WINDOW_POOL;
  if (!is_size(s->images) || !is_size(s->in_height) || !is_size(s->in_width) || !is_size(s->in_channels) ||
      !is_size(s->out_height) || !is_size(s->out_width) || !is_size(s->out_channels) || s->kernel_size < 1 ||
      s->kernel_size > OFA_LARGEST_WINDOW || (s->kernel_size % 2 == 0 && !is_pool) || s->stride < 1 || s->stride > 16) {
    c->wrong = "a step has an impossible size";
    return;
  }
  const uint64_t images = (uint64_t)s->images, in = (uint64_t)s->in_channels, out = (uint64_t)s->out_channels;
  const uint64_t in_positions = (uint64_t)s->in_height * (uint64_t)s->in_width;
  const uint64_t out_positions = (uint64_t)s->out_height * (uint64_t)s->out_width;
  const uint64_t area = (uint64_t)s->kernel_size * (uint64_t)s->kernel_size;
  if (images * in_positions > UINT32_MAX / 64 || images * out_positions > UINT32_MAX / 64 || s->block < 0 ||
      (uint32_t)s->block >= c->header->blocks || s->activation < 0 || s->activation > OFA_H_SIGMOID || s->partials) {
    c->wrong = "a step has an impossible size";
    return;
  }
  const int same = s->in_height == s->out_height && s->in_width == s->out_width;
  const int slides = s->out_height == (s->in_height - 1) / s->stride + 1 && s->out_width == (s->in_width - 1) / s->stride + 1;
  const int64_t rows = (int64_t)(images * out_positions);
  const int tiled = s->rows_per_task >= 1 && s->rows_per_tile >= 1 && s->rows_per_tile <= LARGEST;
  int fits = 0;
  uint64_t weights = 0;
  switch (s->kernel) {
    case OFA_POINTWISE:
      fits = same && s->kernel_size == 1 && tiled && s->tasks == pieces(rows, s->rows_per_task);
      weights = (uint64_t)ofa_padded(s->out_channels) * in;
      break;
    case OFA_DENSE:
      fits = slides && s->rows_per_task >= 1 && s->tasks == pieces((int64_t)s->images * s->out_height, s->rows_per_task);
      weights = (uint64_t)ofa_padded(s->out_channels) * in * area;
      break;
    case OFA_DEPTHWISE:
      fits = slides && in == out && s->kernel_size <= 7 && s->stride <= 2 && s->rows_per_task >= 1 &&
             s->tasks == pieces((int64_t)s->images * s->out_height, s->rows_per_task) * (ofa_padded(s->in_channels) / OFA_LANES) &&
             !s->source.gate;
      weights = (uint64_t)ofa_padded(s->in_channels) * area;
      break;
    case OFA_ELEMENTWISE: fits = same && in == out && tiled && s->tasks == pieces(rows, s->rows_per_task); break;
    case OFA_WINDOW_POOL:
      fits = slides && in == out && s->padding >= 0 && s->padding < s->kernel_size &&
             (s->pooling == OFA_MAX || s->pooling == OFA_MEAN_OF_WINDOW) && s->rows_per_task >= 1 &&
             s->tasks == pieces(s->images, s->rows_per_task);
      break;
    case OFA_POOL: fits = out_positions == 1 && in == out && s->tasks == s->images; break;
    default: c->wrong = "a step has a kernel that inference does not use"; return;
  }
  if (!fits) {
    c->wrong = "a step's sizes do not fit its kernel";
    return;
  }
  check_source(c, &s->source, images, in_positions, in, 0);
  check_source(c, &s->source2, images, in_positions, in, 1);
  if (weights) check_buffer(c, s->weights, weights, 0, 0);
  check_buffer(c, s->bias, out, 1, 0);
  check_buffer(c, s->residual, images * out_positions * out, 1, 0);
  check_buffer(c, s->output, images * out_positions * out, 0, 1);
}

const char *ofa_plan_check(const ofa_plan_header *header, const ofa_step *steps) {
  struct checker c = {header, NULL};
  // So many floats can be counted in bytes, on a board of 32 bits too.
  const uint64_t most = SIZE_MAX / 16 < (uint64_t)1 << 32 ? SIZE_MAX / 16 : (uint64_t)1 << 32;
  if (memcmp(header->magic, "OFAPLAN", 8) != 0) return "it is no plan";
  if (header->version != OFA_PLAN_VERSION || header->step_bytes != sizeof(ofa_step))
    return "it was written by another version of the program";
  if (header->weights > most || header->arena > most || header->images < 1 || header->images > LARGEST ||
      header->height < 1 || header->height > LARGEST || header->width < 1 || header->width > LARGEST ||
      header->channels < 1 || header->channels > 64 || header->classes < 1 || header->classes > LARGEST * 16 ||
      header->blocks < 1 || header->blocks > LARGEST || region_size(&c, OFA_IMAGES) > most)
    return "its header has an impossible size";
  for (uint64_t i = 0; i < header->steps && !c.wrong; i++) check_step(&c, &steps[i]);
  check_buffer(&c, (ofa_ref)OFA_ARENA << 56 | header->output, (uint64_t)header->images * header->classes, 0, 1);
  return c.wrong;
}

// In floating point, where no product of sizes overflows.
static double step_work(const ofa_step *s) {
  const double area = (double)s->kernel_size * s->kernel_size;
  const double read = (double)s->images * s->in_height * s->in_width * s->in_channels;
  const double made = (double)s->images * s->out_height * s->out_width * s->out_channels;
  switch (s->kernel) {
    case OFA_POINTWISE:
    case OFA_DENSE: return read + made + made * area * s->in_channels;
    case OFA_DEPTHWISE:
    case OFA_WINDOW_POOL: return read + made + made * area;
    default: return read + made;
  }
}

double ofa_plan_work(const ofa_plan_header *header, const ofa_step *steps) {
  double work = 0;
  for (uint64_t i = 0; i < header->steps; i++) work += step_work(&steps[i]);
  return work;
}
