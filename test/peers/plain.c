// A program in plain C that shares memory through the system calls themselves, driven line by line.
// A request is "verb arguments"; a reply is "ok ..." or "no ERRNO TEXT".
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned char* bytes;
static size_t mapped;
static int descriptor = -1;
static int shmid = -1;
static int semid = -1;
/// Which of the set the verbs after "semnum" mean.
static unsigned short semnum = 0;
static sem_t* named;

static void reply(int done) {
  if (done)
    puts("ok");
  else
    printf("no %d %s\n", errno, strerror(errno));
}

static int map_posix(size_t size) {
  void* at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (at == MAP_FAILED) return 0;
  bytes = at;
  mapped = size;
  return 1;
}

static int map_anonymous(size_t size) {
  void* at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return 0;
  bytes = at;
  mapped = size;
  return 1;
}

/// Another mapping, of a part; the bytes of "read" and "write" stay those of the first.
static int map_part(long long offset, size_t size) {
  return mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, offset) != MAP_FAILED;
}

static int attach_systemv(void) {
  void* at = shmat(shmid, NULL, 0);
  if (at == (void*)-1) return 0;
  bytes = at;
  return 1;
}

/// Makes every semaphore of the set 1.
static int set_all(int count) {
  for (int number = 0; number < count; number++) {
    if (semctl(semid, number, SETVAL, 1) != 0) return 0;
  }
  return 1;
}

static int operate(int by, int flags) {
  struct sembuf operation = {.sem_num = semnum, .sem_op = (short)by, .sem_flg = (short)flags};
  return semop(semid, &operation, 1) == 0;
}

static void print_bytes(size_t offset, size_t length) {
  printf("ok ");
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[offset + i]);
  puts("");
}

static void write_bytes(size_t offset, const char* hex) {
  for (size_t i = 0; hex[2 * i] != 0 && hex[2 * i + 1] != 0; i++) {
    unsigned value = 0;
    sscanf(hex + 2 * i, "%2x", &value);
    bytes[offset + i] = (unsigned char)value;
  }
  puts("ok");
}

