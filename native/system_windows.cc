// Errors, text and time of Windows.
#include <winternl.h>

#include "system.h"
#include "windows_handle.h"

namespace lens {

const int number::timedOut = WAIT_TIMEOUT;
const int number::alreadyThere = ERROR_ALREADY_EXISTS;
const int number::noMemory = ERROR_NOT_ENOUGH_MEMORY;

const std::string_view mechanismOfNames = "windows";

std::string errorText(int number) {
  wchar_t text[512];
  constexpr DWORD flags =
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
  const DWORD length = ::FormatMessageW(flags, nullptr, static_cast<DWORD>(number), 0, text, 512, nullptr);
  std::string said = toUtf8({text, length});
  while (said.ends_with(' ') || said.ends_with('.')) said.pop_back();
  return said.empty() ? "error " + std::to_string(number) : said;
}

std::chrono::nanoseconds threadTime() {
  FILETIME created, ended, kernel, user;
  if (::GetThreadTimes(::GetCurrentThread(), &created, &ended, &kernel, &user) == 0) return {};
  const auto count = [](const FILETIME& time) {
    return static_cast<std::int64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
  };
  return std::chrono::nanoseconds((count(kernel) + count(user)) * 100);
}

// Follows QSharedMemory's mapping (qtbase src/corelib/ipc/qsharedmemory_win.cpp), and what more there is.
void failNumber(const char* call, DWORD number, Code mismatch) {
  const int told = static_cast<int>(number);
  switch (number) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
      fail(Code::notFound, call, told);
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
      fail(Code::permissionDenied, call, told);
    case ERROR_ALREADY_EXISTS:
      fail(Code::alreadyExists, call, told);
    case ERROR_INVALID_HANDLE:
      fail(mismatch, call, told);
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_COMMITMENT_LIMIT:
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_NOT_ENOUGH_QUOTA:
    case ERROR_DISK_FULL:
      fail(Code::outOfResources, call, told);
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_FILENAME_EXCED_RANGE:
      fail(Code::invalidKey, call, told);
    case ERROR_INVALID_PARAMETER:
      fail(Code::invalidSize, call, told);
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
      fail(Code::unsupported, call, told);
    default:
      fail(Code::unknown, call, told);
  }
}

void failStatus(const char* call, LONG status) {
  failNumber(call, ::RtlNtStatusToDosError(status));
}

std::wstring toWide(std::string_view text, const char* call) {
  if (text.empty()) return {};
  const int length = static_cast<int>(text.size());
  const int count = ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), length, nullptr, 0);
  if (count == 0) fail(Code::invalidKey, call, ERROR_NO_UNICODE_TRANSLATION);
  std::wstring wide(static_cast<std::size_t>(count), L'\0');
  ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), length, wide.data(), count);
  return wide;
}

std::string toUtf8(std::wstring_view text) {
  if (text.empty()) return {};
  const int length = static_cast<int>(text.size());
  const int count = ::WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<std::size_t>(count), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, text.data(), length, narrow.data(), count, nullptr, nullptr);
  return narrow;
}

}  // namespace lens
