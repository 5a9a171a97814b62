/// Work on threads of its own that answers promises, and the end of everything that an environment has.
#pragma once

#include "addon.h"

namespace lens {

/// Settles the promise of a task that is done; a call of a thread-safe function.
void finish(napi_env raw, napi_value, void*, void* data);

/// Calls what a work was given, unless it was stopped meanwhile; a call of a thread-safe function.
void notify(napi_env raw, napi_value, void*, void* data);

/// Ends the environment when its Node-API ends, and at the exit of the process where that ends none.
void endWith(Napi::Env env, const std::shared_ptr<Environment>& environment);

/// Runs `work` (Flag stop → Settle) on a thread, then its answer's `settle` here. `kept` lives until then.
template <typename Work>
Napi::Value start(Napi::Env env, Work work, const Napi::Value& kept = Napi::Value()) {
  Environment& environment = Environment::of(env);
  auto owned = std::make_unique<Task>(env);
  Task* const task = owned.get();
  const Napi::Value promise = task->deferred.Promise();
  if (!kept.IsEmpty()) {
    task->kept = Napi::Persistent(kept.As<Napi::Object>());
    task->kept.SuppressDestruct();
  }
  if (environment.tasks.empty()) napi_ref_threadsafe_function(env, environment.deliver);
  environment.tasks.emplace(task, std::move(owned));
  try {
    task->thread = std::thread([task, work = std::move(work), deliver = environment.deliver,
                                stop = Flag(environment.ending)]() mutable {
      try {
        task->settle = work(stop);
      } catch (...) {
        task->failure = caught();
      }
      napi_call_threadsafe_function(deliver, task, napi_tsfn_nonblocking);
    });
  } catch (const std::system_error& error) {
    task->failure = Error{Code::outOfResources, "pthread_create", error.code().value()};
    finish(env, nullptr, nullptr, task);
  }
  return promise;
}

}  // namespace lens
