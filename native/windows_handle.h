/// What the files for Windows share: handles, errors and text of the system.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>
#include <utility>

#include "ipc.h"

namespace lens {

/// A handle of the kernel's, closed at the end of its life; may be empty.
class KernelHandle {
 public:
  KernelHandle() = default;
  explicit KernelHandle(HANDLE handle) : handle_(handle) {}
  KernelHandle(KernelHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  KernelHandle& operator=(KernelHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~KernelHandle() {
    if (handle_) ::CloseHandle(handle_);
  }
  HANDLE get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  HANDLE handle_ = nullptr;
};

/// Throws what `number`, or GetLastError, means. `mismatch`: what it means that an object of another kind has
/// the name, which the system calls an invalid handle.
[[noreturn]] void failNumber(const char* call, DWORD number, Code mismatch = Code::unsupported);
[[noreturn]] inline void failSystem(const char* call, Code mismatch = Code::unsupported) {
  failNumber(call, ::GetLastError(), mismatch);
}
/// The same of what a function of ntdll answers.
[[noreturn]] void failStatus(const char* call, LONG status);

/// UTF-16 of UTF-8; `invalid-key` of `call` where it is none.
std::wstring toWide(std::string_view text, const char* call);
/// UTF-8 of UTF-16. Half a surrogate pair, which the kernel takes in a name, becomes U+FFFD.
std::string toUtf8(std::wstring_view text);

}  // namespace lens
