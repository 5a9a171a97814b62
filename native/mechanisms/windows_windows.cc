// Named sections, semaphores and mutants: whatever has a name in the namespaces of Windows.
#include "windows_windows.h"

namespace lens {
namespace {

class Windows final : public Mechanism {
 public:
  Windows() : Mechanism("windows") {}

  std::vector<Info> list() const override {
    const std::wstring own = section::sessionDirectory();
    std::vector<Info> found;
    listIn(own, L"", found);
    if (own != section::globalDirectory) listIn(std::wstring(section::globalDirectory), L"Global\\", found);
    return found;
  }

  Info info(const Key& key) const override { return section::describe(nameOf(key)); }

  bool exists(const Key& key) const override {
    const section::Name name = nameOf(key);
    if (KernelHandle(::OpenFileMappingW(SECTION_QUERY, FALSE, name.given.c_str()))) return true;
    const DWORD number = ::GetLastError();
    if (number == ERROR_FILE_NOT_FOUND) return false;
    if (number == ERROR_ACCESS_DENIED || number == ERROR_INVALID_HANDLE) return true;
    failNumber("OpenFileMappingW", number);
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    return section::open(nameOf(key), opening);
  }
  /// Who may open it, the system decides by who we are: there are no permission bits.
  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned) const override {
    return section::create(nameOf(key), size);
  }
  /// Nobody can: it goes with the last handle to it.
  void remove(const Key&, std::string_view) const override { fail(Code::unsupported, "CloseHandle"); }

  std::unique_ptr<Look> look(const Key& key) const override { return windows::look(key); }
  OpenedLock openLock(const Key& key, bool create) const override { return windows::openLock(key, create); }
  void removeLock(const Key&) const override { fail(Code::unsupported, "CloseHandle"); }

  Limits limits() const override {
    MEMORYSTATUSEX memory{};
    memory.dwLength = sizeof memory;
    if (::GlobalMemoryStatusEx(&memory) == 0) return {};
    return {memory.ullTotalPageFile, memory.ullAvailPageFile, std::nullopt};
  }

 private:
  static section::Name nameOf(const Key& key) { return section::nameOf(key, "OpenFileMappingW"); }

  static void listIn(const std::wstring& directory, std::wstring_view prefix, std::vector<Info>& found) {
    for (const std::wstring& name : windows::namesIn(directory, L"Section")) {
      try {
        found.push_back(section::describe({std::wstring(prefix) + name, directory + L"\\" + name}));
      } catch (const Error& error) {
        // Gone meanwhile, or nothing that can be mapped.
        if (error.code == Code::outOfResources) throw;
      }
    }
  }
};

const Windows registration;

}  // namespace
}  // namespace lens
