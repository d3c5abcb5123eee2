// The board's program: reads a plan, checks it, runs it, and answers with one line of JSON; or answers requests.
//
//     ofa-probe PLAN [--images FILE] [--threads N] [--runs N] [--most-work N]
//     ofa-probe PLAN --describe
//     ofa-probe --lines [--threads N] [--most-work N]
//     ofa-probe --help | --version
//
// FILE holds float32 images as the plan takes them, [images, height, width, channels], little-endian; without it the
// images are a fixed pattern. A plan whose runs would take more than --most-work billions of multiply-accumulates
// together (10000 unless given) is refused, as a damaged one may ask for days. With --lines requests come on standard
// input, see lines.h, and no single run may take more. Exit status: 0 done, 64 usage, 65 bad plan or images, 66 no such
// file, 70 out of memory, 74 answers cannot be written.
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exit.h"
#include "lines.h"

static const char usage[] =
    "usage: ofa-probe PLAN [--images FILE] [--threads N] [--runs N] [--most-work N], ofa-probe PLAN --describe, or "
    "ofa-probe --lines [--threads N] [--most-work N]";

static const char help[] =
    "Runs a network on this machine and says what it takes: PLAN is what ofa export --output NAME.plan writes.\n"
    "\n"
    "  ofa-probe PLAN [--images FILE] [--threads N] [--runs N] [--most-work N]\n"
    "  ofa-probe PLAN --describe\n"
    "  ofa-probe --lines [--threads N] [--most-work N]\n"
    "\n"
    "  --images FILE    float32 images as the plan takes them, height by width by channels; else a fixed pattern\n"
    "  --threads N      how many threads run it (1)\n"
    "  --runs N         how many runs are timed (50)\n"
    "  --most-work N    the most billions of multiply-accumulates that all runs may have (10000)\n"
    "  --describe       run nothing, and say what the plan's network is, what it reads and what it answers\n"
    "  --lines          answer requests on standard input, as ofa profile --runner sends them\n"
    "  --help           this text\n"
    "  --version        the engine's version and the kernel forms that this processor runs, the best first\n"
    "\n"
    "OFA_KERNEL_FORM names the form to use. The answer is a line of JSON: median, tenth and ninetieth percentile of\n"
    "the runs and the mean of each block in milliseconds, the bytes of the arena, and the logits; blocks are named\n"
    "where the plan names them. What --describe says is a line for each name: the name, a colon, a text. Exit status:\n"
    "0 done, 64 usage, 65 bad plan or images, 66 no such file, 70 out of memory, 74 answers cannot be written.\n";

// Prints the version and the forms that run here.
static void print_version(void) {
  printf("ofa-probe " OFA_VERSION);
  const ofa_form *form;
  for (int i = 0; (form = ofa_inference_form(i)); i++) printf("%s%s", i ? ", " : ": ", form->name);
  printf("\n");
}

// Runs before those that count.
enum { WARM_UPS = 5 };

static int fail(int status, const char *place, const char *message) {
  fprintf(stderr, "error: %s: %s\n", place, message);
  return status;
}

