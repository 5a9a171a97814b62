// Segments that are open, and what opens, creates and removes them.
#include "addon_arguments.h"
#include "addon_info.h"
#include "addon_tasks.h"
#include "holes.h"
#include "system.h"

namespace lens {
namespace {

constexpr napi_type_tag segmentTag{0x5e67e27'0001, 0x1e25};

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

/// Resolves a promise with an open segment.
Settle settled(std::shared_ptr<Segment> segment) {
  return [segment = std::move(segment)](Napi::Env env) {
    return construct(Environment::of(env).segment, segment);
  };
}

Napi::Value createSegment(const Napi::CallbackInfo& info) {
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
    const Flag cancel = cancelFlag(options);
    return start(info.Env(), [address, creation, time, cancel](const Flag& stop) {
      return settled(lens::create(address, creation, Patience(time, stop, cancel)));
    });
  });
}

Napi::Value openSegment(const Napi::CallbackInfo& info) {
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

}  // namespace

std::shared_ptr<Segment> segmentOf(const Napi::Value& value) {
  return SegmentObject::segment(value);
}

void defineSegments(Napi::Env env, Napi::Object exports, Environment& environment) {
  environment.segment = Napi::Persistent(SegmentObject::define(env));
  environment.segment.SuppressDestruct();
  add(exports, "create", createSegment);
  add(exports, "open", openSegment);
  add(exports, "remove", removeSegment);
}

}  // namespace lens
