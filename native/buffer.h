#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace lens {

/// Bytes to read into, from the start of a page on: the kernel copies there faster, and vectors do not
/// straddle.
class Buffer {
 public:
  explicit Buffer(std::size_t length) : bytes_(new(alignment) std::byte[length]), length_(length) {}
  std::byte* data() const { return bytes_.get(); }
  std::span<std::byte> first(std::size_t count) const {
    return std::span(bytes_.get(), length_).first(count);
  }

 private:
  static constexpr std::align_val_t alignment{4096};
  struct Delete {
    void operator()(std::byte* bytes) const { ::operator delete[](bytes, alignment); }
  };
  std::unique_ptr<std::byte[], Delete> bytes_;
  std::size_t length_;
};

}  // namespace lens
