/// Named objects of POSIX shared memory on macOS that are open.
#pragma once

#include <sys/stat.h>

#include "../file_descriptor.h"
#include "../opened_darwin.h"
#include "view_darwin.h"

namespace lens::posix {

/// An object that is open and mapped.
class PosixView final : public View {
 public:
  /// Fails as shm_open(3) does.
  PosixView(const std::string& name, bool write);
  /// One that has no size yet cannot be mapped: of it there is nothing to read.
  PosixView(Descriptor file, bool write);
  ~PosixView() override;

  struct stat status() const;
  /// As numberOf(): of the name that it was opened by, and of its memory, which it lacks as long as it has no
  /// size.
  std::uint64_t number(const std::string& name) const { return numberOf(name, base_ ? object() : 0); }

 private:
  const Descriptor file_;
};

/// "0:" and the number, which are device and inode of its Info.
std::string identityOf(const std::string& name, const PosixView& view);
/// How much of it has memory, the system does not say at once: all of it is told.
Info describe(const std::string& name, const PosixView& view);
/// What a process has open that we may not open.
Info describe(const Opened& opened);

std::shared_ptr<Segment> segmentOf(Access access, bool writable, const std::string& name,
                                   std::shared_ptr<const PosixView> view);

}  // namespace lens::posix
