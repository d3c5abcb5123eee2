// The board's program: reads a plan, checks it, runs it, and answers with one line of JSON.
//
//     ofa-probe PLAN [--images FILE] [--threads N] [--runs N] [--most-work N]
//
// FILE holds float32 images as the plan takes them, [images, height, width, channels], little-endian; without it the
// images are a fixed pattern. A plan whose runs would take more than --most-work billions of multiply-accumulates
// together (10000 unless given) is refused, as a damaged one may ask for days. Exit status: 0 done, 64 usage, 65 bad
// plan or images, 66 no such file, 70 out of memory.
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "ofa_runtime.h"

enum { DONE = 0, USAGE = 64, BAD_DATA = 65, MISSING = 66, INTERNAL = 70 };

static const char usage[] = "usage: ofa-probe PLAN [--images FILE] [--threads N] [--runs N] [--most-work N]";

// Runs before those that count.
enum { WARM_UPS = 5 };

static int fail(int status, const char *place, const char *message) {
  fprintf(stderr, "error: %s: %s\n", place, message);
  return status;
}

// A whole file, as bytes; NULL where it cannot be read.
static void *read_file(const char *path, size_t *size) {
  struct stat info;
  FILE *file = fopen(path, "rb");
  if (!file || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) {
    if (file) fclose(file);
    return NULL;
  }
  *size = (size_t)info.st_size;
  void *bytes = aligned_alloc(64, (*size + 127) / 64 * 64);
  if (bytes && fread(bytes, 1, *size, file) != *size) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

// Zeros, kept to the program's end, with a panel behind them that may be read. What a plan announces and never touches
// takes no memory.
static void *memory(size_t bytes) {
  enum { LINE = 64, SPARE = LINE + OFA_PANEL * sizeof(float) };
  if (bytes > SIZE_MAX - SPARE) return NULL;
  char *p = calloc(bytes + SPARE, 1);
  return p ? p + (LINE - (uintptr_t)p % LINE) % LINE : NULL;
}

// The form of a name, or the best; NULL where there is none of that name.
static const ofa_form *form_named(const char *name) {
  for (int i = 0;; i++) {
    const ofa_form *form = ofa_inference_form(i);
    if (!form || !name || strcmp(form->name, name) == 0) return form;
  }
}

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_numbers(const char *name, const double *values, size_t count) {
  printf("\"%s\":[", name);
  for (size_t i = 0; i < count; i++) {
    // JSON has no other numbers.
    if (isfinite(values[i])) printf("%s%.9g", i ? "," : "", values[i]);
    else printf("%snull", i ? "," : "");
  }
  printf("]");
}

int main(int argc, char **argv) {
  const char *plan_path = NULL, *images_path = NULL;
  long threads = 1, runs = 50, most_work = 10000;
  for (int i = 1; i < argc; i++) {
    char *end = "";
    if (strcmp(argv[i], "--images") == 0 && i + 1 < argc) images_path = argv[++i];
    else if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) threads = strtol(argv[++i], &end, 10);
    else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) runs = strtol(argv[++i], &end, 10);
    else if (strcmp(argv[i], "--most-work") == 0 && i + 1 < argc) most_work = strtol(argv[++i], &end, 10);
    else if (argv[i][0] != '-' && !plan_path) plan_path = argv[i];
    else {
      fprintf(stderr, "error: %s: not understood; %s\n", argv[i], usage);
      return USAGE;
    }
    if (*end) return fail(USAGE, argv[i], "not a whole number");
  }
  if (!plan_path) return fail(USAGE, "ofa-probe", usage);
  if (threads < 1 || threads > 1024) return fail(USAGE, "--threads", "give a number from 1 to 1024");
  if (runs < 1 || runs > 1000000) return fail(USAGE, "--runs", "give a number from 1 to 1000000");
  if (most_work < 1) return fail(USAGE, "--most-work", "give a number of billions, at least 1");

  const ofa_form *form = form_named(getenv("OFA_KERNEL_FORM"));
  if (!form) return fail(USAGE, "OFA_KERNEL_FORM", "this processor has no kernels of that name");

  size_t size = 0;
  char *file = read_file(plan_path, &size);
  if (!file) return fail(MISSING, plan_path, "cannot be read");
  ofa_plan_header header;
  if (size < sizeof header) return fail(BAD_DATA, plan_path, "too short for a plan");
  memcpy(&header, file, sizeof header);
  const size_t body = size - sizeof header;
  if (header.steps > body / sizeof(ofa_step) || header.weights != body - header.steps * sizeof(ofa_step))
    return fail(BAD_DATA, plan_path, "its length is not what its header says: it is cut off or no plan");
  ofa_step *steps = malloc(header.steps * sizeof(ofa_step) + 1);
  char *weights = memory(header.weights);
  if (!steps || !weights) return fail(INTERNAL, plan_path, "out of memory");
  memcpy(steps, file + sizeof header, header.steps * sizeof(ofa_step));
  memcpy(weights, file + sizeof header + header.steps * sizeof(ofa_step), header.weights);
  free(file);
  const char *wrong = ofa_plan_check(form, &header, steps);
  if (wrong) return fail(BAD_DATA, plan_path, wrong);
  const ofa_work work = ofa_plan_work(form, &header, steps);
  // A value that is read or made counts as a multiply-accumulate too.
  const double billions = 1e-9 * (work.multiply_accumulates + work.values) * (double)(WARM_UPS + 2 * runs);
  if (billions > (double)most_work) {
    fprintf(stderr,
            "error: %s: its runs take %.0f billions of multiply-accumulates, more than %ld; raise --most-work\n",
            plan_path, ceil(billions), most_work);
    return BAD_DATA;
  }

  const size_t pixels = (size_t)header.images * header.height * header.width * header.channels;
  float *images = memory(pixels * sizeof(float));
  if (!images) return fail(INTERNAL, plan_path, "out of memory");
  if (images_path) {
    float *given = read_file(images_path, &size);
    if (!given) return fail(MISSING, images_path, "cannot be read");
    if (size != pixels * sizeof(float)) return fail(BAD_DATA, images_path, "not the size of the plan's images");
    memcpy(images, given, size);
    free(given);
  } else {
    for (size_t i = 0; i < pixels; i++) images[i] = sinf(0.37f * (float)(i % 9973));
  }

  const size_t scratch_size = ofa_plan_scratch(form, steps, header.steps);
  char *arena = memory(header.arena);
  char *scratch = scratch_size <= PTRDIFF_MAX / (size_t)threads ? memory(scratch_size * (size_t)threads) : NULL;
  double *times = malloc(sizeof(double) * (size_t)runs), *blocks = calloc(header.blocks, sizeof(double));
  double *logits = malloc(sizeof(double) * header.images * header.classes);
  ofa_team *team = ofa_team_create((int)threads);
  if (!arena || !scratch || !times || !blocks || !logits || !team) return fail(INTERNAL, plan_path, "out of memory");

  const ofa_bases bases = {{NULL, arena, weights, NULL, images}};
  for (int i = 0; i < WARM_UPS; i++) ofa_run(form, steps, header.steps, &bases, team, scratch, scratch_size, NULL);
  for (long i = 0; i < runs; i++) {
    const double begin = milliseconds();
    ofa_run(form, steps, header.steps, &bases, team, scratch, scratch_size, NULL);
    times[i] = milliseconds() - begin;
  }
  // Blocks are timed in runs of their own: reading the clock costs something too.
  for (long i = 0; i < runs; i++) ofa_run(form, steps, header.steps, &bases, team, scratch, scratch_size, blocks);
  for (uint32_t i = 0; i < header.blocks; i++) blocks[i] = 1e3 * blocks[i] / (double)runs;
  const float *result = (const float *)(void *)(arena + header.output);
  for (size_t i = 0; i < (size_t)header.images * header.classes; i++) logits[i] = result[i];
  qsort(times, (size_t)runs, sizeof(double), ascending);

  printf("{\"kernelForm\":\"%s\",\"threads\":%ld,\"runs\":%ld,\"latencyMilliseconds\":%.6g,\"p10Milliseconds\":%.6g,"
         "\"p90Milliseconds\":%.6g,\"arenaBytes\":%llu,",
         form->name, threads, runs, times[runs / 2], times[runs / 10], times[runs - 1 - runs / 10],
         (unsigned long long)header.arena);
  print_numbers("blockMilliseconds", blocks, header.blocks);
  printf(",");
  print_numbers("logits", logits, (size_t)header.images * header.classes);
  printf("}\n");
  ofa_team_destroy(team);
  return DONE;
}
