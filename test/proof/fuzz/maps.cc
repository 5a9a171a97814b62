// proc_pid_maps(5): any text, and lines as show_map_vma() of the kernel's fs/proc/task_mmu.c prints them.
#include "../../../native/maps.h"

#include <sys/sysmacros.h>

#include "../../../native/proc_text.h"
#include "fuzz.h"

using fuzz::check;

namespace {

constexpr std::uint64_t kernelDevice = 1;

bool isSame(const lens::MapsLine& one, const lens::MapsLine& other) {
  return one.from == other.from && one.to == other.to && one.offset == other.offset &&
         one.device == other.device && one.inode == other.inode && one.writable == other.writable &&
         one.shared == other.shared && one.path == other.path;
}

std::string asPrinted(const lens::MapsLine& line) {
  const std::string begin =
      fuzz::printed("%08lx-%08lx r%c-%c %08lx %02x:%02x %lu ", static_cast<unsigned long>(line.from),
                    static_cast<unsigned long>(line.to), line.writable ? 'w' : '-', line.shared ? 's' : 'p',
                    static_cast<unsigned long>(line.offset), static_cast<unsigned>(major(line.device)),
                    static_cast<unsigned>(minor(line.device)), static_cast<unsigned long>(line.inode));
  constexpr std::size_t pathColumn = 73;
  const std::size_t blanks = begin.size() < pathColumn ? pathColumn - begin.size() : 0;
  return line.path.empty() ? begin : begin + std::string(blanks, ' ') + std::string(line.path);
}

void checkMapping(std::string_view text, const lens::SharedScope& scope) {
  const auto line = lens::parseMapsLine(text);
  const auto mapping = lens::parseSharedMapping(7, text, scope);
  if (!mapping) return;
  check(line.has_value(), "only what is a line is a mapping");
  check(mapping->address == line->from && mapping->length == line->to - line->from,
        "it lies where the line says");
  check(mapping->length <= line->to, "its length is none below zero");
  check(mapping->shmid.has_value() != mapping->device.has_value(), "it is System V memory or a file");
  check(mapping->device.has_value() == mapping->inode.has_value(), "a file has a device and an inode");
  check(!mapping->writable || (line->writable && line->shared), "writable for others is what is shared");
  check(!mapping->shmid || (line->device == scope.kernelDevice && line->path.starts_with("/SYSV")),
        "System V memory is the kernel's");
  check(scope.all || mapping->shmid || line->device == scope.posixDevice,
        "other memory only where asked for");
}

void checkAny(std::string_view text, const lens::SharedScope& scope) {
  std::size_t length = 0;
  const char* after = text.data();
  lens::eachLine(text, [&](std::string_view one) {
    check(one.data() == after && fuzz::isWithin(one, text), "lines follow each other");
    check(one.find('\n') == std::string_view::npos, "a line ends where it ends");
    length += one.size() + 1;
    after = one.data() + one.size() + 1;
    checkMapping(one, scope);
    const auto line = lens::parseMapsLine(one);
    if (!line) return;
    check(line->from <= line->to, "a mapping ends after its begin");
    check(fuzz::isWithin(line->path, one) && one.ends_with(line->path), "the path is the rest of the line");
    const std::string printed = asPrinted(*line);
    const auto again = lens::parseMapsLine(printed);
    check(again && isSame(*again, *line), "what was read, printed and read again is the same");
    const auto semaphore = lens::semaphoreFileOf(line->path);
    check(!semaphore || (semaphore->starts_with("sem.") && fuzz::isWithin(*semaphore, line->path)),
          "a semaphore's file is named in the line");
  });
  check(length == text.size() || length == text.size() + 1, "no byte is left out");
}

void checkPrinted(FuzzedDataProvider& data, const lens::SharedScope& scope) {
  lens::MapsLine line{};
  line.from = data.ConsumeIntegral<std::uint64_t>();
  line.to = line.from + data.ConsumeIntegralInRange<std::uint64_t>(0, ~line.from);
  line.offset = data.ConsumeIntegral<std::uint64_t>();
  line.device = data.PickValueInArray<std::uint64_t>(
      {kernelDevice, scope.posixDevice,
       makedev(data.ConsumeIntegral<unsigned>(), data.ConsumeIntegral<unsigned>())});
  line.inode = data.ConsumeIntegral<std::uint32_t>();
  line.writable = data.ConsumeBool();
  line.shared = data.ConsumeBool();
  std::string path = data.PickValueInArray({"", "/SYSV", "/dev/shm/", "/dev/shm/sem.", "/memfd:", "[heap]"});
  // The kernel prints a line end as \012.
  if (!path.empty()) path += data.ConsumeRandomLengthString(64);
  std::erase(path, '\n');
  line.path = path;
  const fuzz::Exact text(asPrinted(line));
  const auto found = lens::parseMapsLine(text);
  check(found && isSame(*found, line), "a line of the kernel is read as it was printed");
  checkMapping(text, scope);
  const auto mapping = lens::parseSharedMapping(7, text, scope);
  const bool isNamed = path.starts_with("/dev/shm/") && line.device == scope.posixDevice;
  check(!isNamed || (mapping && mapping->inode == line.inode), "a file below /dev/shm is shared memory");
  const bool isSystemV = path.starts_with("/SYSV") && line.device == kernelDevice;
  check(!isSystemV || (mapping && mapping->shmid == static_cast<int>(line.inode)),
        "System V memory is found");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  lens::SharedScope scope{data.ConsumeIntegralInRange<std::uint64_t>(2, 40), kernelDevice};
  scope.all = data.ConsumeBool();
  scope.elsewhere = data.ConsumeIntegralInRange<std::uint64_t>(0, 40);
  if (data.ConsumeBool()) checkPrinted(data, scope);
  const fuzz::Exact rest(data.ConsumeRemainingBytesAsString());
  checkAny(rest, scope);
  return 0;
}
