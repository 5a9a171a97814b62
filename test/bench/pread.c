/* The yardstick of read_4k_vs_pread: the same reads in plain C. Usage: pread FILE BYTES COUNT, prints ns per
 * read. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  size_t bytes = (size_t)atol(argv[2]);
  long count = atol(argv[3]);
  int file = open(argv[1], O_RDONLY | O_NOATIME);
  char* target = malloc(bytes);
  if (file < 0 || target == NULL) return 1;
  for (long warm = 0; warm < count / 10; warm++)
    if (pread(file, target, bytes, 0) != (ssize_t)bytes) return 1;
  double start = now();
  for (long read = 0; read < count; read++)
    if (pread(file, target, bytes, 0) != (ssize_t)bytes) return 1;
  printf("%f\n", (now() - start) / (double)count);
  return 0;
}
