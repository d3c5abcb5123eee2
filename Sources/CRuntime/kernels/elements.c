// What is known of sums, means and pooling.
#include "descriptors.h"

// ------------------------------------------------------------------------------------------------------- sums

static const size_t addition_references[] = {OFA_SOURCE_REFS(OFA_AT(addition_forward, source)),
                                             OFA_SOURCE_REFS(OFA_AT(addition_forward, other)),
                                             OFA_AT(addition_forward, output), 0};

static ofa_windows addition_shape(const ofa_step *step) {
  return shape_of_rows(&step->arguments.addition_forward.shape);
}

static ofa_work addition_work(const ofa_step *step) {
  const ofa_addition_forward *a = &step->arguments.addition_forward;
  return (ofa_work){0, values_of(&a->shape) * (a->other.data ? 3 : 2)};
}

static void check_addition(struct ofa_checker *c, const ofa_step *step) {
  const ofa_addition_forward *a = &step->arguments.addition_forward;
  const ofa_rows *r = &a->shape;
  if (!ofa_check_rows(c, r)) return;
  const uint64_t images = (uint64_t)r->images, positions = (uint64_t)r->positions, channels = (uint64_t)r->channels;
  ofa_check_cut(c, step, images * positions, 1, 1);
  ofa_check_source(c, &a->source, images, positions, channels, 1);
  if (a->other.data) ofa_check_source(c, &a->other, images, positions, channels, 0);
  ofa_check_written(c, a->output, images * positions * channels);
}

OFA_SCRATCH(addition_layout)

const ofa_descriptor ofa_about_addition_elements_forward_f32 = {
    .name = "addition elements forward f32", .references = addition_references, .follows_images = 1,
    .scratch = addition_layout_bytes, .shape = addition_shape, .work = addition_work, .check = check_addition};

// ------------------------------------------------------------------------------------------------------- means

static const size_t image_references[] = {OFA_IMAGE_REFS, 0};

static ofa_work mean_work(const ofa_step *step) { return (ofa_work){0, values_of(&step->arguments.image.shape)}; }

static void check_mean(struct ofa_checker *c, const ofa_step *step) {
  const ofa_image *a = &step->arguments.image;
  const ofa_rows *r = &a->shape;
  if (!ofa_check_rows(c, r)) return;
  ofa_require(c, step->tasks == r->images, "a step's sizes do not fit its kernel");
  ofa_check_source(c, &a->source, (uint64_t)r->images, (uint64_t)r->positions, (uint64_t)r->channels, 0);
  ofa_check_written(c, a->output, (uint64_t)r->images * (uint64_t)r->channels);
}

OFA_SCRATCH(image_layout)

const ofa_descriptor ofa_about_mean_image_forward_f32 = {
    .name = "mean image forward f32", .references = image_references, .follows_images = 1,
    .scratch = image_layout_bytes, .shape = shape_of_image, .work = mean_work, .check = check_mean};

// ------------------------------------------------------------------------------------------------------- pooling

static const size_t pooling_references[] = {OFA_SOURCE_REFS(OFA_AT(pooling_forward, source)),
                                            OFA_AT(pooling_forward, output), 0};

static ofa_windows pooling_shape(const ofa_step *step) { return step->arguments.pooling_forward.shape; }

static ofa_work pooling_work(const ofa_step *step) {
  const ofa_windows *w = &step->arguments.pooling_forward.shape;
  return (ofa_work){0, values_read(w) + values_made(w) * w->kernel_size * w->kernel_size};
}

static void check_pooling(struct ofa_checker *c, const ofa_step *step) {
  const ofa_pooling_forward *a = &step->arguments.pooling_forward;
  const ofa_windows *w = &a->shape;
  if (!ofa_check_windows(c, w)) return;
  ofa_require(c, w->in_channels == w->out_channels && a->padding >= 0 && a->padding < w->kernel_size &&
                     (a->pooling == OFA_MAX || a->pooling == OFA_MEAN_OF_WINDOW),
              "a step's sizes do not fit its kernel");
  ofa_check_cut(c, step, (uint64_t)w->images, 1, 0);
  ofa_check_source(c, &a->source, (uint64_t)w->images, (uint64_t)w->in_height * (uint64_t)w->in_width,
                   (uint64_t)w->in_channels, 0);
  ofa_check_written(c, a->output, (uint64_t)w->images * (uint64_t)w->out_height * (uint64_t)w->out_width *
                                      (uint64_t)w->out_channels);
}

OFA_SCRATCH(pooling_layout)

const ofa_descriptor ofa_about_pooling_windows_forward_f32 = {
    .name = "pooling windows forward f32", .references = pooling_references, .follows_images = 1,
    .scratch = pooling_layout_bytes, .shape = pooling_shape, .work = pooling_work, .check = check_pooling};
