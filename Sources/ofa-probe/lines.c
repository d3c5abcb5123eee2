#define _XOPEN_SOURCE 700
#include "lines.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "exit.h"
#include "system.h"

// Networks that are ready at one time, and bytes of a file that are told.
enum { MOST_NETWORKS = 256, MOST_TOLD = 1 << 16 };

// How far a result may be from what is expected, relative to the largest logit: sums are added in other orders.
static const double tolerance = 1e-3;

void print_numbers(const char *name, const double *values, size_t count) {
  printf("\"%s\":[", name);
  for (size_t i = 0; i < count; i++) {
    // JSON has no other numbers.
    if (isfinite(values[i])) printf("%s%.9g", i ? "," : "", values[i]);
    else printf("%snull", i ? "," : "");
  }
  printf("]");
}

int plain_bytes(const char *text) {
  const unsigned char *c = (const unsigned char *)text;
  if (c[0] < 0x80) return c[0] >= ' ' && c[0] != 127;
  if (c[0] < 0xC2 || c[0] > 0xF4) return 0;
  // Less would be one of the controls U+0080 to U+009F, or what shorter bytes say too.
  if (c[1] < (c[0] == 0xC2 || c[0] == 0xE0 ? 0xA0 : c[0] == 0xF0 ? 0x90 : 0x80)) return 0;
  const int count = c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
  for (int i = 1; i < count; i++)
    if ((c[i] & 0xC0) != 0x80) return 0;
  return count;
}

void print_text(const char *text) {
  putchar('"');
  while (*text) {
    const unsigned char c = (unsigned char)*text;
    const int count = plain_bytes(text);
    if (c == '"' || c == '\\') printf("\\%c", c);
    else if (count) fwrite(text, 1, (size_t)count, stdout);
    else printf("\\u%04x", c);
    text += count ? count : 1;
  }
  putchar('"');
}

static void print_named(const char *name, const char *text) {
  printf("\"%s\":", name);
  print_text(text);
}

// An answer that says what was wrong. `kind`: "request", "model", "memory" or "result".
static void print_error(const char *kind, const char *message) {
  printf("{");
  print_named("error", message);
  printf(",\"kind\":\"%s\"}\n", kind);
}

// ------------------------------------------------------------------------------------------------------- words

// A word of a line, of any length, or bytes made of it.
typedef struct word {
  char *bytes;
  size_t count, room;
} word;

static int append(word *w, int byte) {
  if (w->count == w->room) {
    const size_t room = w->room ? 2 * w->room : 64;
    char *bytes = room > w->room ? realloc(w->bytes, room) : NULL;
    if (!bytes) return 0;
    w->bytes = bytes;
    w->room = room;
  }
  w->bytes[w->count++] = (char)byte;
  return 1;
}

// Reads the next word of a line into `w`, with a zero behind it; an empty one at the line's end, whose last character
// is left to be read. Returns 0 where memory is out.
static int read_word(word *w) {
  w->count = 0;
  int c = getchar();
  while (c == ' ' || c == '\r') c = getchar();
  for (; c != EOF && c != '\n' && c != ' ' && c != '\r'; c = getchar())
    if (!append(w, c)) return 0;
  if (c != EOF) ungetc(c, stdin);
  return append(w, 0);
}

static void skip_line(void) {
  for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {}
}

static int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Gives back what a word took.
static void forget(word *w) {
  free(w->bytes);
  *w = (word){0};
}

// Replaces base64 by the bytes that it stands for; returns 0 where it is none.
static int decode(word *w) {
  size_t made = 0, i = 0;
  const size_t count = w->count - 1;
  if (count % 4) return 0;
  for (; i < count; i += 4) {
    const char *c = w->bytes + i;
    const int last = i + 4 == count, padding = last ? (c[3] == '=') + (c[3] == '=' && c[2] == '=') : 0;
    int bits = 0;
    for (int n = 0; n < 4; n++) {
      const int value = n >= 4 - padding ? 0 : sextet(c[n]);
      if (value < 0) return 0;
      bits = bits << 6 | value;
    }
    for (int n = 0; n < 3 - padding; n++) w->bytes[made++] = (char)(bits >> (16 - 8 * n));
  }
  w->count = made;
  return 1;
}

// Reads a whole number of at most `most`; returns 0 where there is none.
static int read_number(word *w, long most, long *number) {
  if (!read_word(w) || w->count < 2) return 0;
  char *end;
  *number = strtol(w->bytes, &end, 10);
  return !*end && *number >= 0 && *number <= most;
}

