#include "digest.h"

#include <array>
#include <cstring>

#include "folded.h"
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lens {
namespace {

constexpr std::size_t stripe = 64, lanes = 8;
constexpr std::size_t stripes = longestGrain / stripe;

/// Splitmix64, one word for each stripe and then one more for each lane.
constexpr auto secret = [] {
  std::array<std::uint64_t, stripes + lanes> words{};
  std::uint64_t state = 0x5e67'e27'1e25;
  for (auto& word : words) {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
  return words;
}();

using Sums = std::array<std::uint64_t, lanes>;

std::uint64_t finished(const Sums& sums, std::size_t length) {
  std::uint64_t result = length * 0x9e3779b97f4a7c15;
  for (std::size_t lane = 0; lane < lanes; lane += 2) {
    result += folded(sums[lane] ^ secret[lane], sums[lane + 1] ^ secret[lane + 1]);
  }
  result ^= result >> 37;
  result *= 0x165667919e3779f9;
  return result ^ (result >> 32);
}

std::uint64_t wordAt(std::span<const std::byte> bytes, std::size_t at) {
  std::uint64_t word;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

std::uint64_t portableDigest(std::span<const std::byte> bytes) {
  Sums sums{};
  for (std::size_t at = 0, turn = 0; at < bytes.size(); at += stripe, ++turn) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::uint64_t word = wordAt(bytes, at + lane * 8), keyed = word ^ secret[turn + lane];
      sums[lane ^ 1] += word;
      sums[lane] += (keyed & 0xffffffff) * (keyed >> 32);
    }
  }
  return finished(sums, bytes.size());
}

std::size_t portableNonZeros(std::span<const std::byte> bytes) {
  std::size_t count = 0;
  for (const std::byte one : bytes) count += one != std::byte{0};
  return count;
}

#if defined(__x86_64__)

[[gnu::target("avx2"), gnu::always_inline]] inline void addWide(__m256i& sum, const std::byte* data,
                                                                const std::uint64_t* key) {
  const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
  const __m256i keyed = words ^ _mm256_loadu_si256(reinterpret_cast<const __m256i*>(key));
  const __m256i products = _mm256_mul_epu32(keyed, _mm256_srli_epi64(keyed, 32));
  sum = _mm256_add_epi64(sum, _mm256_add_epi64(products, _mm256_shuffle_epi32(words, 0x4e)));
}

[[gnu::target("avx2")]] std::uint64_t wideDigest(std::span<const std::byte> bytes) {
  __m256i low = _mm256_setzero_si256(), high = low;
  const std::byte* at = bytes.data();
  for (std::size_t turn = 0; turn * stripe < bytes.size(); ++turn, at += stripe) {
    addWide(low, at, &secret[turn]);
    addWide(high, at + 32, &secret[turn + 4]);
  }
  Sums sums;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(&sums[0]), low);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(&sums[4]), high);
  return finished(sums, bytes.size());
}

[[gnu::target("avx2,popcnt")]] std::size_t wideNonZeros(std::span<const std::byte> bytes) {
  const __m256i zero = _mm256_setzero_si256();
  std::size_t zeros = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 32) {
    const __m256i data = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at));
    const __m256i equal = _mm256_cmpeq_epi8(data, zero);
    zeros += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned>(_mm256_movemask_epi8(equal))));
  }
  return bytes.size() - zeros;
}

const bool wide = hasAvx2();

#else

constexpr bool wide = false;
constexpr auto wideDigest = portableDigest;
constexpr auto wideNonZeros = portableNonZeros;

#endif

}  // namespace

std::uint64_t digest(std::span<const std::byte> bytes) {
  return wide ? wideDigest(bytes) : portableDigest(bytes);
}

std::size_t nonZeros(std::span<const std::byte> bytes) {
  return wide ? wideNonZeros(bytes) : portableNonZeros(bytes);
}

}  // namespace lens
