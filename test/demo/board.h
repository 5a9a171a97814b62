// What the two programs of the demo share: a header that a person can read in a hex view, and lines of text.
#pragma once
#include <unistd.h>

#include <QSharedMemory>
#include <QString>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

/** The first 64 bytes; numbers are little-endian. The lines follow. test/demo/board.ts has the same. */
struct Header {
  char magic[4];         // "SHM1"
  std::uint32_t used;    // bytes of text after the header
  std::uint32_t ticks;   // counts up with every line
  std::uint32_t wanted;  // size in bytes that the segment is to have, 0: it suffices
  std::uint32_t peers;   // who is attached, by their own account
  std::uint32_t laps;    // how often the text started over at this size
  std::uint32_t writer;  // process that wrote last
  std::uint32_t reserved;
  char greeting[32];  // "Hello from another process!"
};
static_assert(sizeof(Header) == 64);

inline const char* greeting = "Hello from another process!";

/** Command line: [KEY] [--size N] [--limit N] [--laps N]. */
struct Options {
  QString key = QStringLiteral("mySharedMemoryKey");
  std::uint32_t size = 1024;   // bytes at first
  std::uint32_t limit = 8192;  // bytes at most; when that is full, the text starts over
  std::uint32_t laps = 1;      // how often the text fills a segment before it grows

  Options(int count, char** arguments) {
    for (int i = 1; i < count; i++) {
      const std::string name = arguments[i];
      std::uint32_t* number = name == "--size"    ? &size
                              : name == "--limit" ? &limit
                              : name == "--laps"  ? &laps
                                                  : nullptr;
      if (number != nullptr && i + 1 < count) {
        *number = static_cast<std::uint32_t>(std::stoul(arguments[++i]));
      } else if (name.rfind("--", 0) == 0) {
        std::fprintf(stderr, "%s [KEY] [--size N] [--limit N] [--laps N]\n", arguments[0]);
        std::exit(2);
      } else {
        key = QString::fromLocal8Bit(arguments[i]);
      }
    }
  }
};

inline std::atomic<bool> leaving{false};

/** SIGINT and SIGTERM ask to leave; the loops see it at their next turn. */
inline void leaveOnSignals() {
  struct sigaction action = {};
  action.sa_handler = [](int) { leaving = true; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

inline void pause(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

/** A segment of Qt with the header in it. Everything between lock() and unlock() is the caller's. */
class Board {
 public:
  explicit Board(const QString& key) : memory(key) {}

  /** Attaches where the segment exists and has at least `size` bytes. */
  bool attach(std::uint32_t size) {
    if (!memory.attach()) return false;
    if (static_cast<std::uint32_t>(memory.size()) < size) {
      memory.detach();
      return false;
    }
    return join();
  }

  /**
   * Creates the segment with `size` bytes. False where it exists. Attach first: creating over a segment in
   * use would give its lock free.
   */
  bool create(std::uint32_t size, const std::vector<char>& bytes = {}) {
    if (!memory.create(static_cast<int>(size))) return false;
    memory.lock();
    const std::uint32_t peers = header().peers;  // somebody may have joined since
    if (bytes.empty())
      std::memcpy(header().magic, "SHM1", 4);
    else
      std::memcpy(memory.data(), bytes.data(), bytes.size());
    header().peers = peers;
    header().wanted = 0;
    header().laps = 0;
    memory.unlock();
    return join();
  }

  /** Leaves; the last one removes the segment: that is what detaching does. */
  void leave() {
    if (!memory.isAttached()) return;
    memory.lock();
    header().peers--;
    memory.unlock();
    memory.detach();
  }

  bool lock() { return memory.lock(); }
  void unlock() { memory.unlock(); }
  bool isAttached() const { return memory.isAttached(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(memory.size()); }
  std::uint32_t room() const { return size() - sizeof(Header); }
  Header& header() { return *static_cast<Header*>(memory.data()); }
  char* text() { return static_cast<char*>(memory.data()) + sizeof(Header); }
  std::string error() const { return memory.errorString().toStdString(); }

  std::vector<char> bytes() {
    const auto* first = static_cast<const char*>(memory.constData());
    return {first, first + sizeof(Header) + header().used};
  }

 private:
  bool join() {
    memory.lock();
    header().peers++;
    memory.unlock();
    return true;
  }

  QSharedMemory memory;
};

/** One line for whoever started us. */
inline void say(const std::string& what) {
  std::printf("%s\n", what.c_str());
  std::fflush(stdout);
}
