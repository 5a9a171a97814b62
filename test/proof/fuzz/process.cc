// proc_pid_stat(5), proc_pid_status(5), proc_pid_syscall(5): any text, and as the kernel's fs/proc/array.c
// and base.c print them for a process of any name.
#include "../../../native/proc_text.h"
#include "fuzz.h"

using fuzz::check;

namespace {

/// Up to 15 bytes of any sort but for the 0 that ends it, as prctl(PR_SET_NAME) lets a program call itself.
std::string anyName(FuzzedDataProvider& data) {
  const std::string name = data.ConsumeBytesAsString(data.ConsumeIntegralInRange<std::size_t>(0, 15));
  return name.substr(0, name.find('\0'));
}

char anyState(FuzzedDataProvider& data) {
  return data.PickValueInArray({'R', 'S', 'D', 'T', 't', 'Z', 'X', 'I', 'P'});
}

void checkStat(FuzzedDataProvider& data) {
  const std::string name = anyName(data);
  const char state = anyState(data);
  const auto threads = data.ConsumeIntegralInRange<int>(0, 4 << 20);
  const auto start = data.ConsumeIntegral<std::uint64_t>();
  std::string text =
      fuzz::printed("%d (", data.ConsumeIntegralInRange<int>(1, 4 << 20)) + name + ") " + state;
  for (int field = 4; field < 20; ++field) text += fuzz::printed(" %lld", data.ConsumeIntegral<long long>());
  text += fuzz::printed(" %d %d %lu", threads, 0, static_cast<unsigned long>(start));
  for (int field = 23; field <= 52; ++field) text += " 0";
  const fuzz::Exact exact(text + "\n");
  const auto found = lens::parseStat(exact);
  check(found && found->name == name, "a process has its name, whatever is in it");
  check(found->state == state && found->threads == threads && found->start == start, "and its life");
}

/// As the kernel's seq_escape for "\n\\".
std::string escaped(std::string_view name) {
  std::string text;
  for (const char one : name) text += one == '\n' ? "\\n" : one == '\\' ? "\\\\" : std::string(1, one);
  return text;
}

void checkStatus(FuzzedDataProvider& data) {
  const auto pid = data.ConsumeIntegralInRange<int>(1, 4 << 20),
             inner = data.ConsumeIntegralInRange<int>(1, 4 << 20);
  const auto uid = data.ConsumeIntegral<unsigned>();
  const auto depth = data.ConsumeIntegralInRange<unsigned>(0, 32);
  const char state = anyState(data);
  std::string text = "Name:\t" + escaped(anyName(data)) + "\nUmask:\t0022\nState:\t" + state + " (any)\n";
  text += fuzz::printed("Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t1\nTracerPid:\t0\n", pid, inner);
  text += fuzz::printed("Uid:\t%u\t%u\t%u\t%u\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \n", uid, 1u, 2u, 3u);
  if (depth > 0) text += "NStgid:\t1\nNSpid:";
  for (unsigned level = 1; level < depth; ++level) text += fuzz::printed("\t%u", level);
  if (depth > 0) text += fuzz::printed("\t%d\nNSpgid:\t1\n", inner);
  const fuzz::Exact exact(text + "Threads:\t1\n");
  const auto found = lens::parseStatus(exact);
  check(found && found->pid == pid && found->uid == uid && found->state == state,
        "a process is read as printed");
  check(found->innerTid == (depth > 0 ? std::optional(inner) : std::nullopt),
        "its innermost number is the last");
}

void checkSyscall(FuzzedDataProvider& data) {
  const auto number = data.ConsumeIntegralInRange<int>(0, 1 << 20);
  unsigned long given[6];
  for (auto& one : given) one = data.ConsumeIntegral<unsigned long>();
  const fuzz::Exact text(fuzz::printed("%d 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx 0x%lx\n", number,
                                       given[0], given[1], given[2], given[3], given[4], given[5], 1ul, 2ul));
  const auto found = lens::parseSyscall(text);
  check(found && found->number == static_cast<unsigned long>(number), "a call is read as printed");
  for (int at = 0; at < 3; ++at) check(found->arguments[at] == given[at], "with what it was given");
  // In user code, or in the kernel without a call.
  const fuzz::Exact none(fuzz::printed("-1 0x%lx 0x%lx\n", given[0], given[1]));
  check(!lens::parseSyscall(none) && !lens::parseSyscall("running\n"), "no call is none");
}

void checkAny(std::string_view text) {
  if (const auto stat = lens::parseStat(text)) {
    check(fuzz::isWithin(stat->name, text) && stat->name.size() + 2 < text.size(), "the name is in the text");
    check(stat->name.data()[-1] == '(' && stat->name.data()[stat->name.size()] == ')',
          "between its parentheses");
  }
  lens::parseStatus(text);
  lens::parseSyscall(text);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  const auto sort = data.ConsumeIntegralInRange<int>(0, 3);
  if (sort == 1) checkStat(data);
  if (sort == 2) checkStatus(data);
  if (sort == 3) checkSyscall(data);
  const fuzz::Exact rest(data.ConsumeRemainingBytesAsString());
  checkAny(rest);
  return 0;
}
