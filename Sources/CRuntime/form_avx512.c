#if defined(__x86_64__)
#define FORM_TABLE ofa_form_avx512
#define FORM_NAME "avx512"
#define FORM_LANE_REGISTERS 1
#define FORM_BLOCK_ROWS 14
#define FORM_ROW_OUTPUTS 8
#define FORM_BLOCK_PANELS 3
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma")
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
