// Who runs, who has which shared memory, and what one process has.
#include <climits>

#include "addon.h"
#include "process_memory.h"
#include "processes.h"

namespace lens {
namespace {

const std::initializer_list<const char*> processNames{"pid", "name", "commandLine", "uid", "owner", "start"};

Napi::Object toJs(const Shape& shape, const Process& one) {
  return shape.make(one.pid, one.name, one.commandLine, one.uid, ownerName(one.uid), one.start);
}

std::string hexadecimal(std::uint64_t address) {
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(address));
  return text;
}

pid_t pidOf(const Napi::Value& value) {
  return static_cast<pid_t>(integer(value, "pid", 1, INT_MAX, Code::invalidKey));
}

Napi::Value scan(const Napi::CallbackInfo& info) {
  const bool all = !info[0].IsUndefined() && info[0].ToBoolean();
  return startTask(info.Env(), [all](const Flag& stop) -> Settle {
    auto found = scanProcesses(all, [&] { return stop->load(); });
    return [found = std::move(found)](Napi::Env env) {
      const Shape process(env, processNames);
      const Shape mapping(env,
                          {"pid", "device", "inode", "shmid", "address", "offset", "length", "writable"});
      Napi::Array processes = Napi::Array::New(env, found.processes.size());
      Napi::Array mappings = Napi::Array::New(env, found.mappings.size());
      for (std::uint32_t at = 0; at < found.processes.size(); ++at)
        processes[at] = toJs(process, found.processes[at]);
      for (std::uint32_t at = 0; at < found.mappings.size(); ++at) {
        const Napi::HandleScope scope(env);
        const Mapping& one = found.mappings[at];
        mappings[at] = mapping.make(one.pid, one.device, one.inode, one.shmid, hexadecimal(one.address),
                                    one.offset, one.length, one.writable);
      }
      return Shape(env, {"processes", "mappings", "denied"})
          .make(napi_value(processes), napi_value(mappings), found.denied.size());
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
        Napi::Array objects = Napi::Array::New(env, found.objects.size());
        for (std::uint32_t at = 0; at < found.objects.size(); ++at)
          objects[at] = toJs(env, shape, found.objects[at]);
        return Shape(env, {"start", "objects"}).make(found.start, napi_value(objects));
      };
    });
  });
}

}  // namespace

void defineProcesses(Napi::Env env, Napi::Object exports) {
  exports.Set("scanProcesses", Napi::Function::New(env, scan, "scanProcesses"));
  exports.Set("processEntry", Napi::Function::New(env, processEntry, "processEntry"));
  exports.Set("processMemory", Napi::Function::New(env, processMemory, "processMemory"));
}

}  // namespace lens
