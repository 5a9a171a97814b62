// Many processes that share memory: `crowd COUNT FILE...`. COUNT children map the files by turns and rest
// until standard input ends.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char** arguments) {
  if (count < 3) return 2;
  for (int child = atoi(arguments[1]); child > 0; child--) {
    if (fork() != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = open(arguments[2 + child % (count - 2)], O_RDONLY);
    if (file < 0 || mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED) return 1;
    for (;;) pause();
  }
  puts("there");
  fflush(stdout);
  char end;
  while (read(0, &end, 1) > 0) continue;
  return 0;
}
