// Watches: looks at a window on a thread of its own.
#include "addon_arguments.h"

namespace lens {
namespace {

/// Runs until stop(), also where nobody keeps this object: then to call what it was given.
class WatchObject : public Body {
 public:
  explicit WatchObject(const Napi::CallbackInfo& info)
      : watch_(fromExternal<Watch>(info)), environment_(Environment::shared(info.Env())) {}
  static Napi::Function define(Napi::Env env) {
    return Handle::define<WatchObject>(
        env, "Watch",
        {Handle::method<&WatchObject::window>("window"), Handle::method<&WatchObject::pace>("pace"),
         Handle::method<&WatchObject::underLock>("underLock"), Handle::method<&WatchObject::take>("take"),
         Handle::method<&WatchObject::go>("go"), Handle::method<&WatchObject::stop>("stop"),
         Handle::getter<&WatchObject::rate>("rate")});
  }

 private:
  void window(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] { watch_->window(lens::window(info[0], info[1])); });
  }
  void pace(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] { watch_->pace(hertz(info[0])); });
  }
  void underLock(const Napi::CallbackInfo& info) {
    if (!info[0].IsBoolean()) refuse(info.Env(), "wanted must be a boolean");
    watch_->underLock(info[0].As<Napi::Boolean>());
  }
  Napi::Value take(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    return guarded(env, [&]() -> Napi::Value {
      const auto seen = watch_->take();
      if (!seen) return env.Null();
      static constexpr std::string_view copies[] = {"unlocked", "locked", "busy"};
      return Shape(env, {"length", "runs", "bytes", "around", "holes", "copy"})
          .make(seen->bytes.size(), runs(env, *seen), bytesOf(env, *seen), seen->around,
                seen->holes ? pairs(env, *seen->holes) : napi_value(env.Null()),
                copies[static_cast<std::size_t>(seen->copy)]);
    });
  }
  /// Pairs of start and length; null where everything is told.
  static napi_value runs(Napi::Env env, const Watch::Seen& seen) {
    if (seen.whole) return env.Null();
    auto pairs = Napi::Array::New(env, seen.runs.size() * 2);
    std::uint32_t at = 0;
    for (const auto& run : seen.runs) {
      pairs[at++] = static_cast<double>(run.start);
      pairs[at++] = static_cast<double>(run.length);
    }
    return pairs;
  }
  /// The bytes that are told, after one another, in a buffer of their own.
  static napi_value bytesOf(Napi::Env env, const Watch::Seen& seen) {
    if (seen.whole) {
      auto all = Napi::Uint8Array::New(env, seen.bytes.size());
      if (!seen.bytes.empty()) std::memcpy(all.Data(), seen.bytes.data(), seen.bytes.size());
      return all;
    }
    std::size_t total = 0;
    for (const auto& run : seen.runs) total += run.length;
    auto told = Napi::Uint8Array::New(env, total);
    std::uint8_t* to = told.Data();
    for (const auto& run : seen.runs) {
      std::memcpy(to, seen.bytes.data() + run.start, run.length);
      to += run.length;
    }
    return told;
  }
  void go(const Napi::CallbackInfo& info) {
    if (!info[0].IsBoolean()) refuse(info.Env(), "seen must be a boolean");
    watch_->go(info[0].As<Napi::Boolean>());
  }
  void stop(const Napi::CallbackInfo&) { environment_->end(watch_); }
  Napi::Value rate(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), watch_->rate()); }

  const std::shared_ptr<Watch> watch_;
  const std::shared_ptr<Environment> environment_;
};

Napi::Value startWatch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object request = object(info[0], "request");
  if (!info[1].IsFunction()) refuse(env, "changed must be a function");
  return guarded(env, [&]() -> Napi::Value {
    const auto segment = segmentOf(request.Get("segment"));
    const auto lock = optionalLock(request);
    const auto at = window(request.Get("offset"), request.Get("length"));
    const double pace = hertz(request.Get("hertz"));
    // Refuses what is closed or gone at once.
    segment->state();
    Environment& environment = Environment::of(env);
    return startWork<Watch>(environment, environment.watch, info[1].As<Napi::Function>(), segment, lock, at,
                            pace);
  });
}

}  // namespace

void defineWatch(Napi::Env env, Napi::Object exports, Environment& environment) {
  environment.watch = Napi::Persistent(WatchObject::define(env));
  environment.watch.SuppressDestruct();
  add(exports, "watch", startWatch);
}

}  // namespace lens
