// What there is: segments by mechanism, one by its address, numbers of key files, limits.
#include <algorithm>

#include "addon_arguments.h"
#include "addon_info.h"

namespace lens {
namespace {

/// Where a listing told of this segment; looked for from `near` on, because the system keeps the order.
std::optional<std::size_t> toldAt(const std::vector<Info>& listing, std::size_t near, const Info& segment) {
  constexpr std::size_t furthest = 32;
  for (std::size_t at = near; at < std::min(near + furthest, listing.size()); ++at) {
    if (listing[at].shmid == segment.shmid && listing[at].name == segment.name) return at;
  }
  return std::nullopt;
}

/// What the system says the same of as at the listing before is told by the same object: most segments do not
/// change, and to make their objects anew costs more than to ask the system.
Napi::Value list(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) refuse(env, "mechanism must be a string");
  return guarded(env, [&]() -> Napi::Value {
    const Mechanism& asked = mechanism(std::string_view(info[0].As<Napi::String>().Utf8Value()));
    auto found = asked.list();
    Listed& before = Environment::of(env).listed[asked.name];
    const Napi::Object known = before.objects.IsEmpty() ? Napi::Array::New(env) : before.objects.Value();
    const InfoShape shape(env);
    Napi::Array result = Napi::Array::New(env, found.size());
    std::size_t near = 0;
    for (std::uint32_t at = 0; at < found.size(); ++at) {
      const Napi::HandleScope scope(env);
      const auto place = toldAt(before.infos, near, found[at]);
      if (place) near = *place + 1;
      const bool same = place && before.infos[*place] == found[at];
      result[at] = same ? known.Get(static_cast<std::uint32_t>(*place)) : Napi::Value(shape.make(found[at]));
    }
    before.infos = std::move(found);
    before.objects = Napi::Persistent(result.As<Napi::Object>());
    before.objects.SuppressDestruct();
    return result;
  });
}

Napi::Value describe(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = segmentKey(info[0]);
    return InfoShape(info.Env()).make(mechanism(address).info(address));
  });
}

Napi::Value fileKey(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) refuse(info.Env(), "path must be a string");
  return guarded(info.Env(), [&] {
    const double project = integer(info[1], "projectId", 1, 255, Code::invalidKey);
    const KeyFile file{info[0].As<Napi::String>().Utf8Value(), static_cast<int>(project)};
    return Napi::Number::New(info.Env(), numberOfFile(file));
  });
}

Napi::Value limits(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) refuse(info.Env(), "mechanism must be a string");
  return guarded(info.Env(), [&] {
    const std::string system = info[0].As<Napi::String>();
    Limits known = mechanism(std::string_view(system)).limits();
    // Beyond what a number holds exactly there is no limit that anyone could reach.
    const auto bounded = [](std::optional<std::uint64_t> value) {
      return value && static_cast<double>(*value) <= mostSafeInteger ? value : std::nullopt;
    };
    return Shape(info.Env(), {"maximumSize", "free", "maximumSegments"})
        .make(bounded(known.maximumSize), bounded(known.free), bounded(known.maximumSegments));
  });
}

}  // namespace

void defineListing(Napi::Env, Napi::Object exports) {
  add(exports, "list", list);
  add(exports, "info", describe);
  add(exports, "ftok", fileKey);
  add(exports, "limits", limits);
}

}  // namespace lens
