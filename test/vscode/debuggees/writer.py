"""A program to be debugged: `writer.py NAME` maps the POSIX segment NAME and counts while its second word is 1."""
import mmap
import os
import struct
import sys
import time

file = os.open("/dev/shm" + sys.argv[1], os.O_RDWR)
shared = mmap.mmap(file, 4096)
struct.pack_into("<I", shared, 4, os.getpid())
while (order := struct.unpack_from("<I", shared, 4)[0]) != 0:
    time.sleep(0.02)
    if order == 1:
        struct.pack_into("<I", shared, 0, struct.unpack_from("<I", shared, 0)[0] + 1)
