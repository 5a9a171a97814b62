/// What the system says of a segment, as SegmentInfo of the face has it.
#pragma once

#include "addon.h"
#include "processes.h"

namespace lens {

class InfoShape : Shape {
 public:
  explicit InfoShape(Napi::Env env)
      : Shape(env,
              {"mechanism",   "name",    "device",     "inode",      "shmid",     "key",        "size",
               "allocated",   "mode",    "uid",        "gid",        "owner",     "creatorPid", "lastPid",
               "attachCount", "removed", "accessedMs", "modifiedMs", "changedMs", "detachedMs"}) {}
  Napi::Object make(const Info& info) const {
    return Shape::make(info.mechanism, info.name, info.device, info.inode, info.shmid, info.key, info.size,
                       info.allocated, info.mode, info.uid, info.gid, ownerName(info.uid), info.creatorPid,
                       info.lastPid, info.attachCount, info.removed, info.accessedMs, info.modifiedMs,
                       info.changedMs, info.detachedMs);
  }
};

}  // namespace lens
