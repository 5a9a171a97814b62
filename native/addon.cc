// The door between JavaScript and the rest: arguments in, results and Error{code, call, errno} out. Only
// the files called addon, and hash_object.cc, know Node-API.
#include "addon.h"

#include "addon_tasks.h"
#include "hash_object.h"
#include "system.h"

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

void raise(Napi::Env env, const Error& error) noexcept {
  try {
    toJs(env, error).ThrowAsJavaScriptException();
  } catch (const Napi::Error&) {
    // A worker that is being terminated runs no more JavaScript.
  }
}

napi_value pairs(Napi::Env env, const std::vector<Extent>& extents) {
  auto made = Napi::Array::New(env, extents.size() * 2);
  std::uint32_t at = 0;
  for (const auto& [offset, length] : extents) {
    made[at++] = static_cast<double>(offset);
    made[at++] = static_cast<double>(length);
  }
  return made;
}

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto environment = std::make_shared<Environment>();
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
  endWith(env, environment);
  defineListing(env, exports);
  defineSegments(env, exports, *environment);
  defineHolding(env, exports, *environment);
  defineWatch(env, exports, *environment);
  defineSweep(env, exports, *environment);
  defineSearch(env, exports, *environment);
  defineHash(env, exports);
  defineLocks(env, exports);
  defineProcesses(env, exports);
  return exports;
}

}  // namespace
}  // namespace lens

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  return lens::init(env, exports);
}
NODE_API_MODULE(segment_lens, initialise)
