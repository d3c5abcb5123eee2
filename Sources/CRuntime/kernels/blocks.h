// The sizes of register blocks, all from what a form says of its registers.
#ifndef OFA_BLOCKS_H
#define OFA_BLOCKS_H

#include "lanes.h"

#ifndef FORM_MOST_ROWS
#define FORM_MOST_ROWS 64
#endif

// The rows of a product's block of so many panels: its sums fill the registers that a block may use.
#define BLOCK_ROWS(panels) (FORM_BLOCK_REGISTERS / ((panels) * (OFA_PANEL / FORM_LANES)) < FORM_MOST_ROWS \
                                ? FORM_BLOCK_REGISTERS / ((panels) * (OFA_PANEL / FORM_LANES))            \
                                : FORM_MOST_ROWS)

// Whether blocks of two and three panels have the registers for eight rows.
#define BLOCKS_ARE_WIDE (FORM_BLOCK_REGISTERS * FORM_LANES >= 3 * 8 * 16)

// How many runs over the depth a block of so many registers is summed in: one run of less than eight would wait for its
// own last addition, several of more would not stay in registers.
#define BLOCK_RUNS(registers) ((registers) >= 8 ? 1 : (registers) >= 3 ? 2 : 4)

#endif
