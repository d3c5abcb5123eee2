// The runtime that executes plans: C11, libc, libm and pthreads only. Compiles alone with any C compiler that knows
// vector extensions (GCC, Clang). What inference needs, without the kernels of training:
//
//     cc -O2 -std=c11 -pthread -I include -c *.c kernels/*.c
//
// A plan is a list of steps. A step names a kernel, the sizes it works on and the buffers it touches; a buffer is a
// reference, a region and an offset in it, so a plan is plain data. Steps run one after another; the tasks of one step
// run on a thread team in any order. How a step is cut into tasks is part of the plan, each task writes its own part,
// and partial sums are added in the order of the tasks by a later step: results do not depend on the number of threads.
#ifndef OFA_RUNTIME_H
#define OFA_RUNTIME_H

#include "ofa/optimizer.h"
#include "ofa/plan.h"

// The version of the package, and so of the engine, here and on a board.
#define OFA_VERSION "0.2.0"

#endif
