"""A program that shares memory through multiprocessing.shared_memory, driven line by line.

A request is "verb arguments"; a reply is "ok ..." or "no NAME TEXT".
"""

import sys
from multiprocessing import resource_tracker, shared_memory


class Peer:
    def __init__(self):
        self.memory = None

    def create(self, name, size):
        self.memory = shared_memory.SharedMemory(name=name, create=True, size=int(size))
        return self.memory.name

    def anonymous(self, size):
        self.memory = shared_memory.SharedMemory(create=True, size=int(size))
        return self.memory.name

    def attach(self, name):
        self.memory = shared_memory.SharedMemory(name=name)
        return self.memory.size

    def untrack(self):
        """What a careful program does after attaching: Python would remove the segment at its exit."""
        resource_tracker.unregister(self.memory._name, "shared_memory")

    def list(self, name, *items):
        self.memory = shared_memory.ShareableList(items, name=name).shm
        return self.memory.size

    def read(self, offset, length):
        return bytes(self.memory.buf[int(offset) : int(offset) + int(length)]).hex()

    def write(self, offset, text):
        data = bytes.fromhex(text)
        self.memory.buf[int(offset) : int(offset) + len(data)] = data

    def close(self):
        self.memory.close()

    def unlink(self):
        self.memory.unlink()


def main():
    peer = Peer()
    for line in sys.stdin:
        verb, *arguments = line.split()
        if verb == "quit":
            break
        try:
            result = getattr(peer, verb)(*arguments)
            print("ok" if result is None else f"ok {result}", flush=True)
        except Exception as error:
            print(f"no {type(error).__name__} {error}", flush=True)


main()
