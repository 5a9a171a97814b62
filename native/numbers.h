#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lens {

/// Numbers of one width that lie in a range.
struct NumberRange {
  /// Bytes: 1, 2, 4 or 8; with `fraction` an IEEE 754 number of 4 or 8.
  unsigned width = 1;
  bool fraction = false, little = true, big = false;
  /// Inclusive, as two's complement; where maximum is below minimum the range goes through what lies between
  /// the largest and the smallest, so that signed and unsigned ones are the same.
  std::uint64_t minimum = 0, maximum = 0;
  /// Inclusive, of fractions; NaN is in no range.
  double least = 0, greatest = 0;

  bool matchesZeros() const;
  /// As Finder::find.
  bool find(std::span<const std::uint8_t> in, std::size_t starts, std::uint64_t first, unsigned alignment,
            std::size_t most, std::vector<std::size_t>& found) const;
};

}  // namespace lens
