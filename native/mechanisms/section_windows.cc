#include "section_windows.h"

#include <algorithm>
#include <mutex>

#include "../nt_windows.h"

namespace lens::section {
namespace {

/// NAME_MAX of the kernel's: UNICODE_STRING counts bytes in 16 bits; the directory and a NUL need some of
/// them.
constexpr std::size_t longestName = 32'000;
constexpr unsigned mostRegions = 65'536;

/// A handle that is open only to look would count as one more peer for another look at the same time.
std::mutex& looking() {
  static std::mutex one;
  return one;
}

std::string identityOf(const Name& name) {
  return "0:" + std::to_string(numberOf(name.path));
}

/// Before the first byte: of memory that is only reserved, nobody but the program that does so can make any.
void refuseReserved(const std::byte* from, std::size_t length) {
  MEMORY_BASIC_INFORMATION region;
  for (const std::byte* at = from; at < from + length;
       at = static_cast<const std::byte*>(region.BaseAddress) + region.RegionSize) {
    if (::VirtualQuery(at, &region, sizeof region) == 0) failSystem("VirtualQuery");
    if (region.State != MEM_COMMIT) fail(Code::outOfResources, "WriteProcessMemory", ERROR_NOACCESS);
  }
}

class SectionEdit final : public Edit {
 public:
  explicit SectionEdit(const Name& name) : view_(name, FILE_MAP_READ | FILE_MAP_WRITE) {}
  void read(std::uint64_t offset, std::span<std::byte> target) override {
    if (view_.read(offset, target) < target.size()) fail(Code::invalidSize, "ReadProcessMemory");
  }
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override { view_.write(offset, bytes); }

 private:
  const View view_;
};

/// What the two sorts of opening have in common.
class SectionSegment : public Segment {
 public:
  SectionSegment(Access access, bool writable, Name name)
      : Segment(access, writable, identityOf(name)), name_(std::move(name)) {}

  Info info() override {
    refuseClosed();
    return describe(name_);
  }
  std::optional<Place> nextData(std::uint64_t offset) override {
    refuseClosed();
    return Place{offset, false};
  }
  std::unique_ptr<Edit> edit() override {
    refuseClosed();
    return std::make_unique<SectionEdit>(name_);
  }
  int wake(std::uint64_t) override { fail(Code::unsupported, "WakeByAddressSingle"); }
  void resize(std::uint64_t) override { fail(Code::unsupported, "CreateFileMappingW"); }
  Route findRoute() override {
    refuseClosed();
    return route();
  }

 protected:
  virtual void refuseClosed() const = 0;
  const Name name_;
};

/// Opens for each look and lets go at once: a handle that stood would keep the memory and its name after the
/// last peer has gone, and the next one would find the old bytes.
class ObservedSection final : public SectionSegment {
 public:
  ObservedSection(bool writable, Name name) : SectionSegment(Access::observe, writable, std::move(name)) {}

  Route route() const override { return Route::momentary; }
  State state() override {
    return look([](const View& view) -> State { return {view.size(), false, view.handles() - 1}; });
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override {
    return look([&](const View& view) { return view.read(offset, target); });
  }
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    refuseClosed();
    if (!writable) fail(Code::permissionDenied, "WriteProcessMemory", ERROR_ACCESS_DENIED);
    const std::scoped_lock guard(looking());
    View(name_, FILE_MAP_READ | FILE_MAP_WRITE).write(offset, bytes);
  }
  Detached detach(bool) override {
    refuseClosed();
    close();
    return {std::nullopt, false};
  }
  void close() noexcept override { closed_ = true; }

 private:
  void refuseClosed() const override {
    if (closed_) fail(Code::closed, "CloseHandle");
  }
  template <typename Take>
  auto look(Take take) -> decltype(take(std::declval<const View&>())) {
    refuseClosed();
    const std::scoped_lock guard(looking());
    try {
      return take(View(name_, FILE_MAP_READ));
    } catch (const Error& error) {
      // It was there when it was opened.
      if (error.code == Code::notFound) fail(Code::gone, error.call, error.number);
      throw;
    }
  }

