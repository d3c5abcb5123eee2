#define _POSIX_C_SOURCE 200809L
#include "network.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE = 64, SPARE = LINE + OFA_PANEL * sizeof(float) };

void *take_memory(size_t bytes) {
  if (bytes > SIZE_MAX - SPARE) return NULL;
  char *whole = calloc(bytes + SPARE, 1);
  if (!whole) return NULL;
  const size_t skipped = LINE - (uintptr_t)whole % LINE;  // at least as much as a pointer takes
  memcpy(whole + skipped - sizeof whole, &whole, sizeof whole);
  return whole + skipped;
}

void give_memory(void *memory) {
  char *whole;
  if (!memory) return;
  memcpy(&whole, (char *)memory - sizeof whole, sizeof whole);
  free(whole);
}

// Whether notes are as many bytes as they say, and name each block before any pairs.
static int notes_are_whole(const char *notes, size_t size, uint32_t blocks) {
  uint64_t bytes, texts = 0;
  if (size <= sizeof bytes || notes[size - 1]) return 0;
  memcpy(&bytes, notes, sizeof bytes);
  for (size_t i = sizeof bytes; i < size; i++) texts += !notes[i];
  return bytes == size - sizeof bytes && texts >= blocks && (texts - blocks) % 2 == 0;
}

enum network_status network_make(network *n, const ofa_form *form, const char *bytes, size_t size, const char **wrong) {
  *n = (network){0};
  *wrong = "too short for a plan";
  if (size < sizeof n->header) return NETWORK_WRONG;
  memcpy(&n->header, bytes, sizeof n->header);
  const ofa_plan_header *header = &n->header;
  *wrong = ofa_plan_check_version(header);
  if (*wrong) return NETWORK_WRONG;
  const size_t body = size - sizeof *header;
  *wrong = "its length is not what its header says: it is cut off or no plan";
  if (header->steps > body / sizeof(ofa_step) || header->weights > body - header->steps * sizeof(ofa_step))
    return NETWORK_WRONG;
  const char *weights = bytes + sizeof *header + header->steps * sizeof(ofa_step);
  const char *notes = weights + header->weights;
  const size_t note_bytes = (size_t)(bytes + size - notes);
  if (note_bytes && !notes_are_whole(notes, note_bytes, header->blocks)) return NETWORK_WRONG;
  *wrong = "out of memory";
  n->steps = malloc(header->steps * sizeof(ofa_step) + 1);
  n->weights = take_memory(header->weights);
  if (!n->steps || !n->weights) return NETWORK_NO_MEMORY;
  memcpy(n->steps, bytes + sizeof *header, header->steps * sizeof(ofa_step));
  memcpy(n->weights, weights, header->weights);
  if (note_bytes) {
    n->note_bytes = note_bytes - sizeof(uint64_t);
    n->notes = malloc(n->note_bytes);
    if (!n->notes) return NETWORK_NO_MEMORY;
    memcpy(n->notes, notes + sizeof(uint64_t), n->note_bytes);
  }
  const char *check = ofa_plan_check(form, header, n->steps);
  if (check) {
    *wrong = check;
    return NETWORK_WRONG;
  }
  n->arena = (size_t)header->arena == header->arena ? take_memory((size_t)header->arena) : NULL;
  n->images = take_memory(network_pixels(n) * sizeof(float));
  if (!n->arena || !n->images) return NETWORK_NO_MEMORY;
  return NETWORK_MADE;
}

void network_free(network *n) {
  free(n->steps);
  free(n->notes);
  give_memory(n->weights);
  give_memory(n->arena);
  give_memory(n->images);
  *n = (network){0};
}

size_t network_pixels(const network *n) {
  return (size_t)n->header.images * n->header.height * n->header.width * n->header.channels;
}

size_t network_logits(const network *n) { return (size_t)n->header.images * n->header.classes; }

const float *network_result(const network *n) { return (const float *)(void *)(n->arena + n->header.output); }

const char *network_note(const network *n, const char *text) {
  if (!n->notes) return NULL;
  const char *next = text ? text + strlen(text) + 1 : n->notes;
  return next < n->notes + n->note_bytes ? next : NULL;
}

double network_work(const network *n, const ofa_form *form) {
  const ofa_work work = ofa_plan_work(form, &n->header, n->steps);
  return 1e-9 * (work.multiply_accumulates + work.values + (double)network_pixels(n));
}

int runner_prepare(runner *r, const network *n) {
  const size_t bytes = ofa_plan_scratch(r->form, n->steps, n->header.steps);
  const size_t threads = (size_t)ofa_team_threads(r->team);
  if (r->scratch && bytes <= r->scratch_bytes) return 1;
  char *scratch = bytes <= (PTRDIFF_MAX - SPARE) / threads ? take_memory(bytes * threads) : NULL;
  if (!scratch) return 0;  // networks that are ready keep what they run with
  give_memory(r->scratch);
  r->scratch = scratch;
  r->scratch_bytes = bytes;
  return 1;
}

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

double network_run(const network *n, const runner *r, double *block_milliseconds) {
  const ofa_bases bases = {{NULL, n->arena, n->weights, NULL, n->images}};
  if (block_milliseconds) memset(block_milliseconds, 0, sizeof(double) * n->header.blocks);
  const double begin = milliseconds();
  ofa_run(r->form, n->steps, n->header.steps, &bases, r->team, r->scratch, r->scratch_bytes, block_milliseconds);
  const double end = milliseconds();
  for (uint32_t i = 0; block_milliseconds && i < n->header.blocks; i++) block_milliseconds[i] *= 1e3;
  return end - begin;
}
