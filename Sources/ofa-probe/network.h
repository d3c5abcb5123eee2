// A network that is ready to run: a plan's steps, its memory, an image.
#ifndef NETWORK_H
#define NETWORK_H

#include "ofa_runtime.h"

typedef struct network {
  ofa_plan_header header;
  ofa_step *steps;
  char *weights, *arena;
  float *images;  // [images, height, width, channels]
  char *notes;    // texts, each ended by a zero: the blocks' names, then pairs of a name and a text; NULL for none
  size_t note_bytes;
} network;

// Zeros on a line of the cache, with a panel behind them that may be read; NULL where there are none. What a plan
// announces and never touches takes no memory.
void *take_memory(size_t bytes);
void give_memory(void *memory);

// Why a network cannot be made: what is wrong with the plan, or that memory is out.
enum network_status { NETWORK_MADE, NETWORK_WRONG, NETWORK_NO_MEMORY };

// Makes a network of a plan file's bytes, its images zeros; `*wrong` says what keeps it from being made.
enum network_status network_make(network *n, const ofa_form *form, const char *bytes, size_t size, const char **wrong);
void network_free(network *n);

size_t network_pixels(const network *n);   // floats of its images
size_t network_logits(const network *n);   // and of its result
const float *network_result(const network *n);

// The text of the plan's notes behind another, or the first for NULL; NULL where there is no more.
const char *network_note(const network *n, const char *text);

// Billions of multiply-accumulates of one run; a value that is read or made, and one of an image, counts as one too.
double network_work(const network *n, const ofa_form *form);

// What threads run networks with. Scratch grows to what the largest needs.
typedef struct runner {
  const ofa_form *form;
  ofa_team *team;
  char *scratch;
  size_t scratch_bytes;  // of one thread
} runner;

// Takes the scratch that a network needs; returns whether there is as much.
int runner_prepare(runner *r, const network *n);

// Runs once, and returns the milliseconds that it took. Where `block_milliseconds` is not NULL, each block's time is
// written there.
double network_run(const network *n, const runner *r, double *block_milliseconds);

#endif
