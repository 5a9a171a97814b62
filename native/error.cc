#include <array>
#include <cerrno>
#include <new>

#include "ipc.h"

namespace lens {

std::string_view name(Code code) {
  static constexpr std::array<std::string_view, 12> names{
      "not-found", "permission-denied", "already-exists", "invalid-key", "invalid-size", "out-of-resources",
      "busy",      "conflict",          "gone",           "unsupported", "closed",       "unknown",
  };
  return names[static_cast<std::size_t>(code)];
}

void fail(Code code, const char* call, int number) {
  throw Error{code, call, number};
}

Error caught() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {Code::outOfResources, "malloc", ENOMEM};
  } catch (...) {
    return {Code::unknown, "thread", 0};
  }
}

// Follows QSharedMemory's mapping (qtbase src/corelib/ipc/qsharedmemory_systemv.cpp,
// qsystemsemaphore_systemv.cpp).
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
    case EOPNOTSUPP:
      fail(Code::unsupported, call, number);
    case EINVAL:
      fail(invalid, call, number);
    default:
      fail(Code::unknown, call, number);
  }
}

}  // namespace lens
