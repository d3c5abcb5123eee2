// What is known of the kernels of training.
#include "../forms.h"
#include "../kernels/descriptors.h"
#include "layouts.h"

static ofa_work no_work(const ofa_step *step) {
  (void)step;
  return (ofa_work){0, 0};
}

// What a sink reads beside the incoming gradient, and what it writes.
static double sink_values(const ofa_sink *sink, double values) {
  return values * ((sink->gradient != 0) + (sink->value != 0) +
                   (sink->residual != 0 && sink->residual != sink->gradient));
}

// ------------------------------------------------------------------------------------------------------- convolutions

static const size_t convolution_references[] = {OFA_SOURCE_REFS(OFA_AT(convolution_backward, source)),
                                                OFA_GRADIENT_REFS(OFA_AT(convolution_backward, gradient)),
                                                OFA_SINK_REFS(OFA_AT(convolution_backward, sink)),
                                                OFA_AT(convolution_backward, filter),
                                                OFA_AT(convolution_backward, filter_gradients),
                                                OFA_AT(convolution_backward, bias_gradients),
                                                0};

static ofa_windows convolution_shape(const ofa_step *step) { return step->arguments.convolution_backward.shape; }

static ofa_work convolution_work(const ofa_step *step, double products) {
  const ofa_convolution_backward *a = &step->arguments.convolution_backward;
  const double read = values_read(&a->shape), made = values_made(&a->shape);
  return (ofa_work){made * products * (a->sink.gradient ? 2 : 1),
                    read + made * (a->gradient.normalization ? 2 : 1) + sink_values(&a->sink, read)};
}

static ofa_work work_over_channels(const ofa_step *step) {
  return convolution_work(step, (double)window_floats(&step->arguments.convolution_backward.shape));
}

static ofa_work work_by_channel(const ofa_step *step) {
  const double side = step->arguments.convolution_backward.shape.kernel_size;
  return convolution_work(step, side * side);
}

OFA_SCRATCH(pointwise_backward_layout)
OFA_SCRATCH(dense_backward_layout)
OFA_SCRATCH(depthwise_backward_layout)

static const ofa_descriptor ofa_about_convolution_pointwise_backward_f32 = {
    .name = "convolution pointwise backward f32", .references = convolution_references, .follows_images = 1,
    .scratch = pointwise_backward_layout_bytes, .shape = convolution_shape, .work = work_over_channels};

static const ofa_descriptor ofa_about_convolution_dense_backward_f32 = {
    .name = "convolution dense backward f32", .references = convolution_references, .follows_images = 1,
    .scratch = dense_backward_layout_bytes, .shape = convolution_shape, .work = work_over_channels};

static const ofa_descriptor ofa_about_convolution_depthwise_backward_f32 = {
    .name = "convolution depthwise backward f32", .references = convolution_references, .follows_images = 1,
    .scratch = depthwise_backward_layout_bytes, .shape = convolution_shape, .work = work_by_channel};

// ------------------------------------------------------------------------------------------------------- filters

// The shape of a filter: of no images.
static ofa_windows filter_of(int32_t in, int32_t out, int32_t kernel_size) {
  return (ofa_windows){0, 1, 1, in, 1, 1, out, kernel_size, 1};
}

static const size_t panels_forward_references[] = {OFA_AT(filter_panels_forward, filter),
                                                   OFA_AT(filter_panels_forward, panels),
                                                   OFA_AT(filter_panels_forward, back_panels), 0};

static ofa_windows panels_forward_shape(const ofa_step *step) {
  const ofa_filter_panels_forward *a = &step->arguments.filter_panels_forward;
  return filter_of(a->in_channels, a->out_channels, a->kernel_size);
}

static const ofa_descriptor ofa_about_filter_panels_forward_f32 = {
    .name = "filter panels forward f32", .references = panels_forward_references, .scratch = no_scratch,
    .shape = panels_forward_shape, .work = no_work};

static const size_t panels_backward_references[] = {OFA_AT(filter_panels_backward, filter_gradients),
                                                    OFA_AT(filter_panels_backward, filter_gradient),
                                                    OFA_AT(filter_panels_backward, bias_gradients),
                                                    OFA_AT(filter_panels_backward, bias_gradient), 0};

static ofa_windows panels_backward_shape(const ofa_step *step) {
  const ofa_filter_panels_backward *a = &step->arguments.filter_panels_backward;
  return filter_of(a->in_channels, a->out_channels, a->kernel_size);
}

OFA_SCRATCH(filter_panels_backward_layout)

static const ofa_descriptor ofa_about_filter_panels_backward_f32 = {
    .name = "filter panels backward f32", .references = panels_backward_references,
    .scratch = filter_panels_backward_layout_bytes, .shape = panels_backward_shape, .work = no_work};

static const size_t taps_references[] = {OFA_AT(filter_taps, filter), OFA_AT(filter_taps, taps), 0};

static ofa_windows taps_shape(const ofa_step *step) {
  const ofa_filter_taps *a = &step->arguments.filter_taps;
  return filter_of(a->channels, a->channels, a->kernel_size);
}

static const ofa_descriptor ofa_about_filter_taps_forward_f32 = {
    .name = "filter taps forward f32", .references = taps_references, .scratch = no_scratch, .shape = taps_shape,
    .work = no_work};

static const ofa_descriptor ofa_about_filter_taps_backward_f32 = {
    .name = "filter taps backward f32", .references = taps_references, .scratch = no_scratch, .shape = taps_shape,
    .work = no_work};

