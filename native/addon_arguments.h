/// What the functions of the addon's face are given, beside what addon.h reads.
#pragma once

#include "addon.h"
#include "watch.h"

namespace lens {

/// A copy of a Uint8Array, which JavaScript may change meanwhile.
std::vector<std::byte> copied(const Napi::Value& value, const char* what);

/// The window of a watch: at most so much as a watch keeps two copies of (16 MiB).
Watch::Window window(const Napi::Value& from, const Napi::Value& length);

/// Looks per second, 1..1000.
double hertz(const Napi::Value& value);

/// A field in milliseconds; `absent`, where not negative, stands for one that is undefined.
std::chrono::milliseconds timeout(const Napi::Object& from, const char* field, double absent);

/// The address of a segment, as SegmentAddress of the face has it.
Key segmentKey(const Napi::Value& value);

/// The field `lock`; none where it is null or undefined.
std::optional<Key> optionalLock(const Napi::Object& from);

/// The field `cancel`: set once somebody gives the call up. Null where it is null or undefined.
Flag cancelFlag(const Napi::Object& from);

}  // namespace lens
