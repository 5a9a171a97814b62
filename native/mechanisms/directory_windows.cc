// The kernel's directories of names.
#include "../nt_windows.h"
#include "windows_windows.h"

namespace lens::windows {
namespace {

UNICODE_STRING counted(std::wstring_view text) {
  const auto bytes = static_cast<USHORT>(text.size() * sizeof(wchar_t));
  return {bytes, bytes, const_cast<wchar_t*>(text.data())};
}

std::wstring_view textOf(const UNICODE_STRING& text) {
  return {text.Buffer, text.Length / sizeof(wchar_t)};
}

}  // namespace

std::vector<std::wstring> namesIn(const std::wstring& directory, std::wstring_view kind) {
  UNICODE_STRING path = counted(directory);
  OBJECT_ATTRIBUTES attributes{};
  attributes.Length = sizeof attributes;
  attributes.ObjectName = &path;
  HANDLE opened = nullptr;
  if (::NtOpenDirectoryObject(&opened, nt::directoryQuery, &attributes) < 0) return {};
  const KernelHandle open(opened);
  std::vector<std::wstring> found;
  // Room for two of the longest counted strings.
  std::vector<std::byte> buffer(sizeof(nt::DirectoryEntry) * 2 + 2 * 65'536);
  ULONG context = 0, length = 0;
  BOOLEAN restart = TRUE;
  while (::NtQueryDirectoryObject(open.get(), buffer.data(), static_cast<ULONG>(buffer.size()), TRUE, restart,
                                  &context, &length) >= 0) {
    restart = FALSE;
    const auto& entry = *reinterpret_cast<const nt::DirectoryEntry*>(buffer.data());
    if (!entry.name.Buffer) break;
    if (textOf(entry.type) == kind) found.emplace_back(textOf(entry.name));
  }
  return found;
}

}  // namespace lens::windows
