/// Named sections of Windows: their names, and the bytes behind them.
#pragma once

#include "../windows_handle.h"

namespace lens::section {

/// A name as the kernel has it, and what follows from it.
struct Name {
  /// As the functions of Windows take it: "X" in the namespace of our session, "Global\X" in that of all.
  std::wstring given;
  /// "\Sessions\1\BaseNamedObjects\X".
  std::wstring path;
};

/// The directory of our session's names, and that of names of all sessions: equal in session 0.
std::wstring sessionDirectory();
inline constexpr std::wstring_view globalDirectory = L"\\BaseNamedObjects";

/// `invalid-key` of `call` where it is empty, has a NUL or a backslash behind the namespace, or is too long.
/// "Local\X" is X: the same object.
Name nameOf(const Key& key, const char* call);

/// Stands for an inode, for the system tells none: equal for equal names and, within 2^53, for no others.
std::uint64_t numberOf(std::wstring_view path);

/// Who has the object that this handle leads to open: how many handles, ours too.
std::int64_t handlesOf(HANDLE handle);

/// A section that is open and mapped from its first byte to its last.
class View {
 public:
  /// Maps what has this name. `access` is of OpenFileMappingW: FILE_MAP_READ, or with FILE_MAP_WRITE.
  View(const Name& name, DWORD access);
  /// Maps what this handle leads to.
  View(KernelHandle section, DWORD access);
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  ~View();

  /// Bytes: those of the pages, for the system keeps no other size of memory without a file.
  std::uint64_t size() const { return size_; }
  std::int64_t handles() const { return handlesOf(section_.get()); }
  /// Bytes copied, short at the end. Never raises an exception, whatever becomes of the memory.
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) const;
  /// All of them, or `invalid-size` before the first.
  void write(std::uint64_t offset, std::span<const std::byte> bytes) const;

 private:
  void map(DWORD access);
  std::uint64_t measured() const;

  KernelHandle section_;
  std::byte* base_ = nullptr;
  std::uint64_t size_ = 0;
};

/// What is known of a section by its name. Of one that may not be read: its name, size 0 and mode 0.
Info describe(const Name& name);

std::shared_ptr<Segment> open(const Name& name, const Opening& opening);
std::shared_ptr<Segment> create(const Name& name, std::uint64_t size);

}  // namespace lens::section
