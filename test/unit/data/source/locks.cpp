// A lock after which a sign stands keeps only the threads of this process apart; of the others that is not
// certain.
#include <QMutex>
#include <QSharedMemory>
#include <mutex>

QSharedMemory memory("key");
QMutex mutex;
static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
std::shared_mutex standard;

void wrong() {
  QMutexLocker locker(&mutex);  //! mutex memory
  std::memcpy(memory.data(), "x", 1);
}

void byHand(QSharedMemory& other) {
  mutex.lock();  //! mutex memory
  if (memory.isAttached()) {
    char* bytes = static_cast<char*>(memory.data());
    bytes[0]++;
  }
  mutex.unlock();
}

class Board {
 public:
  void store(int value) {
    std::lock_guard<std::mutex> guard(m_mutex);  //! m_mutex m_memory
    *static_cast<int*>(m_memory->data()) = value;
  }
  int load() const {
    std::unique_lock lock(this->m_mutex);  //! m_mutex m_memory
    return *static_cast<const int*>(m_memory->constData());
  }
  void both(int value) {
    std::scoped_lock lock(m_mutex, standard);  //! standard m_memory
    *static_cast<int*>(m_memory->data()) = value;
  }
  void right(int value) {
    std::lock_guard<std::mutex> guard(m_mutex);
    m_memory->lock();
    *static_cast<int*>(m_memory->data()) = value;
    m_memory->unlock();
  }

 private:
  std::unique_ptr<QSharedMemory> m_memory;
  mutable std::mutex m_mutex;
};

void pthreads() {
  pthread_mutex_lock(&plain);  //! plain memory
  auto* bytes = memory.data();
  pthread_mutex_unlock(&plain);
}

void locked() {
  QMutexLocker locker(&mutex);
  memory.lock();
  memory.data();
  memory.unlock();
}

void guarded() {
  std::lock_guard<QSharedMemory> guard(memory);
  QMutexLocker locker(&mutex);
  memory.data();
}

void helped() {
  QMutexLocker locker(&mutex);
  SegmentLocker other(&memory);
  memory.data();
}

void systemWide(QSystemSemaphore& semaphore) {
  QMutexLocker locker(&mutex);
  semaphore.acquire();
  memory.data();
}

void before() {
  { QMutexLocker locker(&mutex); }
  memory.data();
}

void after() {
  QMutexLocker locker(&mutex);
  locker.unlock();
  memory.data();
  mutex.lock();
  mutex.unlock();
  memory.data();
}

void inTheSegment(Header* header) {
  std::lock_guard guard(header->mutex);
  pthread_mutex_lock(&header->plain);
  memory.data();
}

void unknown(Lockable& lock) {
  QMutexLocker locker(&mutex);
  lock.lock();
  memory.data();
}

void other(QByteArray& bytes) {
  QMutexLocker locker(&mutex);
  bytes.data();
  memory.isAttached();
  // memory.data();
}
