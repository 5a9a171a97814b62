// What the fuzzed functions must be true to: libFuzzer calls LLVMFuzzerTestOneInput with bytes of its own
// making.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// Ends the program, which libFuzzer reports with the input, where `holds` is false.
inline void check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// Whether it is a part of the text that was given, and not of anything else.
inline bool isWithin(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

/// As the kernel's seq_printf.
template <typename... Arguments>
std::string printed(const char* format, Arguments... arguments) {
  char text[2048];
  const int length = std::snprintf(text, sizeof text, format, arguments...);
  check(length >= 0 && static_cast<std::size_t>(length) < sizeof text,
        "the line is of a length that happens");
  return text;
}

/// An exact copy on the heap, so that each byte read before or behind it is found.
class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_(text.begin(), text.end()) { bytes_.shrink_to_fit(); }
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

}  // namespace fuzz