// ------------------------------------------------------------------------------------------------------- requests

static network networks[MOST_NETWORKS];

static void hello(const runner *r) {
  struct utsname system;
  printf("{\"hello\":\"ofa-runner\",\"version\":1,\"takes\":\"plan\",\"timesBlocks\":true,\"runner\":\"probe\","
         "\"runnerVersion\":\"" OFA_VERSION "\",\"planVersion\":%d,\"kernelForm\":\"%s\",\"threads\":%d",
         OFA_PLAN_VERSION, r->form->name, ofa_team_threads(r->team));
  if (uname(&system) == 0) {
    char text[sizeof system.sysname + sizeof system.release + sizeof system.machine + 3];
    snprintf(text, sizeof text, "%s %s %s", system.sysname, system.release, system.machine);
    printf(",");
    print_named("system", text);
  }
  printf("}\n");
}

// Pins this thread, and makes the team anew: its threads run where the one does that starts them. Returns the exit
// status; a program without its team ends.
static int cores(runner *r, word *w) {
  if (!read_word(w)) return INTERNAL;
  const char *wrong = pin_thread(w->bytes);
  if (wrong) {
    print_error("request", wrong);
    return DONE;
  }
  ofa_team *team = ofa_team_create(ofa_team_threads(r->team));
  if (!team) {
    fprintf(stderr, "error: cores: the system does not start the threads again\n");
    return INTERNAL;
  }
  ofa_team_destroy(r->team);
  r->team = team;
  printf("{");
  print_named("cores", w->bytes);
  printf("}\n");
  return DONE;
}

static void load(runner *r, word *w, double most_work) {
  long id;
  if (!read_number(w, MOST_NETWORKS - 1, &id)) return print_error("request", "load: the first word is no id below 256");
  network *n = &networks[id];
  network_free(n);
  if (!read_word(w)) return print_error("memory", "out of memory");
  if (!decode(w)) return print_error("request", "load: the model is no base64");
  double milliseconds = 0;
  unsigned long long peak = 0;
  const char *wrong;
  const enum network_status status = network_make(n, r->form, w->bytes, w->count, &wrong);
  // The plan's bytes are in the network now; what they took is needed no more.
  forget(w);
  const char *kind = status == NETWORK_WRONG ? "model" : status == NETWORK_NO_MEMORY ? "memory" : NULL;
  if (!kind && network_work(n, r->form) > most_work) kind = "model", wrong = "it takes too long; raise --most-work";
  if (!kind && !runner_prepare(r, n)) kind = "memory", wrong = "out of memory";
  if (!kind && (!read_word(w) || !decode(w) || w->count != network_pixels(n) * sizeof(float)))
    kind = "request", wrong = "load: the image is not the plan's";
  if (!kind) {
    memcpy(n->images, w->bytes, w->count);
    forget(w);  // what the message takes is no need of the network's
    const int watched = forget_peak();
    milliseconds = network_run(n, r, NULL);
    peak = watched ? peak_bytes() : 0;
    if (!read_word(w) || !decode(w) || w->count != network_logits(n) * sizeof(float))
      kind = "request", wrong = "load: the logits are not as many as the plan's";
  }
  if (kind) {
    network_free(n);
    return print_error(kind, wrong);
  }
  double difference = 0, largest = 0;
  for (size_t i = 0; i < network_logits(n); i++) {
    float expected;
    memcpy(&expected, w->bytes + i * sizeof expected, sizeof expected);
    const double apart = fabs((double)network_result(n)[i] - (double)expected);
    if (isfinite(difference) && !(apart <= difference)) difference = apart;  // what is not finite stays
    largest = fmax(largest, fabs((double)expected));
  }
  if (!isfinite(difference) || difference > tolerance * fmax(1, largest)) {
    char message[96];
    snprintf(message, sizeof message, "its result is %.3g from the expected one", difference);
    network_free(n);
    return print_error("result", message);
  }
  printf("{\"loaded\":%ld,\"difference\":%.3g,\"milliseconds\":%.6g,\"arenaBytes\":%llu", id, difference,
         milliseconds, (unsigned long long)n->header.arena);
  if (peak) printf(",\"peakBytes\":%llu", peak);
  printf("}\n");
}

// Whether a run of one kind begins after `done` of them.
static int continues(long done, long least, double taken, double least_time, double executed, double limit) {
  if (done >= least && taken >= least_time) return 0;
  return done == 0 || executed < limit;
}

