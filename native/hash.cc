#include "hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "folded.h"

namespace lens {
namespace {

// ── CRC-32, eight bytes at a time ────────────────────────────────────────────────────────────

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// Computed at first use: in the file it would be 8 KiB that no packer makes smaller.
Table crcTable() {
  Table table{};
  for (std::uint32_t at = 0; at < 256; ++at) {
    std::uint32_t rest = at;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0xedb88320u : 0u);
    table[0][at] = rest;
  }
  for (std::size_t zeros = 1; zeros < 8; ++zeros) {
    for (std::size_t at = 0; at < 256; ++at) {
      const std::uint32_t before = table[zeros - 1][at];
      table[zeros][at] = (before >> 8) ^ table[0][before & 255];
    }
  }
  return table;
}

// ── XXH3 ─────────────────────────────────────────────────────────────────────────────────────

constexpr std::uint64_t prime32a = 0x9e3779b1, prime32b = 0x85ebca77, prime32c = 0xc2b2ae3d;
constexpr std::uint64_t prime64a = 0x9e3779b185ebca87, prime64b = 0xc2b2ae3d27d4eb4f;
constexpr std::uint64_t prime64c = 0x165667b19e3779f9, prime64d = 0x85ebca77c2b2ae63;
constexpr std::uint64_t prime64e = 0x27d4eb2f165667c5;
constexpr std::uint64_t mixerA = 0x165667919e3779f9, mixerB = 0x9fb21c651e98df25;

constexpr std::array<unsigned char, 192> secret{
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

/// Little endian on every machine.
template <typename Number, typename Byte>
Number read(const Byte* from) {
  Number value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big) {
    auto* const bytes = reinterpret_cast<std::byte*>(&value);
    std::reverse(bytes, bytes + sizeof value);
  }
  return value;
}

std::uint64_t key(std::size_t at) {
  return read<std::uint64_t>(secret.data() + at);
}

std::uint64_t swapped(std::uint64_t value) {
  return __builtin_bswap64(value);
}

std::uint64_t avalanche(std::uint64_t value) {
  value ^= value >> 37;
  value *= mixerA;
  return value ^ (value >> 32);
}

/// The end of XXH64.
std::uint64_t avalancheOfXxh64(std::uint64_t value) {
  value ^= value >> 33;
  value *= prime64b;
  value ^= value >> 29;
  value *= prime64c;
  return value ^ (value >> 32);
}

std::uint64_t mixed(const std::byte* from, std::size_t at) {
  return folded(read<std::uint64_t>(from) ^ key(at), read<std::uint64_t>(from + 8) ^ key(at + 8));
}

std::uint64_t upTo16(const std::byte* from, std::size_t length) {
  if (length > 8) {
    const std::uint64_t low = read<std::uint64_t>(from) ^ key(24) ^ key(32);
    const std::uint64_t high = read<std::uint64_t>(from + length - 8) ^ key(40) ^ key(48);
    return avalanche(length + swapped(low) + high + folded(low, high));
  }
  if (length >= 4) {
    const std::uint64_t first = read<std::uint32_t>(from), last = read<std::uint32_t>(from + length - 4);
    std::uint64_t value = (last + (first << 32)) ^ key(8) ^ key(16);
    value ^= std::rotl(value, 49) ^ std::rotl(value, 24);
    value *= mixerB;
    value ^= (value >> 35) + length;
    value *= mixerB;
    return value ^ (value >> 28);
  }
  if (length == 0) return avalancheOfXxh64(key(56) ^ key(64));
  const auto at = [&](std::size_t index) { return std::to_integer<std::uint64_t>(from[index]); };
  const std::uint64_t packed = (at(0) << 16) | (at(length / 2) << 24) | at(length - 1) | (length << 8);
  const std::uint64_t flip = read<std::uint32_t>(secret.data()) ^ read<std::uint32_t>(secret.data() + 4);
  return avalancheOfXxh64(packed ^ flip);
}

std::uint64_t upTo128(const std::byte* from, std::size_t length) {
  std::uint64_t sum = length * prime64a;
  for (std::size_t pairs = (length - 1) / 32 + 1; pairs-- > 0;) {
    sum += mixed(from + 16 * pairs, 32 * pairs);
    sum += mixed(from + length - 16 * (pairs + 1), 32 * pairs + 16);
  }
  return avalanche(sum);
}

std::uint64_t upTo240(const std::byte* from, std::size_t length) {
  std::uint64_t sum = length * prime64a;
  for (std::size_t at = 0; at < 8; ++at) sum += mixed(from + 16 * at, 16 * at);
  sum = avalanche(sum);
  for (std::size_t at = 8; at < length / 16; ++at) sum += mixed(from + 16 * at, 16 * (at - 8) + 3);
  sum += mixed(from + length - 16, 136 - 17);
  return avalanche(sum);
}

using Lanes = std::array<std::uint64_t, 8>;

void accumulate(Lanes& lanes, const std::byte* from, std::size_t at) {
  for (std::size_t lane = 0; lane < 8; ++lane) {
    const std::uint64_t value = read<std::uint64_t>(from + 8 * lane);
    const std::uint64_t keyed = value ^ key(at + 8 * lane);
    lanes[lane ^ 1] += value;
    lanes[lane] += (keyed & 0xffffffff) * (keyed >> 32);
  }
}

}  // namespace

