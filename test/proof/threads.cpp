// The addon's threads, all on one POSIX segment, built with ThreadSanitizer: `threads NAME ROUNDS`. Watches,
// sweeps and searches run while other threads read, exchange under the lock, resize, ask for other windows
// and close. A data race ends it with the report of the sanitizer.
#include <sys/mman.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "../../native/exchange.h"
#include "../../native/search.h"
#include "../../native/sweep.h"
#include "../../native/watch.h"

namespace {

using namespace lens;

constexpr std::size_t size = 1 << 20;

Patience patience() {
  return {std::chrono::seconds(10), std::make_shared<std::atomic<bool>>(false), nullptr};
}

/// What a failure is worth here: the segment may be too short just now, or closed.
void quietly(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.code != Code::invalidSize && error.code != Code::closed) throw;
  }
}

void edit(Segment& segment, const Key& lock, int round) {
  std::array<std::byte, 64> bytes;
  for (int at = 0; at < 200; ++at) {
    bytes.fill(static_cast<std::byte>(round + at));
    const auto offset = static_cast<std::uint64_t>(at) * 4096 % (size - bytes.size());
    quietly([&] { exchange(segment, lock, offset, std::nullopt, bytes, patience()); });
  }
}

void read(Segment& segment, const Key& lock) {
  std::array<std::byte, 4096> bytes;
  for (int at = 0; at < 200; ++at) {
    quietly([&] { segment.read(static_cast<std::uint64_t>(at) * 4096, bytes); });
    quietly([&] { copyLocked(segment, lock, 0, bytes.size(), patience()); });
    quietly([&] { segment.state(); });
  }
}

void resize(Segment& segment) {
  for (int at = 0; at < 50; ++at) quietly([&] { segment.resize(at % 2 == 0 ? size / 2 : size); });
}

void round(const Key& key, int number) {
  const auto segment = mechanism(key).open(key, {Access::attach, true, false});
  std::atomic<int> calls{0};
  const auto called = [&](Work&) { ++calls; };
  Watch watch(segment, key, {0, 4096}, 1000, called);
  Sweep sweep(segment, 1, called);
  Pattern pattern{std::vector<std::uint8_t>(16, 0xa5), std::vector<std::uint8_t>(16, 0xff)};
  Search search(segment, std::vector<Pattern>{pattern}, {0, size, 1, 1000}, called);
  std::thread editing([&] { edit(*segment, key, number); });
  std::thread reading([&] { read(*segment, key); });
  std::thread resizing([&] { resize(*segment); });
  for (int at = 0; at < 100; ++at) {
    watch.window({static_cast<std::uint64_t>(at) * 4096, 65536});
    watch.underLock(at % 3 == 0);
    if (watch.take()) watch.go(true);
    quietly([&] { sweep.map(0, size, 64); });
    sweep.budget(at % 2 == 0 ? 1 : 0.5);
    quietly([&] { search.take(); });
    std::this_thread::yield();
  }
  editing.join();
  reading.join();
  resizing.join();
  if (number % 2 == 0) segment->close();
  search.stop();
  sweep.stop();
  watch.stop();
  if (calls == 0) std::abort();
}

}  // namespace

int main(int, char** arguments) {
  const Key key = ObjectName{arguments[1]};
  try {
    const auto made = create(key, {size, 0600, key}, patience());
    for (int number = 0; number < std::atoi(arguments[2]); ++number) round(key, number);
    mechanism(key).remove(key, made->identity);
    mechanism(key).removeLock(key);
  } catch (const Error& error) {
    std::printf("%s %s %d\n", std::string(name(error.code)).c_str(), error.call, error.number);
    return 1;
  }
  return 0;
}
