// The door between JavaScript and the rest: arguments in, results and Error{code, call, errno} out. Only
// the files called addon, and hash_object.cc, know Node-API.
#include "addon.h"

#include <algorithm>
#include <climits>
#include <mutex>
#include <utility>

#include "hash_object.h"
#include "holes.h"
#include "processes.h"
#include "system.h"
#include "watch.h"

namespace lens {

Napi::Error toJs(Napi::Env env, const Error& error) {
  std::string message = error.call;
  if (error.number != 0) message.append(": ").append(errorText(error.number));
  Napi::Error made = Napi::Error::New(env, message);
  made.Set("code", Napi::String::New(env, std::string(name(error.code))));
  made.Set("call", Napi::String::New(env, error.call));
  made.Set("errno", Napi::Number::New(env, error.number));
  return made;
}

void rethrowToJs(Napi::Env env) {
  try {
    throw;
  } catch (const Error& error) {
    throw toJs(env, error);
  } catch (const std::bad_alloc&) {
    throw toJs(env, Error{Code::outOfResources, "malloc", number::noMemory});
  }
}

namespace {

using std::chrono::milliseconds;

/// The longest window that a watch keeps two copies of.
constexpr double longestWatched = 16 << 20;
constexpr napi_type_tag segmentTag{0x5e67e27'0001, 0x1e25};
constexpr napi_type_tag cancelTag{0x5e67e27'0002, 0x1e25};

// ── Results ──────────────────────────────────────────────────────────────────────────────────

/// For callbacks in bare Node-API, from which no exception of C++ may escape.
void raise(Napi::Env env, const Error& error) noexcept {
  try {
    toJs(env, error).ThrowAsJavaScriptException();
  } catch (const Napi::Error&) {
    // A worker that is being terminated runs no more JavaScript.
  }
}

const char* toText(Route route) {
  switch (route) {
    case Route::file:
      return "file";
    case Route::mapFile:
      return "map-file";
    case Route::peer:
      return "peer";
    case Route::own:
      return "own";
    default:
      return "momentary";
  }
}

class InfoShape : Shape {
 public:
  explicit InfoShape(Napi::Env env)
      : Shape(env,
              {"mechanism",   "name",    "device",     "inode",      "shmid",     "key",        "size",
               "allocated",   "mode",    "uid",        "gid",        "owner",     "creatorPid", "lastPid",
               "attachCount", "removed", "accessedMs", "modifiedMs", "changedMs", "detachedMs"}) {}
  Napi::Object make(const Info& info) const {
    return Shape::make(info.mechanism, info.name, info.device, info.inode, info.shmid, info.key, info.size,
                       info.allocated, info.mode, info.uid, info.gid, ownerName(info.uid), info.creatorPid,
                       info.lastPid, info.attachCount, info.removed, info.accessedMs, info.modifiedMs,
                       info.changedMs, info.detachedMs);
  }
};

/// Starts and lengths in turn.
napi_value pairs(Napi::Env env, const std::vector<Extent>& extents) {
  auto made = Napi::Array::New(env, extents.size() * 2);
  std::uint32_t at = 0;
  for (const auto& [offset, length] : extents) {
    made[at++] = static_cast<double>(offset);
    made[at++] = static_cast<double>(length);
  }
  return made;
}

// ── Arguments ────────────────────────────────────────────────────────────────────────────────

std::vector<std::byte> copied(const Napi::Value& value, const char* what) {
  const auto given = bytes(value, what);
  return {given.begin(), given.end()};
}

Watch::Window window(const Napi::Value& from, const Napi::Value& length) {
  return {offset(from),
          static_cast<std::size_t>(integer(length, "length", 0, longestWatched, Code::invalidSize))};
}

double hertz(const Napi::Value& value) {
  if (!value.IsNumber()) refuse(value.Env(), "hertz must be a number");
  const double number = value.As<Napi::Number>();
  if (!(number >= 1 && number <= 1000)) fail(Code::invalidSize, "hertz");
  return number;
}

milliseconds timeout(const Napi::Object& from, const char* field, double absent) {
  const Napi::Value value = from.Get(field);
  const double most = 1e9;
  if (value.IsUndefined() && absent >= 0) return milliseconds(static_cast<long>(absent));
  if (!value.IsNumber()) refuse(from.Env(), std::string(field) + " must be a number");
  const double number = value.As<Napi::Number>();
  if (!(number >= 0)) refuse(from.Env(), std::string(field) + " must not be negative");
  return milliseconds(static_cast<long>(std::min(number, most)));
}

ProcessObject processObject(const Napi::Object& from) {
  const auto number = [&](const char* field, double least, double most) {
    return integer(from.Get(field), field, least, most, Code::invalidKey);
  };
  const bool systemV = from.Has("shmid");
  return {
      static_cast<pid_t>(number("pid", 1, INT_MAX)),
      static_cast<std::uint64_t>(number("start", 0, mostSafeInteger)),
      systemV ? 0 : static_cast<std::uint64_t>(number("device", 0, mostSafeInteger)),
      static_cast<std::uint64_t>(systemV ? number("shmid", 0, INT_MAX) : number("inode", 0, mostSafeInteger)),
      systemV};
}

Key key(const Napi::Value& value, const char* idField) {
  const Napi::Object from = object(value, "address");
  const std::string system = string(from, "mechanism");
  mechanism(std::string_view(system));
  if (system == mechanismOfNames) return ObjectName{string(from, "name")};
  if (system == "process") return processObject(from);
  const auto semnum = static_cast<unsigned short>(
      from.Has("semnum") ? integer(from.Get("semnum"), "semnum", 0, USHRT_MAX, Code::invalidKey) : 0);
  if (from.Has("path")) {
    const double project = integer(from.Get("projectId"), "projectId", 1, 255, Code::invalidKey);
    return KeyFile{string(from, "path"), static_cast<int>(project), semnum};
  }
  if (from.Has("key")) {
    return KeyNumber{
        static_cast<std::int32_t>(integer(from.Get("key"), "key", INT_MIN, INT_MAX, Code::invalidKey)),
        semnum};
  }
  return SystemId{static_cast<int>(integer(from.Get(idField), idField, 0, INT_MAX, Code::invalidKey)),
                  semnum};
}

Key segmentKey(const Napi::Value& value) {
  return key(value, "shmid");
}

std::optional<Key> optionalLock(const Napi::Object& from) {
  const Napi::Value value = from.Get("lock");
  return value.IsNull() || value.IsUndefined() ? std::nullopt : std::optional(lockKey(value));
}

// ── The environment, and what must not outlive it ────────────────────────────────────────────

/// process.exit() ends without cleaning environments up, so that a POSIX lock would stay taken for ever.
class Exit {
 public:
  void add(std::shared_ptr<Environment> one) {
    const std::scoped_lock guard(mutex_);
    open_.insert(std::move(one));
  }
  void remove(const std::shared_ptr<Environment>& one) {
    const std::scoped_lock guard(mutex_);
    open_.erase(one);
  }
  ~Exit() {
    for (const auto& one : open_) one->end();
  }

 private:
  std::mutex mutex_;
  std::set<std::shared_ptr<Environment>> open_;
};
/// Made by the first environment, so that it goes before whatever the mechanisms keep.
Exit& atExit() {
  static Exit one;
  return one;
}

void finish(napi_env raw, napi_value, void*, void* data) {
  if (!raw) return;
  const Napi::Env env(raw);
  Environment& environment = Environment::of(env);
  auto found = environment.tasks.extract(static_cast<Task*>(data));
  if (found.empty()) return;
  const auto task = std::move(found.mapped());
  if (task->thread.joinable()) task->thread.join();
  task->kept.Reset();
  if (environment.tasks.empty()) napi_unref_threadsafe_function(raw, environment.deliver);
  try {
    try {
      if (task->failure) {
        task->deferred.Reject(toJs(env, *task->failure).Value());
      } else {
        task->deferred.Resolve(task->settle(env));
      }
    } catch (const Napi::Error& error) {
      task->deferred.Reject(error.Value());
    }
  } catch (const Napi::Error&) {
    // A worker that is being terminated runs no more JavaScript: nobody listens. What was made is given back.
  }
}

/// Calls what a work was given, unless it was stopped meanwhile.
void notify(napi_env raw, napi_value, void*, void* data) {
  if (!raw) return;
  const Napi::Env env(raw);
  const auto& works = Environment::of(env).works;
  const auto found =
      std::find_if(works.begin(), works.end(), [&](const auto& entry) { return entry.first.get() == data; });
  if (found == works.end()) return;
  try {
    found->second.Value().Call({});
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  }
}

/// Runs `work` (Flag stop → Settle) on a thread, then its answer's `settle` here. `kept` lives until then.
template <typename Work>
Napi::Value start(Napi::Env env, Work work, const Napi::Value& kept = Napi::Value()) {
  Environment& environment = Environment::of(env);
  auto owned = std::make_unique<Task>(env);
  Task* const task = owned.get();
  const Napi::Value promise = task->deferred.Promise();
  if (!kept.IsEmpty()) {
    task->kept = Napi::Persistent(kept.As<Napi::Object>());
    task->kept.SuppressDestruct();
  }
  if (environment.tasks.empty()) napi_ref_threadsafe_function(env, environment.deliver);
  environment.tasks.emplace(task, std::move(owned));
  try {
    task->thread = std::thread([task, work = std::move(work), deliver = environment.deliver,
                                stop = Flag(environment.ending)]() mutable {
      try {
        task->settle = work(stop);
      } catch (...) {
        task->failure = caught();
      }
      napi_call_threadsafe_function(deliver, task, napi_tsfn_nonblocking);
    });
  } catch (const std::system_error& error) {
    task->failure = Error{Code::outOfResources, "pthread_create", error.code().value()};
    finish(env, nullptr, nullptr, task);
  }
  return promise;
}

// ── Objects ──────────────────────────────────────────────────────────────────────────────────

class CancelObject : public Body {
 public:
  explicit CancelObject(const Napi::CallbackInfo& info) {
    napi_type_tag_object(info.Env(), info.This(), &cancelTag);
  }
  static Napi::Function define(Napi::Env env) {
    return Handle::define<CancelObject>(env, "Cancel", {Handle::method<&CancelObject::cancel>("cancel")});
  }
  static Flag flag(const Napi::Object& from) {
    const Napi::Value value = from.Get("cancel");
    if (value.IsUndefined() || value.IsNull()) return nullptr;
    bool tagged = false;
    if (value.IsObject()) napi_check_object_type_tag(value.Env(), value, &cancelTag, &tagged);
    if (!tagged) refuse(value.Env(), "cancel must be a Cancel");
    return Handle::held<CancelObject>(value.As<Napi::Object>()).flag_;
  }

 private:
  void cancel(const Napi::CallbackInfo&) { *flag_ = true; }
  const std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

class HeldObject : public Body {
 public:
  explicit HeldObject(const Napi::CallbackInfo& info)
      : held_(fromExternal<Held>(info)),
        created_(held_->created),
        environment_(Environment::shared(info.Env())) {
    environment_->locks.insert(held_);
  }
  ~HeldObject() override { environment_->locks.erase(held_); }
  static Napi::Function define(Napi::Env env) {
    return Handle::define<HeldObject>(
        env, "HeldLock",
        {Handle::method<&HeldObject::release>("release"), Handle::getter<&HeldObject::created>("created")});
  }

 private:
  void release(const Napi::CallbackInfo& info) {
    if (!held_) return;
    environment_->locks.erase(held_);
    // Its file and mapping go now, and not when this object is collected.
    const auto held = std::exchange(held_, nullptr);
    guarded(info.Env(), [&] { held->release(); });
  }
  Napi::Value created(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), created_); }

  std::shared_ptr<Held> held_;
  const bool created_;
  const std::shared_ptr<Environment> environment_;
};

class SegmentObject : public Body {
 public:
  explicit SegmentObject(const Napi::CallbackInfo& info)
      : segment_(fromExternal<Segment>(info)), environment_(Environment::shared(info.Env())) {
    napi_type_tag_object(info.Env(), info.This(), &segmentTag);
    environment_->segments.insert(segment_);
    defineRead(info.Env(), info.This());
  }
  ~SegmentObject() override { letGo(); }

  static Napi::Function define(Napi::Env env) {
    return Handle::define<SegmentObject>(
        env, "Segment",
        {Handle::method<&SegmentObject::write>("write"), Handle::method<&SegmentObject::info>("info"),
         Handle::method<&SegmentObject::state>("state"), Handle::method<&SegmentObject::nextData>("nextData"),
         Handle::method<&SegmentObject::holes>("holes"), Handle::method<&SegmentObject::resize>("resize"),
         Handle::method<&SegmentObject::findRoute>("findRoute"),
         Handle::method<&SegmentObject::detach>("detach"), Handle::method<&SegmentObject::close>("close"),
         Handle::getter<&SegmentObject::access>("access"),
         Handle::getter<&SegmentObject::writable>("writable"), Handle::getter<&SegmentObject::route>("route"),
         Handle::getter<&SegmentObject::identity>("identity")});
  }

  static std::shared_ptr<Segment> segment(const Napi::Value& value) {
    bool tagged = false;
    if (value.IsObject()) napi_check_object_type_tag(value.Env(), value, &segmentTag, &tagged);
    if (!tagged) refuse(value.Env(), "segment must be a Segment");
    return Handle::held<SegmentObject>(value.As<Napi::Object>()).segment_;
  }

 private:
  /// Each object has a `read` of its own, which knows its segment: unwrapping `this` would cost a third of a
  /// read.
  void defineRead(napi_env env, napi_value self) {
    napi_value function = nullptr;
    auto* const segment = new std::shared_ptr<Segment>(segment_);
    // Refused where the worker is being terminated: nobody will call it then.
    if (napi_create_function(env, "read", NAPI_AUTO_LENGTH, &SegmentObject::read, segment, &function) !=
        napi_ok) {
      delete segment;
      return;
    }
    // The function may outlive the object.
    const auto release = [](napi_env, void* data, void*) {
      delete static_cast<std::shared_ptr<Segment>*>(data);
    };
    napi_add_finalizer(env, function, segment, release, nullptr, nullptr);
    const napi_property_descriptor property{"read",  nullptr,  nullptr,      nullptr,
                                            nullptr, function, napi_default, nullptr};
    napi_define_properties(env, self, 1, &property);
  }

  /// The hot path, in bare Node-API.
  static napi_value read(napi_env env, napi_callback_info info) {
    napi_value arguments[2], result = nullptr;
    std::size_t count = 2, length = 0;
    void* segment = nullptr;
    void* data = nullptr;
    double offset = -1;
    napi_typedarray_type type = napi_int8_array;
    if (napi_get_cb_info(env, info, &count, arguments, nullptr, &segment) != napi_ok || count < 2 ||
        napi_get_value_double(env, arguments[0], &offset) != napi_ok ||
        napi_get_typedarray_info(env, arguments[1], &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != napi_uint8_array) {
      napi_throw_type_error(env, nullptr, "read(offset: number, target: Uint8Array)");
      return nullptr;
    }
    try {
      if (!(offset >= 0 && offset <= mostSafeInteger) || offset != std::floor(offset)) {
        fail(Code::invalidSize, "offset");
      }
      const std::span target(static_cast<std::byte*>(data), length);
      const auto& known = *static_cast<std::shared_ptr<Segment>*>(segment);
      const std::size_t copied = known->read(static_cast<std::uint64_t>(offset), target);
      napi_create_int64(env, static_cast<std::int64_t>(copied), &result);
    } catch (const Error& error) {
      raise(env, error);
    } catch (const std::bad_alloc&) {
      raise(env, Error{Code::outOfResources, "malloc", number::noMemory});
    }
    return result;
  }

  void write(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] { segment_->write(offset(info[0]), bytes(info[1], "bytes")); });
  }

  Napi::Value info(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return InfoShape(info.Env()).make(segment_->info()); });
  }