static void answer(const char* line) {
  char verb[32] = "", text[8192] = "";
  long long first = 0, second = 0;
  sscanf(line, "%31s", verb);
  const char* rest = line + strlen(verb);

  if (strcmp(verb, "shm_open") == 0 && sscanf(rest, "%8191s %lld", text, &first) == 2) {
    descriptor = shm_open(text, O_RDWR | O_CREAT | O_EXCL, 0600);
    reply(descriptor >= 0 && ftruncate(descriptor, first) == 0 && map_posix((size_t)first));
  } else if (strcmp(verb, "shm_open") == 0 && sscanf(rest, "%8191s", text) == 1) {
    struct stat status;
    descriptor = shm_open(text, O_RDWR, 0);
    reply(descriptor >= 0 && fstat(descriptor, &status) == 0 && map_posix((size_t)status.st_size));
  } else if (strcmp(verb, "memfd") == 0 && sscanf(rest, "%8191s %lld", text, &first) == 2) {
    descriptor = memfd_create(text, MFD_CLOEXEC);
    reply(descriptor >= 0 && ftruncate(descriptor, first) == 0 && map_posix((size_t)first));
  } else if (strcmp(verb, "anonymous") == 0 && sscanf(rest, "%lld", &first) == 1) {
    reply(map_anonymous((size_t)first));
  } else if (strcmp(verb, "close") == 0) {
    reply(close(descriptor) == 0);
  } else if (strcmp(verb, "descriptor") == 0) {
    printf("ok %d\n", descriptor);
  } else if (strcmp(verb, "ftruncate") == 0 && sscanf(rest, "%lld", &first) == 1) {
    reply(ftruncate(descriptor, first) == 0);
  } else if (strcmp(verb, "map_part") == 0 && sscanf(rest, "%lld %lld", &first, &second) == 2) {
    reply(map_part(first, (size_t)second));
  } else if (strcmp(verb, "munmap") == 0) {
    reply(munmap(bytes, mapped) == 0 && close(descriptor) == 0);
  } else if (strcmp(verb, "shm_unlink") == 0 && sscanf(rest, "%8191s", text) == 1) {
    reply(shm_unlink(text) == 0);
  } else if (strcmp(verb, "shmget") == 0 && sscanf(rest, "%lld %lld", &first, &second) == 2) {
    shmid = shmget((key_t)first, (size_t)second, second > 0 ? 0600 | IPC_CREAT | IPC_EXCL : 0600);
    if (shmid >= 0 && attach_systemv())
      printf("ok %d\n", shmid);
    else
      reply(0);
  } else if (strcmp(verb, "shmat") == 0 && sscanf(rest, "%lld", &first) == 1) {
    shmid = (int)first;
    reply(attach_systemv());
  } else if (strcmp(verb, "shmdt") == 0) {
    reply(shmdt(bytes) == 0);
  } else if (strcmp(verb, "shm_rmid") == 0) {
    reply(shmctl(shmid, IPC_RMID, NULL) == 0);
  } else if (strcmp(verb, "ftok") == 0 && sscanf(rest, "%8191s %lld", text, &first) == 2) {
    key_t key = ftok(text, (int)first);
    if (key == -1)
      reply(0);
    else
      printf("ok %d\n", key);
  } else if (strcmp(verb, "semget") == 0 && sscanf(rest, "%lld %lld", &first, &second) == 2) {
    semid = semget((key_t)first, 1, 0600 | IPC_CREAT | IPC_EXCL);
    reply(semid >= 0 && semctl(semid, 0, SETVAL, (int)second) == 0);
  } else if (strcmp(verb, "semget") == 0 && sscanf(rest, "%lld", &first) == 1) {
    semid = semget((key_t)first, 1, 0600);
    reply(semid >= 0);
  } else if (strcmp(verb, "semset") == 0 && sscanf(rest, "%lld %lld", &first, &second) == 2) {
    semid = semget((key_t)first, (int)second, 0600 | IPC_CREAT | IPC_EXCL);
    reply(semid >= 0 && set_all((int)second));
  } else if (strcmp(verb, "semnum") == 0 && sscanf(rest, "%lld", &first) == 1) {
    semnum = (unsigned short)first;
    reply(1);
  } else if (strcmp(verb, "acquire") == 0) {
    reply(operate(-1, SEM_UNDO));
  } else if (strcmp(verb, "acquire_for_ever") == 0) {
    reply(operate(-1, 0));
  } else if (strcmp(verb, "release_for_ever") == 0) {
    reply(operate(1, 0));
  } else if (strcmp(verb, "release") == 0) {
    reply(operate(1, SEM_UNDO));
  } else if (strcmp(verb, "semval") == 0) {
    printf("ok %d\n", semctl(semid, semnum, GETVAL));
  } else if (strcmp(verb, "sem_rmid") == 0) {
    reply(semctl(semid, 0, IPC_RMID) == 0);
  } else if (strcmp(verb, "sem_open") == 0 && sscanf(rest, "%8191s %lld", text, &first) == 2) {
    named = sem_open(text, O_CREAT | O_EXCL, 0600, (unsigned)first);
    reply(named != SEM_FAILED);
  } else if (strcmp(verb, "sem_open") == 0 && sscanf(rest, "%8191s", text) == 1) {
    named = sem_open(text, 0);
    reply(named != SEM_FAILED);
  } else if (strcmp(verb, "sem_wait") == 0) {
    reply(sem_wait(named) == 0);
  } else if (strcmp(verb, "sem_post") == 0) {
    reply(sem_post(named) == 0);
  } else if (strcmp(verb, "sem_unlink") == 0 && sscanf(rest, "%8191s", text) == 1) {
    reply(sem_unlink(text) == 0);
  } else if (strcmp(verb, "read") == 0 && sscanf(rest, "%lld %lld", &first, &second) == 2) {
    print_bytes((size_t)first, (size_t)second);
  } else if (strcmp(verb, "write") == 0 && sscanf(rest, "%lld %8191s", &first, text) == 2) {
    write_bytes((size_t)first, text);
  } else {
    printf("no -1 unknown request %s\n", verb);
  }
}

int main(void) {
  static char line[16384];
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) answer(line);
  return EXIT_SUCCESS;
}
