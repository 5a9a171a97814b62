// Locks that are held: for as long as JavaScript wants, or for one exchange or copy.
#include <algorithm>
#include <utility>

#include "addon_arguments.h"
#include "addon_tasks.h"

namespace lens {
namespace {

constexpr napi_type_tag cancelTag{0x5e67e27'0002, 0x1e25};

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

Napi::Value acquireLock(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Key address = lockKey(info[0]);
    const Napi::Object options = object(info[1], "options");
    const auto time = timeout(options, "timeoutMs", -1);
    const bool make = boolean(options, "create", false);
    const Flag cancel = cancelFlag(options);
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
    const auto segment = segmentOf(request.Get("segment"));
    const auto lock = optionalLock(request);
    const std::uint64_t at = offset(request.Get("offset"));
    const Napi::Value compared = request.Get("expected");
    auto expected = compared.IsNull() ? std::nullopt : std::optional(copied(compared, "expected"));
    auto wanted = copied(request.Get("bytes"), "bytes");
    if (expected && expected->size() != wanted.size())
      refuse(info.Env(), "expected and bytes must be equally long");
    const auto time = timeout(request, "timeoutMs", -1);
    const Flag cancel = cancelFlag(request);
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
    const auto segment = segmentOf(request.Get("segment"));
    const Key lock = lockKey(request.Get("lock"));
    const std::uint64_t at = offset(request.Get("offset"));
    const std::size_t length = bytes(request.Get("target"), "target").size();
    const auto time = timeout(request, "timeoutMs", -1);
    const Flag cancel = cancelFlag(request);
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

}  // namespace

Flag cancelFlag(const Napi::Object& from) {
  return CancelObject::flag(from);
}

void defineHolding(Napi::Env env, Napi::Object exports, Environment& environment) {
  environment.held = Napi::Persistent(HeldObject::define(env));
  environment.cancel = Napi::Persistent(CancelObject::define(env));
  environment.held.SuppressDestruct();
  environment.cancel.SuppressDestruct();
  exports.Set("Cancel", environment.cancel.Value());
  add(exports, "acquireLock", acquireLock);
  add(exports, "removeLock", removeLock);
  add(exports, "exchange", exchangeBytes);
  add(exports, "copyLocked", copyUnderLock);
}

}  // namespace lens
