#include "grains.h"

#include <algorithm>

namespace lens {
namespace {

/// number * part / parts, of fewer than 2^32 parts: the product itself may not fit into 64 bits.
std::uint64_t divided(std::uint64_t number, std::uint64_t part, std::uint64_t parts) {
  return number / parts * part + number % parts * part / parts;
}

std::uint8_t share(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || whole == 0) return 0;
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(1, part * 255 / whole));
}

}  // namespace

void Grains::Chunk::add(Summary& to, std::size_t first, std::size_t last) const {
  for (std::size_t at = first; at < last; ++at) {
    const auto full = static_cast<std::uint8_t>(states[at]);
    to.holes += full == isHole;
    to.full += full > isZero ? full - isZero : 0u;
    to.latest = std::max(to.latest, states[at] >> 8);
  }
}

const Grains::Summary& Grains::Chunk::summed() const {
  if (summary.stale) {
    summary = Summary();
    add(summary, 0, perChunk);
    summary.stale = false;
  }
  return summary;
}

Grains::Chunk* Grains::find(std::uint64_t index) const {
  const std::uint64_t number = index / perChunk;
  if (found_ && foundNumber_ == number) return found_;
  const auto found = chunks_.find(number);
  foundNumber_ = number;
  found_ = found == chunks_.end() ? nullptr : found->second.get();
  return found_;
}

bool Grains::same(std::uint64_t index, std::uint64_t digest) const {
  const Chunk* const chunk = find(index);
  if (!chunk) return digest == hole;
  const std::size_t at = index % perChunk;
  return chunk->low[at] == static_cast<std::uint32_t>(digest) &&
         chunk->high[at] == static_cast<std::uint16_t>(digest >> 32);
}

Grains::Noted Grains::Chunk::note(std::size_t at, std::uint64_t digest, std::uint8_t full, Tick tick) {
  const std::uint32_t before = states[at];
  // A hole that became zeros, or the other way about, has the same bytes.
  const bool same = full <= isZero && static_cast<std::uint8_t>(before) <= isZero;
  low[at] = static_cast<std::uint32_t>(digest);
  high[at] = static_cast<std::uint16_t>(digest >> 32);
  states[at] = (same ? before >> 8 : tick) << 8 | full;
  summary.stale = true;
  return {true, !same};
}

Grains::Noted Grains::note(std::uint64_t index, std::uint64_t digest, std::size_t full, Tick tick) {
  auto& chunk = chunks_[index / perChunk];
  if (!chunk) chunk = std::make_unique<Chunk>();
  const std::size_t density = full == 0 ? isZero : 2 + (full - 1) * 253 / (grain - 1);
  return chunk->note(index % perChunk, digest, static_cast<std::uint8_t>(density), tick);
}

Grains::Noted Grains::noteHoles(std::uint64_t first, std::uint64_t last, Tick tick) {
  Noted noted;
  for (auto at = chunks_.lower_bound(first / perChunk); at != chunks_.end(); ++at) {
    const std::uint64_t start = at->first * perChunk;
    if (start >= last) break;
    Chunk& chunk = *at->second;
    const std::uint64_t end = std::min<std::uint64_t>(last, start + perChunk);
    for (std::uint64_t index = std::max(first, start); index < end; ++index) {
      const std::size_t place = index % perChunk;
      if (static_cast<std::uint8_t>(chunk.states[place]) == isHole) continue;
      const Noted here = chunk.note(place, hole, isHole, tick);
      noted = {true, noted.bytes || here.bytes};
    }
  }
  return noted;
}

void Grains::cut(std::uint64_t first) {
  found_ = nullptr;
  chunks_.erase(chunks_.lower_bound((first + perChunk - 1) / perChunk), chunks_.end());
  Chunk* const last = first % perChunk == 0 ? nullptr : find(first);
  if (!last) return;
  for (std::size_t at = first % perChunk; at < perChunk; ++at) {
    last->states[at] = last->low[at] = 0;
    last->high[at] = 0;
  }
  last->summary.stale = true;
}

void Grains::forgetTicks() {
  for (auto& [index, chunk] : chunks_) {
    for (auto& state : chunk->states) state &= 0xff;
    chunk->summary.stale = true;
  }
}

Grains::Map Grains::map(std::uint64_t from, std::uint64_t to, std::size_t buckets, std::uint64_t size,
                        Tick now, Tick cold) const {
  Map map{std::vector<std::uint8_t>(buckets), std::vector<std::uint8_t>(buckets),
          std::vector<std::uint8_t>(buckets)};
  to = std::min(to, size);
  if (from >= to) return map;
  auto at = chunks_.lower_bound(from / grain / perChunk);
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    const std::uint64_t first = (from + divided(to - from, bucket, buckets)) / grain;
    const std::uint64_t end = (from + divided(to - from, bucket + 1, buckets) + grain - 1) / grain;
    const std::uint64_t last = std::max(first + 1, end), count = last - first;
    Summary sum;
    std::uint64_t full = 0, seen = 0;
    // The chunk in which the bucket before ended may go on in this one.
    if (at != chunks_.begin() && std::prev(at)->first >= first / perChunk) --at;
    for (; at != chunks_.end() && at->first * perChunk < last; ++at) {
      const std::uint64_t start = at->first * perChunk;
      const std::uint64_t low = std::max(first, start), high = std::min(last, start + perChunk);
      if (low >= high) continue;
      Summary part;
      const bool whole = high - low == perChunk;
      if (!whole) at->second->add(part, low - start, high - start);
      const Summary& here = whole ? at->second->summed() : part;
      full += here.full;
      sum.holes += here.holes;
      sum.latest = std::max(sum.latest, here.latest);
      seen += high - low;
    }
    map.data[bucket] = share(full, count * 254);
    map.hole[bucket] = share(sum.holes + (count - seen), count);
    const Tick age = now - std::min(now, sum.latest);
    if (sum.latest != 0 && age < cold) map.heat[bucket] = share(cold - age, cold);
  }
  return map;
}

Grains::Changes Grains::changedSince(Tick since, std::size_t most) const {
  Changes changes;
  for (const auto& [number, chunk] : chunks_) {
    if (chunk->summed().latest <= since) continue;
    for (std::size_t at = 0; at < perChunk; ++at) {
      if (chunk->states[at] >> 8 <= since) continue;
      const std::uint64_t offset = (number * perChunk + at) * grain;
      changes.total += grain;
      auto& runs = changes.runs;
      if (!runs.empty() && runs.back().offset + runs.back().length == offset) {
        runs.back().length += grain;
      } else if (runs.size() < most) {
        runs.push_back({offset, grain});
      }
    }
  }
  return changes;
}

}  // namespace lens
