// What only Linux has for System V semaphores: a wait that ends in time, and a list that anyone may read.
#include <sys/sem.h>

#include <cerrno>
#include <ctime>

#include "../descriptor.h"
#include "../proc_text.h"
#include "systemv_linux.h"

namespace lens::systemv {

const char* const takeCall = "semtimedop";

bool take(int semid, unsigned short semnum, std::chrono::milliseconds slice) {
  const bool now = slice.count() == 0;
  sembuf one{semnum, -1, static_cast<short>(SEM_UNDO | (now ? IPC_NOWAIT : 0))};
  const timespec time{static_cast<time_t>(slice.count() / 1000),
                      static_cast<long>(slice.count() % 1000 * 1'000'000)};
  if (::semtimedop(semid, &one, 1, now ? nullptr : &time) == 0) return true;
  if (errno == EAGAIN || errno == EINTR) return false;
  failErrno("semtimedop", Code::gone);
}

/// From the list that anyone may read.
void describeUnreadable(int semid, Peek& peek) {
  const auto text = readWhole("/proc/sysvipc/sem");
  eachLine(text ? std::string_view(*text) : "", [&](std::string_view line) {
    const auto found = parseSemLine(line);
    if (!found || found->semid != semid) return;
    peek.exists = true;
    peek.mode = found->perms & 0777;
    peek.uid = found->uid;
  });
}

}  // namespace lens::systemv