  Napi::Value state(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] {
      const State now = segment_->state();
      return Shape(info.Env(), {"size", "removed", "attachCount"})
          .make(now.size, now.removed, now.attachCount);
    });
  }

  Napi::Value nextData(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&]() -> Napi::Value {
      const auto found = segment_->nextData(offset(info[0]));
      if (!found) return info.Env().Null();
      return Napi::Number::New(info.Env(), static_cast<double>(found->offset));
    });
  }

  Napi::Value holes(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&]() -> Napi::Value {
      const std::uint64_t from = offset(info[0]);
      const auto length =
          static_cast<std::uint64_t>(integer(info[1], "length", 0, mostSafeInteger, Code::invalidSize));
      return Napi::Value(info.Env(), pairs(info.Env(), lens::holes(*segment_, from, length)));
    });
  }

  Napi::Value resize(const Napi::CallbackInfo& info) {
    const auto size = guarded(info.Env(), [&] {
      return static_cast<std::uint64_t>(integer(info[0], "size", 1, mostSafeInteger, Code::invalidSize));
    });
    return start(
        info.Env(),
        [segment = segment_, size](const Flag&) -> Settle {
          segment->resize(size);
          return [](Napi::Env env) { return env.Undefined(); };
        },
        info.This());
  }

  Napi::Value findRoute(const Napi::CallbackInfo& info) {
    return start(
        info.Env(),
        [segment = segment_](const Flag&) -> Settle {
          const Route route = segment->findRoute();
          return [route](Napi::Env env) { return Napi::String::New(env, toText(route)); };
        },
        info.This());
  }

  Napi::Value detach(const Napi::CallbackInfo& info) {
    const Napi::Object options = object(info[0], "options");
    const bool removeIfLast = boolean(options, "removeIfLast", false);
    const auto lock = guarded(info.Env(), [&] { return optionalLock(options); });
    const auto time = timeout(options, "timeoutMs", -1);
    return start(
        info.Env(),
        [segment = segment_, removeIfLast, lock, time](const Flag& stop) -> Settle {
          const Detached done = lens::detach(*segment, removeIfLast, lock, Patience(time, stop, nullptr));
          return [done](Napi::Env env) {
            return Shape(env, {"remaining", "removedSegment"}).make(done.remaining, done.removedSegment);
          };
        },
        info.This());
  }

  void close(const Napi::CallbackInfo&) { letGo(); }
  void letGo() {
    environment_->endWorks(*segment_);
    segment_->close();
    environment_->segments.erase(segment_);
  }

  Napi::Value access(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), segment_->access == Access::attach ? "attach" : "observe");
  }
  Napi::Value writable(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), segment_->writable);
  }
  Napi::Value route(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), toText(segment_->route()));
  }
  Napi::Value identity(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), segment_->identity);
  }

  const std::shared_ptr<Segment> segment_;
  const std::shared_ptr<Environment> environment_;
};

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

