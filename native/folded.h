/// The mixing step of XXH3 (xxh3_mul128_fold64): both halves of a product of 128 bits, xored.
#pragma once

#include <cstdint>

namespace lens {

#if defined(__SIZEOF_INT128__)

inline std::uint64_t folded(std::uint64_t one, std::uint64_t other) {
  const auto product = static_cast<unsigned __int128>(one) * other;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

#else

/// Where the compiler has no type of 128 bits: out of the four products of the halves.
inline std::uint64_t folded(std::uint64_t one, std::uint64_t other) {
  constexpr std::uint64_t half = 0xffff'ffff;
  const std::uint64_t low = (one & half) * (other & half), right = (one & half) * (other >> 32);
  const std::uint64_t left = (one >> 32) * (other & half) + (low >> 32) + (right & half);
  const std::uint64_t high = (one >> 32) * (other >> 32) + (left >> 32) + (right >> 32);
  return high ^ (left << 32 | (low & half));
}

#endif

}  // namespace lens
