// A thread team: workers wait for a generation number to change, spinning for a moment before they sleep.
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "include/ofa_runtime.h"

struct ofa_team {
  int threads;
  pthread_t *workers;
  _Atomic unsigned generation;  // changes when there is work
  _Atomic int next;             // the next task's index
  _Atomic int busy;             // workers that have not finished this generation
  _Atomic int sleepers;
  _Atomic int stopping;
  int tasks;
  void (*task)(void *, int, int);
  void *context;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
};

struct worker_start {
  ofa_team *team;
  int thread;
};

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

enum { SPINS = 4000 };

static void work(ofa_team *team, int thread) {
  for (;;) {
    int index = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
    if (index >= team->tasks) return;
    team->task(team->context, index, thread);
  }
}

static unsigned await_change(ofa_team *team, unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    unsigned now = atomic_load_explicit(&team->generation, memory_order_acquire);
    if (now != seen) return now;
    pause_briefly();
  }
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->sleepers, 1);
  unsigned now;
  while ((now = atomic_load(&team->generation)) == seen) pthread_cond_wait(&team->wake, &team->mutex);
  atomic_fetch_sub(&team->sleepers, 1);
  pthread_mutex_unlock(&team->mutex);
  return now;
}

static void announce(ofa_team *team) {
  atomic_fetch_add(&team->generation, 1);
  if (atomic_load(&team->sleepers) > 0) {
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->mutex);
  }
}

static void *worker(void *argument) {
  struct worker_start start = *(struct worker_start *)argument;
  free(argument);
  unsigned seen = 0;
  for (;;) {
    seen = await_change(start.team, seen);
    if (atomic_load(&start.team->stopping)) return NULL;
    work(start.team, start.thread);
    atomic_fetch_sub_explicit(&start.team->busy, 1, memory_order_release);
  }
}

ofa_team *ofa_team_create(int threads) {
  ofa_team *team = calloc(1, sizeof *team);
  if (!team) return NULL;
  team->threads = 1;
  pthread_mutex_init(&team->mutex, NULL);
  pthread_cond_init(&team->wake, NULL);
  team->workers = calloc((size_t)(threads > 1 ? threads : 1), sizeof *team->workers);
  for (int i = 1; team->workers && i < threads; i++) {
    struct worker_start *start = malloc(sizeof *start);
    if (!start) break;
    *start = (struct worker_start){team, i};
    if (pthread_create(&team->workers[i], NULL, worker, start) != 0) {
      free(start);
      break;
    }
    team->threads++;
  }
  if (!team->workers || team->threads < threads) {
    ofa_team_destroy(team);
    return NULL;
  }
  return team;
}

void ofa_team_destroy(ofa_team *team) {
  if (!team) return;
  atomic_store(&team->stopping, 1);
  announce(team);
  for (int i = 1; i < team->threads; i++) pthread_join(team->workers[i], NULL);
  pthread_cond_destroy(&team->wake);
  pthread_mutex_destroy(&team->mutex);
  free(team->workers);
  free(team);
}

int ofa_team_threads(const ofa_team *team) { return team->threads; }

void ofa_team_run(ofa_team *team, int tasks, void (*task)(void *, int, int), void *context) {
  if (team->threads == 1 || tasks <= 1) {
    for (int i = 0; i < tasks; i++) task(context, i, 0);
    return;
  }
  team->tasks = tasks;
  team->task = task;
  team->context = context;
  atomic_store_explicit(&team->next, 0, memory_order_relaxed);
  atomic_store_explicit(&team->busy, team->threads - 1, memory_order_relaxed);
  announce(team);
  work(team, 0);
  for (int i = 0; atomic_load_explicit(&team->busy, memory_order_acquire) > 0; i++) {
    if (i < SPINS) pause_briefly();
    else sched_yield();
  }
}
