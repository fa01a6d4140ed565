# Attacks on the grader itself, and on the students after: messages and texts that it might stumble over.

# %% forged messages: parts of another kind
kernel = get_ipython().kernel
session, iopub = kernel.session, kernel.iopub_socket
parent = kernel.get_parent()
import datetime
def send(header, parent, content, signed=True):
    parts = [session.pack(part) for part in (header, parent, {}, content)]
    iopub.send_multipart([b"topic", b"<IDS|MSG>", session.sign(parts) if signed else b"", *parts])
good = session.msg_header("stream")
for header in (good, [], "text", None, 5, {**good, "msg_type": []}, {**good, "msg_type": {}}, {**good, "msg_type": None}, {**good, "msg_id": 5}):
    for about in (parent["header"], [], "text", None, 5, [parent["header"]], {"msg_id": []}):
        for content in ({"name": "stdout", "text": "x"}, [], "text", None, 5, {"execution_state": []}):
            send(header, about, content)
iopub.send_multipart([b"<IDS|MSG>"])
iopub.send_multipart([b""] * 3)
iopub.send_multipart([b"topic", b"<IDS|MSG>", b"", b"{", b"}", b"[", b"\xff"])

# %% forged messages: a status that is no word
kernel = get_ipython().kernel
parent = kernel.get_parent()
for content in ([], "idle", None, 5, {"execution_state": []}):
    kernel.session.send(kernel.iopub_socket, "status", content, parent)

# %% forged messages: outputs of every odd form
kernel = get_ipython().kernel
parent = kernel.get_parent()
texts = ["text", ["a", "b"], [], [1], {}, None, 5, [["a"]], "\ud800".encode("utf-8", "replace").decode()]
for text in texts:
    for kind, content in [("stream", {"name": "stdout", "text": text}), ("stream", {"name": text, "text": "x"}), ("stream", text),
                          ("display_data", {"data": text, "metadata": {}}), ("display_data", {"data": {"text/plain": text}, "metadata": text}),
                          ("execute_result", {"data": {"image/png": text}, "metadata": {}, "execution_count": text}),
                          ("error", {"ename": text, "evalue": text, "traceback": text}), ("error", {"ename": "E", "evalue": "", "traceback": text})]:
        kernel.session.send(kernel.iopub_socket, kind, content, parent)

# %% forged messages: replies to cells that still run, and to those to come
kernel = get_ipython().kernel
header = kernel.get_parent()["header"]
session, _, count = header["msg_id"].rpartition("_")
router = kernel.shell_stream if hasattr(kernel, "shell_stream") else kernel.shell_streams[0]
for ahead in range(30):
    parent = {"header": {**header, "msg_id": f"{session}_{int(count) + ahead}"}}
    for content in ({"status": "ok"}, [], None, "ok"):
        kernel.session.send(kernel.iopub_socket, "execute_reply", content, parent)
        try:
            kernel.session.send(kernel.shell_socket, "execute_reply", content, parent, ident=kernel.get_parent().get("ident"))
        except Exception:
            pass
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent)

# %% forged messages: a reply that is no reply, on the shell's own channel
kernel = get_ipython().kernel
original = kernel.session.send
def send(stream, kind, content=None, parent=None, *arguments, **keywords):
    if kind == "execute_reply":
        for odd in ([], "ok", None, {"status": []}):
            original(stream, kind, odd, parent, *arguments, **keywords)
    return original(stream, kind, content, parent, *arguments, **keywords)
kernel.session.send = send

# %% forged messages: an error whose name is a sentence, and breaks lines and colours
class Bad(Exception):
    pass
Bad.__name__ = Bad.__qualname__ = "\x1b[2J\x1b]0;title\x07\nzz-honest: MADE UP <script>alert(1)</script>"
raise Bad("\x1b[31mMADE UP")

# %% forged messages: a syntax error in code that no parser gets through
kernel = get_ipython().kernel
code = "x = " + "(" * 150 + "-" * 200_000 + "1" + ")" * 150
original = kernel.do_execute
async def do_execute(code, *arguments, **keywords):
    kernel.session.send(kernel.iopub_socket, "error", {"ename": "SyntaxError", "evalue": "", "traceback": []}, kernel.get_parent())
    return await original("raise SyntaxError", *arguments, **keywords)
kernel.do_execute = do_execute
# cell output_shape
x = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
# cell corr2d
\N{NULL}

# %% forged messages: the name of the process is no text
import ctypes, threading, os
libc = ctypes.CDLL(None)
libc.prctl(15, b"\xff\xfe\n)\x01 R", 0, 0, 0)
# cell output_shape
libc.prctl(15, b") Z 1 1 1\xff", 0, 0, 0)
import time
time.sleep(1)

# %% forged messages: an answer to every request but the right one
# forging
def handle(request, answer):
    for number in range(-1000, 1000):
        if number:
            answer({"value": None, "number": request["number"] + number})
forge(handle)

# %% forged messages: the connection cut in two
import os, socket, stat
for number in range(3, 200):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, b"\xff" * 70)
            os.close(number)
    except OSError:
        pass

# %% interrupts: ignored, and answered late
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
# cell output_shape
import time
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass

# %% interrupts: the kernel stops itself in the middle of a test
# cell output_shape
def output_shape(image_shape, kernel_shape):
    import os, signal
    os.kill(os.getpid(), signal.SIGSTOP)

# %% interrupts: the kernel ends itself in every test
# cell output_shape
def output_shape(image_shape, kernel_shape):
    import os
    os._exit(0)
# cell corr2d
def corr2d(image, kernel):
    import ctypes
    ctypes.string_at(0)
# cell box_filter
def box_filter(image, size):
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)

# %% interrupts: a cell that waits for input
input("Your password: ")
__import__("getpass").getpass()
# cell output_shape
import pdb
pdb.set_trace()

# %% sabotage: the working folder, the temporary folder and the libraries are gone
import os, shutil, sys
shutil.rmtree("/home/student", ignore_errors=True)
shutil.rmtree("/tmp", ignore_errors=True)
shutil.rmtree("/kernel", ignore_errors=True)
os.chdir("/")
for name in list(sys.modules):
    if name.startswith(("IPython", "ipykernel", "zmq", "tornado", "asyncio")):
        del sys.modules[name]
sys.path.clear()

# %% sabotage: the interpreter itself
import builtins, gc, sys
gc.disable()
sys.setrecursionlimit(10**6)
sys.setswitchinterval(1000)
sys.stdout = sys.stderr = None
builtins.__import__ = None
builtins.len = builtins.print = builtins.dict = None

# %% sabotage: standard output, logging and the loop of the kernel
import asyncio, logging, os, sys
for number in range(0, 3):
    os.close(number)
logging.disable(50)
asyncio.get_event_loop().stop()
get_ipython().kernel.io_loop.stop()
# cell output_shape
exit()
quit()
get_ipython().kernel.do_shutdown(False)
raise SystemExit
