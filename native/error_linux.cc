// What Linux says of its errors.
#include <cstring>

#include "system.h"

namespace lens {

std::string errorText(int number) {
  return std::strerror(number);
}

}  // namespace lens
