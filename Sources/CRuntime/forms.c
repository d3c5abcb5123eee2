// The choice of a kernel form: once, from one table, by what the processor has; a variable forces one.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"

static int always(void) { return 1; }
#if defined(__x86_64__)
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq");
}
#endif

// Best first.
static const struct {
  const struct ofa_form *form;
  int (*runs_here)(void);
} table[] = {
#if defined(__x86_64__)
    {&ofa_form_avx512, has_avx512},
    {&ofa_form_avx2, has_avx2},
#endif
    {&ofa_form_portable, always},
};
enum { FORMS = sizeof table / sizeof table[0] };

static const struct ofa_form *_Atomic current;

static const struct ofa_form *find(const char *name) {
  for (int i = 0; i < FORMS; i++)
    if ((!name || strcmp(table[i].form->name, name) == 0) && table[i].runs_here()) return table[i].form;
  return NULL;
}

const struct ofa_form *ofa_form_current(void) {
  const struct ofa_form *form = atomic_load(&current);
  if (form) return form;
  form = find(getenv("OFA_KERNEL_FORM"));
  if (!form) form = find(NULL);
  atomic_store(&current, form);
  return form;
}

const char *ofa_form_name(void) { return ofa_form_current()->name; }

const char *const *ofa_form_names(void) {
  static const char *names[FORMS + 1];
  int count = 0;
  for (int i = 0; i < FORMS; i++)
    if (table[i].runs_here()) names[count++] = table[i].form->name;
  names[count] = NULL;
  return names;
}

int ofa_form_choose(const char *name) {
  const struct ofa_form *form = find(name);
  if (!form || !name) return -1;
  atomic_store(&current, form);
  return 0;
}
