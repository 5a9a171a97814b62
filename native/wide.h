/// Whether this machine computes on 32 bytes at once.
#pragma once

namespace lens {

#if defined(__x86_64__)

/// AVX2, and the system keeps its registers (Intel SDM volume 1, 14.7.1). Asked of the processor itself: what
/// __builtin_cpu_supports brings along is larger, and not every compiler has it.
bool hasAvx2();

#endif

}  // namespace lens
