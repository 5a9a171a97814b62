// Searches for JavaScript.
#include "addon.h"
#include "search.h"

namespace lens {
namespace {

constexpr double longestPattern = 65536, mostPatterns = 1024, mostHits = 1 << 20;

Pattern pattern(const Napi::Value& value) {
  const Napi::Object from = object(value, "pattern");
  const auto read = [&](const char* field) {
    const auto given = bytes(from.Get(field), field);
    const auto* const first = reinterpret_cast<const std::uint8_t*>(given.data());
    return std::vector<std::uint8_t>(first, first + given.size());
  };
  Pattern made{read("bytes"), read("mask")};
  if (made.bytes.empty() || made.bytes.size() > longestPattern || made.mask.size() != made.bytes.size()) {
    fail(Code::invalidSize, "pattern");
  }
  return made;
}

std::vector<Pattern> patterns(const Napi::Value& value) {
  if (!value.IsArray()) refuse(value.Env(), "patterns must be an array");
  const Napi::Array from = value.As<Napi::Array>();
  if (from.Length() < 1 || from.Length() > mostPatterns) fail(Code::invalidSize, "patterns");
  std::vector<Pattern> made;
  for (std::uint32_t at = 0; at < from.Length(); ++at) made.push_back(pattern(from.Get(at)));
  return made;
}

std::uint64_t word(const Napi::Object& from, const char* field) {
  const Napi::Value value = from.Get(field);
  if (!value.IsBigInt()) refuse(from.Env(), std::string(field) + " must be a bigint");
  bool lossless = false;
  return value.As<Napi::BigInt>().Uint64Value(&lossless);
}

double fraction(const Napi::Object& from, const char* field) {
  const Napi::Value value = from.Get(field);
  if (!value.IsNumber()) refuse(from.Env(), std::string(field) + " must be a number");
  return value.As<Napi::Number>();
}

NumberRange numbers(const Napi::Value& value) {
  const Napi::Object from = object(value, "numbers");
  NumberRange range;
  const double width = integer(from.Get("width"), "width", 1, 8, Code::invalidSize);
  range.width = static_cast<unsigned>(width);
  range.fraction = boolean(from, "fraction", false);
  const bool known = range.width == 1 || range.width == 2 || range.width == 4 || range.width == 8;
  if (!known || (range.fraction && range.width < 4)) fail(Code::invalidSize, "width");
  const std::string endian = string(from, "endian");
  if (endian != "little" && endian != "big" && endian != "both") {
    refuse(from.Env(), "endian must be 'little', 'big' or 'both'");
  }
  range.little = endian != "big";
  range.big = endian != "little";
  if (range.fraction) {
    range.least = fraction(from, "minimum");
    range.greatest = fraction(from, "maximum");
  } else {
    range.minimum = word(from, "minimum");
    range.maximum = word(from, "maximum");
  }
  return range;
}

/// Runs until stop() or its end, also where nobody keeps this object: then to call what it was given.
class SearchObject : public Body {
 public:
  explicit SearchObject(const Napi::CallbackInfo& info)
      : search_(fromExternal<Search>(info)), environment_(Environment::shared(info.Env())) {}
  static Napi::Function define(Napi::Env env) {
    return Handle::define<SearchObject>(
        env, "Search",
        {Handle::method<&SearchObject::take>("take"), Handle::method<&SearchObject::stop>("stop")});
  }

 private:
  Napi::Value take(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    return guarded(env, [&]() -> Napi::Value {
      const Search::Batch batch = search_->take();
      auto offsets = Napi::Float64Array::New(env, batch.hits.size());
      auto lengths = Napi::Uint32Array::New(env, batch.hits.size());
      for (std::size_t at = 0; at < batch.hits.size(); ++at) {
        offsets[at] = static_cast<double>(batch.hits[at].offset);
        lengths[at] = static_cast<std::uint32_t>(batch.hits[at].length);
      }
      return Shape(env, {"offsets", "lengths", "position", "end", "total", "capped", "done"})
          .make(napi_value(offsets), napi_value(lengths), batch.position, batch.end, batch.total,
                batch.capped, batch.done);
    });
  }
  void stop(const Napi::CallbackInfo&) { environment_->end(search_); }

  const std::shared_ptr<Search> search_;
  const std::shared_ptr<Environment> environment_;
};

Napi::Value startSearch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object request = object(info[0], "request");
  if (!info[1].IsFunction()) refuse(env, "told must be a function");
  return guarded(env, [&]() -> Napi::Value {
    const auto segment = segmentOf(request.Get("segment"));
    const std::uint64_t start = offset(request.Get("start"));
    const Napi::Value end = request.Get("end");
    const double alignment = integer(request.Get("alignment"), "alignment", 1, 16, Code::invalidSize);
    const auto unit = static_cast<unsigned>(alignment);
    if ((unit & (unit - 1)) != 0) fail(Code::invalidSize, "alignment");
    const double most = integer(request.Get("most"), "most", 1, mostHits, Code::invalidSize);
    const Search::Scope scope{start, end.IsNull() ? static_cast<std::uint64_t>(mostSafeInteger) : offset(end),
                              unit, static_cast<std::size_t>(most)};
    const Napi::Value given = request.Get("patterns");
    Search::Sought sought;
    if (given.IsUndefined()) {
      sought = numbers(request.Get("numbers"));
    } else {
      sought = patterns(given);
    }
    // Refuses what is closed or gone at once.
    segment->state();
    Environment& environment = Environment::of(env);
    return startWork<Search>(environment, environment.search, info[1].As<Napi::Function>(), segment,
                             std::move(sought), scope);
  });
}

}  // namespace

void defineSearch(Napi::Env env, Napi::Object exports, Environment& environment) {
  environment.search = Napi::Persistent(SearchObject::define(env));
  environment.search.SuppressDestruct();
  exports.Set("search", Napi::Function::New(env, startSearch, "search"));
}

}  // namespace lens
