#include <array>
#include <new>

#include "ipc.h"
#include "system.h"

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
    return {Code::outOfResources, "malloc", number::noMemory};
  } catch (...) {
    return {Code::unknown, "thread", 0};
  }
}

}  // namespace lens
