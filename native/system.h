/// What is said otherwise on every operating system; each has its file.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace lens {

/// Numbers of this system's errors, as errno or GetLastError has them.
namespace number {
extern const int timedOut, alreadyThere, noMemory;
}  // namespace number

/// What the system says of an error of its own.
std::string errorText(int number);

/// The mechanism of segments and locks that have a name and nothing else.
extern const std::string_view mechanismOfNames;

/// Time that the processor spent on the thread that asks.
std::chrono::nanoseconds threadTime();

}  // namespace lens