static const size_t parts_references[] = {OFA_AT(filter_parts, partials), OFA_AT(filter_parts, taps), 0};

static ofa_windows parts_shape(const ofa_step *step) {
  const ofa_filter_parts *a = &step->arguments.filter_parts;
  return filter_of(a->channels, a->channels, a->kernel_size);
}

static const ofa_descriptor ofa_about_filter_parts_backward_f32 = {
    .name = "filter parts backward f32", .references = parts_references, .scratch = no_scratch, .shape = parts_shape,
    .work = no_work};

static const size_t step_references[] = {OFA_AT(filter_step, matrix), OFA_AT(filter_step, from),
                                         OFA_AT(filter_step, to), 0};

static ofa_windows step_shape(const ofa_step *step) {
  const ofa_filter_step *a = &step->arguments.filter_step;
  return filter_of(a->channels, a->channels, a->small);
}

static const ofa_descriptor ofa_about_filter_step_forward_f32 = {
    .name = "filter step forward f32", .references = step_references, .scratch = no_scratch, .shape = step_shape,
    .work = no_work};

static const ofa_descriptor ofa_about_filter_step_backward_f32 = {
    .name = "filter step backward f32", .references = step_references, .scratch = no_scratch, .shape = step_shape,
    .work = no_work};

static const ofa_descriptor ofa_about_filter_matrix_backward_f32 = {
    .name = "filter matrix backward f32", .references = step_references, .scratch = no_scratch, .shape = step_shape,
    .work = no_work};

// ------------------------------------------------------------------------------------------------------- normalization

static const size_t normalization_forward_references[] = {
    OFA_AT(normalization_forward, partials), OFA_AT(normalization_forward, scale),
    OFA_AT(normalization_forward, shift), OFA_AT(normalization_forward, rows), 0};

static ofa_windows normalization_forward_shape(const ofa_step *step) {
  const int32_t channels = step->arguments.normalization_forward.channels;
  return filter_of(channels, channels, 1);
}

static const ofa_descriptor ofa_about_normalization_channels_forward_f32 = {
    .name = "normalization channels forward f32", .references = normalization_forward_references,
    .scratch = no_scratch, .shape = normalization_forward_shape, .work = no_work};

static const size_t normalization_backward_references[] = {
    OFA_AT(normalization_backward, sums), OFA_AT(normalization_backward, rows),
    OFA_AT(normalization_backward, scale_gradient), OFA_AT(normalization_backward, shift_gradient), 0};

static ofa_windows normalization_backward_shape(const ofa_step *step) {
  const int32_t channels = step->arguments.normalization_backward.channels;
  return filter_of(channels, channels, 1);
}

static const ofa_descriptor ofa_about_normalization_channels_backward_f32 = {
    .name = "normalization channels backward f32", .references = normalization_backward_references,
    .scratch = no_scratch, .shape = normalization_backward_shape, .work = no_work};

// ------------------------------------------------------------------------------------------------------- elements

static const size_t addition_references[] = {OFA_AT(addition_backward, gradient),
                                             OFA_SINK_REFS(OFA_AT(addition_backward, sink)), 0};

static ofa_windows addition_shape(const ofa_step *step) {
  return shape_of_rows(&step->arguments.addition_backward.shape);
}

static ofa_work addition_work(const ofa_step *step) {
  const ofa_addition_backward *a = &step->arguments.addition_backward;
  const double values = values_of(&a->shape);
  return (ofa_work){0, (a->gradient ? values : 0) + sink_values(&a->sink, values)};
}

static const ofa_descriptor ofa_about_addition_elements_backward_f32 = {
    .name = "addition elements backward f32", .references = addition_references, .follows_images = 1,
    .scratch = no_scratch, .shape = addition_shape, .work = addition_work};

static const size_t image_references[] = {OFA_IMAGE_REFS, 0};

static ofa_work gate_work(const ofa_step *step) { return (ofa_work){0, 2 * values_of(&step->arguments.image.shape)}; }

OFA_SCRATCH(image_layout)

static const ofa_descriptor ofa_about_gate_image_backward_f32 = {
    .name = "gate image backward f32", .references = image_references, .follows_images = 1,
    .scratch = image_layout_bytes, .shape = shape_of_image, .work = gate_work};

static const size_t pooling_references[] = {OFA_SOURCE_REFS(OFA_AT(pooling_backward, source)),
                                            OFA_AT(pooling_backward, gradient),
                                            OFA_SINK_REFS(OFA_AT(pooling_backward, sink)), 0};

static ofa_windows pooling_shape(const ofa_step *step) { return step->arguments.pooling_backward.shape; }

static ofa_work pooling_work(const ofa_step *step) {
  const ofa_pooling_backward *a = &step->arguments.pooling_backward;
  const double read = values_read(&a->shape);
  return (ofa_work){0, read + values_made(&a->shape) + sink_values(&a->sink, read)};
}

OFA_SCRATCH(pooling_backward_layout)

static const ofa_descriptor ofa_about_pooling_windows_backward_f32 = {
    .name = "pooling windows backward f32", .references = pooling_references, .follows_images = 1,
    .scratch = pooling_backward_layout_bytes, .shape = pooling_shape, .work = pooling_work};

#define OFA_ABOUT(number, name, member) &ofa_about_##name,
const ofa_descriptor *const ofa_training_descriptors[] = {OFA_TRAINING_KERNELS(OFA_ABOUT)};
