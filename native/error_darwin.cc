// What macOS says of its errors.
#include <cstring>

#include "system.h"

namespace lens {

/// strerror(3) writes into memory that all threads share where it does not know the number.
std::string errorText(int number) {
  char text[256];
  if (::strerror_r(number, text, sizeof text) != 0) return "error " + std::to_string(number);
  return text;
}

}  // namespace lens
