#pragma once

#include <napi.h>

namespace lens {

/// Adds the constructor `Hash` to the addon's face.
void defineHash(Napi::Env env, Napi::Object exports);

}  // namespace lens
