// Steps of an optimizer over flat arenas.
#include "../forms.h"

struct run {
  const ofa_form *form;
  const void *step;
};

static void run_sgd(void *context, int task, int thread) {
  (void)thread;
  const struct run *r = context;
  r->form->training->sgd(r->step, task);
}

static void run_adamw(void *context, int task, int thread) {
  (void)thread;
  const struct run *r = context;
  r->form->training->adamw(r->step, task);
}

static int tasks_of(size_t count) { return (int)((count + OFA_OPTIMIZER_TASK - 1) / OFA_OPTIMIZER_TASK); }

void ofa_sgd_step(const ofa_form *form, ofa_team *team, const ofa_sgd *step) {
  struct run run = {form, step};
  ofa_team_run(team, tasks_of(step->count), 0, run_sgd, &run);
}

void ofa_adamw_step(const ofa_form *form, ofa_team *team, const ofa_adamw *step) {
  struct run run = {form, step};
  ofa_team_run(team, tasks_of(step->count), 0, run_adamw, &run);
}