// A whole file, as bytes to be given back; NULL, and the exit status, where it cannot be read, which is said.
static char *read_file(const char *path, size_t *size, int *status) {
  struct stat info;
  FILE *file = fopen(path, "rb");
  if (!file || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) {
    if (file) fclose(file);
    *status = fail(MISSING, path, "cannot be read");
    return NULL;
  }
  *size = (size_t)info.st_size;
  char *bytes = malloc(*size + 1);
  if (!bytes) *status = fail(INTERNAL, path, "out of memory");
  if (bytes && fread(bytes, 1, *size, file) != *size) {
    *status = fail(MISSING, path, "cannot be read");
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

// The form of a name, or the best; NULL where there is none of that name.
static const ofa_form *form_named(const char *name) {
  for (int i = 0;; i++) {
    const ofa_form *form = ofa_inference_form(i);
    if (!form || !name || strcmp(form->name, name) == 0) return form;
  }
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Makes a network of a plan's file; says why where it cannot, and returns the exit status.
static int read_plan(network *n, const ofa_form *form, const char *path) {
  size_t size = 0;
  int unread;
  char *file = read_file(path, &size, &unread);
  if (!file) return unread;
  const char *wrong;
  const enum network_status status = network_make(n, form, file, size, &wrong);
  free(file);
  if (status != NETWORK_MADE) return fail(status == NETWORK_WRONG ? BAD_DATA : INTERNAL, path, wrong);
  return DONE;
}

// Prints a text without what a terminal would take as more than that.
static void print_plain(const char *text) {
  while (*text) {
    const int count = plain_bytes(text);
    if (count) fwrite(text, 1, (size_t)count, stdout);
    else putchar('?');
    text += count ? count : 1;
  }
}

// Prints what a plan says of its network, a line a pair.
static int describe(const ofa_form *form, const char *plan_path) {
  network n;
  const int status = read_plan(&n, form, plan_path);
  if (status != DONE) return status;
  const char *name = network_note(&n, NULL);
  for (uint32_t b = 0; name && b < n.header.blocks; b++) name = network_note(&n, name);
  if (!name) return fail(BAD_DATA, plan_path, "it has no description; plans that ofa export writes have one");
  while (name) {
    const char *text = network_note(&n, name);
    print_plain(name);
    printf(": ");
    print_plain(text);
    printf("\n");
    name = network_note(&n, text);
  }
  return fflush(stdout) == 0 ? DONE : CANNOT_WRITE;
}

// Prints the blocks' names, where the plan has them.
static void print_blocks(const network *n) {
  const char *name = network_note(n, NULL);
  if (!name) return;
  printf("\"blocks\":[");
  for (uint32_t b = 0; b < n->header.blocks; b++, name = network_note(n, name)) {
    if (b) printf(",");
    print_text(name);
  }
  printf("],");
}

// Runs a plan, and tells what it took and what it gave.
static int answer(runner *r, const char *plan_path, const char *images_path, long runs, long most_work) {
  network n;
  const int status = read_plan(&n, r->form, plan_path);
  if (status != DONE) return status;
  const double billions = network_work(&n, r->form) * (double)(WARM_UPS + 2 * runs);
  if (billions > (double)most_work) {
    fprintf(stderr,
            "error: %s: its runs take %.0f billions of multiply-accumulates, more than %ld; raise --most-work\n",
            plan_path, ceil(billions), most_work);
    return BAD_DATA;
  }
  if (images_path) {
    size_t size = 0;
    int unread;
    char *given = read_file(images_path, &size, &unread);
    if (!given) return unread;
    if (size != network_pixels(&n) * sizeof(float))
      return fail(BAD_DATA, images_path, "not the size of the plan's images");
    memcpy(n.images, given, size);
    free(given);
  } else {
    for (size_t i = 0; i < network_pixels(&n); i++) n.images[i] = sinf(0.37f * (float)(i % 9973));
  }

  const size_t count = network_logits(&n);
  double *times = malloc(sizeof(double) * (size_t)runs), *logits = malloc(sizeof(double) * count);
  double *blocks = calloc(n.header.blocks, sizeof(double)), *sums = calloc(n.header.blocks, sizeof(double));
  if (!times || !logits || !blocks || !sums || !runner_prepare(r, &n))
    return fail(INTERNAL, plan_path, "out of memory");
  for (int i = 0; i < WARM_UPS; i++) network_run(&n, r, NULL);
  for (long i = 0; i < runs; i++) times[i] = network_run(&n, r, NULL);
  // Blocks are timed in runs of their own: reading the clock costs something too.
  for (long i = 0; i < runs; i++) {
    network_run(&n, r, blocks);
    for (uint32_t b = 0; b < n.header.blocks; b++) sums[b] += blocks[b] / (double)runs;
  }
  for (size_t i = 0; i < count; i++) logits[i] = network_result(&n)[i];
  qsort(times, (size_t)runs, sizeof(double), ascending);

  printf("{\"kernelForm\":\"%s\",\"threads\":%d,\"runs\":%ld,\"latencyMilliseconds\":%.6g,"
         "\"p10Milliseconds\":%.6g,\"p90Milliseconds\":%.6g,\"arenaBytes\":%llu,",
         r->form->name, ofa_team_threads(r->team), runs, times[runs / 2], times[runs / 10], times[runs - 1 - runs / 10],
         (unsigned long long)n.header.arena);
  print_blocks(&n);
  print_numbers("blockMilliseconds", sums, n.header.blocks);
  printf(",");
  print_numbers("logits", logits, count);
  printf("}\n");
  return fflush(stdout) == 0 ? DONE : CANNOT_WRITE;
}

int main(int argc, char **argv) {
  const char *plan_path = NULL, *images_path = NULL;
  long threads = 1, runs = 50, most_work = 10000;
  int lines = 0, describes = 0;
  for (int i = 1; i < argc; i++) {
    char *end = "";
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "--version") == 0) {
      if (argv[i][2] == 'h') fputs(help, stdout);
      else print_version();
      return fflush(stdout) == 0 ? DONE : CANNOT_WRITE;
    }
    if (strcmp(argv[i], "--lines") == 0) lines = 1;
    else if (strcmp(argv[i], "--describe") == 0) describes = 1;
    else if (strcmp(argv[i], "--images") == 0 && i + 1 < argc) images_path = argv[++i];
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
  if (!plan_path == !lines || (describes && lines)) return fail(USAGE, "ofa-probe", usage);
  if (threads < 1 || threads > 1024) return fail(USAGE, "--threads", "give a number from 1 to 1024");
  if (runs < 1 || runs > 1000000) return fail(USAGE, "--runs", "give a number from 1 to 1000000");
  if (most_work < 1) return fail(USAGE, "--most-work", "give a number of billions, at least 1");

  const ofa_form *form = form_named(getenv("OFA_KERNEL_FORM"));
  if (!form) return fail(USAGE, "OFA_KERNEL_FORM", "this processor has no kernels of that name");
  if (describes) return describe(form, plan_path);
  runner r = {.form = form, .team = ofa_team_create((int)threads)};
  if (!r.team) return fail(INTERNAL, "--threads", "the system does not start as many");
  const int status = lines ? answer_lines(&r, (double)most_work) : answer(&r, plan_path, images_path, runs, most_work);
  ofa_team_destroy(r.team);
  return status;
}
