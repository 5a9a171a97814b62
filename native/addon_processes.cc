// Who runs, who has which shared memory, and what one process has.
#include "addon.h"
#include "process_memory.h"
#include "processes.h"

namespace lens {
namespace {

const std::initializer_list<const char*> processNames{"pid", "name", "commandLine", "uid", "owner", "start"};

Napi::Object toJs(const Shape& shape, const Process& one) {
  return shape.make(one.pid, one.name, one.commandLine, one.uid, ownerName(one.uid), one.start);
}

/// Mappings as objects, in their order.
napi_value toJs(Napi::Env env, const std::vector<Mapping>& mappings) {
  const Shape shape(env, {"pid", "device", "inode", "shmid", "address", "offset", "length", "writable"});
  return array(env, mappings, [&](const Mapping& one) {
    return shape.make(one.pid, one.device, one.inode, one.shmid, hexadecimal(one.address), one.offset,
                      one.length, one.writable);
  });
}

Napi::Value scan(const Napi::CallbackInfo& info) {
  const bool all = !info[0].IsUndefined() && info[0].ToBoolean();
  return startTask(info.Env(), [all](const Flag& stop) -> Settle {
    auto found = scanProcesses(all, [&] { return stop->load(); });
    return [found = std::move(found)](Napi::Env env) {
      const Shape shape(env, processNames);
      const auto processes =
          array(env, found.processes, [&](const Process& one) { return toJs(shape, one); });
      return Shape(env, {"processes", "mappings", "denied"})
          .make(processes, toJs(env, found.mappings), found.denied.size());
    };
  });
}

Napi::Value processEntry(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto found = process(pidOf(info[0]));
    if (!found) return info.Env().Null();
    return toJs(Shape(info.Env(), processNames), *found);
  });
}

Napi::Value processMappings(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    const auto found = mappingsOf(pidOf(info[0]));
    if (!found) return env.Null();
    return Napi::Value(env, toJs(env, *found));
  });
}

/// System V segments have a shmid, everything else device and inode.
napi_value toJs(Napi::Env env, const Shape& shape, const SharedObject& one) {
  const auto number = [&](bool has, std::uint64_t value) {
    return has ? std::optional(value) : std::nullopt;
  };
  const auto known = [&](auto field) { return one.info ? std::optional((*one.info).*field) : std::nullopt; };
  const auto owner = one.info ? std::optional(ownerName(one.info->uid)) : std::nullopt;
  const napi_value refusal = one.refusal ? napi_value(toJs(env, *one.refusal).Value()) : env.Null();
  return shape.make(number(!one.systemV, one.device), number(!one.systemV, one.inode),
                    number(one.systemV, one.inode), one.ours, one.path,
                    one.mapped == 0 ? std::nullopt : std::optional(hexadecimal(one.address)), one.mapped,
                    one.writable, known(&Info::size), known(&Info::mode), known(&Info::uid), owner, refusal);
}

Napi::Value processMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return startTask(info.Env(), [pid = pidOf(info[0])](const Flag&) -> Settle {
      auto found = sharedObjects(pid);
      return [found = std::move(found)](Napi::Env env) {
        const Shape shape(env, {"device", "inode", "shmid", "ours", "path", "address", "mapped", "writable",
                                "size", "mode", "uid", "owner", "refusal"});
        const auto objects =
            array(env, found.objects, [&](const SharedObject& one) { return toJs(env, shape, one); });
        return Shape(env, {"start", "objects"}).make(found.start, objects);
      };
    });
  });
}

}  // namespace

void defineProcesses(Napi::Env env, Napi::Object exports) {
  exports.Set("scanProcesses", Napi::Function::New(env, scan, "scanProcesses"));
  exports.Set("processEntry", Napi::Function::New(env, processEntry, "processEntry"));
  exports.Set("processMappings", Napi::Function::New(env, processMappings, "processMappings"));
  exports.Set("processMemory", Napi::Function::New(env, processMemory, "processMemory"));
}

}  // namespace lens
