// A program that shares memory the way Qt does, driven line by line; built against Qt 5 and against Qt 6.
// A request is "verb arguments", texts as hex of their UTF-8; a reply is "ok ..." or "no CODE TEXT".
#include <QSharedMemory>
#include <QString>
#include <QSystemSemaphore>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

namespace {

QByteArray fromHex(const std::string& text) {
  return QByteArray::fromHex(QByteArray::fromStdString(text));
}

QString textFromHex(const std::string& text) {
  return QString::fromUtf8(fromHex(text));
}

std::string hex(const QByteArray& bytes) {
  return bytes.toHex().toStdString();
}

QSharedMemory::AccessMode accessFrom(std::istream& arguments) {
  std::string mode;
  arguments >> mode;
  return mode == "ro" ? QSharedMemory::ReadOnly : QSharedMemory::ReadWrite;
}

class Peer {
 public:
  /** The reply to one request. */
  std::string answer(const std::string& line) {
    std::istringstream arguments(line);
    std::string verb;
    arguments >> verb;
    return verb.rfind("sem.", 0) == 0 ? answerSemaphore(verb, arguments) : answerMemory(verb, arguments);
  }

 private:
  std::string answerMemory(const std::string& verb, std::istringstream& arguments) {
    if (verb == "version") return std::string("ok ") + qVersion();
    if (verb == "new") {
      memory = std::make_unique<QSharedMemory>();
      return "ok";
    }
    if (verb == "key" || verb == "nativekey") {
      std::string key;
      arguments >> key;
      if (verb == "key")
        memory->setKey(textFromHex(key));
      else
        memory->setNativeKey(textFromHex(key));
      return "ok " + hex(memory->nativeKey().toUtf8());
    }
    if (verb == "create") {
      long long size = 0;
      arguments >> size;
      return judged(memory->create(static_cast<int>(size), accessFrom(arguments)));
    }
    if (verb == "attach") return judged(memory->attach(accessFrom(arguments)));
    if (verb == "detach") return judged(memory->detach());
    if (verb == "lock") return judged(memory->lock());
    if (verb == "unlock") return judged(memory->unlock());
    if (verb == "attached") return memory->isAttached() ? "ok yes" : "ok no";
    if (verb == "size") return "ok " + std::to_string(memory->size());
    if (verb == "error") return error();
    if (verb == "increment") return increment(arguments);
    if (verb == "read") {
      long long offset = 0, length = 0;
      arguments >> offset >> length;
      const auto* bytes = static_cast<const char*>(memory->constData()) + offset;
      return "ok " + hex(QByteArray(bytes, static_cast<int>(length)));
    }
    if (verb == "write") {
      long long offset = 0;
      std::string text;
      arguments >> offset >> text;
      const QByteArray bytes = fromHex(text);
      std::memcpy(static_cast<char*>(memory->data()) + offset, bytes.constData(),
                  static_cast<size_t>(bytes.size()));
      return "ok";
    }
    return "no -1 unknown verb " + verb;
  }

  /** Adds one to the number at the start, so many times, each under the lock and in two steps. */
  std::string increment(std::istream& arguments) {
    int times = 0;
    arguments >> times;
    auto* number = static_cast<volatile quint32*>(memory->data());
    for (int i = 0; i < times; i++) {
      if (!memory->lock()) return error();
      const quint32 before = *number;
      if (i % 8 == 0) std::this_thread::yield();
      *number = before + 1;
      memory->unlock();
    }
    return "ok";
  }

  std::string answerSemaphore(const std::string& verb, std::istringstream& arguments) {
    if (verb == "sem.new") {
      std::string key, mode;
      int initial = 0;
      arguments >> key >> initial >> mode;
      semaphore = std::make_unique<QSystemSemaphore>(
          textFromHex(key), initial, mode == "create" ? QSystemSemaphore::Create : QSystemSemaphore::Open);
      return judgedSemaphore(semaphore->error() == QSystemSemaphore::NoError);
    }
    if (verb == "sem.acquire") return judgedSemaphore(semaphore->acquire());
    if (verb == "sem.release") return judgedSemaphore(semaphore->release());
    if (verb == "sem.delete") {
      semaphore.reset();
      return "ok";
    }
    return "no -1 unknown verb " + verb;
  }

  std::string judged(bool done) const { return done ? "ok" : error(); }

  std::string error() const {
    return "no " + std::to_string(memory->error()) + " " + memory->errorString().toStdString();
  }

  std::string judgedSemaphore(bool done) const {
    if (done) return "ok";
    return "no " + std::to_string(semaphore->error()) + " " + semaphore->errorString().toStdString();
  }

  std::unique_ptr<QSharedMemory> memory = std::make_unique<QSharedMemory>();
  std::unique_ptr<QSystemSemaphore> semaphore;
};

}  // namespace

int main() {
  Peer peer;
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    std::cout << peer.answer(line) << std::endl;
  }
}
