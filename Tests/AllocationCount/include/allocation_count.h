#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

// How often the calling thread has asked for memory; −1 where it cannot be told.
int64_t allocation_count(void);

#endif
