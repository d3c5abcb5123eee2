// Steps of an optimizer over flat arenas.
#include "../forms.h"

struct sgd_run {
  const ofa_form *form;
  const ofa_sgd *step;
};

static void run_task(void *context, int task, int thread) {
  (void)thread;
  const struct sgd_run *r = context;
  r->form->training->sgd(r->step, task);
}

void ofa_sgd_step(const ofa_form *form, ofa_team *team, const ofa_sgd *step) {
  struct sgd_run run = {form, step};
  ofa_team_run(team, (int)((step->count + OFA_SGD_TASK - 1) / OFA_SGD_TASK), 0, run_task, &run);
}
