// What is known of convolutions.
#include "descriptors.h"

static const size_t references[] = {OFA_SOURCE_REFS(OFA_AT(convolution_forward, source)),
                                    OFA_AT(convolution_forward, filter),
                                    OFA_AT(convolution_forward, bias),
                                    OFA_AT(convolution_forward, output),
                                    OFA_AT(convolution_forward, residual),
                                    OFA_AT(convolution_forward, partials),
                                    0};

static ofa_windows shape(const ofa_step *step) { return step->arguments.convolution_forward.shape; }

static ofa_work work(const ofa_step *step, double products) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const double made = values_made(&a->shape);
  return (ofa_work){made * products, values_read(&a->shape) + made * (a->residual ? 2 : 1)};
}

static ofa_work work_over_channels(const ofa_step *step) {
  return work(step, (double)window_floats(&step->arguments.convolution_forward.shape));
}

static ofa_work work_by_channel(const ofa_step *step) {
  const double side = step->arguments.convolution_forward.shape.kernel_size;
  return work(step, side * side);
}

// What the three have in common. The sizes are right when this is called.
static void check_operands(struct ofa_checker *c, const ofa_convolution_forward *a, uint64_t filter, int copies) {
  const ofa_windows *w = &a->shape;
  const uint64_t images = (uint64_t)w->images, out = (uint64_t)w->out_channels;
  const uint64_t made = images * (uint64_t)w->out_height * (uint64_t)w->out_width * out;
  ofa_check_source(c, &a->source, images, (uint64_t)w->in_height * (uint64_t)w->in_width, (uint64_t)w->in_channels,
                   copies);
  ofa_check_read(c, a->filter, filter, 0);
  ofa_check_read(c, a->bias, out, 1);
  ofa_check_read(c, a->residual, made, 1);
  ofa_check_written(c, a->output, made);
  ofa_check_activation(c, a->activation);
  ofa_require(c, ofa_ref_region(a->residual) != OFA_IMAGES, "a step reads the images as a residual");
  ofa_require(c, !a->partials, "a step of an inference plan has statistics");
}

static uint64_t panels_of(const ofa_windows *w) {
  return (uint64_t)ofa_padded(w->out_channels) * (uint64_t)window_floats(w);
}

static void check_pointwise(struct ofa_checker *c, const ofa_step *step) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  if (!ofa_check_windows(c, w)) return;
  ofa_require(c, w->kernel_size == 1 && w->stride == 1, "a step's sizes do not fit its kernel");
  ofa_check_cut(c, step, (uint64_t)w->images * (uint64_t)w->out_height * (uint64_t)w->out_width, 1, 1);
  check_operands(c, a, panels_of(w), 0);
}

static void check_dense(struct ofa_checker *c, const ofa_step *step) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  if (!ofa_check_windows(c, w)) return;
  ofa_require(c, w->kernel_size % 2 == 1, "a step's sizes do not fit its kernel");
  ofa_check_cut(c, step, (uint64_t)w->images * (uint64_t)w->out_height, 1, 0);
  check_operands(c, a, panels_of(w), 1);
}

static void check_depthwise(struct ofa_checker *c, const ofa_step *step) {
  const ofa_convolution_forward *a = &step->arguments.convolution_forward;
  const ofa_windows *w = &a->shape;
  if (!ofa_check_windows(c, w)) return;
  const uint64_t padded = (uint64_t)ofa_padded(w->in_channels);
  ofa_require(c, w->kernel_size % 2 == 1 && w->in_channels == w->out_channels && !a->source.gate && !a->residual,
              "a step's sizes do not fit its kernel");
  ofa_check_cut(c, step, (uint64_t)w->images * (uint64_t)w->out_height, padded / OFA_PANEL, 0);
  check_operands(c, a, padded * (uint64_t)w->kernel_size * (uint64_t)w->kernel_size, 0);
}

OFA_SCRATCH(pointwise_layout)
OFA_SCRATCH(dense_layout)
OFA_SCRATCH(depthwise_layout)

const ofa_descriptor ofa_about_convolution_pointwise_forward_f32 = {
    .name = "convolution pointwise forward f32", .references = references, .follows_images = 1,
    .scratch = pointwise_layout_bytes, .shape = shape, .work = work_over_channels, .check = check_pointwise};

const ofa_descriptor ofa_about_convolution_dense_forward_f32 = {
    .name = "convolution dense forward f32", .references = references, .follows_images = 1,
    .scratch = dense_layout_bytes, .shape = shape, .work = work_over_channels, .check = check_dense};

const ofa_descriptor ofa_about_convolution_depthwise_forward_f32 = {
    .name = "convolution depthwise forward f32", .references = references, .follows_images = 1,
    .scratch = depthwise_layout_bytes, .shape = shape, .work = work_by_channel, .check = check_depthwise};
