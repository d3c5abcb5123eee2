// The runtime that executes plans: C11, libc, libm and pthreads only. Compiles alone with any C compiler that knows vector
// extensions (GCC, Clang):
//
//     cc -O2 -std=c11 -pthread -I include *.c -lm -c
//
// A plan is a list of steps. A step names a kernel, the sizes it works on and the buffers it touches; a buffer is a reference, a
// region and an offset of floats in it, so a plan is plain data. Steps run one after another; the tasks of one step run on a
// thread team in any order. How a step is cut into tasks is part of the plan, each task writes its own part, and partial sums are
// added in the order of the tasks by a later step: results do not depend on the number of threads.
#ifndef OFA_RUNTIME_H
#define OFA_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---------------------------------------------------------------------------------------------- the thread team

// A team of threads that wait, spinning for a moment, for work. The caller's thread is one of them.
typedef struct ofa_team ofa_team;

// Returns a team of `threads` (at least 1), or NULL where threads cannot be started.
ofa_team *ofa_team_create(int threads);
void ofa_team_destroy(ofa_team *team);
int ofa_team_threads(const ofa_team *team);

// Calls task(context, index, thread) once for each index from 0 to tasks - 1 and returns when all are done. Each thread has a share of the
// indices, the same of every run of as many, and goes through it in order or `backwards`.
void ofa_team_run(ofa_team *team, int tasks, int backwards, void (*task)(void *context, int index, int thread), void *context);

// ---------------------------------------------------------------------------------------------- plans

// Vectors of channels are worked on sixteen at a time; buffers by channel are padded to a multiple of it, and every buffer is
// followed by at least as many floats that may be read and mean nothing.
enum { OFA_LANES = 16 };

// Where a buffer lies. The images, the weights and the gradients belong to the caller, the arena to the plan.
enum ofa_region { OFA_NONE = 0, OFA_ARENA = 1, OFA_WEIGHTS = 2, OFA_GRADIENTS = 3, OFA_IMAGES = 4, OFA_REGIONS = 5 };

// A buffer: the region in the highest byte, the offset in floats below it. 0 is none.
typedef uint64_t ofa_ref;

enum ofa_pooling { OFA_MAX = 0, OFA_MEAN_OF_WINDOW = 1 };

enum ofa_activation { OFA_IDENTITY = 0, OFA_RELU = 1, OFA_RELU6 = 2, OFA_H_SWISH = 3, OFA_H_SIGMOID = 4 };

// The rows of a normalization's buffer, each as long as the padded channels. The last three are made by the backward pass: the
// gradient before the normalization is  alpha · (gradient after it) + beta · y + delta.
enum ofa_normalization_row {
  OFA_MEAN = 0, OFA_VARIANCE, OFA_INVERSE_DEVIATION, OFA_SCALE, OFA_SHIFT, OFA_ALPHA, OFA_BETA, OFA_DELTA,
  OFA_NORMALIZATION_ROWS
};

// What a kernel reads: a stored tensor, and what is still to be done to it on the way in.
//
//     value = gate[image, channel] · activation(scale[channel] · data + shift[channel])
typedef struct ofa_source {
  ofa_ref data;
  ofa_ref normalization;  // or none: scale 1, shift 0
  ofa_ref gate;           // [images, channels], or none: 1
  int32_t activation;
  int32_t gate_activation;  // done to the gate on the way in
} ofa_source;

// A gradient with respect to a convolution's output: as stored, or taken back through the normalization that follows.
typedef struct ofa_gradient {
  ofa_ref data;           // with respect to the normalization's output (or the convolution's, where there is none)
  ofa_ref normalization;  // or none
  ofa_ref output;         // the convolution's stored output, read where there is a normalization
} ofa_gradient;

