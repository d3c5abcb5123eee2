// A thread team: workers wait for new work, spinning for a moment before they sleep.
//
// Each thread has a share of a run's tasks, the same of every run, so that it finds in its core's cache what it made
// before; when its own are done it takes from the others', at the other end. A run ends when all its tasks are done,
// not when all threads have been there: where the machine has other things to do, a worker that is not running is not
// waited for, unless it holds a task.
#define _POSIX_C_SOURCE 200809L
#include "include/ofa/team.h"

#include <stdlib.h>

// Tasks one after another, on the caller's thread.
static void run_alone(int tasks, int backwards, void (*task)(void *, int, int), void *context) {
  for (int i = 0; i < tasks; i++) task(context, backwards ? tasks - 1 - i : i, 0);
}

#if defined(OFA_SINGLE_THREAD)

struct ofa_team {
  int threads;
};

ofa_team *ofa_team_create(int threads) {
  ofa_team *team = threads == 1 ? malloc(sizeof *team) : NULL;
  if (team) team->threads = 1;
  return team;
}

void ofa_team_destroy(ofa_team *team) { free(team); }

int ofa_team_threads(const ofa_team *team) { return team->threads; }

void ofa_team_run(ofa_team *team, int tasks, int backwards, void (*task)(void *, int, int), void *context) {
  (void)team;
  run_alone(tasks, backwards, task, context);
}

#else

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

// A thread's share of a run: the run's number, the first task and the one behind the last that nobody has taken, in one
// word, so that to take a task is to know that it is of this run. A cache line each.
struct share {
  _Alignas(64) _Atomic uint64_t state;
};

struct ofa_team {
  int threads;
  pthread_t *workers;
  struct share *shares;
  _Atomic int unfinished;  // tasks of this run
  _Atomic int sleepers;
  _Atomic int stopping;
  _Atomic int backwards;
  void (*task)(void *, int, int);  // these two stay while a task is unfinished
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
#elif defined(__aarch64__) || (defined(__arm__) && __ARM_ARCH >= 7)
  __asm__ volatile("yield");
#endif
}

enum { SPINS = 4000, TASK_BITS = 24, MOST_TASKS = (1 << TASK_BITS) - 1 };

static inline uint64_t run_of(uint64_t state) { return state >> (2 * TASK_BITS); }
static inline int end_of(uint64_t state) { return (int)(state >> TASK_BITS & MOST_TASKS); }
static inline int first_of(uint64_t state) { return (int)(state & MOST_TASKS); }
static inline uint64_t share_of(uint64_t run, int first, int end) {
  return run << (2 * TASK_BITS) | (uint64_t)end << TASK_BITS | (uint64_t)first;
}

// Does tasks of a share, from its end or its beginning, until none is left; returns the number of the run that had
// none.
static uint64_t work_on(ofa_team *team, struct share *share, int from_end, int thread) {
  uint64_t state = atomic_load_explicit(&share->state, memory_order_acquire);
  while (first_of(state) < end_of(state)) {
    const int task = from_end ? end_of(state) - 1 : first_of(state);
    const uint64_t rest = from_end ? state - ((uint64_t)1 << TASK_BITS) : state + 1;
    if (!atomic_compare_exchange_weak_explicit(&share->state, &state, rest, memory_order_acquire, memory_order_acquire))
      continue;
    team->task(team->context, task, thread);
    atomic_fetch_sub_explicit(&team->unfinished, 1, memory_order_release);
    state = atomic_load_explicit(&share->state, memory_order_acquire);
  }
  return run_of(state);
}

// Does a thread's tasks, then others'; returns the number of the run of which it had none left.
static uint64_t work(ofa_team *team, int thread) {
  const int backwards = atomic_load_explicit(&team->backwards, memory_order_relaxed);
  const uint64_t run = work_on(team, &team->shares[thread], backwards, thread);
  for (int i = 1; i < team->threads; i++)
    work_on(team, &team->shares[(thread + i) % team->threads], !backwards, thread);
  return run;
}

