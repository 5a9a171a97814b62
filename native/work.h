#pragma once

#include "ipc.h"

namespace lens {

/// Something that looks at a segment on a thread of its own, until it is stopped. It only ever reads.
class Work {
 public:
  explicit Work(std::shared_ptr<Segment> segment) : segment(std::move(segment)) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;

  const std::shared_ptr<Segment> segment;

  /// Idempotent; nobody is called any more afterwards. Waits for one read at most.
  virtual void stop() noexcept = 0;
};

}  // namespace lens
