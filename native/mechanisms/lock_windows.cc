// Named semaphores, and mutants, which the functions of Windows call mutexes.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "../nt_windows.h"
#include "../processes.h"
#include "windows_windows.h"

namespace lens::windows {
namespace {

using std::chrono::milliseconds;

constexpr DWORD semaphoreUse = SYNCHRONIZE | SEMAPHORE_MODIFY_STATE | nt::semaphoreQuery;
constexpr DWORD mutantUse = SYNCHRONIZE | nt::mutantQuery;

section::Name nameOf(const Key& key) {
  return section::nameOf(key, "OpenSemaphoreW");
}

std::optional<nt::SemaphoreState> stateOfSemaphore(HANDLE handle) {
  nt::SemaphoreState state{};
  if (::NtQuerySemaphore(handle, nt::basic, &state, sizeof state, nullptr) < 0) return std::nullopt;
  return state;
}

std::optional<nt::MutantState> stateOfMutant(HANDLE handle) {
  nt::MutantState state{};
  if (::NtQueryMutant(handle, nt::basic, &state, sizeof state, nullptr) < 0) return std::nullopt;
  return state;
}

/// Whether the wait ended with the lock: also where its holder ended before it gave the lock back.
bool waited(HANDLE handle, milliseconds slice) {
  const DWORD result = ::WaitForSingleObject(handle, static_cast<DWORD>(slice.count()));
  if (result == WAIT_OBJECT_0 || result == WAIT_ABANDONED) return true;
  if (result == WAIT_TIMEOUT) return false;
  failSystem("WaitForSingleObject");
}

class NamedSemaphore final : public Semaphore {
 public:
  explicit NamedSemaphore(KernelHandle handle) : handle_(std::move(handle)) {}

  bool wait(milliseconds slice) override { return waited(handle_.get(), slice); }
  void post() override {
    if (::ReleaseSemaphore(handle_.get(), 1, nullptr) == 0) failSystem("ReleaseSemaphore");
  }
  const char* waitCall() const override { return "WaitForSingleObject"; }

  /// Nobody else has it open, so nobody can give it back.
  void revive() override {
    const auto state = stateOfSemaphore(handle_.get());
    if (state && state->value == 0 && section::handlesOf(handle_.get()) == 1) post();
  }

  std::int64_t reset(std::int64_t value, std::optional<std::int64_t>) override {
    if (valueNow() != value) fail(Code::conflict, "NtQuerySemaphore");
    if (value == 0) post();
    // Another may post at the same moment: what is too much is taken back.
    while (valueNow() > 1 && wait(milliseconds(0))) continue;
    return valueNow();
  }
  /// It goes with the last handle.
  void discard() noexcept override {}

 private:
  std::int64_t valueNow() const {
    const auto state = stateOfSemaphore(handle_.get());
    if (!state) fail(Code::permissionDenied, "NtQuerySemaphore", ERROR_ACCESS_DENIED);
    return state->value;
  }

  const KernelHandle handle_;
};

/// A mutant belongs to a thread. So that any thread may take it here and any other give it back, one that
/// lives as long as this object does both.
class NamedMutant final : public Semaphore {
 public:
  explicit NamedMutant(KernelHandle handle) : handle_(std::move(handle)), keeper_([this] { keep(); }) {}
  ~NamedMutant() override {
    ask(Order::end);
    keeper_.join();
  }

  bool wait(milliseconds slice) override { return ask(Order::wait, slice); }
  void post() override { ask(Order::release); }
  const char* waitCall() const override { return "WaitForSingleObject"; }
  /// The system gives a mutant back whose holder ended.
  void revive() override {}
  std::int64_t reset(std::int64_t, std::optional<std::int64_t>) override {
    fail(Code::unsupported, "ReleaseMutex");
  }
  void discard() noexcept override {}

 private:
  enum class Order { none, wait, release, end };

  /// Has the keeper do it, and waits until it is done.
  bool ask(Order order, milliseconds slice = milliseconds(0)) {
    std::unique_lock held(mutex_);
    order_ = order;
    slice_ = slice;
    changed_.notify_all();
    changed_.wait(held, [this] { return order_ == Order::none; });
    if (const auto failure = std::exchange(failure_, std::nullopt)) throw *failure;
    return taken_;
  }

