/// Segments that are files of a memory file system (tmpfs(5), hugetlbfs), read and written by pread and
/// pwrite only. Nothing is ever mapped to be read: a mapping could raise SIGBUS, and reading a hole through
/// one would fill it.
#pragma once

#include <sys/stat.h>

#include "../descriptor.h"

namespace lens {

/// fstat(2), or what it failed with.
struct stat statusOf(int file);
/// "dev:inode".
std::string identityOf(const struct stat& status);
/// What the system says of the file; `mechanism` and `name` are the caller's.
Info describeFile(std::string_view mechanism, std::optional<std::string> name, const struct stat& status,
                  bool removed);
/// Bytes that the system can still give, swap included (proc_meminfo(5)); nullopt where it does not say.
std::optional<std::uint64_t> availableMemory();
/// fallocate(2), all or nothing; `out-of-resources` before the kernel would promise more than there is.
void reserve(int file, int mode, std::uint64_t offset, std::uint64_t length);

/// An open file of shared memory. What the name of the file is, and whether it still leads here, is told by
/// those who derive from it.
class FileSegment : public Segment {
 public:
  FileSegment(Access access, bool writable, std::string_view mechanism, std::optional<std::string> name,
              Descriptor file)
      : Segment(access, writable, identityOf(statusOf(file.number()))),
        mechanism_(mechanism),
        name_(std::move(name)),
        file_(std::move(file)) {}

  Route route() const override { return Route::file; }
  Info info() override;
  State state() override;
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override;
  std::optional<Place> nextData(std::uint64_t offset) override;
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  /// The same object, even where its name is gone or taken by another.
  std::unique_ptr<Edit> edit() override;
  int wake(std::uint64_t offset) override;
  void resize(std::uint64_t size) override;
  Route findRoute() override;
  Detached detach(bool) override;
  void close() noexcept override { file_.close(); }

 protected:
  /// Whether nobody can come to this object any more by what it was opened by.
  virtual bool removed(const struct stat& status) const = 0;

 private:
  const std::string_view mechanism_;
  const std::optional<std::string> name_;
  SharedFile file_;
};

}  // namespace lens
