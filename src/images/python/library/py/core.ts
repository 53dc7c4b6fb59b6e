/** os and what it is made of; the small modules that others need. */
export const CORE: Readonly<Record<string, string>> = {
  os: String.raw`
from posix import *
from posix import _environ, _setenv, _uname, _exit, _kind
import sys, posixpath as path
name = 'posix'
sep = '/'; altsep = None; pathsep = ':'; linesep = '\n'; curdir = '.'; pardir = '..'; extsep = '.'; devnull = '/dev/null'
F_OK = 0; R_OK = 4; W_OK = 2; X_OK = 1
error = OSError
sys.modules['os.path'] = path

class _Environ(dict):
    def __getitem__(self, key):
        if not isinstance(key, str):
            raise TypeError('str expected, not ' + type(key).__name__)
        return dict.__getitem__(self, key)
    def __setitem__(self, key, value):
        if not isinstance(value, str):
            raise TypeError('str expected, not ' + type(value).__name__)
        dict.__setitem__(self, key, value)
        _setenv(key, value)
    def __delitem__(self, key):
        dict.__delitem__(self, key)
        _setenv(key, None)
    def __repr__(self):
        return 'environ(' + dict.__repr__(dict(self)) + ')'
    def copy(self):
        return dict(self)
    def setdefault(self, key, value=None):
        if key not in self:
            self[key] = value
        return self[key]
    def update(self, *args, **kw):
        for k, v in dict(*args, **kw).items():
            self[k] = v
    def pop(self, key, *default):
        if key in self:
            value = self[key]
            del self[key]
            return value
        if default:
            return default[0]
        raise KeyError(key)
environ = _Environ()
for _k in _environ:
    dict.__setitem__(environ, _k, _environ[_k])
def getenv(key, default=None):
    return environ.get(key, default)
def putenv(key, value):
    _setenv(key, value)
def unsetenv(key):
    _setenv(key, None)
unlink = remove
replace = rename
def makedirs(name, mode=0o777, exist_ok=False):
    head, tail = path.split(name)
    if not tail:
        head, tail = path.split(head)
    if head and tail and not path.exists(head):
        makedirs(head, exist_ok=True)
    try:
        mkdir(name, mode)
    except OSError:
        if not exist_ok or not path.isdir(name):
            raise
def removedirs(name):
    rmdir(name)
def walk(top, topdown=True, onerror=None, followlinks=False):
    try:
        names = listdir(top)
    except OSError as e:
        if onerror is not None:
            onerror(e)
        return
    dirs = [n for n in names if path.isdir(path.join(top, n))]
    files = [n for n in names if n not in dirs]
    if topdown:
        yield top, dirs, files
    for d in dirs:
        if followlinks or not path.islink(path.join(top, d)):
            yield from walk(path.join(top, d), topdown, onerror, followlinks)
    if not topdown:
        yield top, dirs, files
class DirEntry:
    def __init__(self, folder, name):
        self.name = name
        self.path = path.join(folder, name)
    def is_dir(self, *, follow_symlinks=True):
        return path.isdir(self.path)
    def is_file(self, *, follow_symlinks=True):
        return path.isfile(self.path)
    def is_symlink(self):
        return path.islink(self.path)
    def stat(self, *, follow_symlinks=True):
        return stat(self.path)
    def __repr__(self):
        return '<DirEntry ' + repr(self.name) + '>'
class _Scan:
    def __init__(self, entries):
        self._it = iter(entries)
    def __iter__(self): return self
    def __next__(self): return next(self._it)
    def __enter__(self): return self
    def __exit__(self, *args): pass
    def close(self): pass
def scandir(folder='.'):
    return _Scan([DirEntry(folder, n) for n in listdir(folder)])
class uname_result(tuple):
    sysname = property(lambda s: s[0]); nodename = property(lambda s: s[1]); release = property(lambda s: s[2])
    version = property(lambda s: s[3]); machine = property(lambda s: s[4])
def uname():
    return uname_result(_uname())
def fspath(p):
    if isinstance(p, (str, bytes)):
        return p
    return p.__fspath__()
def system(command):
    import subprocess
    code = subprocess.call(command, shell=True)
    return code << 8 if code >= 0 else -code
def popen(command, mode='r'):
    import subprocess, io
    return io.StringIO(subprocess.run(command, shell=True, stdout=subprocess.PIPE).stdout.decode())
def getlogin():
    return 'root'
def cpu_count():
    return _cpus()
def _cpus():
    try:
        with open('/proc/cpuinfo') as f:
            return sum(1 for line in f if line.startswith('processor')) or 1
    except OSError:
        return 1
def sched_getaffinity(pid):
    return set(range(cpu_count()))
class PathLike: pass
`,
  posixpath: String.raw`
from posix import _kind, _realpath, stat, getcwd
import os
sep = '/'
def _s(p):
    return p if isinstance(p, str) else p.decode() if isinstance(p, bytes) else p.__fspath__() if hasattr(p, '__fspath__') else _bad(p)
def _bad(p):
    raise TypeError('expected str, bytes or os.PathLike object, not ' + type(p).__name__)
def join(a, *rest):
    out = _s(a)
    for p in rest:
        p = _s(p)
        if p.startswith('/'): out = p
        elif not out or out.endswith('/'): out += p
        else: out += '/' + p
    return out
def split(p):
    p = _s(p)
    i = p.rfind('/') + 1
    head, tail = p[:i], p[i:]
    if head and head != '/' * len(head): head = head.rstrip('/')
    return head, tail
def basename(p): return split(p)[1]
def dirname(p): return split(p)[0]
def splitext(p):
    p = _s(p)
    base = p.rfind('/') + 1
    i = p.rfind('.')
    if i > base and p[base:i].strip('.'): return p[:i], p[i:]
    return p, ''
def isabs(p): return _s(p).startswith('/')
def normpath(p):
    p = _s(p)
    root = '/' if p.startswith('/') else ''
    out = []
    for c in p.split('/'):
        if c in ('', '.'): continue
        if c != '..' or (not root and not out) or (out and out[-1] == '..'): out.append(c)
        elif out: out.pop()
    return (root + '/'.join(out)) or '.'
def abspath(p):
    p = _s(p)
    return normpath(p if isabs(p) else join(getcwd(), p))
def realpath(p, strict=False): return _realpath(_s(p)) or abspath(p)
def relpath(p, start='.'):
    a = [x for x in abspath(start).split('/') if x]; b = [x for x in abspath(p).split('/') if x]
    i = 0
    while i < len(a) and i < len(b) and a[i] == b[i]: i += 1
    return '/'.join(['..'] * (len(a) - i) + b[i:]) or '.'
def exists(p): return _kind(p, True) is not None
def lexists(p): return _kind(p, False) is not None
def isfile(p): return _kind(p, True) == 'file'
def isdir(p): return _kind(p, True) == 'directory'
def islink(p): return _kind(p, False) == 'symlink'
def ismount(p): return _s(p) == '/'
def getsize(p): return stat(p).st_size
def getmtime(p): return stat(p).st_mtime
getatime = getctime = getmtime
def expanduser(p):
    p = _s(p)
    if p == '~' or p.startswith('~/'):
        return os.environ.get('HOME', '/root').rstrip('/') + p[1:]
    return p
def expandvars(p):
    for k, v in os.environ.items():
        p = p.replace('$' + '{' + k + '}', v).replace('$' + k, v)
    return p
def commonprefix(m):
    if not m: return ''
    a, b = min(m), max(m)
    for i, c in enumerate(a):
        if c != b[i]: return a[:i]
    return a
`,
  string:
    String.raw`
ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = digits + 'abcdef' + 'ABCDEF'
octdigits = '01234567'
punctuation = r"""!"#$%&'()*+,-./:;<=>?@[\]^_` +
    "`" +
    String.raw`{|}~"""
whitespace = ' \t\n\r\v\f'
printable = digits + ascii_letters + punctuation + whitespace
def capwords(s, sep=None):
    return (sep or ' ').join(x.capitalize() for x in s.split(sep))
class Template:
    def __init__(self, template): self.template = template
    def _fill(self, values, safe):
        import re
        def one(m):
            if m.group(1): return '$'
            name = m.group(2) or m.group(3)
            if name is None: raise ValueError('Invalid placeholder in string')
            if safe and name not in values: return m.group(0)
            return str(values[name])
        return re.sub(r'\$(?:(\$)|([a-zA-Z_]\w*)|\{([a-zA-Z_]\w*)\})', one, self.template)
    def substitute(self, mapping={}, **kw): return self._fill(dict(mapping, **kw), False)
    def safe_substitute(self, mapping={}, **kw): return self._fill(dict(mapping, **kw), True)
`,
  atexit: String.raw`
_all = []
def register(fn, *args, **kw):
    _all.append((fn, args, kw))
    return fn
def unregister(fn):
    _all[:] = [x for x in _all if x[0] is not fn]
def _shutdown():
    while _all:
        fn, args, kw = _all.pop()
        fn(*args, **kw)
`,
  errno: `
EPERM = 1; ENOENT = 2; ESRCH = 3; EINTR = 4; EIO = 5; EBADF = 9; ECHILD = 10; EAGAIN = 11; ENOMEM = 12; EACCES = 13; EEXIST = 17
ENOTDIR = 20; EISDIR = 21; EINVAL = 22; ENOSPC = 28; EROFS = 30; EPIPE = 32; ENOTEMPTY = 39; EADDRINUSE = 98; ECONNRESET = 104; ETIMEDOUT = 110
ECONNREFUSED = 111; EHOSTUNREACH = 113
errorcode = {v: k for k, v in list(globals().items()) if k[0] == 'E'}
`,
  stat: `
def S_ISDIR(m): return m & 0o170000 == 0o040000
def S_ISREG(m): return m & 0o170000 == 0o100000
def S_ISLNK(m): return m & 0o170000 == 0o120000
def S_IMODE(m): return m & 0o7777
`,
  keyword: `
kwlist = ['False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield']
def iskeyword(s): return s in kwlist
`,
  warnings: `
import sys
def warn(message, category=None, stacklevel=1, source=None):
    cls = category or (type(message) if isinstance(message, Warning) else UserWarning)
    if _ignored: return
    print('<string>:1: ' + cls.__name__ + ': ' + str(message), file=sys.stderr)
_ignored = []
def filterwarnings(action, *args, **kw):
    if action == 'ignore': _ignored.append(1)
simplefilter = filterwarnings
`,
  copy: `
def copy(x):
    cls = type(x)
    if hasattr(cls, '__copy__'): return x.__copy__()
    if isinstance(x, (list, dict, set)) and hasattr(x, 'copy'): return x.copy()
    if isinstance(x, (int, float, str, bytes, tuple, type(None), frozenset, type)) or not hasattr(x, '__dict__'): return x
    y = cls.__new__(cls)
    y.__dict__.update(x.__dict__)
    return y
def deepcopy(x, memo=None):
    if memo is None: memo = {}
    if id(x) in memo and isinstance(x, (list, dict, set)): return memo[id(x)]
    cls = type(x)
    if hasattr(cls, '__deepcopy__'): return x.__deepcopy__(memo)
    if isinstance(x, list):
        y = memo[id(x)] = cls()
        for v in x: y.append(deepcopy(v, memo))
        return y
    if isinstance(x, dict):
        y = memo[id(x)] = cls()
        for k, v in x.items(): y[deepcopy(k, memo)] = deepcopy(v, memo)
        return y
    if cls is tuple: return tuple([deepcopy(v, memo) for v in x])
    if isinstance(x, set): return cls([deepcopy(v, memo) for v in x])
    if isinstance(x, (int, float, str, bytes, type(None), tuple, frozenset, type)) or callable(x) or not hasattr(x, '__dict__'): return x
    y = cls.__new__(cls)
    for k, v in x.__dict__.items(): setattr(y, k, deepcopy(v, memo))
    return y
`,
  operator: `
def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def truediv(a, b): return a / b
def floordiv(a, b): return a // b
def mod(a, b): return a % b
def pow(a, b): return a ** b
def neg(a): return -a
def eq(a, b): return a == b
def ne(a, b): return a != b
def lt(a, b): return a < b
def le(a, b): return a <= b
def gt(a, b): return a > b
def ge(a, b): return a >= b
def and_(a, b): return a & b
def or_(a, b): return a | b
def xor(a, b): return a ^ b
def not_(a): return not a
def truth(a): return bool(a)
def is_(a, b): return a is b
def contains(a, b): return b in a
def concat(a, b): return a + b
def getitem(a, b): return a[b]
def setitem(a, b, c): a[b] = c
def index(a): return a.__index__()
def itemgetter(*keys):
    if len(keys) == 1: return lambda o: o[keys[0]]
    return lambda o: tuple([o[k] for k in keys])
def attrgetter(*names):
    def one(o, name):
        for part in name.split('.'): o = getattr(o, part)
        return o
    if len(names) == 1: return lambda o: one(o, names[0])
    return lambda o: tuple([one(o, n) for n in names])
def methodcaller(name, *args, **kw):
    return lambda o: getattr(o, name)(*args, **kw)
`,
};
