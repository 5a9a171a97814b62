// Keys of System V objects and their files (ftok(3)).
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "../fail_errno.h"
#include "../file_descriptor.h"
#include "systemv_darwin.h"

namespace lens {

std::int32_t numberOfFile(const KeyFile& file) {
  const std::string& path = file.path;
  if (path.empty() || path[0] != '/' || path.find('\0') != path.npos) fail(Code::invalidKey, "ftok", EINVAL);
  if (file.project < 1 || file.project > 255) fail(Code::invalidKey, "ftok", EINVAL);
  const key_t number = ::ftok(path.c_str(), file.project);
  if (number == -1) failErrno("ftok");
  return number;
}

}  // namespace lens

namespace lens::systemv {

key_t numberOf(const Key& key) {
  if (const auto* file = std::get_if<KeyFile>(&key)) return numberOfFile(*file);
  const auto* number = std::get_if<KeyNumber>(&key);
  if (!number || number->number == IPC_PRIVATE) fail(Code::invalidKey, "shmget", EINVAL);
  return number->number;
}

MadeFile::MadeFile(const Key& key) {
  const auto* file = std::get_if<KeyFile>(&key);
  if (!file) return;
  try {
    numberOfFile(*file);
  } catch (const Error& error) {
    if (error.code != Code::notFound) throw;
    const Descriptor made(::open(file->path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (made) path_ = file->path;
    if (!made && errno != EEXIST) failErrno("open");
  }
}

void MadeFile::discard() noexcept {
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
}

void removeKeyFile(const Key& key, const shmid_ds& segment) {
  const auto* file = std::get_if<KeyFile>(&key);
  struct stat found;
  if (!file || ::lstat(file->path.c_str(), &found) != 0) return;
  const bool owned = found.st_uid == segment.shm_perm.uid || found.st_uid == segment.shm_perm.cuid;
  if (owned && S_ISREG(found.st_mode) && found.st_size == 0 &&
      ::ftok(file->path.c_str(), file->project) == segment.shm_perm._key)
    ::unlink(file->path.c_str());
}

}  // namespace lens::systemv
