// Processes of Windows, and who has a handle to a named section. Who closed its handle and kept its view is
// not seen: the system tells of views to none but their process.
#include <map>

#include "mechanisms/section_windows.h"
#include "nt_windows.h"
#include "processes.h"

namespace lens {
namespace {

std::uint64_t startOf(HANDLE process) {
  FILETIME created, ended, kernel, user;
  if (::GetProcessTimes(process, &created, &ended, &kernel, &user) == 0) return 0;
  return (static_cast<std::uint64_t>(created.dwHighDateTime) << 32 | created.dwLowDateTime) / 10'000;
}

std::wstring imageOf(HANDLE process) {
  std::wstring path(1024, L'\0');
  auto length = static_cast<DWORD>(path.size());
  if (::QueryFullProcessImageNameW(process, 0, path.data(), &length) == 0) length = 0;
  path.resize(length);
  return path;
}

/// Empty where the system has too many to tell.
std::vector<std::byte> allHandles() {
  constexpr std::size_t most = 512 << 20;
  for (std::size_t size = 1 << 20; size <= most; size *= 2) {
    std::vector<std::byte> buffer(size);
    const auto what = static_cast<SYSTEM_INFORMATION_CLASS>(nt::extendedHandles);
    const LONG status = ::NtQuerySystemInformation(what, buffer.data(), static_cast<ULONG>(size), nullptr);
    if (status >= 0) return buffer;
    if (status != nt::infoLengthMismatch) failStatus("NtQuerySystemInformation", status);
  }
  return {};
}

/// A text that the system tells of an object; never asked of anything but a section for its name, which a
/// pipe could let us wait for.
std::wstring textOf(HANDLE handle, ULONG what) {
  alignas(UNICODE_STRING) std::byte buffer[4096];
  ULONG length = 0;
  if (::NtQueryObject(handle, static_cast<OBJECT_INFORMATION_CLASS>(what), buffer, sizeof buffer, &length) <
      0)
    return {};
  const auto& text = *reinterpret_cast<const UNICODE_STRING*>(buffer);
  return {text.Buffer, text.Length / sizeof(wchar_t)};
}

/// Goes over the handles and opens each process once.
class HandleScan {
 public:
  void add(const nt::HandleEntry& entry) {
    if ((entry.access & (SECTION_MAP_READ | SECTION_MAP_WRITE)) == 0) return;
    const auto pid = static_cast<pid_t>(entry.process);
    const HANDLE from = processOf(pid);
    if (!from) return;
    HANDLE copied = nullptr;
    if (::DuplicateHandle(from, reinterpret_cast<HANDLE>(entry.handle), ::GetCurrentProcess(), &copied,
                          SECTION_QUERY, FALSE, 0) == 0)
      return;
    const KernelHandle handle(copied);
    if (textOf(handle.get(), nt::objectType) != L"Section") return;
    const std::wstring name = textOf(handle.get(), nt::objectName);
    if (!name.empty()) noted(pid, section::numberOf(name), (entry.access & SECTION_MAP_WRITE) != 0);
  }
  Scan take() { return std::move(found_); }

 private:
  HANDLE processOf(pid_t pid) {
    const auto [at, added] = processes_.try_emplace(pid);
    if (!added) return at->second.get();
    constexpr DWORD access = PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION;
    at->second = KernelHandle(::OpenProcess(access, FALSE, static_cast<DWORD>(pid)));
    if (!at->second) found_.denied.push_back(0);
    return at->second.get();
  }

  void noted(pid_t pid, std::uint64_t number, bool writable) {
    if (found_.processes.empty() || found_.processes.back().pid != pid) {
      if (const auto one = process(pid)) found_.processes.push_back(*one);
    }
    found_.mappings.push_back({pid, 0, number, std::nullopt, 0, 0, 0, writable});
  }

  std::map<pid_t, KernelHandle> processes_;
  Scan found_;
};

}  // namespace

Scan scanProcesses(bool, const std::function<bool()>& stop) {
  const std::vector<std::byte> buffer = allHandles();
  HandleScan scan;
  if (buffer.empty()) return scan.take();
  const auto& all = *reinterpret_cast<const nt::Handles*>(buffer.data());
  // What kind of object a section is has another number in each version; ours tells.
  const KernelHandle own(::CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, 1, nullptr));
  const std::vector<std::byte> again = allHandles();
  USHORT kind = 0;
  if (!again.empty()) {
    const auto& now = *reinterpret_cast<const nt::Handles*>(again.data());
    for (ULONG_PTR at = 0; at < now.count; ++at) {
      const auto& entry = now.entries[at];
      if (entry.process == ::GetCurrentProcessId() && reinterpret_cast<HANDLE>(entry.handle) == own.get())
        kind = entry.type;
    }
  }
  for (ULONG_PTR at = 0; at < all.count && !stop(); ++at) {
    if (kind == 0 || all.entries[at].type == kind) scan.add(all.entries[at]);
  }
  return scan.take();
}

std::optional<std::vector<Mapping>> mappingsOf(pid_t pid) {
  std::vector<Mapping> found;
  for (const Mapping& one : scanProcesses(false, [] { return false; }).mappings) {
    if (one.pid == pid) found.push_back(one);
  }
  return found;
}

std::optional<Process> process(pid_t pid) {
  const KernelHandle open(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid)));
  if (!open) return std::nullopt;
  const std::wstring image = imageOf(open.get());
  Process one;
  one.pid = pid;
  one.name = toUtf8(std::wstring_view(image).substr(image.find_last_of(L'\\') + 1));
  one.commandLine = toUtf8(image);
  one.start = startOf(open.get());
  return one;
}

std::string ownerName(unsigned) {
  return {};
}

}  // namespace lens
