// Kernel forms: the same kernels compiled for one kind of processor each; and what is known of a kernel in every form.
#ifndef OFA_FORM_H
#define OFA_FORM_H

#include "step.h"

// What a step costs, for one run.
typedef struct ofa_work {
  double multiply_accumulates;
  double values;  // that have to be read or written at least: each activation or gradient once, and what is pooled
                  // forward once more for each window that it is in
} ofa_work;

// A step of a plan file that is being checked.
struct ofa_checker;

// All that is known of a kernel but how it runs.
typedef struct ofa_descriptor {
  const char *name;          // by the grammar, with spaces
  const size_t *references;  // where in a step its references lie, in bytes, ending with 0
  int follows_images;        // whether its tasks follow the images; those of the others follow channels
  uint64_t (*scratch)(const ofa_step *step);  // the bytes that a thread needs beside the step's buffers
  ofa_windows (*shape)(const ofa_step *step);
  ofa_work (*work)(const ofa_step *step);
  void (*check)(struct ofa_checker *checker, const ofa_step *step);  // NULL: no inference plan has it
} ofa_descriptor;

// Runs one task of a step; `scratch` belongs to the thread.
typedef void ofa_kernel_run(const ofa_step *step, const ofa_bases *bases, int task, void *scratch);

// A form: its kernels by number; those of training are apart, or not there.
typedef struct ofa_form {
  const char *name;
  ofa_kernel_run *const *kernels;
  const struct ofa_training *training;
} ofa_form;

// The form number `index` of those that this processor can run, the best first; NULL behind the last. The second list
// has the kernels of training too.
const ofa_form *ofa_inference_form(int index);
const ofa_form *ofa_training_form(int index);

// What is known of a kernel; NULL where the form does not have it.
const ofa_descriptor *ofa_kernel_descriptor(const ofa_form *form, int kernel);

#endif
