// Makes system calls of the addon fail, and no others: loaded before every library (ld.so(8), LD_PRELOAD) and
// told what to do through the file that FAULTS names, whose layout faultControl.ts knows too. A call is the
// addon's where it returns into the addon's code; a thread is where libstdc++ starts one. Calls that only let
// go of something have done so when they fail, as on Linux: what their manual pages name says that there was
// nothing to let go of.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <linux/futex.h>
#include <pthread.h>
#include <pwd.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum mode { off, counting, nth, random_calls };

/// A function: how often the addon called it, how often it failed, and the errnos that `random_calls` chooses
/// from.
struct record {
  char name[24];
  _Atomic uint32_t seen, failed;
  uint32_t count;
  uint8_t numbers[28];
};

/// A call while they are counted: of which function, and by which way through the addon.
struct call {
  uint32_t record, way;
};

enum { most_records = 96, most_calls = 8192, most_frames = 64 };

struct control {
  _Atomic uint32_t mode;
  /// `nth`: this call of the function with this index fails with this errno.
  uint32_t record, which;
  int32_t number;
  /// `random_calls`: one call in so many fails.
  uint32_t chance;
  _Atomic uint32_t failed;
  _Atomic uint64_t seed;
  uint32_t records;
  /// Calls by syscall(2) that nothing here knows.
  _Atomic uint32_t strangers;
  _Atomic uint32_t calls;
  uint8_t rest[20];
  struct record record_of[most_records];
  struct call call_of[most_calls];
};

enum { length = sizeof(struct control) };

/// Until the file is there.
static struct control early;
static struct control* control = &early;

static struct range {
  const char* name;
  _Atomic uintptr_t from, to;
} addon = {"/segment_lens.node", 0, 0}, library = {"/libstdc++.so", 0, 0};

static int note_range(struct dl_phdr_info* info, size_t size, void* data) {
  struct range* range = data;
  (void)size;
  if (!strstr(info->dlpi_name, range->name)) return 0;
  for (int at = 0; at < info->dlpi_phnum; at++) {
    const ElfW(Phdr)* part = &info->dlpi_phdr[at];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    range->to = info->dlpi_addr + part->p_vaddr + part->p_memsz;
    range->from = info->dlpi_addr + part->p_vaddr;
  }
  return 1;
}

static int is_in(struct range* range, void* place) {
  if (!range->from) dl_iterate_phdr(note_range, range);
  return range->from && (uintptr_t)place >= range->from && (uintptr_t)place < range->to;
}

static uint32_t record_named(const char* name) {
  uint32_t at = 0;
  while (at < control->records && strcmp(control->record_of[at].name, name) != 0) at++;
  if (at == most_records) abort();
  if (at < control->records) return at;
  strncpy(control->record_of[at].name, name, sizeof control->record_of[at].name - 1);
  control->records = at + 1;
  return at;
}

