#include <cblas.h>
#include <stdlib.h>
#include <strings.h>

// OpenBLAS carries LAPACK, but Debian ships the C header of that part apart. Column-major; `info` is 0 on success and i
// > 0 when the leading minor of order i is not positive definite.
extern void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *leading, blasint *info);

// Choose the kernels for this processor, where the library has those of several.
extern void gotoblas_dynamic_quit(void) __attribute__((weak));
extern void gotoblas_dynamic_init(void) __attribute__((weak));

// A library older than the processor may not know it, and takes it for one of long ago: its products are then five
// times slower than they could be. Newer ones take what they do not know for the latest with the same instructions, and
// so does this. What the user chose by OPENBLAS_CORETYPE stays. To be called before any product.
static inline void openblas_know_processor(void) {
#if defined(__x86_64__)
  static const char *const fit[] = {"Haswell", "Zen", "Excavator", "SkylakeX", "Cooperlake", "SapphireRapids"};
  if (!gotoblas_dynamic_quit || !gotoblas_dynamic_init || getenv("OPENBLAS_CORETYPE")) return;
  const char *chosen = openblas_get_corename();
  for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) {
    if (strcasecmp(chosen, fit[i]) == 0) return;
  }
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
  int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512cd");
  setenv("OPENBLAS_CORETYPE", has_avx512 ? "SkylakeX" : "Haswell", 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv("OPENBLAS_CORETYPE"); // programs that this one starts bring a library of their own
#endif
}
