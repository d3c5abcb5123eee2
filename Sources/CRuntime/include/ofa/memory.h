// Where a plan's tensors lie: regions of memory, and references into them.
#ifndef OFA_MEMORY_H
#define OFA_MEMORY_H

#include <stddef.h>
#include <stdint.h>

// Channels are worked on in panels of sixteen: buffers by channel are padded to a multiple of it, and every buffer of
// the arena, the weights and the gradients is followed by as many elements that may be read and mean nothing.
enum { OFA_PANEL = 16 };

// The number of elements that values by channel take.
static inline int32_t ofa_padded(int32_t channels) { return (channels + OFA_PANEL - 1) / OFA_PANEL * OFA_PANEL; }

// The images, the weights and the gradients belong to the caller, the arena to the plan. The images are the caller's
// buffer as it is: nothing behind them may be read.
enum ofa_region { OFA_NONE = 0, OFA_ARENA = 1, OFA_WEIGHTS = 2, OFA_GRADIENTS = 3, OFA_IMAGES = 4, OFA_REGIONS = 5 };

// What a tensor's elements are.
enum ofa_element { OFA_FLOAT32 = 1 };

// A buffer: the region in the highest byte, the type of its elements in the next, an offset in bytes below. 0 is none.
typedef uint64_t ofa_ref;

enum { OFA_OFFSET_BITS = 48 };

static inline ofa_ref ofa_ref_to(enum ofa_region region, enum ofa_element element, uint64_t offset) {
  return (uint64_t)region << (OFA_OFFSET_BITS + 8) | (uint64_t)element << OFA_OFFSET_BITS | offset;
}
static inline uint32_t ofa_ref_region(ofa_ref ref) { return (uint32_t)(ref >> (OFA_OFFSET_BITS + 8)); }
static inline uint32_t ofa_ref_element(ofa_ref ref) { return (uint32_t)(ref >> OFA_OFFSET_BITS & 0xFF); }
static inline uint64_t ofa_ref_offset(ofa_ref ref) { return ref & (((uint64_t)1 << OFA_OFFSET_BITS) - 1); }

// Where each region begins.
typedef struct ofa_bases {
  void *base[OFA_REGIONS];
} ofa_bases;

#endif
