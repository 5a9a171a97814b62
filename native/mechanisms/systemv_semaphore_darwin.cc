// What macOS does otherwise with System V semaphores (semop(2); XNU's bsd/kern/sysv_sem.c). Who polls for
// one, as everyone with a time to wait must here, is no waiter.
#include <sys/sem.h>

#include <cerrno>

#include "../fail_errno.h"
#include "poll_darwin.h"
#include "systemv_darwin.h"

namespace lens::systemv {

const char* const takeCall = "semop";

bool take(int semid, unsigned short semnum, std::chrono::milliseconds slice) {
  return tryFor(slice, [&] {
    sembuf one{semnum, -1, SEM_UNDO | IPC_NOWAIT};
    if (::semop(semid, &one, 1) == 0) return true;
    if (errno != EAGAIN && errno != EINTR) failErrno("semop", Code::gone);
    return false;
  });
}

}  // namespace lens::systemv
