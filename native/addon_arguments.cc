// What the functions of the addon's face are given.
#include "addon_arguments.h"

#include <algorithm>
#include <climits>

#include "system.h"

namespace lens {

using std::chrono::milliseconds;

/// The longest window that a watch keeps two copies of.
constexpr double longestWatched = 16 << 20;

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

namespace {

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

}  // namespace

Key segmentKey(const Napi::Value& value) {
  return key(value, "shmid");
}

Key lockKey(const Napi::Value& value) {
  return key(value, "semid");
}

std::optional<Key> optionalLock(const Napi::Object& from) {
  const Napi::Value value = from.Get("lock");
  return value.IsNull() || value.IsUndefined() ? std::nullopt : std::optional(lockKey(value));
}

}  // namespace lens