/// A number that differs from call to call, the same for the same seed (splitmix64).
static uint64_t random_number(void) {
  uint64_t number = atomic_fetch_add(&control->seed, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;
  number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9u;
  number = (number ^ number >> 27) * 0x94d049bb133111ebu;
  return number ^ number >> 31;
}

/// The same for calls that come by the same functions of the addon, from the same places in them (FNV-1a).
static uint32_t way_here(void) {
  void* frames[most_frames];
  const int count = backtrace(frames, most_frames);
  uint32_t way = 2166136261u;
  for (int at = 0; at < count; at++) {
    if (is_in(&addon, frames[at])) way = (way ^ (uint32_t)(uintptr_t)frames[at]) * 16777619u;
  }
  return way;
}

/// The errno that this call is to fail with; 0: it is done.
static int fault(uint32_t index, struct range* from, void* place) {
  const enum mode mode = control->mode;
  if (mode == off || !is_in(from, place)) return 0;
  struct record* record = &control->record_of[index];
  const uint32_t seen = ++record->seen;
  if (mode == counting) {
    const uint32_t call = control->calls++;
    if (call < most_calls) control->call_of[call] = (struct call){index, way_here()};
  }
  int number = 0;
  if (mode == nth && index == control->record && seen == control->which) number = control->number;
  if (mode == random_calls && record->count > 0 && random_number() % control->chance == 0)
    number = record->numbers[random_number() % record->count];
  if (number == 0) return 0;
  record->failed++;
  control->failed++;
  return number;
}

static void* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

/// Defines NAME, which fails with `failed`, before the call or, with LET_GO, after it.
#define WRAP(result, name, parameters, arguments, failed, lets_go)                                           \
  static uint32_t index_of_##name;                                                                           \
  __attribute__((constructor(200))) static void note_##name(void) { index_of_##name = record_named(#name); } \
  result name parameters {                                                                                   \
    static result(*real) parameters;                                                                         \
    if (!real) real = (result(*) parameters)next(#name);                                                     \
    const int number = fault(index_of_##name, &addon, __builtin_return_address(0));                          \
    if (number == 0) return real arguments;                                                                  \
    if (lets_go) (void)real arguments;                                                                       \
    errno = number;                                                                                          \
    return failed;                                                                                           \
  }
#define CALL(result, name, parameters, arguments, failed) WRAP(result, name, parameters, arguments, failed, 0)
#define LET_GO(result, name, parameters, arguments) WRAP(result, name, parameters, arguments, -1, 1)

/// Before what else is a constructor here.
__attribute__((constructor(150))) static void open_control(void) {
  const char* path = getenv("FAULTS");
  if (!path) return;
  const int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  void* at = (void*)syscall(SYS_mmap, NULL, (size_t)length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) abort();
  syscall(SYS_close, file);
  control = at;
}

CALL(int, clock_gettime, (clockid_t clock, struct timespec* time), (clock, time), -1)
LET_GO(int, close, (int file), (file))
LET_GO(int, closedir, (DIR * directory), (directory))
CALL(int, faccessat, (int at, const char* path, int mode, int flags), (at, path, mode, flags), -1)
CALL(int, fallocate64, (int file, int how, off64_t from, off64_t count), (file, how, from, count), -1)
CALL(int, fchmod, (int file, mode_t mode), (file, mode), -1)
CALL(int, fstat64, (int file, struct stat64* status), (file, status), -1)
CALL(int, fstatat64, (int at, const char* path, struct stat64* status, int flags), (at, path, status, flags),
     -1)
CALL(int, fstatfs64, (int file, struct statfs64* system), (file, system), -1)
CALL(key_t, ftok, (const char* path, int project), (path, project), -1)
CALL(int, ftruncate64, (int file, off64_t size), (file, size), -1)
CALL(int, linkat, (int from, const char* old, int to, const char* new, int flags),
     (from, old, to, new, flags), -1)
CALL(off64_t, lseek64, (int file, off64_t offset, int whence), (file, offset, whence), -1)
CALL(int, lstat64, (const char* path, struct stat64* status), (path, status), -1)
CALL(int, madvise, (void* at, size_t count, int advice), (at, count, advice), -1)
CALL(int, memfd_create, (const char* name, unsigned flags), (name, flags), -1)
CALL(int, mincore, (void* at, size_t count, unsigned char* pages), (at, count, pages), -1)
CALL(void*, mmap64, (void* at, size_t count, int protection, int flags, int file, off64_t offset),
     (at, count, protection, flags, file, offset), MAP_FAILED)
LET_GO(int, munmap, (void* at, size_t count), (at, count))
CALL(int, nanosleep, (const struct timespec* time, struct timespec* rest), (time, rest), -1)
CALL(DIR*, opendir, (const char* path), (path), NULL)
CALL(ssize_t, pread64, (int file, void* to, size_t count, off64_t offset), (file, to, count, offset), -1)
CALL(ssize_t, process_vm_readv,
     (pid_t pid, const struct iovec* here, unsigned long heres, const struct iovec* there,
      unsigned long theres, unsigned long flags),
     (pid, here, heres, there, theres, flags), -1)
CALL(ssize_t, process_vm_writev,
     (pid_t pid, const struct iovec* here, unsigned long heres, const struct iovec* there,
      unsigned long theres, unsigned long flags),
     (pid, here, heres, there, theres, flags), -1)
CALL(ssize_t, pwrite64, (int file, const void* from, size_t count, off64_t offset),
     (file, from, count, offset), -1)
CALL(ssize_t, read, (int file, void* to, size_t count), (file, to, count), -1)
CALL(struct dirent64*, readdir64, (DIR * directory), (directory), NULL)
CALL(ssize_t, readlinkat, (int at, const char* path, char* to, size_t count), (at, path, to, count), -1)
LET_GO(int, sem_close, (sem_t * semaphore), (semaphore))
CALL(int, sem_getvalue, (sem_t * semaphore, int* value), (semaphore, value), -1)
CALL(int, sem_post, (sem_t * semaphore), (semaphore), -1)
CALL(int, sem_timedwait, (sem_t * semaphore, const struct timespec* until), (semaphore, until), -1)
CALL(int, sem_trywait, (sem_t * semaphore), (semaphore), -1)
CALL(int, sem_unlink, (const char* name), (name), -1)
CALL(int, semget, (key_t key, int count, int flags), (key, count, flags), -1)
CALL(int, semop, (int semid, struct sembuf* operations, size_t count), (semid, operations, count), -1)
CALL(int, semtimedop, (int semid, struct sembuf* operations, size_t count, const struct timespec* time),
     (semid, operations, count, time), -1)
CALL(void*, shmat, (int shmid, const void* at, int flags), (shmid, at, flags), (void*)-1)
CALL(int, shmctl, (int shmid, int command, struct shmid_ds* status), (shmid, command, status), -1)
LET_GO(int, shmdt, (const void* at), (at))
CALL(int, shmget, (key_t key, size_t size, int flags), (key, size, flags), -1)
CALL(int, stat64, (const char* path, struct stat64* status), (path, status), -1)
CALL(int, statfs64, (const char* path, struct statfs64* system), (path, system), -1)
CALL(int, statvfs64, (const char* path, struct statvfs64* system), (path, system), -1)
CALL(int, sysinfo, (struct sysinfo * system), (system), -1)
CALL(int, unlink, (const char* path), (path), -1)

// Those that answer in another way, or take what they are given by need.

static uint32_t index_of_open, index_of_sem_open, index_of_semctl, index_of_getpwuid, index_of_thread,
    index_of_wait, index_of_wake;

__attribute__((constructor(200))) static void note_others(void) {
  index_of_open = record_named("open64");
  index_of_sem_open = record_named("sem_open");
  index_of_semctl = record_named("semctl");
  index_of_getpwuid = record_named("getpwuid_r");
  index_of_thread = record_named("pthread_create");
  index_of_wait = record_named("syscall futex wait");
  index_of_wake = record_named("syscall futex wake");
}

int open64(const char* path, int flags, ...) {
  static int (*real)(const char*, int, ...);
  if (!real) real = (int (*)(const char*, int, ...))next("open64");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  const int number = fault(index_of_open, &addon, __builtin_return_address(0));
  if (number == 0) return real(path, flags, mode);
  errno = number;
  return -1;
}

sem_t* sem_open(const char* name, int flags, ...) {
  static sem_t* (*real)(const char*, int, ...);
  if (!real) real = (sem_t * (*)(const char*, int, ...)) next("sem_open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  const unsigned value = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  const int number = fault(index_of_sem_open, &addon, __builtin_return_address(0));
  if (number == 0) return real(name, flags, mode, value);
  errno = number;
  return SEM_FAILED;
}

int semctl(int semid, int which, int command, ...) {
  static int (*real)(int, int, int, ...);
  if (!real) real = (int (*)(int, int, int, ...))next("semctl");
  va_list rest;
  va_start(rest, command);
  void* argument = command == IPC_STAT || command == SETVAL ? va_arg(rest, void*) : NULL;
  va_end(rest);
  const int number = fault(index_of_semctl, &addon, __builtin_return_address(0));
  if (number == 0) return real(semid, which, command, argument);
  errno = number;
  return -1;
}

int getpwuid_r(uid_t uid, struct passwd* entry, char* buffer, size_t size, struct passwd** answer) {
  static int (*real)(uid_t, struct passwd*, char*, size_t, struct passwd**);
  if (!real) real = (int (*)(uid_t, struct passwd*, char*, size_t, struct passwd**))next("getpwuid_r");
  const int number = fault(index_of_getpwuid, &addon, __builtin_return_address(0));
  if (number == 0) return real(uid, entry, buffer, size, answer);
  *answer = NULL;
  return number;
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) {
  static int (*real)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  if (!real)
    real = (int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*))next("pthread_create");
  const int number = fault(index_of_thread, &library, __builtin_return_address(0));
  return number == 0 ? real(thread, attributes, start, argument) : number;
}

long syscall(long call, ...) {
  static long (*real)(long, ...);
  if (!real) real = (long (*)(long, ...))next("syscall");
  va_list rest;
  va_start(rest, call);
  long given[6];
  for (int at = 0; at < 6; at++) given[at] = va_arg(rest, long);
  va_end(rest);
  void* place = __builtin_return_address(0);
  const int wakes = (given[1] & FUTEX_CMD_MASK) == FUTEX_WAKE;
  int number = 0;
  if (call == SYS_futex)
    number = fault(wakes ? index_of_wake : index_of_wait, &addon, place);
  else if (control->mode != off && is_in(&addon, place))
    control->strangers++;
  if (number == 0) return real(call, given[0], given[1], given[2], given[3], given[4], given[5]);
  errno = number;
  return -1;
}
