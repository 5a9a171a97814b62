// A program to be debugged: `qt6-debuggee KEY` attaches to the QSharedMemory that has the key, and calls
// `shares` with what a programmer has in his hands then; `qt6-debuggee KEY lock` holds its lock meanwhile.
#include <QSharedMemory>
#include <QString>
#include <cstdio>
#include <memory>
#include <string>

struct Board {
  quint32 count;
  quint32 order;
};

struct Hands {
  QSharedMemory* pointer;
  QSharedMemory& reference;
  std::unique_ptr<QSharedMemory> owned;
  QSharedMemory detached;
  Board* board;
  QString key;
  const char* name;
  std::string text;
  char array[64];
};

static void shares(Hands& hands, QSharedMemory& memory) {
  hands.board->count += 1;  // stops
  Q_UNUSED(memory);
}

int main(int count, char** arguments) {
  if (count < 2 || count > 3) return 2;
  const QString key = QString::fromUtf8(arguments[1]);
  QSharedMemory memory(key);
  if (!memory.attach()) return 1;
  Hands hands{&memory,      memory, std::make_unique<QSharedMemory>(key), {}, nullptr, key, arguments[1],
              arguments[1], {}};
  if (!hands.owned->attach()) return 1;
  std::snprintf(hands.array, sizeof hands.array, "%s", arguments[1]);
  hands.board = static_cast<Board*>(memory.data());
  if (count == 3 && !memory.lock()) return 1;
  shares(hands, memory);
  return 0;
}
