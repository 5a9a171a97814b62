// The first program of the demo: makes the segment, or joins it, and keeps a greeting in it.
#include "board.h"

int main(int count, char** arguments) {
  const Options options(count, arguments);
  leaveOnSignals();
  Board board(options.key);
  if (board.attach(options.size))
    say("attached " + std::to_string(board.size()));
  else if (board.create(options.size))
    say("created " + std::to_string(board.size()));
  else {
    std::fprintf(stderr, "producer: %s\n", board.error().c_str());
    return 1;
  }
  std::uint32_t wanted = 0;
  while (!leaving) {
    if (!board.isAttached()) {
      // The consumer makes a larger one; until then there is none.
      if (board.attach(wanted)) say("attached " + std::to_string(board.size()));
    } else {
      board.lock();
      Header& header = board.header();
      if (std::strncmp(header.greeting, greeting, sizeof header.greeting) != 0) {
        std::strncpy(header.greeting, greeting, sizeof header.greeting - 1);
        say("greeted");
      }
      header.writer = static_cast<std::uint32_t>(getpid());
      wanted = header.wanted;
      board.unlock();
      if (wanted != 0) board.leave();
    }
    pause(150);
  }
  board.leave();
  say("left");
}
