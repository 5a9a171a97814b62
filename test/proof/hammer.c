// Writers under a lock: `hammer SHMID SEMID WRITERS`. Each takes the System V lock with SEM_UNDO, fills the
// whole segment with one number of 64 bits, gives the lock back, and begins anew, until standard input ends.
// For every byte of it, and at its end, it says how many times all of them wrote so far: "WRITTEN".
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static void operate(int semid, short by) {
  struct sembuf operation = {.sem_num = 0, .sem_op = by, .sem_flg = SEM_UNDO};
  if (semop(semid, &operation, 1) != 0) exit(1);
}

static void write_for_ever(int semid, volatile uint64_t* words, size_t count, volatile uint64_t* written) {
  for (uint64_t value = (uint64_t)getpid() << 32;; value++) {
    operate(semid, -1);
    for (size_t at = 0; at < count; at++) words[at] = value;
    operate(semid, 1);
    *written += 1;
  }
}

static void say(const volatile uint64_t* written, int writers) {
  uint64_t sum = 0;
  for (int at = 0; at < writers && at < 16; at++) sum += written[at];
  printf("%llu\n", (unsigned long long)sum);
  fflush(stdout);
}

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const int shmid = atoi(arguments[1]), semid = atoi(arguments[2]), writers = atoi(arguments[3]);
  struct shmid_ds status;
  uint64_t* words = shmat(shmid, NULL, 0);
  if (words == (void*)-1 || shmctl(shmid, IPC_STAT, &status) != 0) return perror("shmat"), 1;
  uint64_t* written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t children[16];
  for (int at = 0; at < writers && at < 16; at++) {
    children[at] = fork();
    if (children[at] != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    write_for_ever(semid, words, status.shm_segsz / sizeof *words, written + at);
  }
  puts("writing");
  fflush(stdout);
  char end;
  while (read(0, &end, 1) > 0) say(written, writers);
  for (int at = 0; at < writers && at < 16; at++) {
    kill(children[at], SIGKILL);
    waitpid(children[at], NULL, 0);
  }
  say(written, writers);
  return 0;
}
