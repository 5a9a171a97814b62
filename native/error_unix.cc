// What errno means on Linux and macOS.
#include <cerrno>

#include "fail_errno.h"
#include "system.h"

namespace lens {

const int number::timedOut = ETIMEDOUT;
const int number::alreadyThere = EEXIST;
const int number::noMemory = ENOMEM;

// Follows QSharedMemory's mapping (qtbase src/corelib/ipc/qsharedmemory_systemv.cpp,
// qsystemsemaphore_systemv.cpp).
void failErrno(const char* call, Code invalid) {
  const int number = errno;
  // A number of its own on macOS.
  if (number == ENOTSUP) fail(Code::unsupported, call, number);
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
      fail(Code::permissionDenied, call, number);
    case EEXIST:
      fail(Code::alreadyExists, call, number);
    case ENOENT:
    case ENOTDIR:
      fail(Code::notFound, call, number);
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC:
    case EDQUOT:
    case ERANGE:
      fail(Code::outOfResources, call, number);
    case ENAMETOOLONG:
      fail(Code::invalidKey, call, number);
    case EFBIG:
      fail(Code::invalidSize, call, number);
    case EAGAIN:
    case ETIMEDOUT:
      fail(Code::busy, call, number);
    case EIDRM:
      fail(Code::gone, call, number);
    case ELOOP:
    case EISDIR:
    case ENXIO:
    case ENOSYS:
    case EOPNOTSUPP:
      fail(Code::unsupported, call, number);
    case EINVAL:
      fail(invalid, call, number);
    default:
      fail(Code::unknown, call, number);
  }
}

}  // namespace lens
