/** pathlib and what else is about files; asyncio. */
export const PATHS: Readonly<Record<string, string>> = {
  shutil: `
import os
class Error(OSError): pass
def copyfile(a, b, **kw):
    with open(a, 'rb') as f, open(b, 'wb') as g: g.write(f.read())
    return b
def copy(a, b, **kw):
    if os.path.isdir(b): b = os.path.join(b, os.path.basename(a))
    return copyfile(a, b)
copy2 = copy
def copytree(a, b, dirs_exist_ok=False, **kw):
    os.makedirs(b, exist_ok=dirs_exist_ok)
    for n in os.listdir(a):
        p = os.path.join(a, n)
        copytree(p, os.path.join(b, n), dirs_exist_ok) if os.path.isdir(p) else copyfile(p, os.path.join(b, n))
    return b
def rmtree(path, ignore_errors=False, onerror=None):
    try:
        for n in os.listdir(path):
            p = os.path.join(path, n)
            rmtree(p) if os.path.isdir(p) and not os.path.islink(p) else os.remove(p)
        os.rmdir(path)
    except OSError:
        if not ignore_errors: raise
def move(a, b):
    if os.path.isdir(b): b = os.path.join(b, os.path.basename(a))
    try: os.rename(a, b)
    except OSError:
        copyfile(a, b); os.remove(a)
    return b
def which(cmd, mode=1, path=None):
    for d in (path or os.environ.get('PATH', '')).split(':'):
        p = os.path.join(d, cmd)
        if os.path.isfile(p) and os.access(p, 1): return p
`,
  fnmatch: String.raw`
import re
def translate(p):
    out = ''; i = 0
    while i < len(p):
        c = p[i]; i += 1
        if c == '*': out += '.*'
        elif c == '?': out += '.'
        elif c == '[' and ']' in p[i + 1:]:
            j = p.index(']', i + 1)
            body = p[i:j]
            out += '[' + ('^' + body[1:] if body[0] == '!' else body) + ']'
            i = j + 1
        else: out += re.escape(c)
    return '(?s:' + out + ')'
def fnmatch(name, p): return re.fullmatch(translate(p), name) is not None
fnmatchcase = fnmatch
def filter(names, p): return [n for n in names if fnmatch(n, p)]
`,
  glob: `
import os, fnmatch
def glob(pattern, recursive=False, **kw): return list(iglob(pattern, recursive))
def iglob(pattern, recursive=False, **kw):
    head, _, tail = pattern.rpartition('/')
    folders = [head or ('/' if pattern.startswith('/') else '')]
    if any(c in head for c in '*?['): folders = [d for d in iglob(head, recursive) if os.path.isdir(d)]
    for d in folders:
        if tail == '**' and recursive:
            for top, dirs, files in os.walk(d or '.'):
                yield top
                for f in files: yield os.path.join(top, f)
        elif any(c in tail for c in '*?['):
            if not os.path.isdir(d or '.'): continue
            for n in os.listdir(d or '.'):
                if fnmatch.fnmatch(n, tail) and (not n.startswith('.') or tail.startswith('.')): yield os.path.join(d, n) if d else n
        elif os.path.lexists(os.path.join(d, tail)): yield os.path.join(d, tail)
`,
  tempfile: `
import os, random
def gettempdir(): return os.environ.get('TMPDIR', '/tmp')
def _name(prefix, suffix, dir): return os.path.join(dir or gettempdir(), (prefix or 'tmp') + ''.join([random.choice('abcdefghijklmnopqrstuvwxyz0123456789_') for _ in range(8)]) + (suffix or ''))
def mkdtemp(suffix=None, prefix=None, dir=None):
    p = _name(prefix, suffix, dir)
    os.mkdir(p, 0o700)
    return p
def mkstemp(suffix=None, prefix=None, dir=None, text=False):
    raise NotImplementedError('tempfile.mkstemp is not simulated in Timonel: use NamedTemporaryFile')
class NamedTemporaryFile:
    def __init__(self, mode='w+b', suffix=None, prefix=None, dir=None, delete=True, **kw): self.name = _name(prefix, suffix, dir); self._f = open(self.name, mode); self._delete = delete
    def __getattr__(self, n): return getattr(self._f, n)
    def close(self):
        if not self._f.closed:
            self._f.close()
            if self._delete and os.path.exists(self.name): os.remove(self.name)
    def __enter__(self): return self
    def __exit__(self, *a): self.close()
class TemporaryDirectory:
    def __init__(self, suffix=None, prefix=None, dir=None): self.name = mkdtemp(suffix, prefix, dir)
    def cleanup(self):
        import shutil
        shutil.rmtree(self.name, True)
    def __enter__(self): return self.name
    def __exit__(self, *a): self.cleanup()
`,
  pathlib: String.raw`
import os, posixpath as _p
class PurePath:
    def __init__(self, *parts):
        text = _p.join(*[str(x) for x in parts]) if parts else '.'
        lead = '/' if text.startswith('/') else ''
        self._path = (lead + '/'.join([c for c in text.split('/') if c not in ('', '.')])) or '.'
    def __str__(self): return self._path
    def __fspath__(self): return self._path
    def __repr__(self): return {'Path': 'PosixPath', 'PurePath': 'PurePosixPath'}.get(type(self).__name__, type(self).__name__) + '(' + repr(self._path) + ')'
    def __truediv__(self, o): return type(self)(self._path, o)
    def __rtruediv__(self, o): return type(self)(o, self._path)
    def __eq__(self, o): return isinstance(o, PurePath) and self._path == o._path
    def __lt__(self, o): return self._path < o._path
    def __hash__(self): return hash(self._path)
    def joinpath(self, *o): return type(self)(self._path, *o)
    name = property(lambda s: '' if s._path in ('.', '/') else _p.basename(s._path))
    suffix = property(lambda s: _p.splitext(s.name)[1])
    stem = property(lambda s: _p.splitext(s.name)[0])
    parent = property(lambda s: type(s)(_p.dirname(s._path) or '.'))
    parts = property(lambda s: (('/',) if s._path.startswith('/') else ()) + tuple([c for c in s._path.split('/') if c and c != '.']))
    @property
    def parents(self):
        out = []; p = self
        while p.parent != p: p = p.parent; out.append(p)
        return out
    def is_absolute(self): return self._path.startswith('/')
    def as_posix(self): return self._path
    def with_suffix(self, s): return type(self)(_p.splitext(self._path)[0] + s)
    def with_name(self, n): return self.parent / n
    def relative_to(self, o):
        o = str(o).rstrip('/')
        if self._path == o: return type(self)('.')
        if not self._path.startswith(o + '/'): raise ValueError(repr(self._path) + ' is not in the subpath of ' + repr(o))
        return type(self)(self._path[len(o) + 1:])
class Path(PurePath):
    @classmethod
    def cwd(cls): return cls(os.getcwd())
    @classmethod
    def home(cls): return cls(_p.expanduser('~'))
    def exists(self): return _p.exists(self._path)
    def is_file(self): return _p.isfile(self._path)
    def is_dir(self): return _p.isdir(self._path)
    def is_symlink(self): return _p.islink(self._path)
    def stat(self): return os.stat(self._path)
    def open(self, mode='r', *a, **kw): return open(self._path, mode, *a, **kw)
    def read_text(self, encoding=None, errors=None):
        with open(self._path) as f: return f.read()
    def read_bytes(self):
        with open(self._path, 'rb') as f: return f.read()
    def write_text(self, s, encoding=None, errors=None, newline=None):
        with open(self._path, 'w') as f: return f.write(s)
    def write_bytes(self, b):
        with open(self._path, 'wb') as f: return f.write(b)
    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        if parents: os.makedirs(self._path, mode, exist_ok)
        else:
            try: os.mkdir(self._path, mode)
            except FileExistsError:
                if not exist_ok or not self.is_dir(): raise
    def touch(self, mode=0o666, exist_ok=True): open(self._path, 'a').close()
    def unlink(self, missing_ok=False):
        try: os.remove(self._path)
        except FileNotFoundError:
            if not missing_ok: raise
    def rmdir(self): os.rmdir(self._path)
    def rename(self, o):
        os.rename(self._path, o)
        return Path(o)
    replace = rename
    def iterdir(self): return iter([self / n for n in os.listdir(self._path)])
    def glob(self, p):
        import glob
        return iter([Path(x) for x in glob.glob(self._path + '/' + p, recursive=True)])
    def rglob(self, p): return self.glob('**/' + p)
    def resolve(self, strict=False): return type(self)(_p.realpath(self._path))
    def absolute(self): return type(self)(_p.abspath(self._path))
    def expanduser(self): return type(self)(_p.expanduser(self._path))
    def chmod(self, mode): os.chmod(self._path, mode)
PosixPath = Path
PurePosixPath = PurePath

`,
  asyncio: String.raw`
import threading as _th, time as _time
class CancelledError(BaseException): pass
TimeoutError = TimeoutError
class Future:
    def __init__(self): self._e = _th.Event(); self._v = None; self._x = None
    def set_result(self, v): self._v = v; self._e.set()
    def set_exception(self, x): self._x = x; self._e.set()
    def done(self): return self._e.is_set()
    def result(self):
        if self._x is not None: raise self._x
        return self._v
    def __await__(self):
        self._e.wait()
        return self.result()
        yield
class Task(Future):
    def __init__(self, coro):
        Future.__init__(self)
        def body():
            try: self.set_result(_drive(coro))
            except BaseException as x: self.set_exception(x)
        _th.Thread(target=body, daemon=True).start()
    def cancel(self): raise NotImplementedError('cancelling tasks of asyncio is not simulated in Timonel')
def _drive(coro):
    while True:
        try: coro.send(None)
        except StopIteration as e: return e.value
def run(coro, **kw): return _drive(coro)
async def sleep(seconds, result=None):
    _time.sleep(seconds)
    return result
def create_task(coro, **kw): return Task(coro)
ensure_future = create_task
async def gather(*aws, return_exceptions=False):
    tasks = [a if isinstance(a, Future) else Task(a) for a in aws]
    out = []
    for t in tasks:
        try: out.append(await t)
        except Exception as x:
            if not return_exceptions: raise
            out.append(x)
    return out
async def wait_for(aw, timeout):
    t = aw if isinstance(aw, Future) else Task(aw)
    if not t._e.wait(timeout): raise TimeoutError()
    return t.result()
async def to_thread(fn, *args, **kw): return await Task(_call(fn, args, kw))
async def _call(fn, args, kw): return fn(*args, **kw)
class Event:
    def __init__(self): self._e = _th.Event(); self.set = self._e.set; self.clear = self._e.clear; self.is_set = self._e.is_set
    async def wait(self): return self._e.wait()
class Lock:
    def __init__(self): self._l = _th.Lock()
    async def __aenter__(self): self._l.acquire()
    async def __aexit__(self, *a): self._l.release()
class Queue:
    def __init__(self, maxsize=0):
        import queue
        self._q = queue.Queue(maxsize)
    async def put(self, x): self._q.put(x)
    async def get(self): return self._q.get()
    def qsize(self): return self._q.qsize()
    def empty(self): return self._q.empty()
    def task_done(self): self._q.task_done()
    async def join(self): self._q.join()
`,
};
