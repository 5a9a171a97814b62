#pragma once

#include "ipc.h"

namespace lens {

/// Throws what `errno` means; EINVAL means different things in different calls, so the caller says which.
[[noreturn]] void failErrno(const char* call, Code invalid = Code::unknown);

}  // namespace lens
