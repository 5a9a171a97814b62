// Hashes for JavaScript, as node:crypto has them, of the kinds that it lacks.
#include "hash_object.h"

#include <cstdio>
#include <variant>

#include "handle.h"
#include "hash.h"

namespace lens {
namespace {

std::string digits(std::uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(value));
  return text;
}

std::string digits(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

class HashObject : public Body {
 public:
  explicit HashObject(const Napi::CallbackInfo& info) {
    const std::string wanted = info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
    if (wanted == "xxh3") {
      hash_.emplace<Xxh3>();
    } else if (wanted != "crc32") {
      throw Napi::TypeError::New(info.Env(), "algorithm must be 'crc32' or 'xxh3'");
    }
  }

  static Napi::Function define(Napi::Env env) {
    return Handle::define<HashObject>(
        env, "Hash",
        {Handle::method<&HashObject::update>("update"), Handle::method<&HashObject::digest>("digest")});
  }

 private:
  void update(const Napi::CallbackInfo& info) {
    if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      throw Napi::TypeError::New(info.Env(), "bytes must be a Uint8Array");
    }
    auto array = info[0].As<Napi::Uint8Array>();
    const std::span given(reinterpret_cast<const std::byte*>(array.Data()), array.ByteLength());
    std::visit([&](auto& hash) { hash.update(given); }, hash_);
  }

  Napi::Value digest(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(),
                             std::visit([](const auto& hash) { return digits(hash.value()); }, hash_));
  }

  std::variant<Crc32, Xxh3> hash_;
};

}  // namespace

void defineHash(Napi::Env env, Napi::Object exports) {
  exports.Set("Hash", HashObject::define(env));
}

}  // namespace lens