  void keep() {
    std::unique_lock held(mutex_);
    for (Order order = Order::none; order != Order::end;) {
      changed_.wait(held, [this] { return order_ != Order::none; });
      order = order_;
      try {
        if (order == Order::wait) taken_ = waited(handle_.get(), slice_);
        if (order == Order::release && ::ReleaseMutex(handle_.get()) == 0) failSystem("ReleaseMutex");
      } catch (const Error& error) {
        failure_ = error;
      }
      order_ = Order::none;
      changed_.notify_all();
    }
  }

  const KernelHandle handle_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Order order_ = Order::none;
  milliseconds slice_{0};
  bool taken_ = false;
  std::optional<Error> failure_;
  std::thread keeper_;
};

/// Opened for each look: a handle that stood would keep what it leads to after its last user.
class NamedLook final : public Look {
 public:
  explicit NamedLook(const Key& key) : name_(nameOf(key)) {}

  const Peek& peek() override {
    found_ = {};
    const KernelHandle semaphore(::OpenSemaphoreW(nt::semaphoreQuery, FALSE, name_.given.c_str()));
    DWORD number = semaphore ? ERROR_SUCCESS : ::GetLastError();
    if (semaphore) {
      seen();
      if (const auto state = stateOfSemaphore(semaphore.get())) {
        found_.value = state->value;
        found_.maximum = state->maximum;
      }
    }
    if (number == ERROR_INVALID_HANDLE) number = peekMutant();
    if (number == ERROR_ACCESS_DENIED) {
      seen();
      found_.readable = false;
    }
    return found_;
  }

 private:
  void seen() {
    found_.exists = found_.readable = true;
    found_.identity = "0:" + std::to_string(section::numberOf(name_.path));
  }

  DWORD peekMutant() {
    const KernelHandle mutant(::OpenMutexW(nt::mutantQuery, FALSE, name_.given.c_str()));
    if (!mutant) return ::GetLastError();
    seen();
    const auto state = stateOfMutant(mutant.get());
    if (!state) return ERROR_SUCCESS;
    found_.value = state->count > 0 ? 1 : 0;
    found_.abandoned = state->abandoned;
    nt::MutantOwner owner{};
    const bool told = found_.value == 0 &&
                      ::NtQueryMutant(mutant.get(), nt::mutantOwner, &owner, sizeof owner, nullptr) >= 0 &&
                      owner.process;
    if (!told) return ERROR_SUCCESS;
    const auto pid = static_cast<pid_t>(reinterpret_cast<ULONG_PTR>(owner.process));
    found_.lastPid = pid;
    found_.lastPidAlive = true;
    if (const auto holder = process(pid)) found_.lastPidName = holder->name;
    return ERROR_SUCCESS;
  }

  const section::Name name_;
  Peek found_;
};

}  // namespace

std::unique_ptr<Look> look(const Key& key) {
  return std::make_unique<NamedLook>(key);
}

OpenedLock openLock(const Key& key, bool create) {
  const section::Name name = nameOf(key);
  const wchar_t* const given = name.given.c_str();
  KernelHandle semaphore(::OpenSemaphoreW(semaphoreUse, FALSE, given));
  if (semaphore) return {std::make_unique<NamedSemaphore>(std::move(semaphore)), false};
  const DWORD number = ::GetLastError();
  if (number == ERROR_INVALID_HANDLE) {
    KernelHandle mutant(::OpenMutexW(mutantUse, FALSE, given));
    if (!mutant) failSystem("OpenMutexW");
    return {std::make_unique<NamedMutant>(std::move(mutant)), false};
  }
  if (number != ERROR_FILE_NOT_FOUND || !create) failNumber("OpenSemaphoreW", number);
  ::SetLastError(ERROR_SUCCESS);
  KernelHandle made(::CreateSemaphoreW(nullptr, 1, MAXLONG, given));
  if (!made) failSystem("CreateSemaphoreW");
  const bool created = ::GetLastError() != ERROR_ALREADY_EXISTS;
  return {std::make_unique<NamedSemaphore>(std::move(made)), created};
}

}  // namespace lens::windows
