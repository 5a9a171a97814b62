// Work on threads of its own that answers promises, and the end of everything that an environment has.
#include "addon_tasks.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace lens {
namespace {

/// process.exit() ends without cleaning environments up, so that a POSIX lock would stay taken for ever.
class Exit {
 public:
  void add(std::shared_ptr<Environment> one) {
    const std::scoped_lock guard(mutex_);
    open_.insert(std::move(one));
  }
  void remove(const std::shared_ptr<Environment>& one) {
    const std::scoped_lock guard(mutex_);
    open_.erase(one);
  }
  ~Exit() {
    for (const auto& one : open_) one->end();
  }

 private:
  std::mutex mutex_;
  std::set<std::shared_ptr<Environment>> open_;
};
/// Made by the first environment, so that it goes before whatever the mechanisms keep.
Exit& atExit() {
  static Exit one;
  return one;
}

}  // namespace

void finish(napi_env raw, napi_value, void*, void* data) {
  if (!raw) return;
  const Napi::Env env(raw);
  Environment& environment = Environment::of(env);
  auto found = environment.tasks.extract(static_cast<Task*>(data));
  if (found.empty()) return;
  const auto task = std::move(found.mapped());
  if (task->thread.joinable()) task->thread.join();
  task->kept.Reset();
  if (environment.tasks.empty()) napi_unref_threadsafe_function(raw, environment.deliver);
  try {
    try {
      if (task->failure) {
        task->deferred.Reject(toJs(env, *task->failure).Value());
      } else {
        task->deferred.Resolve(task->settle(env));
      }
    } catch (const Napi::Error& error) {
      task->deferred.Reject(error.Value());
    }
  } catch (const Napi::Error&) {
    // A worker that is being terminated runs no more JavaScript: nobody listens. What was made is given back.
  }
}

/// Calls what a work was given, unless it was stopped meanwhile.
void notify(napi_env raw, napi_value, void*, void* data) {
  if (!raw) return;
  const Napi::Env env(raw);
  const auto& works = Environment::of(env).works;
  const auto found =
      std::find_if(works.begin(), works.end(), [&](const auto& entry) { return entry.first.get() == data; });
  if (found == works.end()) return;
  try {
    found->second.Value().Call({});
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  }
}

void endWith(Napi::Env env, const std::shared_ptr<Environment>& environment) {
  atExit().add(environment);
  napi_add_env_cleanup_hook(
      env,
      [](void* data) {
        const std::unique_ptr<std::shared_ptr<Environment>> one(
            static_cast<std::shared_ptr<Environment>*>(data));
        atExit().remove(*one);
        (*one)->end();
      },
      new std::shared_ptr<Environment>(environment));
}

Napi::Value startTask(Napi::Env env, std::function<Settle(const Flag& stop)> work) {
  return start(env, std::move(work));
}

}  // namespace lens
