/** threading, queue, signal, subprocess. */
export const PROCESSES: Readonly<Record<string, string>> = {
  threading: String.raw`
import _thread, sys
from _thread import _start, _number, _gate, _wait, _open, _traceback, get_ident
class Lock:
    def __init__(self): self._held = False; self._g = _gate()
    def acquire(self, blocking=True, timeout=-1):
        while self._held:
            if not blocking: return False
            if not _wait(self._g, None if timeout < 0 else timeout): return False
        self._held = True
        return True
    def release(self):
        if not self._held: raise RuntimeError('release unlocked lock')
        self._held = False
        _open(self._g, 1)
    def locked(self): return self._held
    def __enter__(self): return self.acquire()
    def __exit__(self, *a): self.release()
class RLock:
    def __init__(self): self._l = Lock(); self._owner = None; self._n = 0
    def acquire(self, blocking=True, timeout=-1):
        if self._owner == get_ident():
            self._n += 1
            return True
        if not self._l.acquire(blocking, timeout): return False
        self._owner = get_ident(); self._n = 1
        return True
    def release(self):
        if self._owner != get_ident(): raise RuntimeError('cannot release un-acquired lock')
        self._n -= 1
        if self._n == 0:
            self._owner = None
            self._l.release()
    def __enter__(self): return self.acquire()
    def __exit__(self, *a): self.release()
class Event:
    def __init__(self): self._flag = False; self._g = _gate()
    def is_set(self): return self._flag
    isSet = is_set
    def set(self):
        self._flag = True
        _open(self._g, None)
    def clear(self): self._flag = False
    def wait(self, timeout=None):
        if not self._flag: _wait(self._g, timeout)
        return self._flag
class Condition:
    def __init__(self, lock=None): self._l = lock or RLock(); self._g = _gate(); self.acquire = self._l.acquire; self.release = self._l.release
    def wait(self, timeout=None):
        self._l.release()
        try: return _wait(self._g, timeout)
        finally: self._l.acquire()
    def wait_for(self, predicate, timeout=None):
        while not predicate():
            if not self.wait(timeout): return predicate()
        return True
    def notify(self, n=1): _open(self._g, n)
    def notify_all(self): _open(self._g, None)
    def __enter__(self): return self._l.acquire()
    def __exit__(self, *a): self._l.release()
class Semaphore:
    def __init__(self, value=1): self._n = value; self._g = _gate()
    def acquire(self, blocking=True, timeout=None):
        while self._n <= 0:
            if not blocking or not _wait(self._g, timeout): return False
        self._n -= 1
        return True
    def release(self, n=1):
        self._n += n
        _open(self._g, n)
    def __enter__(self): return self.acquire()
    def __exit__(self, *a): self.release()
BoundedSemaphore = Semaphore
class Barrier:
    def __init__(self, parties, action=None, timeout=None): self.parties = parties; self._n = 0; self._g = _gate()
    def wait(self, timeout=None):
        self._n += 1
        i = self._n - 1
        if self._n >= self.parties:
            self._n = 0
            _open(self._g, None)
        else: _wait(self._g, timeout)
        return i
class local: pass
_active = {}
_count = [0]
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        if name is None:
            _count[0] += 1
            name = 'Thread-' + str(_count[0]) + (' (' + target.__name__ + ')' if target is not None and sys.version_info >= (3, 10) and hasattr(target, '__name__') else '')
        self.name = name; self._target = target; self._args = args; self._kwargs = kwargs or {}
        self.daemon = current_thread().daemon if daemon is None else daemon
        self.ident = None; self._started = False; self._over = Event()
    def start(self):
        if self._started: raise RuntimeError('threads can only be started once')
        self._started = True
        def body():
            self.ident = get_ident()
            _active[self.ident] = self
            try: self.run()
            except SystemExit: pass
            except BaseException as e: excepthook_(e, self)
            finally:
                _active.pop(self.ident, None)
                _running.discard(self)
                self._over.set()
        _running.add(self)
        _start(body)
    def run(self):
        if self._target is not None: self._target(*self._args, **self._kwargs)
    def join(self, timeout=None):
        if not self._started: raise RuntimeError('cannot join thread before it is started')
        if self is current_thread(): raise RuntimeError('cannot join current thread')
        self._over.wait(timeout)
    def is_alive(self): return self._started and not self._over.is_set()
    def getName(self): return self.name
    def setName(self, name): self.name = name
    def setDaemon(self, d): self.daemon = d
    def isDaemon(self): return self.daemon
    @property
    def native_id(self): return self.ident
    def __repr__(self): return '<Thread(' + self.name + ', ' + ('started' if self.is_alive() else 'stopped' if self._started else 'initial') + (' daemon' if self.daemon else '') + (' ' + str(self.ident) if self.ident else '') + ')>'
_running = set()
def excepthook_(e, thread):
    sys.stderr.write('Exception in thread ' + thread.name + ':\n' + _traceback(e))
    sys.stderr.flush()
class _MainThread(Thread):
    def __init__(self):
        self.name = 'MainThread'; self.daemon = False; self.ident = get_ident(); self._started = True; self._over = Event()
_main = None
def main_thread(): return _main
def current_thread(): return _active.get(get_ident(), _main)
currentThread = current_thread
def active_count(): return 1 + len(_running)
def enumerate(): return [_main] + list(_running)
def _shutdown():
    while True:
        left = [t for t in list(_running) if not t.daemon and t is not current_thread()]
        if not left: return
        left[0].join()
class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        self.interval = interval; self.function = function; self.finished = Event()
        Thread.__init__(self, None, None, None, args or (), kwargs or {})
    def cancel(self): self.finished.set()
    def run(self):
        self.finished.wait(self.interval)
        if not self.finished.is_set(): self.function(*self._args, **self._kwargs)
        self.finished.set()
_main = _MainThread()
_active[_main.ident] = _main
TIMEOUT_MAX = 9223372036.0
`,
  queue: String.raw`
import threading, heapq
from time import monotonic
class Empty(Exception): pass
class Full(Exception): pass
Empty.__module__ = '_queue'
class Queue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize; self.queue = []; self._in = threading.Condition(); self._out = threading.Condition(); self._left = 0; self._done = threading.Event()
    def _put(self, x): self.queue.append(x)
    def _get(self): return self.queue.pop(0)
    def qsize(self): return len(self.queue)
    def empty(self): return not self.queue
    def full(self): return 0 < self.maxsize <= len(self.queue)
    def put(self, item, block=True, timeout=None):
        with self._out:
            while self.full():
                if not block or not self._out.wait(timeout): raise Full
        self._put(item)
        self._left += 1
        self._done.clear()
        self._in.notify()
    def get(self, block=True, timeout=None):
        with self._in:
            while not self.queue:
                if not block or not self._in.wait(timeout): raise Empty
            item = self._get()
        self._out.notify()
        return item
    def put_nowait(self, x): self.put(x, False)
    def get_nowait(self): return self.get(False)
    def task_done(self):
        self._left -= 1
        if self._left < 0: raise ValueError('task_done() called too many times')
        if self._left == 0: self._done.set()
    def join(self):
        if self._left: self._done.wait()
SimpleQueue = Queue
class LifoQueue(Queue):
    def _get(self): return self.queue.pop()
class PriorityQueue(Queue):
    def _put(self, x): heapq.heappush(self.queue, x)
    def _get(self): return heapq.heappop(self.queue)
`,
  signal: String.raw`
from _signal import _handle, _numbers
from enum import IntEnum
Signals = IntEnum('Signals', _numbers())
for _m in Signals: globals()[_m.name] = _m
class Handlers(IntEnum):
    SIG_DFL = 0
    SIG_IGN = 1
SIG_DFL = Handlers.SIG_DFL; SIG_IGN = Handlers.SIG_IGN
_set = {}
def default_int_handler(signum, frame): raise KeyboardInterrupt
_set[2] = default_int_handler
def signal(signalnum, handler):
    import threading
    if threading.current_thread() is not threading.main_thread(): raise ValueError('signal only works in main thread of the main interpreter')
    if not callable(handler) and handler not in (0, 1): raise TypeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object')
    n = int(signalnum)
    before = _set.get(n, SIG_DFL)
    _handle(n, handler if callable(handler) else int(handler))
    _set[n] = handler
    return before
def getsignal(signalnum): return _set.get(int(signalnum), SIG_DFL)
def strsignal(n): return {1: 'Hangup', 2: 'Interrupt', 3: 'Quit', 9: 'Killed', 15: 'Terminated'}.get(int(n))
def raise_signal(n):
    import os
    os.kill(os.getpid(), int(n))
def pause():
    import _thread
    g = _thread._gate()
    _pausing.append(g)
    _thread._wait(g, None)
_pausing = []
def valid_signals(): return set(Signals)
def alarm(seconds): raise NotImplementedError('signal.alarm is not simulated in Timonel')
`,
  subprocess: String.raw`
from _subprocess import _start, _wait, _read, _write, _close
import os
PIPE = -1; STDOUT = -2; DEVNULL = -3
class SubprocessError(Exception): pass
class CalledProcessError(SubprocessError):
    def __init__(self, returncode, cmd, output=None, stderr=None):
        self.returncode = returncode; self.cmd = cmd; self.output = self.stdout = output; self.stderr = stderr
        self.args = (returncode, cmd)
    def __str__(self):
        if self.returncode < 0: return "Command '%s' died with %r." % (self.cmd, __import__('signal').Signals(-self.returncode))
        return "Command '%s' returned non-zero exit status %d." % (self.cmd, self.returncode)
class TimeoutExpired(SubprocessError):
    def __init__(self, cmd, timeout, output=None, stderr=None): self.cmd = cmd; self.timeout = timeout; self.output = output; self.stderr = stderr; self.args = (cmd, timeout)
    def __str__(self): return "Command '%s' timed out after %s seconds" % (self.cmd, self.timeout)
class CompletedProcess:
    def __init__(self, args, returncode, stdout=None, stderr=None): self.args = args; self.returncode = returncode; self.stdout = stdout; self.stderr = stderr
    def check_returncode(self):
        if self.returncode: raise CalledProcessError(self.returncode, self.args, self.stdout, self.stderr)
    def __repr__(self):
        parts = ['args=' + repr(self.args), 'returncode=' + repr(self.returncode)]
        if self.stdout is not None: parts.append('stdout=' + repr(self.stdout))
        if self.stderr is not None: parts.append('stderr=' + repr(self.stderr))
        return 'CompletedProcess(' + ', '.join(parts) + ')'
class _Reader:
    def __init__(self, id, text): self._id = id; self._text = text; self._data = None
    def read(self, n=-1):
        if self._data is None: self._data = _read(self._id)
        data, self._data = self._data, b''
        return data.decode() if self._text else data
    def readlines(self): return self.read().splitlines(True)
    def readline(self):
        if self._data is None: self._data = _read(self._id)
        i = self._data.find(b'\n') + 1 or len(self._data)
        line, self._data = self._data[:i], self._data[i:]
        return line.decode() if self._text else line
    def __iter__(self):
        while True:
            line = self.readline()
            if not line: return
            yield line
    def close(self): pass
class _Writer:
    def __init__(self, id, text): self._id = id; self._text = text
    def write(self, data): _write(self._id, data.encode() if isinstance(data, str) else data)
    def flush(self): pass
    def close(self): _close(self._id)
class Popen:
    def __init__(self, args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None, preexec_fn=None, close_fds=True, shell=False, cwd=None, env=None, universal_newlines=None, text=None, encoding=None, errors=None, start_new_session=False, **kw):
        self.args = args
        argv = [args] if isinstance(args, (str, bytes)) else [os.fspath(a) for a in args]
        if shell: argv = ['/bin/sh', '-c'] + argv
        self._text = bool(text or universal_newlines or encoding)
        how = {None: None, PIPE: 'pipe', DEVNULL: 'null', STDOUT: 'out'}
        def mode(x):
            if x in how: return how[x]
            raise NotImplementedError('a file as a stream of subprocess is not simulated in Timonel: use PIPE')
        try: self.pid, i, o, e = _start(argv, None if cwd is None else os.fspath(cwd), dict(env) if env is not None else None, mode(stdin), mode(stdout), mode(stderr))
        except OSError as x: raise OSError(x.errno, x.strerror, argv[0]) from None
        self.stdin = None if i is None else _Writer(i, self._text)
        self.stdout = None if o is None else _Reader(o, self._text)
        self.stderr = None if e is None else _Reader(e, self._text)
        self.returncode = None
    def wait(self, timeout=None):
        if self.returncode is None:
            if timeout is not None and not self._soon(timeout): raise TimeoutExpired(self.args, timeout)
            if self.returncode is None: self.returncode = _wait(self.pid)
        return self.returncode
    def _soon(self, timeout):
        import threading
        done = threading.Event()
        def body():
            code = _wait(self.pid)
            self.returncode = code
            done.set()
        threading.Thread(target=body, daemon=True).start()
        return done.wait(timeout)
    def poll(self):
        if self.returncode is None: self._soon(0.001)
        return self.returncode
    def communicate(self, input=None, timeout=None):
        if self.stdin is not None:
            if input is not None: self.stdin.write(input)
            self.stdin.close()
        if timeout is not None and not self._soon(timeout): raise TimeoutExpired(self.args, timeout)
        out = self.stdout.read() if self.stdout else None
        err = self.stderr.read() if self.stderr else None
        self.wait()
        return out, err
    def send_signal(self, n): os.kill(self.pid, int(n))
    def terminate(self): self.send_signal(15)
    def kill(self): self.send_signal(9)
    def __enter__(self): return self
    def __exit__(self, *a): self.wait()
def run(*popenargs, input=None, capture_output=False, timeout=None, check=False, **kw):
    if capture_output: kw['stdout'] = PIPE; kw['stderr'] = PIPE
    if input is not None: kw['stdin'] = PIPE
    p = Popen(*popenargs, **kw)
    try: out, err = p.communicate(input, timeout)
    except TimeoutExpired:
        p.kill()
        raise
    code = p.returncode
    if check and code: raise CalledProcessError(code, p.args, out, err)
    return CompletedProcess(p.args, code, out, err)
def call(*a, timeout=None, **kw): return Popen(*a, **kw).wait(timeout)
def check_call(*a, **kw):
    code = call(*a, **kw)
    if code: raise CalledProcessError(code, a[0] if a else kw['args'])
    return 0
def check_output(*a, timeout=None, **kw): return run(*a, stdout=PIPE, timeout=timeout, check=True, **kw).stdout
def getoutput(cmd): return getstatusoutput(cmd)[1]
def getstatusoutput(cmd):
    r = run(cmd, shell=True, text=True, stdout=PIPE, stderr=STDOUT)
    return r.returncode, r.stdout.rstrip('\n')
`,
};
