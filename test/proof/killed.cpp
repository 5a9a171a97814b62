// Our own code, killed at a random point, COUNT times: `killed MEMORY-KEY-FILE LOCK-KEY-FILE COUNT SEED`. A
// child attaches, locks, copies, exchanges and detaches again and again through the addon's own classes,
// until a timer of its own, set as it enters a random step of a random round, kills it with SIGKILL; then the
// lock must be free and nobody but us attached. Says how many were killed in each step, or the first thing
// that was left and ends with 1.
#include <signal.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
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

/// Where a child is to be killed: in the first round all is new to the process, later it has been there
/// before.
struct Aim {
  int round;
  Step in;
  /// Of the time that the step takes; a little past its end, so that the end is met too.
  double part;
};

/// Tells the step, and kills this process in that of the aim.
class Steps {
 public:
  explicit Steps(const Aim& aim) : aim_(aim) {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) _exit(3);
  }

  void enter(Step next) {
    const auto now = Clock::now();
    if (round_ > 0) took_[at_] = now - since_;
    if (next == attaching) ++round_;
    at_ = next;
    if (round_ == aim_.round && next == aim_.in) arm();
    step->store(next);
    since_ = Clock::now();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void arm() {
    const auto after = std::chrono::duration<double, std::nano>(took_[at_]).count() * aim_.part;
    const itimerspec time{{}, {0, 1 + std::clamp(static_cast<long>(after), 0L, 999'999'998L)}};
    if (timer_settime(timer_, 0, &time, nullptr) != 0) _exit(3);
  }

  Aim aim_;
  timer_t timer_{};
  int round_ = 0;
  Step at_ = attaching;
  Clock::time_point since_ = Clock::now();
  /// What each step took in the round before; a guess before the first.
  std::array<Clock::duration, steps> took_ = guesses();

  static std::array<Clock::duration, steps> guesses() {
    std::array<Clock::duration, steps> all;
    all.fill(std::chrono::microseconds(20));
    return all;
  }
};

/// The whole of what a user makes us do, until the end.
[[noreturn]] void live(const Key& memory, const Key& lock, const Aim& aim) {
  std::array<std::byte, 4096> bytes{};
  std::array<std::byte, 8> edit{};
  Steps steps(aim);
  for (;;) {
    steps.enter(attaching);
    const auto segment = mechanism(memory).open(memory, {Access::attach, true, true});
    steps.enter(copying);
    copyLocked(*segment, lock, 0, bytes.size(), patience());
    steps.enter(exchanging);
    const auto seen = std::span<const std::byte>(bytes).first(edit.size());
    exchange(*segment, lock, 64, seen, std::span<const std::byte>(edit), patience());
    steps.enter(holding);
    {
      Held held(mechanism(lock).openLock(lock, false), patience());
      held.release();
    }
    steps.enter(detaching);
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
    const Aim aim{random() % 10 == 0 ? 2 : 1, static_cast<Step>(random() % steps),
                  std::uniform_real_distribution(0.0, 1.1)(random)};
    step->store(attaching);
    const pid_t child = fork();
    if (child == 0) live(memory, lock, aim);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) return left("it ended by itself with", WEXITSTATUS(status), round);
    if (WTERMSIG(status) != SIGKILL) return left("it died of signal", WTERMSIG(status), round);
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
