// Sweeps for JavaScript.
#include "addon.h"
#include "sweep.h"

namespace lens {
namespace {

constexpr double mostBuckets = 65536, mostRuns = 1 << 20;

double share(const Napi::Value& value) {
  if (!value.IsNumber()) refuse(value.Env(), "budget must be a number");
  const double number = value.As<Napi::Number>();
  if (number != 0 && !(number >= 0.001 && number <= 1)) fail(Code::invalidSize, "budget");
  return number;
}

template <typename Bytes>
Napi::Value array(Napi::Env env, const Bytes& bytes) {
  auto made = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(made.Data(), bytes.data(), bytes.size());
  return made;
}

/// Runs until stop(), also where nobody keeps this object: then to call what it was given.
class SweepObject : public Body {
 public:
  explicit SweepObject(const Napi::CallbackInfo& info)
      : sweep_(fromExternal<Sweep>(info)), environment_(Environment::shared(info.Env())) {}
  static Napi::Function define(Napi::Env env) {
    return Handle::define<SweepObject>(
        env, "Sweep",
        {Handle::method<&SweepObject::map>("map"), Handle::method<&SweepObject::budget>("budget"),
         Handle::method<&SweepObject::mark>("mark"),
         Handle::method<&SweepObject::changedSince>("changedSince"),
         Handle::method<&SweepObject::stop>("stop"), Handle::getter<&SweepObject::progress>("progress")});
  }

 private:
  Napi::Value map(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    return guarded(env, [&]() -> Napi::Value {
      const std::uint64_t from = offset(info[0]), to = offset(info[1]);
      const double buckets = integer(info[2], "buckets", 1, mostBuckets, Code::invalidSize);
      if (from > to) fail(Code::invalidSize, "offset");
      const auto map = sweep_->map(from, to, static_cast<std::size_t>(buckets));
      return Shape(env, {"data", "hole", "heat"})
          .make(napi_value(array(env, map.data)), napi_value(array(env, map.hole)),
                napi_value(array(env, map.heat)));
    });
  }
  void budget(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] { sweep_->budget(share(info[0])); });
  }
  Napi::Value mark(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), sweep_->mark()); }
  Napi::Value changedSince(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    return guarded(env, [&]() -> Napi::Value {
      const double since = integer(info[0], "mark", 0, Grains::lastTick, Code::invalidSize);
      const double most = integer(info[1], "most", 0, mostRuns, Code::invalidSize);
      const auto changes =
          sweep_->changedSince(static_cast<Grains::Tick>(since), static_cast<std::size_t>(most));
      auto offsets = Napi::Float64Array::New(env, changes.runs.size());
      auto lengths = Napi::Float64Array::New(env, changes.runs.size());
      for (std::size_t at = 0; at < changes.runs.size(); ++at) {
        offsets[at] = static_cast<double>(changes.runs[at].offset);
        lengths[at] = static_cast<double>(changes.runs[at].length);
      }
      return Shape(env, {"offsets", "lengths", "total"})
          .make(napi_value(offsets), napi_value(lengths), changes.total);
    });
  }
  void stop(const Napi::CallbackInfo&) { environment_->end(sweep_); }
  Napi::Value progress(const Napi::CallbackInfo& info) {
    const auto now = sweep_->progress();
    return Shape(info.Env(), {"passes", "position", "size", "grain", "memory", "workMs"})
        .make(now.passes, now.position, now.size, now.grain, now.memory,
              static_cast<double>(now.work.count()) / 1e6);
  }

  const std::shared_ptr<Sweep> sweep_;
  const std::shared_ptr<Environment> environment_;
};

Napi::Value startSweep(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object request = object(info[0], "request");
  if (!info[1].IsFunction()) refuse(env, "changed must be a function");
  return guarded(env, [&]() -> Napi::Value {
    const auto segment = segmentOf(request.Get("segment"));
    const double budget = share(request.Get("budget"));
    // Refuses what is closed or gone at once.
    segment->state();
    Environment& environment = Environment::of(env);
    return startWork<Sweep>(environment, environment.sweep, info[1].As<Napi::Function>(), segment, budget);
  });
}

}  // namespace

void defineSweep(Napi::Env env, Napi::Object exports, Environment& environment) {
  environment.sweep = Napi::Persistent(SweepObject::define(env));
  environment.sweep.SuppressDestruct();
  exports.Set("sweep", Napi::Function::New(env, startSweep, "sweep"));
}

}  // namespace lens
