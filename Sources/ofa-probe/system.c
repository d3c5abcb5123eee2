#define _GNU_SOURCE
#include "system.h"

#if defined(__linux__)

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Reads a list of numbers and ranges; returns 0 where it is none.
static int read_list(const char *list, cpu_set_t *set) {
  CPU_ZERO(set);
  do {
    char *end;
    const long first = strtol(list, &end, 10);
    long last = first;
    if (end == list) return 0;
    if (*end == '-') {
      list = end + 1;
      last = strtol(list, &end, 10);
      if (end == list) return 0;
    }
    if (first < 0 || last < first || last >= CPU_SETSIZE) return 0;
    for (long i = first; i <= last; i++) CPU_SET((size_t)i, set);
    list = end;
  } while (*list++ == ',');
  return !list[-1];
}

const char *pin_thread(const char *list) {
  cpu_set_t wanted, before, now;
  if (!read_list(list, &wanted)) return "cores: it takes a list of processors such as 0,2-3";
  if (sched_getaffinity(0, sizeof before, &before) != 0) return "cores: the system does not tell its processors";
  // The system passes over processors that it does not have.
  if (sched_setaffinity(0, sizeof wanted, &wanted) == 0 && sched_getaffinity(0, sizeof now, &now) == 0 &&
      CPU_EQUAL(&now, &wanted))
    return NULL;
  sched_setaffinity(0, sizeof before, &before);
  return "cores: the system does not have all of them, or not for this program";
}

int forget_peak(void) {
#if defined(__GLIBC__)
  malloc_trim(0);  // what was freed goes back to the system
#endif
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return 0;
  const int written = fputs("5", file) >= 0;
  return fclose(file) == 0 && written;
}

unsigned long long peak_bytes(void) {
  unsigned long long kilobytes = 0;
  char line[256];
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file) && sscanf(line, "VmHWM: %llu kB", &kilobytes) != 1) {}
  if (file) fclose(file);
  return 1024 * kilobytes;
}

#else

const char *pin_thread(const char *list) {
  (void)list;
  return "cores: this system pins no threads";
}

int forget_peak(void) { return 0; }

unsigned long long peak_bytes(void) { return 0; }

#endif
