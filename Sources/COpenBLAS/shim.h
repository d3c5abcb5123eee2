#include <cblas.h>

// OpenBLAS carries LAPACK, but Debian ships the C header of that part apart. Column-major; `info` is 0 on success and i
// > 0 when the leading minor of order i is not positive definite.
extern void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *leading, blasint *info);
