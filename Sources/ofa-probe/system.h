// What only some systems do for a program: to pin its threads, and to tell the memory that it held.
#ifndef SYSTEM_H
#define SYSTEM_H

// Lets this thread, and those that it starts from now on, run on the processors of a list such as "0,2-3" alone.
// Returns NULL, or why that cannot be; then nothing has changed.
const char *pin_thread(const char *list);

// Begins to watch for the most memory that this process holds; returns whether the system does.
int forget_peak(void);

// The bytes of the most memory that it held since; 0 where the system does not tell.
unsigned long long peak_bytes(void);

#endif
