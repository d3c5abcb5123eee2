// Which forms a processor can run.
#include "forms.h"

#if defined(__arm__) && defined(__linux__)
#include <sys/auxv.h>
#endif

int ofa_always(void) { return 1; }

#if defined(__x86_64__)
int ofa_has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
int ofa_has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
#elif defined(__aarch64__)
int ofa_has_neon(void) { return 1; }
#elif defined(__arm__)
int ofa_has_neon(void) {
#if defined(__linux__)
  const unsigned long needed = 1 << 12 | 1 << 16;  // HWCAP_NEON, and HWCAP_VFPv4 for the fused multiplication
  return (getauxval(AT_HWCAP) & needed) == needed;
#else
  return 0;
#endif
}
#endif

const ofa_form *ofa_form_here(const struct ofa_form_entry *entries, size_t count, int index) {
  for (size_t i = 0; i < count; i++)
    if (entries[i].runs_here() && index-- == 0) return entries[i].form;
  return NULL;
}

const ofa_form *ofa_inference_form(int index) {
  static const struct ofa_form_entry entries[] = OFA_FORMS(inference);
  return ofa_form_here(entries, sizeof entries / sizeof entries[0], index);
}
