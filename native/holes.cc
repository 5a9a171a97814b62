#include "holes.h"

#include <algorithm>
#include <cstring>

namespace lens {
namespace {

/// Of every system a page is a multiple of this.
constexpr std::uint64_t page = 4096;
constexpr unsigned mostAsked = 8192;

bool areZero(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes[0] == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// Goes on page by page where there is data: to ask where it ends takes as long as all of it is.
template <typename MayBeHole>
std::vector<Extent> find(Segment& segment, std::uint64_t offset, std::uint64_t end, MayBeHole mayBeHole) {
  std::vector<Extent> found;
  unsigned asked = 0;
  for (std::uint64_t at = offset; at < end && asked < mostAsked;) {
    const std::uint64_t next = std::min(end, at / page * page + page);
    if (!mayBeHole(at, next)) {
      at = next;
      continue;
    }
    const auto data = segment.nextData(at);
    asked += 1;
    if (data && !data->told) break;
    const std::uint64_t stop = data ? std::min(end, data->offset) : end;
    if (stop > at) {
      const bool touches = !found.empty() && found.back().offset + found.back().length == at;
      if (touches) found.back().length += stop - at;
      if (!touches) found.push_back({at, stop - at});
    }
    at = std::max(stop, next);
  }
  return found;
}

template <typename Ask>
std::vector<Extent> withoutFail(Ask ask) {
  try {
    return ask();
  } catch (const Error& error) {
    if (error.code == Code::closed) throw;
    return {};
  }
}

}  // namespace

bool mayHaveHoles(const State& state) {
  return state.allocated && *state.allocated < state.size;
}

std::vector<Extent> holes(Segment& segment, std::uint64_t offset, std::uint64_t length) {
  return withoutFail([&]() -> std::vector<Extent> {
    const State state = segment.state();
    if (!mayHaveHoles(state) || offset >= state.size) return {};
    const std::uint64_t end = offset + std::min(length, state.size - offset);
    return find(segment, offset, end, [](std::uint64_t, std::uint64_t) { return true; });
  });
}

std::vector<Extent> holes(Segment& segment, std::uint64_t offset, std::span<const std::byte> bytes) {
  return withoutFail([&] {
    return find(segment, offset, offset + bytes.size(), [&](std::uint64_t from, std::uint64_t to) {
      return areZero(bytes.subspan(from - offset, to - from));
    });
  });
}

}  // namespace lens