  std::atomic<bool> closed_{false};
};

/// A peer like any other: a handle and a view that stay.
class AttachedSection final : public SectionSegment {
 public:
  AttachedSection(bool writable, Name name, std::shared_ptr<const View> view)
      : SectionSegment(Access::attach, writable, std::move(name)), view_(std::move(view)) {}

  Route route() const override { return Route::own; }
  State state() override {
    const auto view = use();
    return {view->size(), false, view->handles()};
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override {
    return use()->read(offset, target);
  }
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const auto view = use();
    if (!writable) fail(Code::permissionDenied, "WriteProcessMemory", ERROR_ACCESS_DENIED);
    view->write(offset, bytes);
  }
  Detached detach(bool) override {
    const std::int64_t remaining = use()->handles() - 1;
    close();
    return {remaining, remaining == 0};
  }
  void close() noexcept override {
    const std::scoped_lock guard(mutex_);
    view_.reset();
  }

 private:
  void refuseClosed() const override { use(); }
  /// Stays mapped for as long as it is used, whoever closes it meanwhile.
  std::shared_ptr<const View> use() const {
    const std::scoped_lock guard(mutex_);
    if (!view_) fail(Code::closed, "CloseHandle");
    return view_;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const View> view_;
};

}  // namespace

std::wstring sessionDirectory() {
  DWORD session = 0;
  if (::ProcessIdToSessionId(::GetCurrentProcessId(), &session) == 0 || session == 0)
    return std::wstring(globalDirectory);
  return L"\\Sessions\\" + std::to_wstring(session) + std::wstring(globalDirectory);
}

Name nameOf(const Key& key, const char* call) {
  const auto* name = std::get_if<ObjectName>(&key);
  if (!name) fail(Code::invalidKey, call);
  std::wstring given = toWide(name->name, call);
  const bool local = given.starts_with(L"Local\\");
  if (local) given.erase(0, 6);
  const bool global = !local && given.starts_with(L"Global\\");
  const std::wstring own = global ? given.substr(7) : given;
  if (own.empty() || own.find(L'\\') != own.npos || own.find(L'\0') != own.npos)
    fail(Code::invalidKey, call, ERROR_INVALID_NAME);
  if (own.size() > longestName) fail(Code::invalidKey, call, ERROR_FILENAME_EXCED_RANGE);
  return {given, (global ? std::wstring(globalDirectory) : sessionDirectory()) + L"\\" + own};
}

/// FNV-1a.
std::uint64_t numberOf(std::wstring_view path) {
  std::uint64_t number = 0xcbf29ce484222325;
  for (const wchar_t unit : path) number = (number ^ unit) * 0x100000001b3;
  return (number ^ number >> 53) & ((1ull << 53) - 1);
}

std::int64_t handlesOf(HANDLE handle) {
  nt::ObjectState state{};
  const LONG status = ::NtQueryObject(handle, static_cast<OBJECT_INFORMATION_CLASS>(nt::basic), &state,
                                      sizeof state, nullptr);
  if (status < 0) failStatus("NtQueryObject", status);
  return state.handles;
}

View::View(const Name& name, DWORD access) {
  section_ = KernelHandle(::OpenFileMappingW(access | SECTION_QUERY, FALSE, name.given.c_str()));
  // Who may read need not be allowed to ask how long it is.
  if (!section_ && ::GetLastError() == ERROR_ACCESS_DENIED)
    section_ = KernelHandle(::OpenFileMappingW(access, FALSE, name.given.c_str()));
  if (!section_) failSystem("OpenFileMappingW");
  map(access);
}

View::View(KernelHandle section, DWORD access) : section_(std::move(section)) {
  map(access);
}

View::~View() {
  if (base_) ::UnmapViewOfFile(base_);
}

void View::map(DWORD access) {
  base_ = static_cast<std::byte*>(::MapViewOfFile(section_.get(), access, 0, 0, 0));
  if (!base_) failSystem("MapViewOfFile");
  nt::SectionState state{};
  const bool told = ::NtQuerySection(section_.get(), nt::basic, &state, sizeof state, nullptr) >= 0;
  size_ = told ? static_cast<std::uint64_t>(state.size.QuadPart) : measured();
}

/// VirtualQuery tells of one run of equal pages at a time.
std::uint64_t View::measured() const {
  std::uint64_t size = 0;
  MEMORY_BASIC_INFORMATION region;
  for (unsigned count = 0; count < mostRegions; ++count) {
    if (::VirtualQuery(base_ + size, &region, sizeof region) == 0 || region.AllocationBase != base_) break;
    size += region.RegionSize;
  }
  return size;
}

std::size_t View::read(std::uint64_t offset, std::span<std::byte> target) const {
  if (offset >= size_) return 0;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), size_ - offset));
  std::size_t done = 0;
  while (done < length) {
    SIZE_T count = 0;
    ::ReadProcessMemory(::GetCurrentProcess(), base_ + offset + done, target.data() + done, length - done,
                        &count);
    done += count;
    if (done == length) break;
    const DWORD number = ::GetLastError();
    MEMORY_BASIC_INFORMATION region;
    if (::VirtualQuery(base_ + offset + done, &region, sizeof region) == 0) failSystem("VirtualQuery");
    if (region.State == MEM_COMMIT && count == 0) failNumber("ReadProcessMemory", number);
    if (region.State == MEM_COMMIT) continue;
    // Of memory that is only reserved, nobody has written anything yet.
    const auto end = static_cast<std::byte*>(region.BaseAddress) + region.RegionSize;
    const auto empty = std::min<std::size_t>(length - done, end - (base_ + offset + done));
    std::fill_n(target.data() + done, empty, std::byte{});
    done += empty;
  }
  return length;
}