/// Resolves a promise with an open segment.
Settle settled(std::shared_ptr<Segment> segment) {
  return [segment = std::move(segment)](Napi::Env env) {
    return construct(Environment::of(env).segment, segment);
  };
}

// ── Functions ────────────────────────────────────────────────────────────────────────────────

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

Napi::Value create(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = segmentKey(info[0]);
    const Napi::Object options = object(info[1], "options");
    const double size = integer(options.Get("size"), "size", 1, mostSafeInteger, Code::invalidSize);
    const Napi::Value mode = options.Get("mode");
    const Creation creation{
        static_cast<std::uint64_t>(size),
        mode.IsUndefined() ? 0600u
                           : static_cast<unsigned>(integer(mode, "mode", 0, 0777, Code::permissionDenied)),
        optionalLock(options)};
    const auto time = timeout(options, "timeoutMs", 2000);
    const Flag cancel = CancelObject::flag(options);
    return start(info.Env(), [address, creation, time, cancel](const Flag& stop) {
      return settled(lens::create(address, creation, Patience(time, stop, cancel)));
    });
  });
}

Napi::Value open(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = segmentKey(info[0]);
    const Napi::Object options = object(info[1], "options");
    const std::string access = string(options, "access");
    if (access != "observe" && access != "attach") refuse(info.Env(), "access must be 'observe' or 'attach'");
    const Opening opening{access == "attach" ? Access::attach : Access::observe,
                          boolean(options, "write", false), boolean(options, "lastDetachRemoves", false)};
    return start(info.Env(), [address, opening](const Flag&) {
      return settled(mechanism(address).open(address, opening));
    });
  });
}

