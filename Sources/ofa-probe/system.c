#define _GNU_SOURCE
#include "system.h"

#if defined(__linux__)

#include <sched.h>
#include <stdlib.h>

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

#else

const char *pin_thread(const char *list) {
  (void)list;
  return "cores: this system pins no threads";
}

#endif
