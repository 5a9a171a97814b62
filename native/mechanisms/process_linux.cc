// Shared memory that is come to through a process that has it: memory without a name, or with a name in the
// file system of another container only. What the process has is looked up by device and inode at each
// opening, and the open file is used from then on, so that no later process, descriptor or address can take
// its place.
#include "../process_memory_linux.h"
#include "file_segment_linux.h"

namespace lens {
namespace {

const ProcessObject& objectOf(const Key& key) {
  const auto* object = std::get_if<ProcessObject>(&key);
  if (!object) fail(Code::invalidKey, "process");
  return *object;
}

class ProcessSegment final : public FileSegment {
 public:
  ProcessSegment(const Opening& opening, const ProcessObject& object, Descriptor file)
      : FileSegment(opening.access, opening.write, "process", std::nullopt, std::move(file)),
        object_(object) {}

  /// The others count on the size that they agreed on.
  void resize(std::uint64_t) override { fail(Code::unsupported, "ftruncate"); }

 private:
  bool removed(const struct stat&) const override { return !runs(object_); }

  const ProcessObject object_;
};

class ProcessMechanism final : public Mechanism {
 public:
  ProcessMechanism() : Mechanism("process") {}

  /// Nobody lists them: each process is asked by itself (sharedObjects()).
  std::vector<Info> list() const override { return {}; }

  Info info(const Key& key) const override {
    const Descriptor found = findShared(objectOf(key));
    return describeFile(name, std::nullopt, statusOf(found.number()), false);
  }

  bool exists(const Key& key) const override {
    try {
      return static_cast<bool>(findShared(objectOf(key)));
    } catch (const Error& error) {
      if (error.code == Code::notFound) return false;
      throw;
    }
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    const ProcessObject& object = objectOf(key);
    const Descriptor found = findShared(object);
    Descriptor file = reopen(found, (opening.write ? O_RDWR : O_RDONLY) | O_NONBLOCK);
    return std::make_shared<ProcessSegment>(opening, object, std::move(file));
  }

  std::shared_ptr<Segment> create(const Key&, std::uint64_t, unsigned) const override { refuse(); }
  void remove(const Key&, std::string_view) const override { refuse(); }
  /// Nothing says which lock belongs to it.
  std::unique_ptr<Look> look(const Key&) const override { refuse(); }
  OpenedLock openLock(const Key&, bool) const override { refuse(); }
  void removeLock(const Key&) const override { refuse(); }
  Limits limits() const override { return {}; }

 private:
  [[noreturn]] static void refuse() { fail(Code::unsupported, "process"); }
};

const ProcessMechanism registration;

}  // namespace
}  // namespace lens