void removeSegment(const Napi::CallbackInfo& info) {
  if (!info[1].IsString()) refuse(info.Env(), "identity must be a string");
  guarded(info.Env(), [&] {
    const Key address = segmentKey(info[0]);
    mechanism(address).remove(address, info[1].As<Napi::String>().Utf8Value());
  });
}

Napi::Value acquireLock(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = lockKey(info[0]);
    const Napi::Object options = object(info[1], "options");
    const auto time = timeout(options, "timeoutMs", -1);
    const bool make = boolean(options, "create", false);
    const Flag cancel = CancelObject::flag(options);
    return start(info.Env(), [address, time, make, cancel](const Flag& stop) -> Settle {
      auto held =
          std::make_shared<Held>(mechanism(address).openLock(address, make), Patience(time, stop, cancel));
      return [held](Napi::Env env) { return construct(Environment::of(env).held, held); };
    });
  });
}

void removeLock(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    const Key address = lockKey(info[0]);
    mechanism(address).removeLock(address);
  });
}

Napi::Value exchangeBytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Object request = object(info[0], "request");
    const auto segment = SegmentObject::segment(request.Get("segment"));
    const auto lock = optionalLock(request);
    const std::uint64_t at = offset(request.Get("offset"));
    const Napi::Value compared = request.Get("expected");
    auto expected = compared.IsNull() ? std::nullopt : std::optional(copied(compared, "expected"));
    auto wanted = copied(request.Get("bytes"), "bytes");
    if (expected && expected->size() != wanted.size())
      refuse(info.Env(), "expected and bytes must be equally long");
    const auto time = timeout(request, "timeoutMs", -1);
    const Flag cancel = CancelObject::flag(request);
    return start(
        info.Env(),
        [=, expected = std::move(expected), wanted = std::move(wanted)](const Flag& stop) -> Settle {
          const auto seen = expected ? std::optional<std::span<const std::byte>>(*expected) : std::nullopt;
          auto done = exchange(*segment, lock, at, seen, wanted, Patience(time, stop, cancel));
          return [done = std::move(done)](Napi::Env env) {
            auto found = Napi::Uint8Array::New(env, done.found.size());
            if (!done.found.empty()) std::memcpy(found.Data(), done.found.data(), done.found.size());
            return Shape(env, {"written", "found", "heldUs"})
                .make(done.written, napi_value(found), done.heldUs);
          };
        },
        request.Get("segment"));
  });
}

