// Our own code, killed at a random point, COUNT times: `killed MEMORY-KEY-FILE LOCK-KEY-FILE COUNT SEED`. A
// child attaches, locks, copies, exchanges and detaches again and again through the addon's own classes until
// it is killed with SIGKILL; then the lock must be free and nobody but us attached. Says how many were killed
// in each step, or the first thing that was left and ends with 1.
#include <signal.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "../../native/exchange.h"

namespace {

using namespace lens;

enum Step : int { attaching, copying, exchanging, holding, detaching, steps };
constexpr const char* names[steps] = {"attach", "copy", "exchange", "hold", "detach"};

/// What the child is about to do; shared with it.
std::atomic<int>* step;

Patience patience() {
  return {std::chrono::seconds(10), std::make_shared<std::atomic<bool>>(false), nullptr};
}

/// The whole of what a user makes us do, until the end.
[[noreturn]] void live(const Key& memory, const Key& lock) {
  std::array<std::byte, 4096> bytes{};
  std::array<std::byte, 8> edit{};
  for (std::uint64_t round = 0;; ++round) {
    step->store(attaching);
    const auto segment = mechanism(memory).open(memory, {Access::attach, true, true});
    step->store(copying);
    copyLocked(*segment, lock, 0, bytes.size(), patience());
    step->store(exchanging);
    const auto seen = std::span<const std::byte>(bytes).first(edit.size());
    exchange(*segment, lock, 64, seen, std::span<const std::byte>(edit), patience());
    step->store(holding);
    {
      Held held(mechanism(lock).openLock(lock, false), patience());
      held.release();
    }
    step->store(detaching);
    detach(*segment, true, lock, patience());
  }
}

int left(const char* what, long number, int round) {
  std::printf("after kill %d in %s: %s %ld\n", round, names[step->load()], what, number);
  return 1;
}

}  // namespace

int main(int, char** arguments) {
  const Key memory = KeyFile{arguments[1], 'Q'};
  const Key lock = KeyFile{arguments[2], 'Q'};
  const int count = std::atoi(arguments[3]);
  std::mt19937 random(static_cast<unsigned>(std::atoi(arguments[4])));
  step = static_cast<std::atomic<int>*>(
      mmap(nullptr, sizeof *step, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const int shmid = shmget(numberOfFile(std::get<KeyFile>(memory)), 0, 0);
  const int semid = semget(numberOfFile(std::get<KeyFile>(lock)), 0, 0);
  if (shmid < 0 || semid < 0) return std::perror("the segment and its lock must exist"), 2;
  shmid_ds before{};
  shmctl(shmid, IPC_STAT, &before);
  std::array<int, steps> killed{};
  for (int round = 0; round < count; ++round) {
    step->store(-1);
    const pid_t child = fork();
    if (child == 0) live(memory, lock);
    while (step->load() < 0) sched_yield();
    const timespec pause{0, static_cast<long>(random() % 400'000)};
    nanosleep(&pause, nullptr);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) return left("it ended by itself with", WEXITSTATUS(status), round);
    killed[step->load()] += 1;
    const int value = semctl(semid, 0, GETVAL);
    if (value != 1) return left("the lock has the value", value, round);
    shmid_ds now{};
    if (shmctl(shmid, IPC_STAT, &now) != 0) return left("no segment, errno", errno, round);
    if (now.shm_nattch != before.shm_nattch)
      return left("attached", static_cast<long>(now.shm_nattch), round);
  }
  for (int at = 0; at < steps; ++at) std::printf("%s %d\n", names[at], killed[at]);
  return 0;
}