// Whether there is another run than the one seen, or the end.
static inline int has_news(ofa_team *team, int thread, uint64_t seen) {
  return run_of(atomic_load(&team->shares[thread].state)) != seen || atomic_load(&team->stopping);
}

static void await_news(ofa_team *team, int thread, uint64_t seen) {
  for (int i = 0; i < SPINS; i++) {
    if (has_news(team, thread, seen)) return;
    pause_briefly();
  }
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->sleepers, 1);
  while (!has_news(team, thread, seen)) pthread_cond_wait(&team->wake, &team->mutex);
  atomic_fetch_sub(&team->sleepers, 1);
  pthread_mutex_unlock(&team->mutex);
}

// Begins a run of so many tasks.
static void announce(ofa_team *team, int tasks) {
  const uint64_t run = run_of(atomic_load_explicit(&team->shares[0].state, memory_order_relaxed)) + 1;
  for (int t = 0; t < team->threads; t++) {
    const int first = (int)((int64_t)tasks * t / team->threads), end = (int)((int64_t)tasks * (t + 1) / team->threads);
    atomic_store(&team->shares[t].state, share_of(run, first, end));
  }
  if (atomic_load(&team->sleepers) > 0) {
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->mutex);
  }
}

static void *worker(void *argument) {
  struct worker_start start = *(struct worker_start *)argument;
  free(argument);
  uint64_t seen = 0;
  for (;;) {
    await_news(start.team, start.thread, seen);
    if (atomic_load(&start.team->stopping)) return NULL;
    seen = work(start.team, start.thread);
  }
}

ofa_team *ofa_team_create(int threads) {
  ofa_team *team = calloc(1, sizeof *team);
  if (!team) return NULL;
  team->threads = 1;
  pthread_mutex_init(&team->mutex, NULL);
  pthread_cond_init(&team->wake, NULL);
  const size_t count = (size_t)(threads > 1 ? threads : 1);
  team->workers = calloc(count, sizeof *team->workers);
  team->shares = aligned_alloc(_Alignof(struct share), count * sizeof *team->shares);
  if (team->shares) memset(team->shares, 0, count * sizeof *team->shares);
  for (int i = 1; team->workers && team->shares && i < threads; i++) {
    struct worker_start *start = malloc(sizeof *start);
    if (!start) break;
    *start = (struct worker_start){team, i};
    if (pthread_create(&team->workers[i], NULL, worker, start) != 0) {
      free(start);
      break;
    }
    team->threads++;
  }
  if (!team->workers || !team->shares || team->threads < threads) {
    ofa_team_destroy(team);
    return NULL;
  }
  return team;
}

void ofa_team_destroy(ofa_team *team) {
  if (!team) return;
  atomic_store(&team->stopping, 1);
  if (team->shares) announce(team, 0);
  for (int i = 1; i < team->threads; i++) pthread_join(team->workers[i], NULL);
  pthread_cond_destroy(&team->wake);
  pthread_mutex_destroy(&team->mutex);
  free(team->workers);
  free(team->shares);
  free(team);
}

int ofa_team_threads(const ofa_team *team) { return team->threads; }

void ofa_team_run(ofa_team *team, int tasks, int backwards, void (*task)(void *, int, int), void *context) {
  if (team->threads == 1 || tasks <= 1 || tasks > MOST_TASKS) {
    run_alone(tasks, backwards, task, context);
    return;
  }
  atomic_store_explicit(&team->backwards, backwards, memory_order_relaxed);
  team->task = task;
  team->context = context;
  atomic_store_explicit(&team->unfinished, tasks, memory_order_relaxed);
  announce(team, tasks);
  work(team, 0);
  for (int i = 0; atomic_load_explicit(&team->unfinished, memory_order_acquire) > 0; i++) {
    if (i < SPINS) pause_briefly();
    else sched_yield();
  }
}

#endif
