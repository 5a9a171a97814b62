// A peer that dies with a lock: `holder MEMORY` for mutexes in that POSIX segment. A request is "verb
// arguments"; a reply is "ok ..." or "no ERRNO TEXT".
// - `take undo|semop SEMID`, `take sem_wait NAME`, `take robust|mutex OFFSET`: makes the lock free as if it
// were new,
//   and a process of its own takes it and keeps it. Answers with its id.
// - `kill PID`: with SIGKILL, and nothing is left of it. `fell PID`: the same, and it stays a zombie until
// the next
//   `take`.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned char* bytes;

static void reply(int result) {
  if (result >= 0)
    puts("ok");
  else
    printf("no %d %s\n", errno, strerror(errno));
}

static int free_semaphore(const char* name) {
  int value = 0;
  sem_t* semaphore = sem_open(name, 0);
  if (semaphore == SEM_FAILED) return -1;
  if (sem_getvalue(semaphore, &value) == 0 && value == 0) sem_post(semaphore);
  // Nobody but the holder may have it open.
  return sem_close(semaphore);
}

static int free_mutex(void* at, int robust) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  if (robust) pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  errno = pthread_mutex_init(at, &attributes);
  return errno == 0 ? 0 : -1;
}

static int make_free(const char* kind, const char* place) {
  if (strcmp(kind, "undo") == 0 || strcmp(kind, "semop") == 0) return semctl(atoi(place), 0, SETVAL, 1);
  if (strcmp(kind, "sem_wait") == 0) return free_semaphore(place);
  return free_mutex(bytes + atol(place), strcmp(kind, "robust") == 0);
}

static int hold(const char* kind, const char* place) {
  if (strcmp(kind, "undo") == 0 || strcmp(kind, "semop") == 0) {
    struct sembuf take = {.sem_num = 0, .sem_op = -1, .sem_flg = strcmp(kind, "undo") == 0 ? SEM_UNDO : 0};
    return semop(atoi(place), &take, 1);
  }
  if (strcmp(kind, "sem_wait") == 0) {
    sem_t* semaphore = sem_open(place, 0);
    return semaphore == SEM_FAILED ? -1 : sem_wait(semaphore);
  }
  errno = pthread_mutex_lock((pthread_mutex_t*)(bytes + atol(place)));
  return errno == 0 ? 0 : -1;
}

static void take(const char* kind, const char* place) {
  int told[2], result = 0;
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  if (make_free(kind, place) < 0 || pipe(told) != 0) return reply(-1);
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    result = hold(kind, place) == 0 ? 0 : errno;
    if (write(told[1], &result, sizeof result) < 0) _exit(1);
    for (;;) pause();
  }
  close(told[1]);
  if (read(told[0], &result, sizeof result) != sizeof result) result = EPIPE;
  close(told[0]);
  errno = result;
  if (result != 0) return reply(-1);
  printf("ok %d\n", child);
}

static int end(pid_t child, int reaped) {
  siginfo_t ended;
  if (kill(child, SIGKILL) != 0) return -1;
  return waitid(P_PID, (id_t)child, &ended, WEXITED | (reaped ? 0 : WNOWAIT));
}

static void answer(const char* line) {
  char verb[32] = "", kind[32] = "", place[256] = "";
  const int count = sscanf(line, "%31s %31s %255s", verb, kind, place);
  if (count == 3 && strcmp(verb, "take") == 0)
    take(kind, place);
  else if (count == 2)
    reply(end(atoi(kind), strcmp(verb, "kill") == 0));
  else
    printf("no -1 unknown request %s\n", verb);
}

int main(int count, char** arguments) {
  static char line[1024];
  setvbuf(stdout, NULL, _IOLBF, 0);
  const int file = count == 2 ? shm_open(arguments[1], O_RDWR, 0) : -1;
  if (file < 0) return perror("shm_open"), 2;
  bytes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return perror("mmap"), 2;
  puts("ready");
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) answer(line);
  return 0;
}
