/// What the files that know Node-API share: results, arguments, and the environment with what must not
/// outlive it.
#pragma once

#include <napi.h>

#include <climits>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "exchange.h"
#include "handle.h"
#include "work.h"

namespace lens {

inline constexpr double mostSafeInteger = 9007199254740991.0;

// ── Results ──────────────────────────────────────────────────────────────────────────────────

Napi::Error toJs(Napi::Env env, const Error& error);

/// Within a catch clause: throws again what was caught, as a JavaScript exception where it is a failure of
/// ours.
[[noreturn]] void rethrowToJs(Napi::Env env);

/// Throws it to JavaScript from a callback in bare Node-API, from which no exception of C++ may escape.
void raise(Napi::Env env, const Error& error) noexcept;

/// Starts and lengths in turn.
napi_value pairs(Napi::Env env, const std::vector<Extent>& extents);

/// Adds a function to the addon's face.
template <typename Function>
void add(Napi::Object& exports, const char* called, Function function) {
  exports.Set(called, Napi::Function::New(exports.Env(), function, called));
}

/// Runs `work`, and turns what fails into a JavaScript exception.
template <typename Work>
auto guarded(Napi::Env env, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    rethrowToJs(env);
  }
}

inline napi_value toValue(napi_env env, bool value) {
  return Napi::Boolean::New(env, value);
}
inline napi_value toValue(napi_env env, std::string_view value) {
  napi_value made;
  napi_create_string_utf8(env, value.data(), value.size(), &made);
  return made;
}
inline napi_value toValue(napi_env env, const std::string& value) {
  return toValue(env, std::string_view(value));
}
template <typename Number>
  requires std::is_arithmetic_v<Number>
napi_value toValue(napi_env env, Number value) {
  napi_value made;
  napi_create_double(env, static_cast<double>(value), &made);
  return made;
}
/// null where there is none.
template <typename Value>
napi_value toValue(napi_env env, const std::optional<Value>& value) {
  return value ? toValue(env, *value) : Napi::Env(env).Null();
}

/// Lower-case digits without 0x.
inline std::string hexadecimal(std::uint64_t address) {
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(address));
  return text;
}

/// Makes objects of one shape by a literal of JavaScript: set one after another, each property would move the
/// object to another hidden class, and twenty of them cost several times as much.
class Shape {
 public:
  Shape(Napi::Env env, std::initializer_list<const char*> names);

  template <typename... Values>
  Napi::Object make(const Values&... values) const {
    return make_.Call({convert(values)...}).template As<Napi::Object>();
  }

 private:
  napi_value convert(napi_value value) const { return value; }
  template <typename Value>
  napi_value convert(const Value& value) const {
    return toValue(env_, value);
  }

  Napi::Env env_;
  Napi::Function make_;
};

/// The objects of a list, in its order.
template <typename List, typename Make>
napi_value array(Napi::Env env, const List& list, Make make) {
  Napi::Array made = Napi::Array::New(env, list.size());
  for (std::uint32_t at = 0; at < list.size(); ++at) {
    const Napi::HandleScope scope(env);
    made[at] = make(list[at]);
  }
  return made;
}

// ── Arguments ────────────────────────────────────────────────────────────────────────────────

[[noreturn]] inline void refuse(Napi::Env env, const std::string& text) {
  throw Napi::TypeError::New(env, text);
}

inline Napi::Object object(const Napi::Value& value, const char* what) {
  if (!value.IsObject()) refuse(value.Env(), std::string(what) + " must be an object");
  return value.As<Napi::Object>();
}

inline std::string string(const Napi::Object& from, const char* field) {
  const Napi::Value value = from.Get(field);
  if (!value.IsString()) refuse(from.Env(), std::string(field) + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

inline bool boolean(const Napi::Object& from, const char* field, bool absent) {
  const Napi::Value value = from.Get(field);
  if (value.IsUndefined()) return absent;
  if (!value.IsBoolean()) refuse(from.Env(), std::string(field) + " must be a boolean");
  return value.As<Napi::Boolean>();
}

/// An integer within the range, else an error with this code.
inline double integer(const Napi::Value& value, const char* what, double minimum, double maximum, Code code) {
  if (!value.IsNumber()) refuse(value.Env(), std::string(what) + " must be a number");
  const double number = value.As<Napi::Number>();
  if (!(number >= minimum && number <= maximum) || number != std::floor(number)) fail(code, what);
  return number;
}

inline pid_t pidOf(const Napi::Value& value, const char* what = "pid") {
  return static_cast<pid_t>(integer(value, what, 1, INT_MAX, Code::invalidKey));
}

inline std::uint64_t offset(const Napi::Value& value) {
  return static_cast<std::uint64_t>(integer(value, "offset", 0, mostSafeInteger, Code::invalidSize));
}

inline std::span<std::byte> bytes(const Napi::Value& value, const char* what) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    refuse(value.Env(), std::string(what) + " must be a Uint8Array");
  }
  auto array = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<std::byte*>(array.Data()), array.ByteLength()};
}

/// The address of a lock, as LockAddress of the face has it.
Key lockKey(const Napi::Value& value);
/// The segment behind its object; a TypeError for anything else.
std::shared_ptr<Segment> segmentOf(const Napi::Value& value);

// ── The environment, and what must not outlive it ────────────────────────────────────────────

using Settle = std::function<Napi::Value(Napi::Env)>;

