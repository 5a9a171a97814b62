// What the kernel lists of System V objects, as ipcs(1) asks for it: sysctl(3) with a command in and out
// (XNU's bsd/sys/ipcs.h, which no SDK has; IPCS_shm_sysctl in bsd/kern/sysv_shm.c and IPCS_sem_sysctl in
// bsd/kern/sysv_sem.c).
#include <sys/sem.h>
#include <sys/sysctl.h>

#include <cerrno>

#include "../fail_errno.h"
#include "systemv_darwin.h"

namespace lens::systemv {
namespace {

/// struct IPCS_command, naturally aligned.
struct Command {
  int magic = 1;
  /// IPCS_SHM_ITER, IPCS_SEM_ITER: the next object from `cursor` on.
  int operation;
  /// Place in the kernel's table; the kernel sets it to the one behind what it tells of.
  int cursor;
  int length;
  void* data;
};
static_assert(sizeof(Command) == 24);
// The kernel refuses another length: user_shmid_ds and user64_semid_ds, packed to 4 bytes as the headers have
// them.
static_assert(sizeof(shmid_ds) == 76 && sizeof(semid_ds) == 72);

constexpr int nextSegment = 2, nextSet = 0x20;
constexpr const char *segments = "kern.sysv.ipcs.shm", *sets = "kern.sysv.ipcs.sem";

/// An id is a place in the table and, above 16 bits of it, how often that place was used (IXSEQ_TO_IPCID).
constexpr int placeOf(int id) {
  return id & 0xffff;
}
int idOf(int place, const ipc_perm& permissions) {
  return static_cast<int>(static_cast<unsigned>(permissions._seq) << 16 | static_cast<unsigned>(place));
}

/// The first object in the table at `cursor` or behind it, which then is its place; false behind the last.
/// `unsupported` where the system has no such table: that would look as if there were nothing.
template <typename Status>
bool next(const char* table, int operation, int& cursor, Status& found) {
  int name[CTL_MAXNAME];
  std::size_t depth = CTL_MAXNAME;
  if (::sysctlnametomib(table, name, &depth) != 0) fail(Code::unsupported, "sysctlnametomib", errno);
  Command command{1, operation, cursor, sizeof found, &found};
  std::size_t length = sizeof command;
  if (::sysctl(name, static_cast<u_int>(depth), &command, &length, &command, sizeof command) == 0) {
    cursor = command.cursor - 1;
    return true;
  }
  // ERANGE: the table ends before the place. ENOENT: nothing is there or behind it.
  if (errno == ENOENT || errno == ERANGE) return false;
  failErrno("sysctl");
}

/// IPC_STAT says that it is gone, which is so to it also of one that was removed and lives on, or not for us.
void refuseOthers(const char* call) {
  if (errno != EINVAL && errno != EIDRM && errno != EACCES && errno != EPERM) failErrno(call);
}

}  // namespace

void eachSegment(const std::function<bool(int shmid, const shmid_ds& segment)>& visit) {
  shmid_ds segment;
  for (int place = 0; next(segments, nextSegment, place, segment); ++place) {
    if (!visit(idOf(place, segment.shm_perm), segment)) return;
  }
}

std::optional<shmid_ds> segmentOf(int shmid) {
  shmid_ds found;
  if (::shmctl(shmid, IPC_STAT, &found) == 0) return found;
  refuseOthers("shmctl");
  int place = placeOf(shmid);
  const bool is =
      shmid >= 0 && next(segments, nextSegment, place, found) && idOf(place, found.shm_perm) == shmid;
  return is ? std::optional(found) : std::nullopt;
}

/// SHMSEG_REMOVED of XNU's bsd/kern/sysv_shm.c.
bool isRemoved(const shmid_ds& segment) {
  constexpr unsigned removed = 0x0400;
  return (segment.shm_perm.mode & removed) != 0;
}

void describeUnreadable(int semid, Peek& peek) {
  semid_ds found;
  int place = placeOf(semid);
  if (semid < 0 || !next(sets, nextSet, place, found) || idOf(place, found.sem_perm) != semid) return;
  peek.exists = true;
  peek.mode = found.sem_perm.mode & 0777;
  peek.uid = found.sem_perm.uid;
}

std::optional<std::uint64_t> limit(const char* name) {
  std::int64_t value = 0;
  std::size_t length = sizeof value;
  const bool known =
      ::sysctlbyname(name, &value, &length, nullptr, 0) == 0 && length == sizeof value && value >= 0;
  return known ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt;
}

}  // namespace lens::systemv
