#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ipc.h"

namespace lens {

/// Whether there may be holes that the system tells: not in a segment that has memory for all of its size
/// (also where nothing was written yet), and not where the system does not say how much memory there is: what
/// cannot be seen to be filled is not shown as a hole. Pages that were reserved and never written, beside
/// others without memory, are told as holes: the system does not tell them apart.
bool mayHaveHoles(const State& state);

/// The bytes of `offset` and `length` that are holes: without memory, so that they read as zeros. Ascending,
/// not touching, none of them past the end. Touches nothing. Asks the system at most 8192 times; what it
/// could not ask about counts as no hole, and so does everything where asking fails. Throws `closed` and
/// nothing else.
std::vector<Extent> holes(Segment& segment, std::uint64_t offset, std::uint64_t length);

/// The same of bytes that were read from `offset` on, in a segment that may have holes: asks about pages that
/// are all zero and no others.
std::vector<Extent> holes(Segment& segment, std::uint64_t offset, std::span<const std::byte> bytes);

}  // namespace lens
