#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "bell.h"
#include "buffer.h"
#include "numbers.h"
#include "pattern.h"
#include "work.h"

namespace lens {

/// Goes once over a stretch of a segment on a thread of its own and finds what is sought, in the order of
/// offsets. Holes are skipped where they cannot match, and always stay holes. Except for the thread, of one
/// thread only.
class Search final : public Work {
 public:
  /// Any of the patterns, or a number in the range.
  using Sought = std::variant<std::vector<Pattern>, NumberRange>;
  struct Scope {
    /// Where a hit may begin, and before where it ends.
    std::uint64_t start, end;
    /// 1, 2, 4, 8 or 16: what the offset of a hit is a multiple of.
    unsigned alignment;
    /// Hits after which it ends.
    std::size_t most;
  };
  struct Hit {
    std::uint64_t offset;
    std::size_t length;
  };
  struct Batch {
    /// Those since the last batch.
    std::vector<Hit> hits;
    /// Everything before is searched; `end` is that of the scope or of the segment.
    std::uint64_t position, end;
    std::size_t total;
    /// There are more than `most`.
    bool capped, done;
  };

  /// `told` is called on the thread when there is something to take, at once at the first hit and at the end,
  /// else at most every 50 ms; it must not call back. Throws std::system_error where there is no thread.
  Search(std::shared_ptr<Segment> segment, Sought sought, Scope scope, std::function<void(Work&)> told);
  ~Search() override { stop(); }

  /// What was found since the last time. Throws what the search failed with, which ended it.
  Batch take();
  void stop() noexcept override;

 private:
  using Clock = Bell::Clock;

  void run();
  void search();
  bool scan(std::uint64_t from, std::uint64_t to);
  std::vector<Hit> hitsIn(std::span<const std::uint8_t> in, std::size_t starts, std::uint64_t first,
                          std::size_t most);
  void tell();

  // Of the thread.
  std::vector<Finder> finders_;
  std::optional<NumberRange> numbers_;
  std::size_t longest_ = 0;
  bool matchesZeros_ = false;
  std::optional<Buffer> buffer_;
  std::vector<std::size_t> places_;

  const Scope scope_;
  const std::function<void(Work&)> told_;
  mutable std::mutex mutex_;
  Batch batch_;
  std::optional<Error> failure_;
  Clock::time_point toldAt_;
  bool untaken_ = false;
  std::atomic<bool> ended_{false};

  std::thread thread_;
};

}  // namespace lens
