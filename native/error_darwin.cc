// Errors of macOS.
#include <cerrno>
#include <cstring>

#include "fail_errno.h"
#include "system.h"

namespace lens {

const int number::timedOut = ETIMEDOUT;
const int number::alreadyThere = EEXIST;
const int number::noMemory = ENOMEM;

/// strerror(3) writes into memory that all threads share where it does not know the number.
std::string errorText(int number) {
  char text[256];
  if (::strerror_r(number, text, sizeof text) != 0) return "error " + std::to_string(number);
  return text;
}

// As on Linux; ENOTSUP has a number of its own here.
void failErrno(const char* call, Code invalid) {
  const int number = errno;
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
    case ENOTSUP:
    case EOPNOTSUPP:
      fail(Code::unsupported, call, number);
    case EINVAL:
      fail(invalid, call, number);
    default:
      fail(Code::unknown, call, number);
  }
}

}  // namespace lens