Napi::Value copyUnderLock(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Object request = object(info[0], "request");
    const auto segment = SegmentObject::segment(request.Get("segment"));
    const Key lock = lockKey(request.Get("lock"));
    const std::uint64_t at = offset(request.Get("offset"));
    const std::size_t length = bytes(request.Get("target"), "target").size();
    const auto time = timeout(request, "timeoutMs", -1);
    const Flag cancel = CancelObject::flag(request);
    // The thread never writes into JavaScript's memory: it could be transferred away meanwhile.
    auto target =
        std::make_shared<Napi::ObjectReference>(Napi::Persistent(request.Get("target").As<Napi::Object>()));
    target->SuppressDestruct();
    return start(
        info.Env(),
        [=](const Flag& stop) -> Settle {
          auto done = copyLocked(*segment, lock, at, length, Patience(time, stop, cancel));
          return [done = std::move(done), target](Napi::Env env) {
            const auto into = bytes(target->Value(), "target");
            target->Reset();
            const std::size_t count = std::min(into.size(), done.bytes.size());
            if (count != 0) std::memcpy(into.data(), done.bytes.data(), count);
            return Shape(env, {"count", "heldUs"}).make(count, done.heldUs);
          };
        },
        request.Get("segment"));
  });
}

Napi::Value startWatch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object request = object(info[0], "request");
  if (!info[1].IsFunction()) refuse(env, "changed must be a function");
  return guarded(env, [&]() -> Napi::Value {
    const auto segment = SegmentObject::segment(request.Get("segment"));
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

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto environment = std::make_shared<Environment>();
  environment->segment = Napi::Persistent(SegmentObject::define(env));
  environment->held = Napi::Persistent(HeldObject::define(env));
  environment->cancel = Napi::Persistent(CancelObject::define(env));
  environment->watch = Napi::Persistent(WatchObject::define(env));
  environment->segment.SuppressDestruct();
  environment->held.SuppressDestruct();
  environment->cancel.SuppressDestruct();
  environment->watch.SuppressDestruct();
  const auto deliverer = [&](napi_threadsafe_function_call_js call, napi_threadsafe_function* made) {
    napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "segment-lens"), 0, 1,
                                    nullptr, nullptr, nullptr, call, made);
    napi_unref_threadsafe_function(env, *made);
  };
  deliverer(finish, &environment->deliver);
  deliverer(notify, &environment->notify);
  env.SetInstanceData(new std::shared_ptr<Environment>(environment));
  // After the thread-safe functions, so that they still live while our threads are joined: hooks run last
  // first.
  atExit().add(environment);
  napi_add_env_cleanup_hook(
      env,
      [](void* data) {
        const std::unique_ptr<std::shared_ptr<Environment>> one(
            static_cast<std::shared_ptr<Environment>*>(data));
        atExit().remove(*one);
        (*one)->end();
      },
      new std::shared_ptr<Environment>(environment));

  const auto add = [&](const char* called, auto function) {
    exports.Set(called, Napi::Function::New(env, function, called));
  };
  exports.Set("Cancel", environment->cancel.Value());
  add("list", list);
  add("info", describe);
  add("create", create);
  add("open", open);
  add("remove", removeSegment);
  add("acquireLock", acquireLock);
  add("removeLock", removeLock);
  add("exchange", exchangeBytes);
  add("copyLocked", copyUnderLock);
  add("watch", startWatch);
  add("ftok", fileKey);
  add("limits", limits);
  defineSweep(env, exports, *environment);
  defineSearch(env, exports, *environment);
  defineHash(env, exports);
  defineLocks(env, exports);
  defineProcesses(env, exports);
  return exports;
}

}  // namespace

Key lockKey(const Napi::Value& value) {
  return key(value, "semid");
}

std::shared_ptr<Segment> segmentOf(const Napi::Value& value) {
  return SegmentObject::segment(value);
}

Napi::Value startTask(Napi::Env env, std::function<Settle(const Flag& stop)> work) {
  return start(env, std::move(work));
}

}  // namespace lens

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  return lens::init(env, exports);
}
NODE_API_MODULE(segment_lens, initialise)
