/** io, traceback, hashlib, pathlib and other small ones. */
export const SMALL: Readonly<Record<string, string>> = {
  io: String.raw`
import builtins
open = builtins.open
SEEK_SET = 0; SEEK_CUR = 1; SEEK_END = 2; DEFAULT_BUFFER_SIZE = 8192
UnsupportedOperation = OSError
class IOBase: pass
class TextIOBase(IOBase): pass
class _Memory(IOBase):
    def __init__(self, initial=None): self._v = self._empty if initial is None else initial; self._p = 0; self.closed = False
    def read(self, n=-1):
        out = self._v[self._p:] if n is None or n < 0 else self._v[self._p:self._p + n]
        self._p += len(out)
        return out
    def readline(self, n=-1):
        i = self._v.find(self._nl, self._p)
        end = len(self._v) if i < 0 else i + 1
        out = self._v[self._p:end]
        self._p = end
        return out
    def readlines(self): return list(self)
    def write(self, s):
        self._v = self._v[:self._p] + s + self._v[self._p + len(s):]
        self._p += len(s)
        return len(s)
    def writelines(self, lines):
        for l in lines: self.write(l)
    def getvalue(self): return self._v
    def seek(self, p, whence=0):
        self._p = p + (0 if whence == 0 else self._p if whence == 1 else len(self._v))
        return self._p
    def tell(self): return self._p
    def truncate(self, n=None): self._v = self._v[:self._p if n is None else n]
    def flush(self): pass
    def close(self): self.closed = True
    def isatty(self): return False
    def __iter__(self):
        while True:
            line = self.readline()
            if not line: return
            yield line
    def __enter__(self): return self
    def __exit__(self, *a): self.close()
class StringIO(_Memory):
    _empty = ''; _nl = '\n'
class BytesIO(_Memory):
    _empty = b''; _nl = b'\n'
`,
  traceback: String.raw`
import sys
from _thread import _traceback
def format_exc(limit=None, chain=True):
    e = sys.exception() if sys.version_info >= (3, 11) else sys.exc_info()[1]
    return _traceback(e) if e is not None else 'NoneType: None\n'
def print_exc(limit=None, file=None, chain=True): (file or sys.stderr).write(format_exc())
def format_exception(exc, value=None, tb=None, **kw): return (_traceback(value if value is not None else exc)).splitlines(True)
def print_exception(exc, value=None, tb=None, limit=None, file=None, **kw): (file or sys.stderr).write(''.join(format_exception(exc, value)))
def format_exception_only(exc, value=None): return [_traceback(value if value is not None else exc).splitlines(True)[-1]]
`,
  html: `
def escape(s, quote=True):
    s = s.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    return s.replace('"', '&quot;').replace("'", '&#x27;') if quote else s
def unescape(s): return s.replace('&lt;', '<').replace('&gt;', '>').replace('&quot;', '"').replace('&#x27;', "'").replace('&amp;', '&')
`,
  textwrap: String.raw`
def wrap(text, width=70, initial_indent='', subsequent_indent='', **kw):
    lines = []; line = initial_indent; empty = True
    for word in text.split():
        while len(word) > width - len(line) and empty and len(word) > width:
            cut = width - len(line); lines.append(line + word[:cut]); word = word[cut:]; line = subsequent_indent
        if not empty and len(line) + 1 + len(word) > width: lines.append(line); line = subsequent_indent; empty = True
        line += ('' if empty else ' ') + word; empty = False
    if not empty: lines.append(line)
    return lines
def fill(text, width=70, **kw): return '\n'.join(wrap(text, width, **kw))
def shorten(text, width, placeholder=' [...]', **kw):
    text = ' '.join(text.split())
    if len(text) <= width: return text
    words = text.split(); out = ''
    for w in words:
        if len(out) + len(w) + (1 if out else 0) + len(placeholder) > width: break
        out += (' ' if out else '') + w
    return out + placeholder if out else placeholder.strip()
def dedent(text):
    lines = text.split('\n'); margin = None
    for l in lines:
        if l.strip():
            lead = l[:len(l) - len(l.lstrip())]
            if margin is None: margin = lead
            else:
                i = 0
                while i < len(margin) and i < len(lead) and margin[i] == lead[i]: i += 1
                margin = margin[:i]
    return '\n'.join([(l[len(margin or ''):] if l.strip() else '') for l in lines])
def indent(text, prefix, predicate=None): return ''.join([(prefix + l if (predicate(l) if predicate else l.strip()) else l) for l in text.splitlines(True)])
`,
  hashlib: String.raw`
from _hashes import _digest
class _Hash:
    def __init__(self, name, data=b''): self.name = name; self._d = bytes(data) if not isinstance(data, str) else _digest(name, data); self.digest_size = len(_digest(name, b'')); self.block_size = 64
    def update(self, data): _digest(self.name, data); self._d += data
    def digest(self): return _digest(self.name, self._d)
    def hexdigest(self): return self.digest().hex()
    def copy(self): return _Hash(self.name, self._d)
def new(name, data=b'', **kw): return _Hash(name, data)
def md5(data=b'', **kw): return _Hash('md5', data)
def sha1(data=b'', **kw): return _Hash('sha1', data)
def sha224(data=b'', **kw): return _Hash('sha224', data)
def sha256(data=b'', **kw): return _Hash('sha256', data)
def sha384(data=b'', **kw): return _Hash('sha384', data)
def sha512(data=b'', **kw): return _Hash('sha512', data)
algorithms_available = algorithms_guaranteed = {'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'}
`,
  hmac: `
from _hashes import _hmac
class HMAC:
    def __init__(self, key, msg=b'', digestmod='sha256'): self._k = key; self._d = msg or b''; self._n = digestmod if isinstance(digestmod, str) else digestmod().name
    def update(self, m): self._d += m
    def digest(self): return _hmac(self._n, self._k, self._d)
    def hexdigest(self): return self.digest().hex()
def new(key, msg=None, digestmod='sha256'): return HMAC(key, msg or b'', digestmod)
def compare_digest(a, b): return a == b
`,
  base64: `
from _hashes import _b64encode, _b64decode
class binascii_Error(ValueError): pass
binascii_Error.__module__ = 'binascii'
binascii_Error.__qualname__ = 'Error'
def b64encode(s, altchars=None): return _b64encode(s)
def b64decode(s, altchars=None, validate=False):
    out = _b64decode(s.decode() if isinstance(s, bytes) else s)
    if out is None: raise binascii_Error('Incorrect padding')
    return out
standard_b64encode = b64encode
standard_b64decode = b64decode
def urlsafe_b64encode(s): return _b64encode(s).replace(b'+', b'-').replace(b'/', b'_')
def urlsafe_b64decode(s): return b64decode((s.decode() if isinstance(s, bytes) else s).replace('-', '+').replace('_', '/'))
def encodebytes(s): return _b64encode(s) + bytes([10])
def b16encode(s): return s.hex().upper().encode()
`,
  binascii: `
from base64 import binascii_Error as Error
def hexlify(b): return b.hex().encode()
def unhexlify(s): return bytes.fromhex(s.decode() if isinstance(s, bytes) else s)
`,
  uuid: `
import os
class UUID:
    def __init__(self, hex=None, *, bytes=None, int=None, version=None):
        self.int = _int(hex.replace('-', ''), 16) if hex is not None else _int.from_bytes(bytes, 'big') if bytes is not None else int
        if version: self.int = self.int & ~(0xc000 << 48) | 0x8000 << 48; self.int = self.int & ~(0xf000 << 64) | version << 76
    @property
    def hex(self): return '%032x' % self.int
    @property
    def bytes(self): return self.int.to_bytes(16, 'big')
    @property
    def version(self): return (self.int >> 76) & 15
    def __str__(self):
        h = self.hex
        return h[:8] + '-' + h[8:12] + '-' + h[12:16] + '-' + h[16:20] + '-' + h[20:]
    def __repr__(self): return "UUID('" + str(self) + "')"
    def __eq__(self, o): return isinstance(o, UUID) and self.int == o.int
    def __hash__(self): return hash(self.int)
_int = int
def uuid4(): return UUID(bytes=os.urandom(16), version=4)
uuid1 = uuid4
def uuid5(ns, name):
    import hashlib
    return UUID(bytes=hashlib.sha1(ns.bytes + name.encode()).digest()[:16], version=5)
NAMESPACE_DNS = UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
`,
  secrets: `
import os, base64
from random import SystemRandom, choice, randrange
def token_bytes(n=32): return os.urandom(n)
def token_hex(n=32): return os.urandom(n).hex()
def token_urlsafe(n=32): return base64.urlsafe_b64encode(os.urandom(n)).rstrip(b'=').decode()
def randbelow(n): return randrange(n)
def compare_digest(a, b): return a == b
`,
  platform: `
import sys, os
def python_version(): return sys.version.split()[0]
def python_implementation(): return 'CPython'
def system(): return 'Linux'
def node(): return os.uname().nodename
def release(): return os.uname().release
def version(): return os.uname().version
def machine(): return os.uname().machine
def processor(): return ''
def platform(aliased=False, terse=False): return 'Linux-' + release() + '-' + machine() + '-with-glibc2.36'
def uname(): return os.uname()
def python_version_tuple(): return tuple(python_version().split('.'))
`,
};
