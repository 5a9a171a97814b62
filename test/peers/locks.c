// A program that has locks in POSIX shared memory, driven line by line. A request is "verb arguments"; a
// reply is "ok ..." or "no ERRNO TEXT".
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned char* bytes;

static void reply(int error) {
  if (error == 0)
    puts("ok");
  else
    printf("no %d %s\n", error, strerror(error));
}

static int map(const char* name, off_t size) {
  struct stat status;
  int file = shm_open(name, size > 0 ? O_RDWR | O_CREAT | O_EXCL : O_RDWR, 0600);
  if (file < 0 || (size > 0 && ftruncate(file, size) != 0) || fstat(file, &status) != 0) return errno;
  bytes = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return bytes == MAP_FAILED ? errno : 0;
}

/// `how`: letters of its type and protocol: n, r, e, a; R for robust, I and P for the protocols, p for
/// private.
static int make_mutex(void* at, const char* how) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  int type = strchr(how, 'r')   ? PTHREAD_MUTEX_RECURSIVE
             : strchr(how, 'e') ? PTHREAD_MUTEX_ERRORCHECK
             : strchr(how, 'a') ? PTHREAD_MUTEX_ADAPTIVE_NP
                                : PTHREAD_MUTEX_NORMAL;
  pthread_mutexattr_settype(&attributes, type);
  if (!strchr(how, 'p')) pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  if (strchr(how, 'R')) pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (strchr(how, 'I')) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  if (strchr(how, 'P')) {
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_PROTECT);
    pthread_mutexattr_setprioceiling(&attributes, 1);
  }
  return pthread_mutex_init(at, &attributes);
}

static int make_rwlock(void* at) {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  return pthread_rwlock_init(at, &attributes);
}

static int act(const char* verb, void* at) {
  if (strcmp(verb, "lock") == 0) return pthread_mutex_lock(at);
  if (strcmp(verb, "unlock") == 0) return pthread_mutex_unlock(at);
  if (strcmp(verb, "consistent") == 0) return pthread_mutex_consistent(at);
  if (strcmp(verb, "rdlock") == 0) return pthread_rwlock_rdlock(at);
  if (strcmp(verb, "wrlock") == 0) return pthread_rwlock_wrlock(at);
  if (strcmp(verb, "rwunlock") == 0) return pthread_rwlock_unlock(at);
  if (strcmp(verb, "wait") == 0) return sem_wait(at) == 0 ? 0 : errno;
  if (strcmp(verb, "post") == 0) return sem_post(at) == 0 ? 0 : errno;
  return ENOSYS;
}

struct errand {
  char verb[32];
  void* at;
  int ends;
  sem_t told;
};

/// Does its errand and lives on, or ends at once with what it holds.
static void* run(void* given) {
  struct errand* errand = given;
  printf("ok %d\n", (int)gettid());
  sem_post(&errand->told);
  act(errand->verb, errand->at);
  while (!errand->ends) pause();
  return NULL;
}

/// Answers with the thread's id at once, also where its errand has to wait.
static void send_thread(const char* verb, void* at, int ends) {
  pthread_t thread;
  struct errand* errand = calloc(1, sizeof *errand);
  snprintf(errand->verb, sizeof errand->verb, "%s", verb);
  errand->at = at;
  errand->ends = ends;
  sem_init(&errand->told, 0, 0);
  int error = pthread_create(&thread, NULL, run, errand);
  if (error != 0)
    reply(error);
  else
    sem_wait(&errand->told);
  if (error == 0 && ends) pthread_join(thread, NULL);
}

static void answer(const char* line) {
  char verb[32] = "", text[256] = "";
  long long first = 0;
  sscanf(line, "%31s", verb);
  const char* rest = line + strlen(verb);
  if (strcmp(verb, "open") == 0 && sscanf(rest, "%255s %lld", text, &first) >= 1) {
    reply(map(text, first));
  } else if (strcmp(verb, "unlink") == 0 && sscanf(rest, "%255s", text) == 1) {
    reply(shm_unlink(text) == 0 ? 0 : errno);
  } else if (strcmp(verb, "sizes") == 0) {
    printf("ok %zu %zu %zu\n", sizeof(pthread_mutex_t), sizeof(pthread_rwlock_t), sizeof(sem_t));
  } else if (strcmp(verb, "mutex") == 0 && sscanf(rest, "%lld %255s", &first, text) == 2) {
    reply(make_mutex(bytes + first, text));
  } else if (strcmp(verb, "rwlock") == 0 && sscanf(rest, "%lld", &first) == 1) {
    reply(make_rwlock(bytes + first));
  } else if (strcmp(verb, "semaphore") == 0 && sscanf(rest, "%lld %255s", &first, text) == 2) {
    reply(sem_init((sem_t*)(bytes + first), 1, (unsigned)atoi(text)) == 0 ? 0 : errno);
  } else if (strcmp(verb, "thread") == 0 && sscanf(rest, "%31s %lld", text, &first) == 2) {
    send_thread(text, bytes + first, 0);
  } else if (strcmp(verb, "ending_thread") == 0 && sscanf(rest, "%31s %lld", text, &first) == 2) {
    send_thread(text, bytes + first, 1);
  } else if (sscanf(rest, "%lld", &first) == 1) {
    reply(act(verb, bytes + first));
  } else {
    printf("no -1 unknown request %s\n", verb);
  }
}

int main(void) {
  static char line[1024];
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) answer(line);
  // Threads that wait for ever are left to the kernel.
  _exit(EXIT_SUCCESS);
}
