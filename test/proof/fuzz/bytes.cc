// What goes over the bytes of a segment: patterns, numbers in a range, digests. Each against the plainest way
// to do it.
#include <cstring>

#include "../../../native/hash.h"
#include "../../../native/numbers.h"
#include "../../../native/pattern.h"
#include "fuzz.h"

using fuzz::check;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Places = std::vector<std::size_t>;

/// What one call may find in what.
struct Course {
  Bytes in;
  std::size_t starts;
  std::uint64_t first;
  unsigned alignment;
  std::size_t most;
};

Course anyCourse(FuzzedDataProvider& data) {
  Course course;
  course.starts = data.ConsumeIntegralInRange<std::size_t>(0, 4096);
  course.first = data.ConsumeIntegralInRange<std::uint64_t>(0, 1ull << 53);
  course.alignment = 1u << data.ConsumeIntegralInRange<unsigned>(0, 4);
  course.most = data.ConsumeIntegralInRange<std::size_t>(1, 64);
  course.in = data.ConsumeBytes<std::uint8_t>(data.ConsumeIntegralInRange<std::size_t>(0, 4096));
  // The rare long runs that fuzzing seldom makes by itself.
  const auto again = data.ConsumeIntegralInRange<unsigned>(0, 8);
  const Bytes once = course.in;
  for (unsigned turn = 0; turn < again; ++turn) course.in.insert(course.in.end(), once.begin(), once.end());
  course.in.shrink_to_fit();
  return course;
}

/// Every place that `is` accepts, by the contract of Finder::find().
template <typename Is>
Places plainly(const Course& course, std::size_t length, Is is) {
  Places found;
  for (std::size_t at = 0; at + length <= course.in.size() && at < course.starts; ++at) {
    if ((course.first + at) % course.alignment != 0 || !is(at)) continue;
    found.push_back(at);
    if (found.size() == course.most) break;
  }
  return found;
}

void checkPattern(FuzzedDataProvider& data) {
  const auto length = data.ConsumeIntegralInRange<std::size_t>(1, 40);
  lens::Pattern pattern{Bytes(length), Bytes(length, 0xff)};
  const bool isMasked = data.ConsumeBool();
  for (std::size_t at = 0; at < length; ++at) {
    pattern.bytes[at] = data.ConsumeIntegral<std::uint8_t>();
    if (isMasked) pattern.mask[at] = data.ConsumeIntegral<std::uint8_t>();
  }
  const auto is = [&](const Bytes& in, std::size_t place) {
    for (std::size_t at = 0; at < length; ++at) {
      if (((in[place + at] ^ pattern.bytes[at]) & pattern.mask[at]) != 0) return false;
    }
    return true;
  };
  lens::Finder finder(pattern);
  check(finder.length() == length && finder.matchesZeros() == is(Bytes(length), 0),
        "it is known where zeros match");
  // The second time with what it chose for the first.
  for (int turn = 0; turn < 2; ++turn) {
    Course course = anyCourse(data);
    const auto place = data.ConsumeIntegralInRange<std::size_t>(0, 8192);
    if (place + length <= course.in.size())
      std::memcpy(course.in.data() + place, pattern.bytes.data(), length);
    Places found;
    const bool whole =
        finder.find(course.in, course.starts, course.first, course.alignment, course.most, found);
    check(found == plainly(course, length, [&](std::size_t at) { return is(course.in, at); }),
          "every place is found, and no other");
    check(whole == (found.size() < course.most), "it is told whether all was searched");
  }
}

std::uint64_t numberAt(const Bytes& in, std::size_t at, unsigned width, bool little) {
  std::uint64_t number = 0;
  for (unsigned byte = 0; byte < width; ++byte)
    number = number << 8 | in[at + (little ? width - 1 - byte : byte)];
  return number;
}

bool isIn(const lens::NumberRange& range, std::uint64_t number) {
  if (range.fraction) {
    float single;
    double value;
    std::memcpy(&value, &number, sizeof value);
    const auto low = static_cast<std::uint32_t>(number);
    std::memcpy(&single, &low, sizeof single);
    if (range.width == 4) value = single;
    return value >= range.least && value <= range.greatest;
  }
  const std::uint64_t bits = range.width == 8 ? ~0ull : (1ull << (range.width * 8)) - 1;
  const std::uint64_t minimum = range.minimum & bits, maximum = range.maximum & bits;
  return minimum <= maximum ? number >= minimum && number <= maximum : number >= minimum || number <= maximum;
}

void checkNumbers(FuzzedDataProvider& data) {
  lens::NumberRange range;
  range.width = data.PickValueInArray({1u, 2u, 4u, 8u});
  range.fraction = range.width >= 4 && data.ConsumeBool();
  range.little = data.ConsumeBool();
  range.big = !range.little || data.ConsumeBool();
  range.minimum = data.ConsumeIntegral<std::uint64_t>();
  range.maximum = data.ConsumeIntegral<std::uint64_t>();
  range.least = data.ConsumeFloatingPoint<double>();
  range.greatest = data.ConsumeFloatingPoint<double>();
  const Course course = anyCourse(data);
  Places found;
  const bool whole = range.find(course.in, course.starts, course.first, course.alignment, course.most, found);
  const auto is = [&](std::size_t at) {
    return (range.little && isIn(range, numberAt(course.in, at, range.width, true))) ||
           (range.big && isIn(range, numberAt(course.in, at, range.width, false)));
  };
  check(found == plainly(course, range.width, is), "every number is found, and no other");
  check(whole == (found.size() < course.most), "it is told whether all was searched");
  check(range.matchesZeros() == isIn(range, 0), "it is known whether 0 is in the range");
}

void checkDigests(FuzzedDataProvider& data) {
  const Course course = anyCourse(data);
  const auto all = std::as_bytes(std::span(course.in));
  lens::Crc32 crc, crcInPieces;
  lens::Xxh3 xxh, xxhInPieces;
  crc.update(all);
  xxh.update(all);
  for (auto rest = all; !rest.empty();) {
    const auto some = std::min(rest.size(), data.ConsumeIntegralInRange<std::size_t>(1, 3000));
    crcInPieces.update(rest.first(some));
    xxhInPieces.update(rest.first(some));
    rest = rest.subspan(some);
  }
  check(crc.value() == crcInPieces.value() && xxh.value() == xxhInPieces.value(),
        "pieces make no difference");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  const auto sort = data.ConsumeIntegralInRange<int>(0, 2);
  if (sort == 0) checkPattern(data);
  if (sort == 1) checkNumbers(data);
  if (sort == 2) checkDigests(data);
  return 0;
}
