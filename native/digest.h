#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lens {

/// The longest that is digested at once, and what every length is a multiple of.
constexpr std::size_t longestGrain = 4096, shortestGrain = 64;

/// A number of 64 bits that is another one where the bytes are: for noticing changes, not against anybody who
/// makes equal ones on purpose. The same on every machine. `bytes`: 64 to 4096, a multiple of 64. After the
/// idea of XXH3: 32 by 32 bits multiplied in eight lanes, under a secret that moves on with every 64 bytes.
std::uint64_t digest(std::span<const std::byte> bytes);

/// How many of the bytes are not zero.
std::size_t nonZeros(std::span<const std::byte> bytes);

}  // namespace lens
