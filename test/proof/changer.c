// A program that gives others no rest: `changer posix NAME COUNT SEED` or `changer systemv KEY COUNT SEED`.
// Again and again it changes what is behind the name or key: grows, shrinks, unlinks, removes and makes it
// anew. Every segment that it makes has a number of its own in its first eight bytes; whoever writes must put
// into the second eight the number that he read. Ends with 0, or with 1 where another number stood there: a
// write to the wrong segment.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t number;
static const char* name;
static key_t key;
static int descriptor = -1, shmid = -1;
static volatile uint64_t* words;
static size_t pages;

static void give_up(const char* what) {
  perror(what);
  exit(2);
}

/// Whether what others wrote into this segment was meant for it.
static void check(void) {
  const uint64_t written = words[1];
  if (written == 0 || written == words[0]) return;
  fprintf(stderr, "written into segment %llu for %llu\n", (unsigned long long)words[0],
          (unsigned long long)written);
  exit(1);
}

static void make_posix(void) {
  pages = 1 + number % 5;
  descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (descriptor < 0 || ftruncate(descriptor, (off_t)(pages * 4096)) != 0) give_up("shm_open");
  words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (words == MAP_FAILED) give_up("mmap");
  words[0] = ++number;
}

static void change_posix(int choice) {
  if (choice < 4) {
    pages = 1 + (pages + (size_t)choice) % 7;
    if (ftruncate(descriptor, (off_t)(pages * 4096)) != 0) give_up("ftruncate");
    check();
    return;
  }
  check();
  // Half of the time there is nothing under the name for a moment.
  if (shm_unlink(name) != 0) give_up("shm_unlink");
  check();
  munmap((void*)words, 4096);
  close(descriptor);
  make_posix();
}

static void make_systemv(void) {
  shmid = shmget(key, 4096 * (1 + number % 5), 0600 | IPC_CREAT | IPC_EXCL);
  if (shmid < 0) give_up("shmget");
  words = shmat(shmid, NULL, 0);
  if (words == (void*)-1) give_up("shmat");
  words[0] = ++number;
}

static void change_systemv(int choice) {
  check();
  if (shmctl(shmid, IPC_RMID, NULL) != 0) give_up("IPC_RMID");
  // Sometimes the removed one lives on for a moment.
  if (choice % 2 == 0) usleep(50);
  check();
  shmdt((void*)words);
  make_systemv();
}

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const int posix = strcmp(arguments[1], "posix") == 0;
  name = arguments[2];
  key = (key_t)strtol(arguments[2], NULL, 0);
  srand((unsigned)atoi(arguments[4]));
  if (posix)
    make_posix();
  else
    make_systemv();
  puts("made");
  fflush(stdout);
  for (int left = atoi(arguments[3]); left > 0; left--) {
    if (posix)
      change_posix(rand() % 6);
    else
      change_systemv(rand());
    usleep((useconds_t)(rand() % 300));
  }
  check();
  if (posix ? shm_unlink(name) != 0 : shmctl(shmid, IPC_RMID, NULL) != 0) give_up("the end");
  return 0;
}
