#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "ipc.h"

namespace lens {

/// What a sweep knows of a segment, cut into grains of equal length: of each a digest of 48 bits, how full it
/// is and when it last changed. 10 bytes a grain, and nothing where there were holes only. Of one thread at a
/// time, except for `same`, which may run beside map and changedSince.
class Grains {
 public:
  /// Moments, counted up; 0 is never.
  using Tick = std::uint32_t;
  static constexpr Tick lastTick = (1u << 24) - 1;

  struct Map {
    std::vector<std::uint8_t> data, hole, heat;
  };
  struct Changes {
    std::vector<Extent> runs;
    /// Bytes, those beyond the cap too.
    std::uint64_t total = 0;
  };

  explicit Grains(std::size_t grain) : grain(grain) {}
  /// Bytes.
  const std::size_t grain;

  /// What stands for the digest of a hole.
  static constexpr std::uint64_t hole = 0;

  bool same(std::uint64_t index, std::uint64_t digest) const;
  /// What noting came to: whether the map is another one, and whether any byte is.
  struct Noted {
    bool map = false, bytes = false;
  };
  /// Notes what a grain is now that is no hole. `full`: bytes that are not zero. `tick` 0: it was seen for
  /// the first time.
  Noted note(std::uint64_t index, std::uint64_t digest, std::size_t full, Tick tick);
  /// Notes holes in place of the grains from `first` to before `last`.
  Noted noteHoles(std::uint64_t first, std::uint64_t last, Tick tick);
  /// Forgets the grains from `first` on.
  void cut(std::uint64_t first);
  /// Forgets when anything changed.
  void forgetTicks();

  /// Shares of `buckets` equal parts of the bytes from `from` to `to`, of a segment of `size` bytes. `heat`
  /// 255 changed at `now`, less for each tick since, 0 after `cold` of them.
  Map map(std::uint64_t from, std::uint64_t to, std::size_t buckets, std::uint64_t size, Tick now,
          Tick cold) const;
  /// What changed after `since`, as at most `most` runs.
  Changes changedSince(Tick since, std::size_t most) const;
  /// Bytes of memory.
  std::size_t memory() const { return chunks_.size() * (sizeof(Chunk) + perNode); }

 private:
  static constexpr std::size_t perChunk = 512;
  /// What a node of the map and two allocations cost besides.
  static constexpr std::size_t perNode = 80;
  static constexpr std::uint8_t isHole = 0, isZero = 1;

  /// Of a whole chunk, so that a map of a large segment is cheap.
  struct Summary {
    std::uint32_t full = 0, holes = 0;
    Tick latest = 0;
    bool stale = true;
  };
  struct Chunk {
    std::array<std::uint32_t, perChunk> low{};
    /// A tick and how full: 0 a hole, 1 all zero, to 255.
    std::array<std::uint32_t, perChunk> states{};
    std::array<std::uint16_t, perChunk> high{};
    mutable Summary summary;

    void add(Summary& to, std::size_t first, std::size_t last) const;
    const Summary& summed() const;
    Noted note(std::size_t at, std::uint64_t digest, std::uint8_t full, Tick tick);
  };

  Chunk* find(std::uint64_t index) const;

  std::map<std::uint64_t, std::unique_ptr<Chunk>> chunks_;
  /// What `find` found last, of the one thread that calls it: grains are asked for in order.
  mutable std::uint64_t foundNumber_ = 0;
  mutable Chunk* found_ = nullptr;
};

}  // namespace lens
