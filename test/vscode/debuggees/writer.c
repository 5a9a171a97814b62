// A program to be debugged: `writer NAME` maps the POSIX segment NAME, writes its process id into the second
// word, and adds one to the first as long as somebody keeps a 1 in the second; 0 ends it.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct board {
  volatile uint32_t count;
  volatile uint32_t order;
};

static void step(struct board* shared) {
  shared->count += 1;  // counts
}

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const int file = shm_open(arguments[1], O_RDWR, 0);
  if (file < 0) return perror("shm_open"), 1;
  struct board* shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) return perror("mmap"), 1;
  const struct timespec moment = {0, 20 * 1000 * 1000};
  shared->order = (uint32_t)getpid();  // begins
  while (shared->order != 0) {
    nanosleep(&moment, NULL);
    if (shared->order == 1) step(shared);
  }
  return 0;
}