// What is done to a gradient before it is stored: the sum with what other readers sent, the way back through the activation, and the
// sums that the normalization's own way back needs, by task: Σ g and Σ g · (y − mean) / deviation.
//
//     g = (incoming · gate + residual + broadcast / positions) · activation'(scale · y + shift)
typedef struct ofa_sink {
  ofa_ref gradient;       // where it goes
  ofa_ref residual;       // or none; may be the same buffer
  ofa_ref gate;           // [images, channels], or none
  ofa_ref broadcast;      // [images, channels], or none
  ofa_ref value;          // y, read where there is an activation or a normalization
  ofa_ref normalization;  // or none
  ofa_ref sums;           // [tasks, 2, padded channels], or none
  int32_t activation;
  int32_t gate_activation;
} ofa_sink;

// The kernels. Unless said otherwise a tensor is [images, height, width, channels]; `in` and `out` sizes are the forward pass's.
enum ofa_kernel {
  // Weights.
  OFA_PACK = 0,                 // filter → panels of 16 output channels [⌈out/16⌉, k²·in, 16] in `output`, and of 16 inputs for OFA_DENSE's way back in `output2`
  OFA_DEPTHWISE_FILTER,         // elastic filter [channels, K²] → levels of [k², padded channels], one a kernel step, in `output`
  // Forward.
  OFA_POINTWISE,                // 1×1 convolution or linear layer, stride 1
  OFA_DENSE,                    // k×k convolution over all channels, any stride
  OFA_DEPTHWISE,                // k×k convolution of each channel
  OFA_STATISTICS,               // partial means and squares → the normalization's rows
  OFA_ELEMENTWISE,              // output = source + source2
  OFA_POOL,                     // output[image, channel] = mean over positions of source
  OFA_WINDOW_POOL,              // the largest element or the mean of each window of source
  // Backward.
  OFA_POINTWISE_BACKWARD,
  OFA_DENSE_BACKWARD,
  OFA_DEPTHWISE_BACKWARD,
  OFA_WINDOW_POOL_BACKWARD,
  OFA_STATISTICS_BACKWARD,      // partial sums → alpha, beta, delta, and the gradients of scale and shift
  OFA_GRADIENT,                 // the sink alone, over a stored gradient
  OFA_GATE_GRADIENT,            // output[image, channel] = Σ positions  gradient · source
  OFA_REDUCE,                   // partial filter gradients of OFA_POINTWISE_BACKWARD and OFA_DENSE_BACKWARD → gradients, added
  OFA_DEPTHWISE_REDUCE,         // partial filter gradients → back through the kernel steps → gradients, added; those of the levels in `output`
  OFA_KERNEL_STEP_REDUCE,       // those of the levels in `partials` and the levels in `weights2` → gradients of the steps' matrices, added
  OFA_KERNELS
};

// The largest side of OFA_DENSE's window.
enum { OFA_LARGEST_WINDOW = 63 };

// The most steps of an elastic kernel.
enum { OFA_KERNEL_STEPS = 4 };

typedef struct ofa_step {
  int32_t kernel;  // enum ofa_kernel
  int32_t block;   // the graph's block, for times
  int32_t tasks;
  int32_t rows_per_task;  // rows (pixels of all images), rows of outputs (OFA_DENSE, OFA_DEPTHWISE) or images of a task; the last may have fewer
  int32_t rows_per_tile;  // rows of a task that are worked on while they stay in the cache

  int32_t images;
  int32_t in_height, in_width, in_channels;
  int32_t out_height, out_width, out_channels;
  int32_t kernel_size, stride;
  int32_t pooling, padding;  // OFA_WINDOW_POOL: enum ofa_pooling, and how far the first window reaches out of the image

  ofa_source source, source2;
  ofa_ref weights;     // prepared: panels, or taps by channel. OFA_PACK, OFA_DEPTHWISE_FILTER: the raw tensor
  ofa_ref weights2;    // backward: panels for the way back; OFA_POINTWISE_BACKWARD: the raw tensor
  ofa_ref bias;        // or none
  ofa_ref output, output2;
  int32_t activation;  // done to the output; inference only
  float epsilon;       // of a normalization
  ofa_ref residual;    // added to the output after the activation, or none; inference only
  ofa_ref partials;    // [tasks, 3, padded channels]: for the statistics of the output; or none
  int32_t partial_tasks, partial_rows;  // OFA_STATISTICS and the reductions: tasks of the producer, and rows of each but the last

  ofa_gradient gradient;
  ofa_sink sink;                // gradient none: the input needs none
  ofa_ref filter_gradients;     // partial, [tasks, …]
  ofa_ref bias_gradients;       // partial, [tasks, padded channels], or none

  // Weights' own tensors: scale and shift of a normalization; for the reductions the gradients to add to.
  ofa_ref scale, shift, scale_gradient, shift_gradient;
  ofa_ref filter_gradient, bias_gradient;
  int32_t filter_stride;        // floats from one output channel of the raw filter to the next
  int32_t full_kernel_size;     // of an elastic filter
  int32_t kernel_steps;
  int32_t step_kernel_size[OFA_KERNEL_STEPS];
  ofa_ref step_matrix[OFA_KERNEL_STEPS];           // or none: a crop alone
  ofa_ref step_matrix_gradient[OFA_KERNEL_STEPS];
} ofa_step;