void Crc32::update(std::span<const std::byte> bytes) {
  static const Table crc = crcTable();
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const std::uint32_t low = read<std::uint32_t>(at) ^ state_, high = read<std::uint32_t>(at + 4);
    state_ = crc[7][low & 255] ^ crc[6][(low >> 8) & 255] ^ crc[5][(low >> 16) & 255] ^ crc[4][low >> 24] ^
             crc[3][high & 255] ^ crc[2][(high >> 8) & 255] ^ crc[1][(high >> 16) & 255] ^ crc[0][high >> 24];
  }
  for (; left > 0; --left, ++at) {
    state_ = (state_ >> 8) ^ crc[0][(state_ ^ std::to_integer<std::uint32_t>(*at)) & 255];
  }
}

std::array<std::uint64_t, 8> Xxh3::start() {
  return {prime32c, prime64a, prime64b, prime64c, prime64d, prime32b, prime64e, prime32a};
}

void Xxh3::take(const std::byte* from) {
  for (std::size_t at = 0; at < block / stripe; ++at) accumulate(lanes_, from + stripe * at, 8 * at);
  for (std::size_t lane = 0; lane < 8; ++lane) {
    lanes_[lane] = (lanes_[lane] ^ (lanes_[lane] >> 47) ^ key(secret.size() - stripe + 8 * lane)) * prime32a;
  }
  std::memcpy(last_.data(), from + block - stripe, stripe);
}

void Xxh3::update(std::span<const std::byte> bytes) {
  length_ += bytes.size();
  while (!bytes.empty()) {
    if (count_ == block) {
      take(waiting_.data());
      count_ = 0;
    }
    // A whole block that is followed by more needs no copy.
    while (count_ == 0 && bytes.size() > block) {
      take(bytes.data());
      bytes = bytes.subspan(block);
    }
    const std::size_t some = std::min(block - count_, bytes.size());
    std::memcpy(waiting_.data() + count_, bytes.data(), some);
    count_ += some;
    bytes = bytes.subspan(some);
  }
}

std::uint64_t Xxh3::value() const {
  const std::byte* const from = waiting_.data();
  if (length_ <= 16) return upTo16(from, count_);
  if (length_ <= 128) return upTo128(from, count_);
  if (length_ <= 240) return upTo240(from, count_);
  Lanes lanes = lanes_;
  for (std::size_t at = 0; at < (count_ - 1) / stripe; ++at) accumulate(lanes, from + stripe * at, 8 * at);
  std::array<std::byte, stripe> end;
  const std::size_t here = std::min(count_, stripe);
  std::memcpy(end.data(), last_.data() + here, stripe - here);
  std::memcpy(end.data() + stripe - here, from + count_ - here, here);
  accumulate(lanes, end.data(), secret.size() - stripe - 7);
  std::uint64_t sum = length_ * prime64a;
  for (std::size_t lane = 0; lane < 8; lane += 2) {
    sum += folded(lanes[lane] ^ key(11 + 8 * lane), lanes[lane + 1] ^ key(19 + 8 * lane));
  }
  return avalanche(sum);
}

}  // namespace lens
