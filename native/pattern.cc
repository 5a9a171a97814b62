#include "pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lens {
namespace {

/// What candidates are looked for by: at each place `i`, the bytes at `one + i` and `two + i`.
struct Probe {
  const std::uint8_t* one;
  const std::uint8_t* two;
  std::uint8_t oneByte, oneMask, twoByte, twoMask;
};

bool portableCandidate(const Probe& probe, std::size_t at) {
  return (probe.one[at] & probe.oneMask) == probe.oneByte && (probe.two[at] & probe.twoMask) == probe.twoByte;
}

/// Bit i: whether place `at + i` is a candidate, for 64 places.
std::uint64_t portableCandidates(const Probe& probe, std::size_t at) {
  std::uint64_t bits = 0;
  for (unsigned place = 0; place < 64; ++place) {
    bits |= static_cast<std::uint64_t>(portableCandidate(probe, at + place)) << place;
  }
  return bits;
}

/// The first place from `at` on, in steps of 64 and before `end` - 63, with a candidate among its 64.
std::size_t portableSkip(const Probe& probe, std::size_t at, std::size_t end, std::uint64_t& bits) {
  for (; at + 64 <= end; at += 64) {
    bits = portableCandidates(probe, at);
    if (bits != 0) return at;
  }
  return at;
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] std::size_t wideSkip(const Probe& probe, std::size_t at, std::size_t end,
                                             std::uint64_t& bits) {
  const auto spread = [](std::uint8_t byte) { return static_cast<char>(byte); };
  const __m256i oneByte = _mm256_set1_epi8(spread(probe.oneByte));
  const __m256i oneMask = _mm256_set1_epi8(spread(probe.oneMask));
  const __m256i twoByte = _mm256_set1_epi8(spread(probe.twoByte));
  const __m256i twoMask = _mm256_set1_epi8(spread(probe.twoMask));
  for (; at + 64 <= end; at += 64) {
    const auto* const one = reinterpret_cast<const __m256i*>(probe.one + at);
    const auto* const two = reinterpret_cast<const __m256i*>(probe.two + at);
    const __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(one) & oneMask, oneByte) &
                        _mm256_cmpeq_epi8(_mm256_loadu_si256(two) & twoMask, twoByte);
    const __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256(one + 1) & oneMask, oneByte) &
                         _mm256_cmpeq_epi8(_mm256_loadu_si256(two + 1) & twoMask, twoByte);
    if (_mm256_testz_si256(low | high, low | high)) continue;
    bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
    return at;
  }
  return at;
}

const bool wide = hasAvx2();

#else

constexpr bool wide = false;
constexpr auto wideSkip = portableSkip;

#endif

/// The bits of places whose offset is a multiple of `alignment`, where place 0 has `offset`.
std::uint64_t aligned(std::uint64_t offset, unsigned alignment) {
  constexpr std::array<std::uint64_t, 5> every{~0ull, 0x5555'5555'5555'5555, 0x1111'1111'1111'1111,
                                               0x0101'0101'0101'0101, 0x0001'0001'0001'0001};
  const std::uint64_t shift = (alignment - offset % alignment) % alignment;
  return every[static_cast<unsigned>(__builtin_ctz(alignment))] << shift;
}

}  // namespace

Finder::Finder(Pattern pattern) : bytes_(std::move(pattern.bytes)), mask_(std::move(pattern.mask)) {
  for (std::size_t at = 0; at < bytes_.size(); ++at) bytes_[at] &= mask_[at];
}

bool Finder::matchesZeros() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

/// By a sample of what is searched.
void Finder::chooseAnchors(std::span<const std::uint8_t> in) {
  constexpr std::size_t sampled = 4096;
  std::array<unsigned, 256> counts{};
  const std::size_t step = std::max<std::size_t>(1, in.size() / sampled) | 1;
  for (std::size_t at = 0; at < in.size(); at += step) ++counts[in[at]];
  const auto frequency = [&](std::size_t place) {
    if (mask_[place] == 0xff) return counts[bytes_[place]];
    unsigned sum = 0;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if ((byte & mask_[place]) == bytes_[place]) sum += counts[byte];
    }
    // Where all is equal, bytes of which all counts are better.
    return sum + 1;
  };
  std::size_t one = 0, two = 0;
  unsigned least = ~0u, next = ~0u;
  for (std::size_t place = 0; place < bytes_.size(); ++place) {
    const unsigned here = frequency(place);
    const bool known = least != ~0u && bytes_[place] == bytes_[one] && mask_[place] == mask_[one];
    if (here < least) {
      two = one, next = least;
      one = place, least = here;
    } else if (here < next && !known) {
      two = place, next = here;
    }
  }
  if (next == ~0u) {
    // All bytes that count are equal: the two that are farthest apart.
    two = bytes_.size() - 1;
    while (bytes_[two] != bytes_[one] || mask_[two] != mask_[one]) --two;
  }
  anchors_ = {one, two};
  chosen_ = true;
}

bool Finder::is(const std::uint8_t* place) const {
  const std::size_t length = bytes_.size();
  std::size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    std::uint64_t there, mask, bytes;
    std::memcpy(&there, place + at, 8);
    std::memcpy(&mask, mask_.data() + at, 8);
    std::memcpy(&bytes, bytes_.data() + at, 8);
    if ((there & mask) != bytes) return false;
  }
  for (; at < length; ++at) {
    if ((place[at] & mask_[at]) != bytes_[at]) return false;
  }
  return true;
}

bool Finder::find(std::span<const std::uint8_t> in, std::size_t starts, std::uint64_t first,
                  unsigned alignment, std::size_t most, std::vector<std::size_t>& found) {
  if (in.size() < length()) return true;
  const std::size_t end = std::min(starts, in.size() - length() + 1);
  if (!chosen_) chooseAnchors(in);
  const auto [one, two] = anchors_;
  const Probe probe{in.data() + one, in.data() + two, bytes_[one], mask_[one], bytes_[two], mask_[two]};
  std::size_t candidates = 0, hits = 0;
  const auto verify = [&](std::size_t place) {
    ++candidates;
    if (!is(in.data() + place)) return true;
    ++hits;
    found.push_back(place);
    return hits < most;
  };
  std::size_t at = 0;
  const std::uint64_t every = aligned(first, alignment);
  while (at + 64 <= end) {
    std::uint64_t bits = 0;
    at = wide ? wideSkip(probe, at, end, bits) : portableSkip(probe, at, end, bits);
    for (bits &= every; bits != 0; bits &= bits - 1) {
      if (!verify(at + static_cast<std::size_t>(__builtin_ctzll(bits)))) return false;
    }
    if (at + 64 <= end) at += 64;
  }
  for (; at < end; ++at) {
    if ((first + at) % alignment == 0 && portableCandidate(probe, at) && !verify(at)) return false;
  }
  // They are not rare here after all: the data is of another kind now.
  if (candidates - hits > in.size() / 256) chosen_ = false;
  return true;
}

}  // namespace lens
