#include "numbers.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lens {
namespace {

template <typename Word>
Word reversed(Word word) {
  if constexpr (sizeof word == 1) return word;
  if constexpr (sizeof word == 2) return __builtin_bswap16(word);
  if constexpr (sizeof word == 4) return __builtin_bswap32(word);
  if constexpr (sizeof word == 8) return __builtin_bswap64(word);
}

template <typename Word>
struct Between {
  explicit Between(const NumberRange& range)
      : minimum(static_cast<Word>(range.minimum)),
        width(static_cast<Word>(static_cast<Word>(range.maximum) - minimum)) {}
  bool operator()(Word word) const { return static_cast<Word>(word - minimum) <= width; }
  const Word minimum, width;
};

template <typename Word, typename Fraction>
struct FractionBetween {
  explicit FractionBetween(const NumberRange& range) : least(range.least), greatest(range.greatest) {}
  bool operator()(Word word) const {
    const double value = std::bit_cast<Fraction>(word);
    return value >= least && value <= greatest;
  }
  const double least, greatest;
};

/// Where a search goes and what it finds.
struct Course {
  std::span<const std::uint8_t> in;
  std::size_t from, end, step, most;
  std::vector<std::size_t>& found;
};

template <typename Word, typename Test>
bool search(const Course& course, const NumberRange& range, const Test& test) {
  const bool asIs = std::endian::native == std::endian::little ? range.little : range.big;
  const bool turned = std::endian::native == std::endian::little ? range.big : range.little;
  std::size_t hits = 0;
  for (std::size_t at = course.from; at < course.end; at += course.step) {
    Word word;
    std::memcpy(&word, course.in.data() + at, sizeof word);
    if (!(asIs && test(word)) && !(turned && test(reversed(word)))) continue;
    course.found.push_back(at);
    if (++hits == course.most) return false;
  }
  return true;
}

}  // namespace

bool NumberRange::matchesZeros() const {
  if (fraction) return least <= 0 && greatest >= 0;
  const std::uint64_t bits = width == 8 ? ~0ull : (1ull << (width * 8)) - 1;
  return ((0 - minimum) & bits) <= ((maximum - minimum) & bits);
}

bool NumberRange::find(std::span<const std::uint8_t> in, std::size_t starts, std::uint64_t first,
                       unsigned alignment, std::size_t most, std::vector<std::size_t>& found) const {
  if (in.size() < width) return true;
  const std::size_t from = (alignment - first % alignment) % alignment;
  const Course course{in, from, std::min(starts, in.size() - width + 1), alignment, most, found};
  if (fraction && width == 4) {
    return search<std::uint32_t>(course, *this, FractionBetween<std::uint32_t, float>(*this));
  }
  if (fraction) return search<std::uint64_t>(course, *this, FractionBetween<std::uint64_t, double>(*this));
  if (width == 1) return search<std::uint8_t>(course, *this, Between<std::uint8_t>(*this));
  if (width == 2) return search<std::uint16_t>(course, *this, Between<std::uint16_t>(*this));
  if (width == 4) return search<std::uint32_t>(course, *this, Between<std::uint32_t>(*this));
  return search<std::uint64_t>(course, *this, Between<std::uint64_t>(*this));
}

}  // namespace lens
