#include <algorithm>

#include "ipc.h"
#include "system.h"

namespace lens {
namespace {

// A function's static, because mechanisms register from the static initialisers of other files.
std::vector<const Mechanism*>& registered() {
  static std::vector<const Mechanism*> mechanisms;
  return mechanisms;
}

}  // namespace

Mechanism::Mechanism(std::string_view name) : name(name) {
  registered().push_back(this);
}

const Mechanism& mechanism(std::string_view name) {
  const auto& all = registered();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Mechanism* one) { return one->name == name; });
  if (found == all.end()) fail(Code::unsupported, "mechanism");
  return **found;
}

const Mechanism& mechanism(const Key& key) {
  if (std::holds_alternative<ProcessObject>(key)) return mechanism("process");
  return mechanism(std::holds_alternative<ObjectName>(key) ? mechanismOfNames : "systemv");
}

}  // namespace lens