void View::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  if (offset > size_ || bytes.size() > size_ - offset) fail(Code::invalidSize, "WriteProcessMemory");
  if (bytes.empty()) return;
  refuseReserved(base_ + offset, bytes.size());
  SIZE_T count = 0;
  if (::WriteProcessMemory(::GetCurrentProcess(), base_ + offset, bytes.data(), bytes.size(), &count) == 0)
    failSystem("WriteProcessMemory");
}

Info describe(const Name& name) {
  Info info;
  info.mechanism = "windows";
  info.name = toUtf8(name.given);
  info.device = 0;
  info.inode = numberOf(name.path);
  const std::scoped_lock guard(looking());
  try {
    const View view(name, FILE_MAP_READ);
    info.size = info.allocated = view.size();
    info.attachCount = view.handles() - 1;
    info.mode = 0400;
  } catch (const Error& error) {
    if (error.code != Code::permissionDenied) throw;
  }
  const KernelHandle writing(::OpenFileMappingW(FILE_MAP_WRITE, FALSE, name.given.c_str()));
  if (writing) info.mode |= 0200;
  return info;
}

std::shared_ptr<Segment> open(const Name& name, const Opening& opening) {
  const DWORD access = FILE_MAP_READ | (opening.write ? FILE_MAP_WRITE : 0);
  auto view = std::make_shared<const View>(name, access);
  if (opening.access == Access::observe) return std::make_shared<ObservedSection>(opening.write, name);
  return std::make_shared<AttachedSection>(opening.write, name, std::move(view));
}

std::shared_ptr<Segment> create(const Name& name, std::uint64_t size) {
  ::SetLastError(ERROR_SUCCESS);
  KernelHandle made(::CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE,
                                         static_cast<DWORD>(size >> 32), static_cast<DWORD>(size),
                                         name.given.c_str()));
  const DWORD number = ::GetLastError();
  // An object of another kind has the name as well as a section has it.
  if (!made) failNumber("CreateFileMappingW", number, Code::alreadyExists);
  if (number == ERROR_ALREADY_EXISTS) failNumber("CreateFileMappingW", number);
  auto view = std::make_shared<const View>(std::move(made), FILE_MAP_READ | FILE_MAP_WRITE);
  return std::make_shared<AttachedSection>(true, name, std::move(view));
}

}  // namespace lens::section
