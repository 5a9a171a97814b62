#include "view_darwin.h"

#include <mach/mach_init.h>
#include <mach/vm_map.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lens {
namespace {

const auto pageSize = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));

/// Bytes that one call to the kernel copies. So few it copies through a buffer of its own, byte for byte; of
/// more it would make a copy-on-write of the pages, which costs who writes to them next (msg_ool_size_small
/// in XNU's osfmk/ipc/ipc_init.c; vm_map_copyin_internal and vm_map_copyout_kernel_buffer in
/// osfmk/vm/vm_map.c).
constexpr std::size_t slice = 4 << 10;

vm_address_t address(const std::byte* at) {
  return reinterpret_cast<vm_address_t>(at);
}

/// Calls of the Mach kernel tell by no errno; the nearest ones stand for what they say.
void check(kern_return_t result, const char* call) {
  if (result == KERN_PROTECTION_FAILURE) fail(Code::permissionDenied, call, EACCES);
  if (result != KERN_SUCCESS) fail(Code::outOfResources, call, EFAULT);
}

void copyIn(const std::byte* shared, std::span<std::byte> target) {
  while (!target.empty()) {
    const std::size_t length = std::min(target.size(), slice);
    vm_size_t done = 0;
    check(::vm_read_overwrite(mach_task_self(), address(shared), length, address(target.data()), &done),
          "vm_read_overwrite");
    target = target.subspan(length);
    shared += length;
  }
}

/// A page that is neither in memory nor paged out was never written to.
bool isHole(char page) {
  return (page & (MINCORE_INCORE | MINCORE_PAGED_OUT)) == 0;
}

class MappedEdit final : public Edit {
 public:
  explicit MappedEdit(std::shared_ptr<const View> view) : view_(std::move(view)) {}
  void read(std::uint64_t offset, std::span<std::byte> target) override {
    if (view_->read(offset, target) < target.size()) fail(Code::invalidSize, "vm_read_overwrite");
  }
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override { view_->write(offset, bytes); }

 private:
  const std::shared_ptr<const View> view_;
};

}  // namespace

/// mincore(2) of the pages that these bytes are in; `first` is where a page begins.
std::vector<char> View::pagesOf(std::uint64_t first, std::uint64_t end) const {
  std::vector<char> pages((end - first + pageSize - 1) / pageSize);
  if (::mincore(base_ + first, end - first, pages.data()) != 0) fail(Code::outOfResources, "mincore", errno);
  return pages;
}

std::size_t View::read(std::uint64_t offset, std::span<std::byte> target) const {
  if (offset >= size_ || target.empty()) return 0;
  const std::uint64_t end = offset + std::min<std::uint64_t>(target.size(), size_ - offset);
  const std::uint64_t first = offset / pageSize * pageSize;
  const std::vector<char> pages = pagesOf(first, end);
  const auto holeAt = [&](std::uint64_t at) { return isHole(pages[(at - first) / pageSize]); };
  for (std::uint64_t at = offset; at < end;) {
    const bool hole = holeAt(at);
    std::uint64_t stop = at;
    while (stop < end && holeAt(stop) == hole) stop = std::min(end, (stop / pageSize + 1) * pageSize);
    const auto part = target.subspan(at - offset, stop - at);
    if (hole) std::memset(part.data(), 0, part.size());
    if (!hole) copyIn(base_ + at, part);
    at = stop;
  }
  return end - offset;
}

/// The kernel copies into the pages that are there: it puts others in their place only where nobody shares
/// them (vm_map_copy_overwrite_aligned), and never where it copies through its buffer.
void View::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  if (offset > size_ || bytes.size() > size_ - offset) fail(Code::invalidSize, "vm_write");
  for (std::byte* shared = base_ + offset; !bytes.empty();) {
    const std::size_t length = std::min(bytes.size(), slice);
    check(::vm_write(mach_task_self(), address(shared), address(bytes.data()),
                     static_cast<mach_msg_type_number_t>(length)),
          "vm_write");
    bytes = bytes.subspan(length);
    shared += length;
  }
}

/// Mostly there is something at once; a long hole is worth longer steps, but no stall.
std::optional<Place> View::nextData(std::uint64_t offset) const {
  constexpr std::uint64_t mostPages = 4096, farthest = 1 << 27;
  std::uint64_t at = offset / pageSize * pageSize, pages = 16;
  for (const std::uint64_t end = std::min(size_, at + farthest); at < end;) {
    const std::uint64_t stop = std::min(end, at + pages * pageSize);
    const std::vector<char> found = pagesOf(at, stop);
    const auto data = std::find_if_not(found.begin(), found.end(), isHole);
    if (data != found.end())
      return Place{std::max(offset, at + static_cast<std::uint64_t>(data - found.begin()) * pageSize)};
    at = stop;
    pages = std::min(pages * 4, mostPages);
  }
  return at < size_ ? std::optional(Place{at}) : std::nullopt;
}

std::uint32_t View::object() const {
  vm_region_submap_short_info_data_64_t info;
  mach_msg_type_number_t count = VM_REGION_SUBMAP_SHORT_INFO_COUNT_64;
  vm_address_t at = address(base_);
  vm_size_t length = 0;
  natural_t depth = 0;
  check(::vm_region_recurse_64(mach_task_self(), &at, &length, &depth,
                               reinterpret_cast<vm_region_recurse_info_t>(&info), &count),
        "vm_region_recurse_64");
  return info.object_id;
}

std::size_t MappedSegment::read(std::uint64_t offset, std::span<std::byte> target) {
  return view(false)->read(offset, target);
}

std::optional<Place> MappedSegment::nextData(std::uint64_t offset) {
  return view(false)->nextData(offset);
}

void MappedSegment::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!writable) fail(Code::permissionDenied, "vm_write", EACCES);
  view(true)->write(offset, bytes);
}

std::unique_ptr<Edit> MappedSegment::edit() {
  return std::make_unique<MappedEdit>(view(true));
}

int MappedSegment::wake(std::uint64_t) {
  fail(Code::unsupported, "os_sync_wake_by_address_any");
}

void MappedSegment::resize(std::uint64_t) {
  fail(Code::unsupported, "ftruncate", EINVAL);
}

Route MappedSegment::findRoute() {
  view(false);
  return route();
}

}  // namespace lens
