// The second program of the demo: appends a line several times a second and makes the segment larger when it
// is full.
#include "board.h"

namespace {

/** Adds one line under the lock. False where it does not fit and a larger segment is allowed. */
bool append(Board& board, const Options& options) {
  board.lock();
  Header& header = board.header();
  char text[17];  // one row of a hex view
  std::snprintf(text, sizeof text, "consumer %6u\n", (header.ticks + 1) % 1'000'000);
  const std::string line = text;
  bool fits = header.used + line.size() <= board.room();
  if (!fits) {
    const bool mayGrow = board.size() < options.limit;
    if (mayGrow && header.laps + 1 >= options.laps) {
      header.wanted = std::min(board.size() * 2, options.limit);
    } else {
      header.laps++;
      header.used = 0;
      std::memset(board.text(), 0, board.room());
      fits = true;
    }
  }
  if (fits) {
    std::memcpy(board.text() + header.used, line.data(), line.size());
    header.used += static_cast<std::uint32_t>(line.size());
    header.ticks++;
    header.writer = static_cast<std::uint32_t>(getpid());
    // Now and then a moment that a person can see.
    if (header.ticks % 16 == 0) pause(400);
  }
  board.unlock();
  return fits;
}

/** Waits until the others have left, leaves as the last, and creates it again with the same bytes. */
void grow(Board& board) {
  board.lock();
  const std::uint32_t wanted = board.header().wanted;
  const bool alone = board.header().peers <= 1;
  const std::vector<char> bytes = board.bytes();
  board.unlock();
  if (!alone) return;
  board.leave();
  if (board.attach(0)) {
    // Somebody else still has it: it cannot be made anew, so the text starts over.
    board.lock();
    board.header().wanted = 0;
    board.header().used = 0;
    board.unlock();
    say("kept " + std::to_string(board.size()));
  } else if (board.create(wanted, bytes)) {
    say("grew " + std::to_string(board.size()));
  }
}

}  // namespace

int main(int count, char** arguments) {
  const Options options(count, arguments);
  leaveOnSignals();
  Board board(options.key);
  while (!leaving && !board.attach(sizeof(Header))) pause(50);
  if (!leaving) say("attached " + std::to_string(board.size()));
  while (!leaving) {
    if (!board.isAttached()) {
      if (!board.attach(sizeof(Header))) board.create(options.size);
    } else if (!append(board, options)) {
      grow(board);
    }
    pause(180);
  }
  board.leave();
  say("left");
}
