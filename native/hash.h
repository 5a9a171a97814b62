#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lens {

/// CRC-32 as in zip, gzip and PNG: polynomial 0x04C11DB7 reflected, start and end inverted (ISO 3309).
class Crc32 {
 public:
  void update(std::span<const std::byte> bytes);
  /// Of all bytes so far; more may follow.
  std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = ~0u;
};

/// XXH3, 64 bits, with seed 0 and its own secret (xxHash specification 0.2.0), fed in pieces of any length.
class Xxh3 {
 public:
  void update(std::span<const std::byte> bytes);
  /// Of all bytes so far; more may follow.
  std::uint64_t value() const;

 private:
  static constexpr std::size_t stripe = 64, block = 1024;

  void take(const std::byte* from);

  std::array<std::uint64_t, 8> lanes_ = start();
  /// What is not yet part of the lanes: a block is taken only when a byte follows it.
  std::array<std::byte, block> waiting_{};
  std::size_t count_ = 0;
  /// The end of the last block that was taken.
  std::array<std::byte, stripe> last_{};
  std::uint64_t length_ = 0;

  static std::array<std::uint64_t, 8> start();
};

}  // namespace lens
