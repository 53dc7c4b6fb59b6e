/** json, re and random. */
export const DATA: Readonly<Record<string, string>> = {
  json: String.raw`
from _json import _dump, _load
class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        self.msg = msg; self.doc = doc; self.pos = pos
        self.lineno = doc.count('\n', 0, pos) + 1
        self.colno = pos - doc.rfind('\n', 0, pos)
        ValueError.__init__(self, msg + ': line ' + str(self.lineno) + ' column ' + str(self.colno) + ' (char ' + str(pos) + ')')
JSONDecodeError.__module__ = 'json.decoder'
class JSONEncoder:
    def __init__(self, **kw): self._kw = kw
    def default(self, o): raise TypeError('Object of type ' + type(o).__name__ + ' is not JSON serializable')
    def encode(self, o): return dumps(o, default=self.default, **self._kw)
class JSONDecoder:
    def decode(self, s): return loads(s)
def dumps(obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, separators=None, default=None, sort_keys=False, **kw):
    if cls is not None: default = cls(**kw).default
    item, key = separators or ((',', ': ') if indent is not None else (', ', ': '))
    return _dump(obj, indent, item, key, bool(sort_keys), bool(ensure_ascii), default, bool(skipkeys))
def dump(obj, fp, **kw): fp.write(dumps(obj, **kw))
def loads(s, *, cls=None, object_hook=None, parse_float=None, parse_int=None, **kw):
    if isinstance(s, (bytes, bytearray)): s = s.decode('utf-8')
    elif not isinstance(s, str): raise TypeError('the JSON object must be str, bytes or bytearray, not ' + type(s).__name__)
    value, wrong, at = _load(s)
    if wrong is not None: raise JSONDecodeError(wrong, s, at)
    return _hooked(value, object_hook) if object_hook else value
def _hooked(v, hook):
    if isinstance(v, dict): return hook({k: _hooked(x, hook) for k, x in v.items()})
    if isinstance(v, list): return [_hooked(x, hook) for x in v]
    return v
def load(fp, **kw): return loads(fp.read(), **kw)
def _main():
    import sys
    args = [a for a in sys.argv[1:] if not a.startswith('-')]
    text = open(args[0]).read() if args else sys.stdin.read()
    try: print(dumps(loads(text), indent=4))
    except ValueError as e: raise SystemExit(e)
decoder = __import__('sys').modules['json']
`,
  "json.tool": `
from json import _main
`,
  re: String.raw`
from _re import _compile, _exec
A = ASCII = 256; I = IGNORECASE = 2; M = MULTILINE = 8; S = DOTALL = 16; X = VERBOSE = 64; U = UNICODE = 32
class error(Exception):
    def __init__(self, msg, pattern=None, pos=None): Exception.__init__(self, msg); self.msg = msg
error.__module__ = 're'
PatternError = error
class Match:
    def __init__(self, pattern, text, spans): self.re = pattern; self.string = text; self._s = spans
    def _i(self, g):
        if isinstance(g, str):
            if g not in self.re.groupindex: raise IndexError('no such group')
            return self.re.groupindex[g]
        if not 0 <= g <= self.re.groups: raise IndexError('no such group')
        return g
    def _one(self, g, default=None):
        i = self._i(g) * 2
        if self._s[i] < 0: return default
        return self.string[self._s[i]:self._s[i + 1]]
    def group(self, *gs):
        if not gs: return self._one(0)
        if len(gs) == 1: return self._one(gs[0])
        return tuple([self._one(g) for g in gs])
    def __getitem__(self, g): return self._one(g)
    def groups(self, default=None): return tuple([self._one(i, default) for i in range(1, self.re.groups + 1)])
    def groupdict(self, default=None): return {n: self._one(n, default) for n in self.re.groupindex}
    def start(self, g=0): return self._s[self._i(g) * 2]
    def end(self, g=0): return self._s[self._i(g) * 2 + 1]
    def span(self, g=0): return (self.start(g), self.end(g))
    def expand(self, template): return _expand(template, self)
    @property
    def lastindex(self): return max([i for i in range(1, self.re.groups + 1) if self._s[i * 2] >= 0], default=None)
    def __repr__(self): return '<re.Match object; span=' + repr(self.span()) + ', match=' + repr(self.group()) + '>'
    def __bool__(self): return True
def _expand(template, m):
    out = ''; i = 0; n = len(template)
    while i < n:
        c = template[i]
        if c != '\\' or i + 1 >= n:
            out += c; i += 1; continue
        d = template[i + 1]
        if d == 'g' and template[i + 2:i + 3] == '<':
            e = template.index('>', i)
            name = template[i + 3:e]
            out += m._one(int(name) if name.isdigit() else name, '') ; i = e + 1
        elif d.isdigit():
            e = i + 2 if template[i + 2:i + 3].isdigit() else i + 1
            g = int(template[i + 1:e + 1])
            if g > m.re.groups: raise error('invalid group reference ' + str(g) + ' at position ' + str(i + 1))
            out += m._one(g, ''); i = e + 1
        else:
            out += {'n': '\n', 't': '\t', 'r': '\r', '\\': '\\'}.get(d, '\\' + d); i += 2
    return out
class Pattern:
    def __init__(self, pattern, flags):
        self.pattern = pattern; self.flags = flags | (0 if isinstance(pattern, bytes) else 32)
        text = pattern.decode('latin-1') if isinstance(pattern, bytes) else pattern
        if flags & X: text = _plain(text)
        made = _compile(text, flags)
        if isinstance(made, str): raise error(made)
        self._c, self.groups, self.groupindex = made
    def _at(self, text, pos, mode):
        if not isinstance(text, str): raise TypeError("expected string or bytes-like object, got '" + type(text).__name__ + "'")
        spans = _exec(self._c, text, pos, mode)
        return None if spans is None else Match(self, text, spans)
    def search(self, string, pos=0, endpos=None): return self._at(string if endpos is None else string[:endpos], pos, 'search')
    def match(self, string, pos=0, endpos=None): return self._at(string if endpos is None else string[:endpos], pos, 'match')
    def fullmatch(self, string, pos=0): return self._at(string, pos, 'fullmatch')
    def finditer(self, string, pos=0):
        n = len(string)
        while pos <= n:
            m = self._at(string, pos, 'search')
            if m is None: return
            yield m
            pos = m.end() if m.end() > m.start() else m.end() + 1
    def findall(self, string, pos=0):
        if self.groups == 0: return [m.group() for m in self.finditer(string, pos)]
        if self.groups == 1: return [m._one(1, '') for m in self.finditer(string, pos)]
        return [m.groups('') for m in self.finditer(string, pos)]
    def subn(self, repl, string, count=0):
        out = []; last = 0; n = 0
        for m in self.finditer(string):
            out.append(string[last:m.start()])
            out.append(repl(m) if callable(repl) else _expand(repl, m))
            last = m.end(); n += 1
            if count and n >= count: break
        out.append(string[last:])
        return ''.join(out), n
    def sub(self, repl, string, count=0): return self.subn(repl, string, count)[0]
    def split(self, string, maxsplit=0):
        out = []; last = 0; n = 0
        for m in self.finditer(string):
            out.append(string[last:m.start()]); out.extend(m.groups()); last = m.end(); n += 1
            if maxsplit and n >= maxsplit: break
        out.append(string[last:])
        return out
    def __repr__(self): return 're.compile(' + repr(self.pattern) + ')'
def _plain(text):
    out = ''; cls = False; i = 0
    while i < len(text):
        c = text[i]
        if c == '\\': out += text[i:i + 2]; i += 2; continue
        if c == '[': cls = True
        elif c == ']': cls = False
        if not cls and c.isspace(): i += 1; continue
        if not cls and c == '#':
            while i < len(text) and text[i] != '\n': i += 1
            continue
        out += c; i += 1
    return out
_cache = {}
def compile(pattern, flags=0):
    if isinstance(pattern, Pattern): return pattern
    key = (pattern, int(flags))
    if key not in _cache:
        if len(_cache) > 200: _cache.clear()
        _cache[key] = Pattern(pattern, int(flags))
    return _cache[key]
def search(p, s, flags=0): return compile(p, flags).search(s)
def match(p, s, flags=0): return compile(p, flags).match(s)
def fullmatch(p, s, flags=0): return compile(p, flags).fullmatch(s)
def findall(p, s, flags=0): return compile(p, flags).findall(s)
def finditer(p, s, flags=0): return compile(p, flags).finditer(s)
def sub(p, r, s, count=0, flags=0): return compile(p, flags).sub(r, s, count)
def subn(p, r, s, count=0, flags=0): return compile(p, flags).subn(r, s, count)
def split(p, s, maxsplit=0, flags=0): return compile(p, flags).split(s, maxsplit)
def escape(s): return ''.join(['\\' + c if c in '()[]{}?*+-|^$\\.&~# \t\n\r\v\f' else c for c in s])
def purge(): _cache.clear()
`,
  random: String.raw`
from _random import _seed, random, getrandbits, _entropy
import math as _m
def seed(a=None, version=2):
    if a is None: return _seed(None)
    if isinstance(a, (str, bytes)):
        import hashlib
        b = a.encode() if isinstance(a, str) else a
        a = int.from_bytes(b + hashlib.sha512(b).digest(), 'big')
    elif not isinstance(a, int): a = hash(a)
    _seed(abs(a))
def _below(n):
    k = n.bit_length()
    r = getrandbits(k)
    while r >= n: r = getrandbits(k)
    return r
def randrange(start, stop=None, step=1):
    if stop is None: start, stop = 0, start
    width = stop - start
    n = (width + step - 1) // step if step > 0 else (width + step + 1) // step
    if n <= 0: raise ValueError('empty range for randrange() (' + str(start) + ', ' + str(stop) + ', ' + str(width) + ')' if step != 1 else 'empty range in randrange(' + str(start) + ', ' + str(stop) + ')')
    return start + step * _below(n)
def randint(a, b): return randrange(a, b + 1)
def choice(seq):
    if not len(seq): raise IndexError('Cannot choose from an empty sequence')
    return seq[_below(len(seq))]
def shuffle(x):
    for i in range(len(x) - 1, 0, -1):
        j = _below(i + 1)
        x[i], x[j] = x[j], x[i]
def sample(population, k):
    n = len(population)
    if not 0 <= k <= n: raise ValueError('Sample larger than population or is negative')
    result = [None] * k
    setsize = 21
    if k > 5: setsize += 4 ** _m.ceil(_m.log(k * 3, 4))
    if n <= setsize:
        pool = list(population)
        for i in range(k):
            j = _below(n - i)
            result[i] = pool[j]
            pool[j] = pool[n - i - 1]
    else:
        selected = set()
        for i in range(k):
            j = _below(n)
            while j in selected: j = _below(n)
            selected.add(j)
            result[i] = population[j]
    return result
def choices(population, weights=None, *, cum_weights=None, k=1):
    n = len(population)
    if weights is None and cum_weights is None: return [population[_m.floor(random() * n)] for _ in range(k)]
    import bisect, itertools
    cum = list(cum_weights or itertools.accumulate(weights))
    total = cum[-1] + 0.0
    return [population[bisect.bisect(cum, random() * total, 0, n - 1)] for _ in range(k)]
def uniform(a, b): return a + (b - a) * random()
def expovariate(lambd=1.0): return -_m.log(1.0 - random()) / lambd
_next = [None]
def gauss(mu=0.0, sigma=1.0):
    z = _next[0]; _next[0] = None
    if z is None:
        x = random() * _m.tau; g = _m.sqrt(-2.0 * _m.log(1.0 - random()))
        z = _m.cos(x) * g; _next[0] = _m.sin(x) * g
    return mu + z * sigma
def normalvariate(mu=0.0, sigma=1.0):
    while True:
        u1 = random(); u2 = 1.0 - random()
        z = 4 * _m.exp(-0.5) / _m.sqrt(2.0) * (u1 - 0.5) / u2
        if z * z / 4.0 <= -_m.log(u2): break
    return mu + z * sigma
def triangular(low=0.0, high=1.0, mode=None):
    u = random(); c = 0.5 if mode is None else (mode - low) / (high - low)
    if u > c: u = 1.0 - u; c = 1.0 - c; low, high = high, low
    return low + (high - low) * _m.sqrt(u * c)
def randbytes(n): return getrandbits(n * 8).to_bytes(n, 'little')
class SystemRandom:
    random = staticmethod(random); randint = staticmethod(randint); choice = staticmethod(choice); randrange = staticmethod(randrange)
`,
};
