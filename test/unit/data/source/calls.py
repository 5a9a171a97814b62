"""Every call that is to be found says after it what it names.
SharedMemory("in a docstring")
"""
from multiprocessing import shared_memory
from multiprocessing.shared_memory import SharedMemory, ShareableList

NAME = "constant"
other = "variable"
a = SharedMemory(name="named", create=True, size=64)  #= posix-name named
b = SharedMemory("positional")  #= posix-name positional
c = shared_memory.SharedMemory('quotes', False)  #= posix-name quotes
d = SharedMemory(create=True, size=64, name=NAME)  #= posix-name constant
e = SharedMemory(name=r"raw\n", track=False)  #= posix-name raw\n
f = SharedMemory(name=f"{other}-x")
g = SharedMemory(name=f"no-values")  #= posix-name no-values
h = SharedMemory(name=other)
i = SharedMemory(create=True, size=64)
j = SharedMemory(name="a" "b")  #= posix-name ab
k = SharedMemory(name="%s" % other)
m = ShareableList([1, 2], name="list")  #= posix-name list
n = ShareableList(["not a name"])
o = SharedMemory(  #= posix-name over lines
    name="""over lines""",
)
# SharedMemory(name="commented")
p = 'SharedMemory(name="in a string")'
q = SharedMemory(name="\u5171享 # no comment")  #= posix-name 共享 # no comment


class SharedMemory:
    pass