static void turn(const runner *r, word *w) {
  enum { MOST_RUNS = 100000, MOST_MILLISECONDS = 3600000 };
  long id, warm_ups, block_runs, runs, time, limit;
  if (!read_number(w, MOST_NETWORKS - 1, &id) || !read_number(w, MOST_RUNS, &warm_ups) ||
      !read_number(w, MOST_RUNS, &block_runs) || !read_number(w, MOST_RUNS, &runs) ||
      !read_number(w, MOST_MILLISECONDS, &time) || !read_number(w, MOST_MILLISECONDS, &limit) || runs < 1)
    return print_error("request", "turn: it takes an id and five whole numbers");
  const network *n = &networks[id];
  if (!n->steps) return print_error("request", "turn: no network has this id");
  const uint64_t count = (uint64_t)block_runs * n->header.blocks + 1;
  double *blocks = count <= SIZE_MAX / sizeof(double) ? calloc((size_t)count, sizeof(double)) : NULL;
  double *times = malloc(MOST_RUNS * sizeof(double));
  if (!blocks || !times) {
    free(blocks);
    free(times);
    return print_error("memory", "out of memory");
  }
  double executed = 0, taken = 0;
  for (long i = 0; continues(i, warm_ups, 0, 0, executed, limit); i++) executed += network_run(n, r, NULL);
  long blocked = 0, done = 0;
  for (; continues(blocked, block_runs, 0, 0, executed, limit); blocked++)
    executed += network_run(n, r, blocks + (size_t)blocked * n->header.blocks);
  for (; done < MOST_RUNS && continues(done, runs, taken, time, executed, limit); done++) {
    times[done] = network_run(n, r, NULL);
    taken += times[done];
    executed += times[done];
  }
  printf("{\"turn\":%ld,", id);
  print_numbers("milliseconds", times, (size_t)done);
  printf(",\"blockMilliseconds\":[");
  for (long i = 0; i < blocked; i++) {
    printf(i ? ",[" : "[");
    for (uint32_t b = 0; b < n->header.blocks; b++)
      printf("%s%.6g", b ? "," : "", blocks[(size_t)i * n->header.blocks + b]);
    printf("]");
  }
  printf("]}\n");
  free(blocks);
  free(times);
}

// Opens a file of /proc or /sys, whose links may lead elsewhere; NULL for whatever else, or what one would wait for.
static FILE *open_told(const char *path) {
  char *real = realpath(path, NULL);
  const int inside = real && (strncmp(real, "/proc/", 6) == 0 || strncmp(real, "/sys/", 5) == 0);
  const int opened = inside ? open(real, O_RDONLY | O_NONBLOCK) : -1;
  free(real);
  if (opened < 0) return NULL;
  struct stat info;
  FILE *file = fstat(opened, &info) == 0 && S_ISREG(info.st_mode) ? fdopen(opened, "rb") : NULL;
  if (!file) close(opened);
  return file;
}

static void tell_file(const char *path) {
  static char text[MOST_TOLD + 1];
  FILE *file = open_told(path);
  if (!file) return print_error("request", "read: no such file of /proc or /sys");
  text[fread(text, 1, MOST_TOLD, file)] = 0;
  fclose(file);
  printf("{");
  print_named("read", text);
  printf("}\n");
}

int answer_lines(runner *r, double most_work) {
  word w = {0};
  for (;;) {
    if (!read_word(&w)) return INTERNAL;
    const int c = getchar();
    if (w.count == 1 && c == EOF) return DONE;
    if (w.count == 1) continue;  // an empty line
    if (c != EOF) ungetc(c, stdin);
    if (strcmp(w.bytes, "hello") == 0) {
      hello(r);
    } else if (strcmp(w.bytes, "load") == 0) {
      load(r, &w, most_work);
    } else if (strcmp(w.bytes, "cores") == 0) {
      const int status = cores(r, &w);
      if (status != DONE) return status;
    } else if (strcmp(w.bytes, "turn") == 0) {
      turn(r, &w);
    } else if (strcmp(w.bytes, "drop") == 0) {
      long id;
      if (read_number(&w, MOST_NETWORKS - 1, &id)) {
        network_free(&networks[id]);
        printf("{\"dropped\":%ld}\n", id);
      } else {
        print_error("request", "drop: it takes an id");
      }
    } else if (strcmp(w.bytes, "read") == 0) {
      if (read_word(&w)) tell_file(w.bytes);
      else print_error("memory", "out of memory");
    } else {
      print_error("request", "the request is none of hello, cores, load, turn, drop, read");
    }
    skip_line();
    if (fflush(stdout) != 0) return CANNOT_WRITE;
  }
}
