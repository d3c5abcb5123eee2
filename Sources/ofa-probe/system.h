// What only some systems do for a program.
#ifndef SYSTEM_H
#define SYSTEM_H

// Lets this thread, and those that it starts from now on, run on the processors of a list such as "0,2-3" alone.
// Returns NULL, or why that cannot be; then nothing has changed.
const char *pin_thread(const char *list);

#endif
