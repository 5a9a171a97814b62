/* The yardstick of sweep_vs_pread: a file read from end to end by pread in plain C. Usage: pass FILE BYTES,
 * prints the seconds of processor time that it took. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  size_t bytes = (size_t)atol(argv[2]);
  int file = open(argv[1], O_RDONLY | O_NOATIME);
  char* target = malloc(bytes);
  if (file < 0 || target == NULL) return 1;
  while (pread(file, target, bytes, 0) < 0) return 1;
  double start = now();
  off_t at = 0;
  for (ssize_t count; (count = pread(file, target, bytes, at)) > 0;) at += count;
  printf("%f\n", now() - start);
  return 0;
}
