import { constants } from 'node:os';

/** A system call, or what libc makes of some: how it can fail. */
export interface Fault {
  /** The errnos of its manual page, and of those that it names. */
  readonly errnos: readonly string[];
  /** Those of them that answer what was asked: that there is no such thing, not now, or not for us. */
  readonly answers?: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');

const path = words('EACCES ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR');
const status = [...path, ...words('EBADF EFAULT EINVAL EOVERFLOW')];
const missing = ['ENOENT', 'ENOTDIR'];
const reading = words('EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR');
const placed = words('ENXIO EOVERFLOW ESPIPE');

/** By the name that the addon imports; of syscall(2) by the call, of std::thread by what it is made of. */
export const faults: Readonly<Record<string, Fault>> = {
  clock_gettime: { errnos: words('EFAULT EINVAL') },
  close: { errnos: words('EBADF EINTR EIO ENOSPC EDQUOT') },
  closedir: { errnos: ['EBADF'] },
  faccessat: { errnos: [...path, ...words('EBADF EFAULT EINVAL EIO EPERM EROFS ETXTBSY')] },
  fallocate64: {
    errnos: words('EBADF EFBIG EINTR EINVAL EIO ENODEV ENOSPC ENOSYS EOPNOTSUPP EPERM ESPIPE ETXTBSY'),
  },
  fchmod: { errnos: words('EBADF EIO EPERM EROFS') },
  fstat64: { errnos: status },
  fstatat64: { errnos: status, answers: missing },
  fstatfs64: { errnos: words('EBADF EFAULT EINTR EIO ENOMEM ENOSYS EOVERFLOW') },
  ftok: { errnos: status, answers: missing },
  ftruncate64: { errnos: words('EBADF EFBIG EINTR EINVAL EIO EISDIR EPERM EROFS ETXTBSY') },
  getpwuid_r: {
    errnos: words('EINTR EIO EMFILE ENFILE ENOMEM ERANGE'),
    answers: words('EINTR EIO EMFILE ENFILE ENOMEM ERANGE'),
  },
  linkat: {
    errnos: [...path, ...words('EBADF EDQUOT EEXIST EFAULT EINVAL EIO EMLINK ENOSPC EPERM EROFS EXDEV')],
  },
  lseek64: { errnos: words('EBADF EINVAL ENXIO EOVERFLOW ESPIPE'), answers: ['ENXIO'] },
  lstat64: { errnos: status, answers: missing },
  madvise: { errnos: words('EACCES EAGAIN EBADF EFAULT EHWPOISON EINVAL EIO ENOMEM EPERM') },
  memfd_create: { errnos: words('EFAULT EINVAL EMFILE ENFILE ENOMEM EPERM') },
  mincore: { errnos: words('EAGAIN EFAULT EINVAL ENOMEM') },
  mmap64: { errnos: words('EACCES EAGAIN EBADF EEXIST EINVAL ENFILE ENODEV ENOMEM EOVERFLOW EPERM ETXTBSY') },
  munmap: { errnos: words('EINVAL ENOMEM') },
  nanosleep: { errnos: words('EFAULT EINTR EINVAL') },
  open64: {
    errnos: [
      ...path,
      ...words(
        'EBADF EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EISDIR EMFILE ENFILE ENODEV ENOSPC ENXIO',
      ),
      ...words('EOPNOTSUPP EOVERFLOW EPERM EROFS ETXTBSY EAGAIN'),
    ],
    // Of a process: it has ended, or we may not look. Another made it meanwhile; it is no file.
    answers: [...missing, 'EACCES', 'EPERM', 'EEXIST', 'ELOOP', 'ENXIO'],
  },
  opendir: {
    errnos: words('EACCES EBADF EMFILE ENFILE ENOENT ENOMEM ENOTDIR'),
    answers: [...missing, 'EACCES'],
  },
  pread64: { errnos: [...reading, ...placed] },
  process_vm_readv: { errnos: words('EFAULT EINVAL ENOMEM EPERM ESRCH') },
  process_vm_writev: { errnos: words('EFAULT EINVAL ENOMEM EPERM ESRCH') },
  pthread_create: { errnos: words('EAGAIN EINVAL EPERM') },
  pwrite64: {
    errnos: words(
      'EAGAIN EBADF EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC EPERM EPIPE ENXIO EOVERFLOW ESPIPE',
    ),
  },
  read: { errnos: reading },
  readdir64: { errnos: ['EBADF'] },
  readlinkat: {
    errnos: [...path, ...words('EBADF EFAULT EINVAL EIO')],
    answers: [...missing, 'EACCES', 'ENAMETOOLONG'],
  },
  sem_close: { errnos: ['EINVAL'] },
  sem_getvalue: { errnos: ['EINVAL'] },
  sem_open: {
    errnos: words('EACCES EEXIST EINVAL EMFILE ENAMETOOLONG ENFILE ENOENT ENOMEM'),
    answers: ['ENOENT'],
  },
  sem_post: { errnos: words('EINVAL EOVERFLOW') },
  sem_timedwait: { errnos: words('EINTR EINVAL ETIMEDOUT') },
  sem_trywait: { errnos: words('EAGAIN EINTR EINVAL'), answers: ['EAGAIN', 'EINTR'] },
  sem_unlink: { errnos: words('EACCES ENAMETOOLONG ENOENT') },
  semctl: { errnos: words('EACCES EFAULT EIDRM EINVAL EPERM ERANGE'), answers: words('EACCES EIDRM EINVAL') },
  semget: { errnos: words('EACCES EEXIST EINVAL ENOENT ENOMEM ENOSPC'), answers: ['ENOENT'] },
  semop: { errnos: words('E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE') },
  semtimedop: { errnos: words('E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE') },
  shmat: { errnos: words('EACCES EIDRM EINVAL ENOMEM') },
  shmctl: {
    errnos: words('EACCES EFAULT EIDRM EINVAL ENOMEM EOVERFLOW EPERM'),
    answers: ['EIDRM', 'EINVAL'],
  },
  shmdt: { errnos: ['EINVAL'] },
  shmget: { errnos: words('EACCES EEXIST EINVAL ENFILE ENOENT ENOMEM ENOSPC EPERM'), answers: ['ENOENT'] },
  stat64: { errnos: status, answers: [...missing, 'EACCES'] },
  // Whatever a process has in the place of its /dev/shm.
  statfs64: {
    errnos: [...path, ...words('EFAULT EINTR EIO ENOSYS EOVERFLOW')],
    answers: words('EACCES ELOOP ENAMETOOLONG ENOENT ENOTDIR EFAULT EINTR EIO ENOSYS EOVERFLOW'),
  },
  statvfs64: { errnos: [...path, ...words('EBADF EFAULT EINTR EIO ENOSYS EOVERFLOW')] },
  'syscall futex wait': { errnos: words('EACCES EAGAIN EFAULT EINTR EINVAL ENOSYS ETIMEDOUT') },
  'syscall futex wake': { errnos: words('EACCES EFAULT EINVAL ENOSYS') },
  sysinfo: { errnos: ['EFAULT'] },
  unlink: { errnos: [...path, ...words('EBUSY EFAULT EIO EISDIR EPERM EROFS')] },
};

/** What libc and the C++ library do without a system call that could fail, or make up from those above. */
const without = new Set(
  words(
    'atoi confstr dirfd floor getpid gnu_dev_makedev llround memchr memcmp memcpy memmove memset pthread_mutex_lock ' +
      'pthread_mutex_unlock round snprintf strchr strcmp strerror strlen strtol strtoull __isoc99_sscanf ' +
      // Both numbers that are asked for come from the auxiliary vector.
      'sysconf __errno_location __libc_single_threaded __udivti3 __gmon_start__',
  ),
);
const startOfThread = '_ZNSt6thread15_M_start_thread';

/** What of the table stands for a symbol that the addon imports; null: nothing that could fail; undefined: it is not known. */
export function faultsOf(symbol: string): readonly string[] | null | undefined {
  if (symbol in faults) return [symbol];
  if (symbol === 'syscall') return Object.keys(faults).filter((name) => name.startsWith('syscall '));
  if (symbol.startsWith(startOfThread)) return ['pthread_create'];
  const isLanguage = /^(_Z|_ITM_|__cxa_|__g\w+_personality|_Unwind_|napi_)/.test(symbol);
  return isLanguage || without.has(symbol) ? null : undefined;
}

/** The number of an errno on this system. */
export function errnoOf(name: string): number {
  const number = name === 'EHWPOISON' ? 133 : (constants.errno as Readonly<Record<string, number>>)[name];
  if (number === undefined) throw new Error(`no errno ${name}`);
  return number;
}
