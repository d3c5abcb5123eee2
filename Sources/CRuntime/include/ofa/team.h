// A team of threads that wait, spinning for a moment, for work. The caller's thread is one of them.
//
// Compiled with OFA_SINGLE_THREAD every team is the caller's thread alone, and pthreads are not needed.
#ifndef OFA_TEAM_H
#define OFA_TEAM_H

typedef struct ofa_team ofa_team;

// Returns a team of `threads` (at least 1), or NULL where threads cannot be started.
ofa_team *ofa_team_create(int threads);
void ofa_team_destroy(ofa_team *team);
int ofa_team_threads(const ofa_team *team);

// Calls task(context, index, thread) once for each index from 0 to tasks - 1 and returns when all are done. Each thread
// has a share of the indices, the same of every run of as many, and goes through it in order or `backwards`.
void ofa_team_run(ofa_team *team, int tasks, int backwards, void (*task)(void *context, int index, int thread),
                  void *context);

#endif
