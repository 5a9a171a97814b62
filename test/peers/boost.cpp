// A program that uses Boost.Interprocess, driven line by line. A request is "verb arguments"; a reply is "ok
// ..." or "no CODE TEXT".
#include <boost/interprocess/managed_shared_memory.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_recursive_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/interprocess/sync/named_mutex.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

namespace ipc = boost::interprocess;

/// What a program would keep beside its data.
struct Locks {
  ipc::interprocess_mutex mutex;
  ipc::interprocess_recursive_mutex recursive;
  ipc::interprocess_semaphore semaphore{1};
};

static std::unique_ptr<ipc::managed_shared_memory> memory;
static std::unique_ptr<ipc::named_mutex> named;
static Locks* locks;

static std::ptrdiff_t offset(const void* at) {
  return static_cast<const char*>(at) - static_cast<const char*>(memory->get_address());
}

static std::string answer(const std::string& verb, std::istringstream& rest) {
  std::string name;
  if (verb == "create") {
    size_t size = 0;
    rest >> name >> size;
    memory = std::make_unique<ipc::managed_shared_memory>(ipc::create_only, name.c_str(), size);
    locks = memory->construct<Locks>("locks")();
  } else if (verb == "open") {
    rest >> name;
    memory = std::make_unique<ipc::managed_shared_memory>(ipc::open_only, name.c_str());
    locks = memory->find<Locks>("locks").first;
  } else if (verb == "places") {
    std::ostringstream said;
    said << offset(&locks->mutex) << ' ' << offset(&locks->recursive) << ' ' << offset(&locks->semaphore);
    return said.str();
  } else if (verb == "lock") {
    locks->mutex.lock();
  } else if (verb == "unlock") {
    locks->mutex.unlock();
  } else if (verb == "lock_recursive") {
    locks->recursive.lock();
  } else if (verb == "unlock_recursive") {
    locks->recursive.unlock();
  } else if (verb == "wait") {
    locks->semaphore.wait();
  } else if (verb == "post") {
    locks->semaphore.post();
  } else if (verb == "die_inside") {
    // The segment's own mutex is held while this runs.
    auto end = [] { std::_Exit(EXIT_FAILURE); };
    memory->atomic_func(end);
  } else if (verb == "named") {
    rest >> name;
    named = std::make_unique<ipc::named_mutex>(ipc::open_or_create, name.c_str());
  } else if (verb == "lock_named") {
    named->lock();
  } else if (verb == "unlock_named") {
    named->unlock();
  } else if (verb == "remove_named") {
    rest >> name;
    ipc::named_mutex::remove(name.c_str());
  } else if (verb == "remove") {
    rest >> name;
    ipc::shared_memory_object::remove(name.c_str());
  } else {
    throw std::runtime_error("unknown request " + verb);
  }
  return "";
}

int main() {
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    try {
      std::cout << "ok " << answer(verb, words) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "no -1 " << error.what() << std::endl;
    }
  }
  std::_Exit(EXIT_SUCCESS);
}
