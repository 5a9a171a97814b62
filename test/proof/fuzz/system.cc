// /proc/sysvipc/shm, /proc/sysvipc/sem and /proc/meminfo: any text, and as the kernel's ipc/shm.c, ipc/sem.c
// and fs/proc/meminfo.c print them.
#include "../../../native/proc_text.h"
#include "fuzz.h"

using fuzz::check;

namespace {

std::string asPrinted(const lens::ShmLine& line) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  return fuzz::printed(
      "%10d %10d  %4o %21llu %5u %5u  %5llu %5u %5u %5u %5u %10llu %10llu %10llu %21llu %21llu", line.key,
      line.shmid, line.perms, number(line.size), line.creator, line.last, number(line.attaches), line.uid,
      line.gid, 1u, 2u, number(line.attached), number(line.detached), number(line.changed),
      number(line.resident), number(line.swapped));
}

bool isSame(const lens::ShmLine& one, const lens::ShmLine& other) {
  return one.key == other.key && one.shmid == other.shmid && one.perms == other.perms &&
         one.size == other.size && one.creator == other.creator && one.last == other.last &&
         one.attaches == other.attaches && one.uid == other.uid && one.gid == other.gid &&
         one.attached == other.attached && one.detached == other.detached && one.changed == other.changed &&
         one.resident == other.resident && one.swapped == other.swapped;
}

void checkShm(FuzzedDataProvider& data) {
  const auto word = [&] { return data.ConsumeIntegral<std::uint64_t>(); };
  const auto number = [&] { return data.ConsumeIntegralInRange<int>(0, INT32_MAX); };
  const lens::ShmLine line{data.ConsumeIntegral<int>(),
                           number(),
                           data.ConsumeIntegralInRange<unsigned>(0, 03777),
                           word(),
                           number(),
                           number(),
                           word(),
                           data.ConsumeIntegral<unsigned>(),
                           data.ConsumeIntegral<unsigned>(),
                           word(),
                           word(),
                           word(),
                           word(),
                           word()};
  const fuzz::Exact text(asPrinted(line));
  const auto found = lens::parseShmLine(text);
  check(found && isSame(*found, line), "a segment is read as it was printed");
}

void checkSem(FuzzedDataProvider& data) {
  const auto semid = data.ConsumeIntegralInRange<int>(0, INT32_MAX);
  const auto perms = data.ConsumeIntegralInRange<unsigned>(0, 0777);
  const auto uid = data.ConsumeIntegral<unsigned>();
  const fuzz::Exact text(fuzz::printed("%10d %10d  %4o %10u %5u %5u %5u %5u %10llu %10llu",
                                       data.ConsumeIntegral<int>(), semid, perms, 1u, uid, 3u, 4u, 5u, 6ull,
                                       7ull));
  const auto found = lens::parseSemLine(text);
  check(found && found->semid == semid && found->perms == perms && found->uid == uid,
        "a semaphore is read as it was printed");
}

void checkMeminfo(FuzzedDataProvider& data) {
  const auto available = data.ConsumeIntegralInRange<unsigned long>(0, 1ul << 50);
  const auto swap = data.ConsumeIntegralInRange<unsigned long>(0, 1ul << 50);
  const fuzz::Exact text(fuzz::printed(
      "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\nSwapCached:     %8lu kB\n"
      "SwapTotal:      %8lu kB\nSwapFree:       %8lu kB\n",
      1ul, 2ul, available, 3ul, 4ul, swap));
  check(lens::parseAvailableMemory(text) == (available + swap) * 1024, "memory is read as it was printed");
}

void checkAny(std::string_view text) {
  lens::eachLine(text, [](std::string_view line) {
    lens::parseSemLine(line);
    const auto found = lens::parseShmLine(line);
    if (!found) return;
    const std::string printed = asPrinted(*found);
    const auto again = lens::parseShmLine(printed);
    const bool isOfTheKernel = found->creator >= 0 && found->last >= 0;
    check(!isOfTheKernel || (again && isSame(*again, *found)),
          "what was read, printed and read again is the same");
  });
  const auto memory = lens::parseAvailableMemory(text);
  check(!memory || *memory % 1024 == 0, "memory is told in whole kibibytes");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  const auto sort = data.ConsumeIntegralInRange<int>(0, 3);
  if (sort == 1) checkShm(data);
  if (sort == 2) checkSem(data);
  if (sort == 3) checkMeminfo(data);
  const fuzz::Exact rest(data.ConsumeRemainingBytesAsString());
  checkAny(rest);
  return 0;
}
