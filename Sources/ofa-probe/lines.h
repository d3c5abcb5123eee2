// The lines that a runner's program speaks: a request is a line of words, the answer a line of JSON.
//
//     hello                                        who answers, and what it can
//     cores LIST                                   has networks run on these processors alone, such as 0,2-3
//     load ID MODEL IMAGE LOGITS                   makes a network ready and checks it: its result on the image has to
//                                                  be the logits; all three are base64, the last two of float32
//     turn ID WARMUPS BLOCKRUNS RUNS MILLISECONDS LIMIT
//                                                  runs a turn: warm-ups, runs block by block, and whole runs, at least
//                                                  so many and for so long; after LIMIT milliseconds of running no
//                                                  second run of a kind begins
//     drop ID                                      forgets a network
//     read PATH                                    what a file of /proc or /sys has
//
// The program ends with its input. OFAProfiling.docc/Lines.md has the answers, with a program in Python.
#ifndef LINES_H
#define LINES_H

#include "network.h"

// Answers on standard output whatever standard input asks, to its end; a network of which one run takes more than so
// many billions of multiply-accumulates is refused. Returns the exit status.
int answer_lines(runner *r, double most_work);

// How many bytes the character of UTF-8 has that a text begins with; 0 where that is none, or a control.
int plain_bytes(const char *text);

// Writes a text, as JSON.
void print_text(const char *text);

// Writes a name and numbers, as JSON.
void print_numbers(const char *name, const double *values, size_t count);

#endif
