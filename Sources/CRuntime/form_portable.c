// Compiler vectors at the target's own width: SSE2 on x86-64, NEON on ARM.
#define FORM_TABLE ofa_form_portable
#define FORM_NAME "portable"
#define FORM_LANE_REGISTERS 4
#if defined(__aarch64__)
#define FORM_BLOCK_ROWS 6
#define FORM_ROW_OUTPUTS 4
#else
#define FORM_BLOCK_ROWS 3
#define FORM_ROW_OUTPUTS 2
#endif
#include "kernels/all.h"