// Where in a step its references lie, in bytes, ending with 0: for what walks over them all (placing buffers, checking a file).
const size_t *ofa_reference_offsets(void);

typedef struct ofa_bases {
  float *base[OFA_REGIONS];
} ofa_bases;

// The floats of scratch that one thread needs to run a step.
size_t ofa_step_scratch(const ofa_step *step);

// The number of floats that the values by channel of `channels` channels take.
static inline int32_t ofa_padded(int32_t channels) { return (channels + OFA_LANES - 1) / OFA_LANES * OFA_LANES; }

// Runs steps in order. `scratch` has, for each thread of the team, `scratch_stride` floats. Where `block_seconds` is not NULL, each
// step's time is added to the entry of its block. Allocates nothing.
void ofa_run(const ofa_step *steps, size_t count, const ofa_bases *bases, ofa_team *team, float *scratch,
             size_t scratch_stride, double *block_seconds);

// ---------------------------------------------------------------------------------------------- kernel forms

// The form that runs: "avx512", "avx2" or "portable", chosen once by the processor, or by the variable OFA_KERNEL_FORM.
const char *ofa_form_name(void);

// The form names that this processor can run, ending with NULL.
const char *const *ofa_form_names(void);

// Makes a form run from here on; returns 0, or −1 where the processor cannot run it. For tests; not while a plan runs.
int ofa_form_choose(const char *name);

// ---------------------------------------------------------------------------------------------- parameters

// One step of stochastic gradient descent with Nesterov momentum over flat arenas, cut by size over the team:
//
//     g ← gradientScale · gradient + decay · w;   v ← momentum · v + g;   w ← w − learningRate · (g + momentum · v)
//
// `decay` has one value for each run of 16 parameters; tensors start at multiples of 16.
void ofa_sgd(ofa_team *team, size_t count, float *weights, float *velocity, const float *gradients, const float *decay,
             float learning_rate, float momentum, float gradient_scale);

// ---------------------------------------------------------------------------------------------- plan files

// A serialized inference plan: this header, then `steps` steps, then `weights` floats. Little-endian.
typedef struct ofa_plan_header {
  char magic[8];  // "OFAPLAN" and a zero
  uint32_t version;
  uint32_t step_bytes;  // sizeof(ofa_step)
  uint64_t steps, weights, arena, output;  // counts; floats of the arena; where in the arena the result lies
  uint32_t images, height, width, channels, classes, blocks;
} ofa_plan_header;

enum { OFA_PLAN_VERSION = 2 };

// Checks that a plan read from a file touches only its own regions and is cut as the kernels expect. Returns NULL, or what is
// wrong with it.
const char *ofa_plan_check(const ofa_plan_header *header, const ofa_step *steps);

// What one run of a checked plan costs: its multiply-accumulates, and every value that a step reads or makes counted as
// one too.
double ofa_plan_work(const ofa_plan_header *header, const ofa_step *steps);

#ifdef __cplusplus
}
#endif

#endif
