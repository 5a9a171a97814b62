#include "exchange.h"

#include <algorithm>
#include <cstring>

#include "system.h"

namespace lens {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Patience::Patience(milliseconds timeout, Flag stop, Flag cancel)
    : deadline_(steady_clock::now() + timeout), stop_(std::move(stop)), cancel_(std::move(cancel)) {}

bool Patience::over() const {
  return steady_clock::now() >= deadline_;
}

bool Patience::cancelled() const {
  return (stop_ && *stop_) || (cancel_ && *cancel_);
}

milliseconds Patience::slice() const {
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
  return std::clamp(left, milliseconds{0}, milliseconds{20});
}

Held::Held(OpenedLock lock, const Patience& patience)
    : created(lock.created), semaphore_(std::move(lock.semaphore)) {
  while (true) {
    if (patience.cancelled()) fail(Code::busy, "cancel");
    const bool last = patience.over();
    if (waited(last ? milliseconds{0} : patience.slice())) break;
    if (last) fail(Code::busy, semaphore_->waitCall(), number::timedOut);
  }
  since_ = steady_clock::now();
  held_ = true;
}

/// What was made to be taken and cannot be is not left.
bool Held::waited(milliseconds slice) {
  try {
    return semaphore_->wait(slice);
  } catch (const Error&) {
    discard();
    throw;
  }
}

Held::~Held() {
  try {
    release();
  } catch (const Error&) {
    // The semaphore is gone, and with it the lock.
  }
}

double Held::release() {
  if (!held_.exchange(false)) return 0;
  semaphore_->post();
  return std::chrono::duration<double, std::micro>(steady_clock::now() - since_).count();
}

void Held::discard() noexcept {
  if (created) semaphore_->discard();
}

namespace {

std::optional<OpenedLock> openExisting(const Key& key) {
  try {
    return mechanism(key).openLock(key, false);
  } catch (const Error& error) {
    if (error.code != Code::notFound) throw;
    return std::nullopt;
  }
}

}  // namespace

Exchanged exchange(Segment& segment, const std::optional<Key>& lock, std::uint64_t offset,
                   std::optional<std::span<const std::byte>> expected, std::span<const std::byte> bytes,
                   const Patience& patience) {
  Exchanged result{false, std::vector<std::byte>(expected ? expected->size() : 0), 0};
  const auto edit = segment.edit();
  const auto apply = [&] {
    if (expected) edit->read(offset, result.found);
    // std::equal compares std::byte one by one: four times as long under the lock.
    result.written = !expected || expected->empty() ||
                     std::memcmp(expected->data(), result.found.data(), expected->size()) == 0;
    if (result.written) edit->write(offset, bytes);
  };
  if (!lock) {
    apply();
    return result;
  }
  OpenedLock opened = mechanism(*lock).openLock(*lock, false);
  // Whatever is slow the first time is done before the lock is taken.
  if (expected) edit->read(offset, result.found);
  Held held(std::move(opened), patience);
  apply();
  result.heldUs = held.release();
  return result;
}

Copied copyLocked(Segment& segment, const Key& lock, std::uint64_t offset, std::size_t length,
                  const Patience& patience) {
  Copied result{std::vector<std::byte>(length), 0};
  segment.read(offset, result.bytes);
  Held held(mechanism(lock).openLock(lock, false), patience);
  result.bytes.resize(segment.read(offset, result.bytes));
  result.heldUs = held.release();
  return result;
}

Detached detach(Segment& segment, bool removeIfLast, const std::optional<Key>& lock,
                const Patience& patience) {
  auto opened = lock ? openExisting(*lock) : std::nullopt;
  if (!opened) return segment.detach(removeIfLast);
  Held held(std::move(*opened), patience);
  return segment.detach(removeIfLast);
}

std::shared_ptr<Segment> create(const Key& key, const Creation& creation, const Patience& patience) {
  const Mechanism& memory = mechanism(key);
  // Before the lock is touched: Qt's create() on an existing segment resets a lock that is held.
  if (memory.exists(key)) fail(Code::alreadyExists, "create", number::alreadyThere);
  if (!creation.lock) return memory.create(key, creation.size, creation.mode);
  OpenedLock lock = mechanism(*creation.lock).openLock(*creation.lock, true);
  if (!lock.created) lock.semaphore->revive();
  Held held(std::move(lock), patience);
  try {
    auto segment = memory.create(key, creation.size, creation.mode);
    held.release();
    return segment;
  } catch (const Error&) {
    held.release();
    held.discard();
    throw;
  }
}

}  // namespace lens
