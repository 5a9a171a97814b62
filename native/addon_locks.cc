// What lies behind a lock: the thread that an id means, what threads wait for, who has a semaphore open.
#include "addon.h"
#include "processes.h"
#include "semaphores.h"
#include "threads.h"

namespace lens {
namespace {

Napi::Object toJs(const Napi::Env& env, const Thread& one) {
  return Shape(env, {"tid", "pid", "innerTid", "name", "start", "startedMs", "ended", "pidNamespace"})
      .make(one.tid, one.pid, one.innerTid, one.name, one.start, one.startedMs, one.ended, one.pidNamespace);
}

Napi::Object toJs(const Napi::Env& env, const Peek& seen) {
  const auto owner = seen.uid ? std::optional(ownerName(*seen.uid)) : std::nullopt;
  return Shape(env, {"exists", "readable", "identity", "value", "waiters", "lastPid", "lastPidAlive",
                     "lastPidName", "mode", "owner", "maximum", "abandoned"})
      .make(seen.exists, seen.readable, seen.identity, seen.value, seen.waiters, seen.lastPid,
            seen.lastPidAlive, seen.lastPidName, seen.mode, owner, seen.maximum, seen.abandoned);
}

Napi::Value peekLock(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = lockKey(info[0]);
    return toJs(info.Env(), mechanism(address).peek(address));
  });
}

/// Most looks find what the one before found, and tell it with the same object.
class LookObject final : public Body {
 public:
  explicit LookObject(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] {
      const Key address = lockKey(info[0]);
      look_ = mechanism(address).look(address);
    });
  }
  static Napi::Function define(Napi::Env env) {
    return Handle::define<LookObject>(
        env, "LockLook",
        {Handle::method<&LookObject::peek>("peek"), Handle::method<&LookObject::close>("close")});
  }

 private:
  Napi::Value peek(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&]() -> Napi::Value {
      if (!look_) fail(Code::closed, "close");
      const Peek& found = look_->peek();
      if (told_.IsEmpty() || found != seen_) {
        told_ = Napi::Persistent(toJs(info.Env(), found));
        seen_ = found;
      }
      return told_.Value();
    });
  }
  void close(const Napi::CallbackInfo&) { look_.reset(); }

  std::unique_ptr<Look> look_;
  Peek seen_;
  Napi::ObjectReference told_;
};

Napi::Value threadEntry(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto found = thread(pidOf(info[0], "tid"));
    if (!found) return info.Env().Null();
    return toJs(info.Env(), *found);
  });
}

Napi::Value threadEntries(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    const auto found = threadsOf(pidOf(info[0], "pid"));
    return Napi::Value(env, array(env, found, [&](const Thread& one) { return toJs(env, one); }));
  });
}

Napi::Value programAbi(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto found = abi(pidOf(info[0], "pid"));
    if (!found) return info.Env().Null();
    return Shape(info.Env(), {"machine", "wide", "bigEndian", "library"})
        .make(found->machine, found->wide, found->bigEndian, found->library);
  });
}

Napi::Value scanWaits(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) refuse(env, "pids must be a list");
  return guarded(env, [&] {
    const auto given = info[0].As<Napi::Array>();
    std::vector<pid_t> pids;
    for (std::uint32_t at = 0; at < given.Length(); ++at) pids.push_back(pidOf(given.Get(at), "pid"));
    return startTask(env, [pids = std::move(pids)](const Flag& stop) -> Settle {
      auto found = waitsOf(pids, [&] { return stop->load(); });
      return [found = std::move(found)](Napi::Env env) {
        const Shape shape(env, {"tid", "pid", "innerTid", "address", "semid", "semnum"});
        const auto waits = array(env, found.waits, [&](const Wait& one) {
          const auto address = one.address ? std::optional(hexadecimal(*one.address)) : std::nullopt;
          return shape.make(one.tid, one.pid, one.innerTid, address, one.semid, one.semnum);
        });
        const auto denied = array(env, found.denied, [&](pid_t pid) { return Napi::Number::New(env, pid); });
        return Shape(env, {"waits", "denied"}).make(waits, denied);
      };
    });
  });
}

Napi::Value scanNamedSemaphores(const Napi::CallbackInfo& info) {
  return startTask(info.Env(), [](const Flag& stop) -> Settle {
    auto found = scanSemaphores([&] { return stop->load(); });
    return [found = std::move(found)](Napi::Env env) {
      const Shape shape(env, {"pid", "device", "inode", "name", "linked", "address", "length"});
      const auto mappings = array(env, found.mappings, [&](const SemaphoreMapping& one) {
        return shape.make(one.pid, one.device, one.inode, one.name, one.linked, hexadecimal(one.address),
                          one.length);
      });
      return Shape(env, {"mappings", "denied"}).make(mappings, found.denied.size());
    };
  });
}

Napi::Value resetLock(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const Key address = lockKey(info[0]);
    const Napi::Object seen = object(info[1], "seen");
    const std::string identity = string(seen, "identity");
    const double value = integer(seen.Get("value"), "value", 0, INT_MAX, Code::invalidSize);
    const Napi::Value pid = seen.Get("lastPid");
    const auto lastPid =
        pid.IsNull()
            ? std::nullopt
            : std::optional(static_cast<std::int64_t>(integer(pid, "lastPid", 0, INT_MAX, Code::invalidKey)));
    const auto same = [&] { return mechanism(address).peek(address).identity == identity; };
    if (!same()) fail(Code::conflict, "peekLock");
    const OpenedLock opened = mechanism(address).openLock(address, false);
    // Between the look and the opening its name may have come to mean another.
    if (!same()) fail(Code::conflict, "peekLock");
    const auto after = opened.semaphore->reset(static_cast<std::int64_t>(value), lastPid);
    return Napi::Number::New(env, static_cast<double>(after));
  });
}

Napi::Value wakeWaiters(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto segment = segmentOf(info[0]);
    return Napi::Number::New(info.Env(), segment->wake(offset(info[1])));
  });
}

}  // namespace

void defineLocks(Napi::Env env, Napi::Object exports) {
  exports.Set("LockLook", LookObject::define(env));
  exports.Set("peekLock", Napi::Function::New(env, peekLock, "peekLock"));
  exports.Set("threadEntry", Napi::Function::New(env, threadEntry, "threadEntry"));
  exports.Set("threadEntries", Napi::Function::New(env, threadEntries, "threadEntries"));
  exports.Set("programAbi", Napi::Function::New(env, programAbi, "programAbi"));
  exports.Set("resetLock", Napi::Function::New(env, resetLock, "resetLock"));
  exports.Set("wakeWaiters", Napi::Function::New(env, wakeWaiters, "wakeWaiters"));
  exports.Set("scanWaits", Napi::Function::New(env, scanWaits, "scanWaits"));
  exports.Set("scanSemaphores", Napi::Function::New(env, scanNamedSemaphores, "scanSemaphores"));
}

}  // namespace lens
