// The sizes of register blocks, all from what a form says of its registers.
#ifndef OFA_BLOCKS_H
#define OFA_BLOCKS_H

#include "lanes.h"

// The registers that the sums of a block of so many vectors may use. Three take one more for what is read.
#define FORM_BLOCK_SUMS(vectors) \
  (FORM_REGISTERS < 32 && (vectors) == 3 ? FORM_BLOCK_REGISTERS - 3 : FORM_BLOCK_REGISTERS)

// The rows of a product's block of so many vectors: its sums fill the registers that a block may use. Products by lanes
// take whole vectors of rows.
#if defined(FORM_LANE_PRODUCTS)
#define MOST_BLOCK_ROWS 8
#else
#define MOST_BLOCK_ROWS 14
#endif
#define BLOCK_ROWS(vectors) \
  (FORM_BLOCK_SUMS(vectors) / (vectors) < MOST_BLOCK_ROWS ? FORM_BLOCK_SUMS(vectors) / (vectors) : MOST_BLOCK_ROWS)

// Rows of `a` that are reached from one pointer: on x86-64 those that its addresses can multiply a distance for, one
// where a pointer moves on as it is read.
#if defined(FORM_LANE_PRODUCTS)
#define ROWS_OF_POINTER 1
#elif defined(__x86_64__) && FORM_REGISTERS < 32
#define ROWS_OF_POINTER 3
#else
#define ROWS_OF_POINTER 14
#endif

// The vectors of the next block where so many columns of vectors are left. A wide block reads fewer elements of `a` for
// each sum, a high one fewer of `b`: about as many rows as floats of a row are best.
#if FORM_LANES == 16
#define BLOCK_VECTORS(left) ((left) == 3 || (left) > 4 ? 3 : (left) >= 2 ? 2 : 1)
#elif defined(FORM_LANE_PRODUCTS)
#define BLOCK_VECTORS(left) ((left) >= 2 ? 2 : 1)
#elif FORM_LANES == 8
#define BLOCK_VECTORS(left) ((left) == 3 ? 3 : (left) >= 2 ? 2 : 1)
#else
#define BLOCK_VECTORS(left) ((left) >= 4 ? 4 : (left))
#endif

// The vectors of a block of a single row.
#define SINGLE_ROW_VECTORS (FORM_BLOCK_REGISTERS > 8 ? 8 : 4)

// How many runs over the depth a block of so many registers is summed in: one run of less than eight would wait for its
// own last addition, several of more would not stay in registers. 32-bit ARM has too few registers for the addresses.
#if defined(__arm__)
#define BLOCK_RUNS(registers) ((registers) >= 2 ? 1 : 2)
#else
#define BLOCK_RUNS(registers) ((registers) >= 8 ? 1 : (registers) >= 3 ? 2 : 4)
#endif

#endif
