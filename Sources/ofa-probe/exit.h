// Exit statuses of the board's program.
#ifndef EXIT_H
#define EXIT_H

enum { DONE = 0, USAGE = 64, BAD_DATA = 65, MISSING = 66, INTERNAL = 70, CANNOT_WRITE = 74 };

#endif
