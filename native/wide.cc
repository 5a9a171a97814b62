#include "wide.h"

#if defined(__x86_64__)

#include <cpuid.h>

namespace lens {

bool hasAvx2() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned keepsRegisters = 1U << 27, avx = 1U << 28;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (keepsRegisters | avx)) != (keepsRegisters | avx)) return false;
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned xmmAndYmm = 6, avx2 = 1U << 5;
  if ((low & xmmAndYmm) != xmmAndYmm) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & avx2) != 0;
}

}  // namespace lens

#endif
