/// Shared memory in our own address space, and segments that are read and written through it: what POSIX and
/// System V memory have in common on macOS, where neither can be read in another way.
#pragma once

#include <mutex>

#include "../ipc.h"

namespace lens {

/// The pages of a segment, mapped from its first byte to its last. Whoever derives from it maps and unmaps
/// them. Copies never raise a signal and never fill a hole by reading it.
class View {
 public:
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  virtual ~View() = default;

  std::uint64_t size() const { return size_; }
  /// Bytes copied, short at the end.
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) const;
  /// All of them, or `invalid-size` before the first. `out-of-resources` where the system has no page for
  /// them.
  void write(std::uint64_t offset, std::span<const std::byte> bytes) const;
  /// As of Segment.
  std::optional<Place> nextData(std::uint64_t offset) const;
  /// What the kernel calls the memory behind the first page (vm_region_submap_short_info_64): equal in all
  /// processes that have it, and of another number for other memory as long as this lives.
  std::uint32_t object() const;

 protected:
  View() = default;
  std::byte* base_ = nullptr;
  std::uint64_t size_ = 0;

 private:
  std::vector<char> pagesOf(std::uint64_t first, std::uint64_t end) const;
};

/// An open segment behind a view. What the system says of it is told by those who derive from it.
class MappedSegment : public Segment {
 public:
  MappedSegment(Access access, bool writable, std::string identity)
      : Segment(access, writable, std::move(identity)) {}

  Route route() const override { return Route::own; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override;
  std::optional<Place> nextData(std::uint64_t offset) override;
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  std::unique_ptr<Edit> edit() override;
  /// No other process is told of by the system which word of memory it waits for.
  int wake(std::uint64_t offset) override;
  /// The kernel sets the size of an object once.
  void resize(std::uint64_t size) override;
  Route findRoute() override;

 protected:
  /// For one call: stays mapped for as long as it is kept, whoever closes the segment meanwhile. `closed`
  /// after that.
  virtual std::shared_ptr<const View> view(bool write) = 0;
};

}  // namespace lens
