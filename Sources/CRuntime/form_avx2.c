#if defined(__x86_64__)
#define FORM_TABLE ofa_form_avx2
#define FORM_NAME "avx2"
#define FORM_LANE_REGISTERS 2
#define FORM_BLOCK_ROWS 6
#define FORM_ROW_OUTPUTS 4
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#include "kernels/all.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#else
typedef int ofa_no_form_here;
#endif
