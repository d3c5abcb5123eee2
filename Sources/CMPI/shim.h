// What MPI says by macros, as functions. Its types stay here: they differ between implementations.
#ifndef OFA_CMPI_SHIM_H
#define OFA_CMPI_SHIM_H

#include <mpi.h>

enum { OFA_MPI_TEXT = MPI_MAX_ERROR_STRING, OFA_MPI_HOST = MPI_MAX_PROCESSOR_NAME };

// A message on its way.
typedef struct ofa_mpi_transfer {
  MPI_Request request;
} ofa_mpi_transfer;

// All return MPI's code, 0 where all is well.

// Joins the processes that were started together; several threads may call from now on, one at a time.
static inline int ofa_mpi_join(int *rank, int *ranks) {
  int level;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  if (code == MPI_SUCCESS && level < MPI_THREAD_SERIALIZED) code = MPI_ERR_OTHER;
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, ranks);
  return code;
}

static inline int ofa_mpi_host(char name[OFA_MPI_HOST]) {
  int length;
  return MPI_Get_processor_name(name, &length);
}

static inline int ofa_mpi_send(const void *bytes, int count, int rank, int tag, ofa_mpi_transfer *transfer) {
  return MPI_Isend(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD, &transfer->request);
}

static inline int ofa_mpi_receive(void *bytes, int count, int rank, int tag, ofa_mpi_transfer *transfer) {
  return MPI_Irecv(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD, &transfer->request);
}

// How often is asked at once: Open MPI looks at its sockets every eighth time.
enum { OFA_MPI_ASKED = 8 };

// Whether a message has arrived or is on its way so far that its bytes may be written over.
static inline int ofa_mpi_test(ofa_mpi_transfer *transfer, int *is_done) {
  int code = MPI_SUCCESS;
  *is_done = 0;
  for (int i = 0; i < OFA_MPI_ASKED && code == MPI_SUCCESS && !*is_done; i++)
    code = MPI_Test(&transfer->request, is_done, MPI_STATUS_IGNORE);
  return code;
}

// Whether a message from a rank waits to be received, and how long it is.
static inline int ofa_mpi_probe(int rank, int tag, int *is_there, int *count) {
  MPI_Status status;
  int code = MPI_SUCCESS;
  *is_there = 0;
  for (int i = 0; i < OFA_MPI_ASKED && code == MPI_SUCCESS && !*is_there; i++)
    code = MPI_Iprobe(rank, tag, MPI_COMM_WORLD, is_there, &status);
  if (code == MPI_SUCCESS && *is_there) code = MPI_Get_count(&status, MPI_BYTE, count);
  return code;
}

static inline int ofa_mpi_text(int code, char text[OFA_MPI_TEXT]) {
  int length;
  return MPI_Error_string(code, text, &length);
}

static inline int ofa_mpi_leave(void) { return MPI_Finalize(); }

// Ends all processes.
static inline int ofa_mpi_abort(int status) { return MPI_Abort(MPI_COMM_WORLD, status); }

#endif
