#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lens {

/// Bytes to be found, of which only the bits of `mask` count. As many of both, 1 or more.
struct Pattern {
  std::vector<std::uint8_t> bytes, mask;
};

/// Finds one pattern in bytes, every place where it is, overlapping ones too. Looks first for the two of its
/// bytes that are rarest in what it is given, so that no pattern is slow on the data it was made for.
class Finder {
 public:
  explicit Finder(Pattern pattern);
  std::size_t length() const { return bytes_.size(); }
  /// Whether zeros are such a place.
  bool matchesZeros() const;
  /// Appends the index of every place that begins before `starts`; `in` may be longer, so that those that
  /// begin before end in it. `first` is the first byte's offset: with `alignment`, only offsets that are
  /// multiples. Stops after `most`; answers whether it came to the end.
  bool find(std::span<const std::uint8_t> in, std::size_t starts, std::uint64_t first, unsigned alignment,
            std::size_t most, std::vector<std::size_t>& found);

 private:
  /// Two of the bytes, and where in the pattern they are.
  struct Anchors {
    std::size_t one = 0, two = 0;
  };

  void chooseAnchors(std::span<const std::uint8_t> in);
  bool is(const std::uint8_t* place) const;

  /// With the bits that do not count cleared.
  std::vector<std::uint8_t> bytes_, mask_;
  Anchors anchors_;
  bool chosen_ = false;
};

}  // namespace lens