/// Work on a thread of its own, and the promise that it answers.
struct Task {
  explicit Task(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise::Deferred deferred;
  /// The object that is worked on, if there is one: collected meanwhile, it would close what it stands for.
  Napi::ObjectReference kept;
  std::thread thread;
  Settle settle;
  std::optional<Error> failure;
};

/// What a listing told last, and the array of objects that it told with.
struct Listed {
  std::vector<Info> infos;
  Napi::ObjectReference objects;
};

struct Environment {
  napi_threadsafe_function deliver = nullptr, notify = nullptr;
  Napi::FunctionReference segment, held, cancel, watch, sweep, search;
  std::shared_ptr<std::atomic<bool>> ending = std::make_shared<std::atomic<bool>>(false);
  std::map<Task*, std::unique_ptr<Task>> tasks;
  std::set<std::shared_ptr<Segment>> segments;
  std::set<std::shared_ptr<Held>> locks;
  /// With what each one calls.
  std::map<std::shared_ptr<Work>, Napi::FunctionReference> works;
  /// By the name of the mechanism.
  std::map<std::string_view, Listed> listed;
  /// What makes the objects of a shape, by the names of their properties.
  std::map<std::string, Napi::FunctionReference, std::less<>> shapes;

  static Environment& of(Napi::Env env) { return **env.GetInstanceData<std::shared_ptr<Environment>>(); }
  static std::shared_ptr<Environment> shared(Napi::Env env) {
    return *env.GetInstanceData<std::shared_ptr<Environment>>();
  }

  /// Takes care of a work that was just started. `told` is called without arguments after notify's call.
  void add(const std::shared_ptr<Work>& work, const Napi::Function& told) {
    auto& called = works[work];
    called = Napi::Persistent(told);
    called.SuppressDestruct();
  }

  /// Ends one work; nothing where it has ended before.
  void end(const std::shared_ptr<Work>& work) {
    work->stop();
    const auto found = works.find(work);
    if (found == works.end()) return;
    found->second.Reset();
    works.erase(found);
  }

  /// Ends the works on a segment that is closed.
  void endWorks(const Segment& segment) {
    for (auto at = works.begin(); at != works.end();) {
      auto& [work, told] = *at;
      const bool ends = work->segment.get() == &segment;
      if (ends) work->stop();
      if (ends) told.Reset();
      at = ends ? works.erase(at) : std::next(at);
    }
  }

  /// Ends threads, locks and attachments, in this order. Without Node-API: also runs at the exit of the
  /// process.
  void end() {
    *ending = true;
    for (const auto& [work, told] : std::exchange(works, {})) work->stop();
    for (auto& [pointer, task] : tasks) {
      if (task->thread.joinable()) task->thread.join();
      task->settle = nullptr;
    }
    for (const auto& lock : std::exchange(locks, {})) {
      try {
        lock->release();
      } catch (const Error&) {
        // The semaphore is gone, and with it the lock.
      }
    }
    for (const auto& one : std::exchange(segments, {})) one->close();
  }
};

/// The function that makes an object of these properties, out of as many arguments.
inline Napi::Function literal(Napi::Env env, std::initializer_list<const char*> properties) {
  std::string names;
  for (const char* one : properties) (names += one) += ',';
  auto& known = Environment::of(env).shapes;
  const auto found = known.find(names);
  if (found != known.end()) return found->second.Value();
  const auto made = env.RunScript("(" + names + ")=>({" + names + "})").As<Napi::Function>();
  known.emplace(names, Napi::Persistent(made)).first->second.SuppressDestruct();
  return made;
}

inline Shape::Shape(Napi::Env env, std::initializer_list<const char*> names)
    : env_(env), make_(literal(env, names)) {}

/// What only the addon may construct is given to the constructor as an External.
template <typename Value>
std::shared_ptr<Value> fromExternal(const Napi::CallbackInfo& info) {
  if (!info[0].IsExternal()) refuse(info.Env(), "Illegal constructor");
  return *info[0].As<Napi::External<std::shared_ptr<Value>>>().Data();
}

template <typename Value>
Napi::Object construct(const Napi::FunctionReference& constructor, std::shared_ptr<Value> value) {
  return constructor.New({Napi::External<std::shared_ptr<Value>>::New(constructor.Env(), &value)});
}

/// Has what a work was given called, from any thread.
inline auto notifier(const Environment& environment) {
  return [notify = environment.notify](Work& work) {
    napi_call_threadsafe_function(notify, &work, napi_tsfn_nonblocking);
  };
}

/// Makes an object of `constructor` for a work whose thread may fail to start.
template <typename Value, typename... Arguments>
Napi::Object startWork(Environment& environment, const Napi::FunctionReference& constructor,
                       const Napi::Function& told, Arguments&&... arguments) {
  try {
    const auto work = std::make_shared<Value>(std::forward<Arguments>(arguments)..., notifier(environment));
    environment.add(work, told);
    return construct(constructor, work);
  } catch (const std::system_error& error) {
    fail(Code::outOfResources, "pthread_create", error.code().value());
  }
}

/// Runs `work` on a thread, then its answer here: a promise.
Napi::Value startTask(Napi::Env env, std::function<Settle(const Flag& stop)> work);

/// Adds lists and limits to the addon's face.
void defineListing(Napi::Env env, Napi::Object exports);
/// Adds what opens, creates and removes segments to the addon's face.
void defineSegments(Napi::Env env, Napi::Object exports, Environment& environment);
/// Adds what holds locks to the addon's face.
void defineHolding(Napi::Env env, Napi::Object exports, Environment& environment);
/// Adds watches to the addon's face.
void defineWatch(Napi::Env env, Napi::Object exports, Environment& environment);
/// Adds what lies behind locks to the addon's face.
void defineLocks(Napi::Env env, Napi::Object exports);
/// Adds processes and what they have to the addon's face.
void defineProcesses(Napi::Env env, Napi::Object exports);
/// Adds sweeps to the addon's face; searches likewise.
void defineSweep(Napi::Env env, Napi::Object exports, Environment& environment);
void defineSearch(Napi::Env env, Napi::Object exports, Environment& environment);

}  // namespace lens
