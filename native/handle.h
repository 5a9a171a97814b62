/// Objects of JavaScript that stand for objects of ours.
#pragma once

#include <napi.h>

#include <memory>

namespace lens {

/// What a Handle holds; made by its constructor, gone when the handle is collected or the environment ends.
class Body {
 public:
  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  virtual ~Body() = default;
};

/// The one class of wrapped objects: with a class of node-addon-api for each of ours, all that it needs for a
/// class would be in the addon seven times.
class Handle : public Napi::ObjectWrap<Handle> {
 public:
  using Property = Napi::ClassPropertyDescriptor<Handle>;

  explicit Handle(const Napi::CallbackInfo& info)
      : ObjectWrap(info), body_(reinterpret_cast<Make>(info.Data())(info)) {}

  /// The constructor of a class of objects that each hold a `Held`, made of what the constructor is called
  /// with.
  template <typename Held>
  static Napi::Function define(Napi::Env env, const char* name, std::initializer_list<Property> properties) {
    const Make make = [](const Napi::CallbackInfo& info) -> std::unique_ptr<Body> {
      return std::make_unique<Held>(info);
    };
    return DefineClass(env, name, properties, reinterpret_cast<void*>(make));
  }

  /// A method; one that answers with nothing answers with undefined.
  template <auto member>
  static Property method(const char* name) {
    return InstanceMethod(name, &Handle::call, napi_default, reinterpret_cast<void*>(calling<member>()));
  }
  /// A property that can only be read.
  template <auto member>
  static Property getter(const char* name) {
    return InstanceAccessor(name, &Handle::call, nullptr, napi_default,
                            reinterpret_cast<void*>(calling<member>()));
  }

  /// What an object holds that define<Held> made the class of: the caller has seen that by its type tag.
  template <typename Held>
  static Held& held(const Napi::Object& object) {
    return static_cast<Held&>(*Unwrap(object)->body_);
  }

 private:
  using Make = std::unique_ptr<Body> (*)(const Napi::CallbackInfo&);
  using Call = Napi::Value (*)(Body&, const Napi::CallbackInfo&);

  template <typename Held, typename Result>
  static Held holder(Result (Held::*)(const Napi::CallbackInfo&));

  template <auto member>
  static Call calling() {
    return [](Body& body, const Napi::CallbackInfo& info) -> Napi::Value {
      auto& held = static_cast<decltype(holder(member))&>(body);
      if constexpr (std::is_void_v<decltype((held.*member)(info))>) {
        (held.*member)(info);
        return {};
      } else {
        return (held.*member)(info);
      }
    };
  }

  Napi::Value call(const Napi::CallbackInfo& info) {
    return reinterpret_cast<Call>(info.Data())(*body_, info);
  }

  const std::unique_ptr<Body> body_;
};

}  // namespace lens
