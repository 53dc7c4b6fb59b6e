/** collections, functools, itertools and the like. */
export const TOOLS: Readonly<Record<string, string>> = {
  collections: String.raw`
import sys
class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kw):
        self.default_factory = default_factory
        dict.__init__(self, *args, **kw)
    def __missing__(self, key):
        if self.default_factory is None: raise KeyError(key)
        value = self[key] = self.default_factory()
        return value
    def __repr__(self):
        return 'defaultdict(' + repr(self.default_factory) + ', ' + dict.__repr__(self) + ')'
    def copy(self): return defaultdict(self.default_factory, self)
class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        if last: self[key] = value
        else:
            rest = list(self.items()); self.clear(); self[key] = value
            for k, v in rest: self[k] = v
    def popitem(self, last=True):
        if not self: raise KeyError('dictionary is empty')
        key = list(self)[-1 if last else 0]
        return key, self.pop(key)
    def __repr__(self):
        if not self: return 'OrderedDict()'
        return 'OrderedDict(' + dict.__repr__(self) + ')' if sys.version_info >= (3, 12) else 'OrderedDict(' + repr(list(self.items())) + ')'
    def copy(self): return OrderedDict(self)
class Counter(dict):
    def __init__(self, iterable=None, **kw):
        dict.__init__(self)
        self.update(iterable, **kw)
    def __missing__(self, key): return 0
    def update(self, iterable=None, **kw):
        if iterable is not None:
            if isinstance(iterable, dict):
                for k, v in iterable.items(): self[k] = self.get(k, 0) + v
            else:
                for k in iterable: self[k] = self.get(k, 0) + 1
        for k, v in kw.items(): self[k] = self.get(k, 0) + v
    def subtract(self, iterable=None, **kw):
        for k, v in Counter(iterable, **kw).items(): self[k] = self.get(k, 0) - v
    def most_common(self, n=None):
        items = sorted(self.items(), key=lambda kv: kv[1], reverse=True)
        return items if n is None else items[:n]
    def elements(self):
        for k, v in self.items():
            for _ in range(v): yield k
    def total(self): return sum(self.values())
    def copy(self): return Counter(self)
    def __add__(self, o): return Counter({k: self[k] + o[k] for k in list(self) + [x for x in o if x not in self] if self[k] + o[k] > 0})
    def __sub__(self, o): return Counter({k: self[k] - o[k] for k in list(self) + [x for x in o if x not in self] if self[k] - o[k] > 0})
    def __and__(self, o): return Counter({k: min(self[k], o[k]) for k in self if min(self[k], o[k]) > 0})
    def __or__(self, o): return Counter({k: max(self[k], o[k]) for k in list(self) + [x for x in o if x not in self] if max(self[k], o[k]) > 0})
    def __repr__(self):
        if not self: return 'Counter()'
        return 'Counter({' + ', '.join(repr(k) + ': ' + repr(v) for k, v in self.most_common()) + '})'
class deque:
    def __init__(self, iterable=(), maxlen=None):
        self._items = []
        self.maxlen = maxlen
        for x in iterable: self.append(x)
    def append(self, x):
        self._items.append(x)
        if self.maxlen is not None and len(self._items) > self.maxlen: del self._items[0]
    def appendleft(self, x):
        self._items.insert(0, x)
        if self.maxlen is not None and len(self._items) > self.maxlen: self._items.pop()
    def extend(self, it):
        for x in it: self.append(x)
    def extendleft(self, it):
        for x in it: self.appendleft(x)
    def pop(self):
        if not self._items: raise IndexError('pop from an empty deque')
        return self._items.pop()
    def popleft(self):
        if not self._items: raise IndexError('pop from an empty deque')
        return self._items.pop(0)
    def rotate(self, n=1):
        if self._items:
            n %= len(self._items)
            self._items = self._items[-n:] + self._items[:-n] if n else self._items
    def clear(self): self._items.clear()
    def copy(self): return deque(self._items, self.maxlen)
    def count(self, x): return self._items.count(x)
    def remove(self, x): self._items.remove(x)
    def reverse(self): self._items.reverse()
    def index(self, x): return self._items.index(x)
    def __len__(self): return len(self._items)
    def __iter__(self): return iter(self._items)
    def __reversed__(self): return reversed(self._items)
    def __getitem__(self, i):
        try: return self._items[i]
        except IndexError: raise IndexError('deque index out of range') from None
    def __setitem__(self, i, v): self._items[i] = v
    def __contains__(self, x): return x in self._items
    def __eq__(self, o): return isinstance(o, deque) and self._items == o._items
    def __repr__(self):
        return 'deque(' + repr(self._items) + ('' if self.maxlen is None else ', maxlen=' + repr(self.maxlen)) + ')'
class ChainMap(dict):
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
        for m in reversed(self.maps): dict.update(self, m)
def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str): field_names = field_names.replace(',', ' ').split()
    fields = tuple(field_names)
    n = len(fields)
    given = tuple(defaults or ())
    fallback = dict(zip(fields[n - len(given):], given))
    def __new__(cls, *args, **kw):
        values = list(args)
        if len(values) > n: raise TypeError(typename + '.__new__() takes ' + str(n + 1) + ' positional arguments but ' + str(len(values) + 1) + ' were given')
        missing = []
        for f in fields[len(values):]:
            if f in kw: values.append(kw.pop(f))
            elif f in fallback: values.append(fallback[f])
            else: missing.append(f)
        if kw: raise TypeError(typename + ".__new__() got an unexpected keyword argument '" + list(kw)[0] + "'")
        if missing:
            names = [repr(f) for f in missing]
            text = names[0] if len(names) == 1 else ' and '.join(names) if len(names) == 2 else ', '.join(names[:-1]) + ', and ' + names[-1]
            raise TypeError(typename + '.__new__() missing ' + str(len(missing)) + ' required positional argument' + ('s' if len(missing) > 1 else '') + ': ' + text)
        return tuple.__new__(cls, values)
    def __repr__(self): return self.__class__.__name__ + '(' + ', '.join([f + '=' + repr(v) for f, v in zip(fields, self)]) + ')'
    def _asdict(self): return dict(zip(fields, self))
    def _replace(self, **kw): return self.__class__(**{**dict(zip(fields, self)), **kw})
    ns = {'__new__': __new__, '__repr__': __repr__, '_asdict': _asdict, '_replace': _replace, '_fields': fields, '_field_defaults': fallback, '__match_args__': fields,
          '_make': classmethod(lambda cls, it: cls(*it)), '__module__': module or '__main__'}
    for i, f in enumerate(fields): ns[f] = property(_getter(i))
    return type(typename, (tuple,), ns)
def _getter(i): return lambda self: self[i]
class UserDict(dict): pass
class UserList(list): pass
import collections.abc as abc
`,
  "collections.abc": `
class Iterable: __needs__ = ('__iter__',)
class Iterator: __needs__ = ('__iter__', '__next__')
class Sized: __needs__ = ('__len__',)
class Callable: __needs__ = ('__call__',)
class Hashable: __needs__ = ('__hash__',)
class Container: __needs__ = ('__contains__',)
class Collection: __needs__ = ('__iter__', '__len__')
class Sequence: __needs__ = ('__iter__', '__len__', 'index', 'count')
class MutableSequence: __needs__ = ('__iter__', '__len__', 'insert', 'append')
class Mapping: __needs__ = ('__getitem__', 'keys', 'items')
class MutableMapping: __needs__ = ('__setitem__', 'keys', 'items')
class Set: __needs__ = ('issubset', 'union')
class MutableSet: __needs__ = ('add', 'discard')
class Generator: __needs__ = ('send', 'throw', 'close')
class Awaitable: __needs__ = ('__await__',)
class Coroutine: __needs__ = ('send', 'throw', 'close')
`,
  functools: String.raw`
def reduce(fn, it, *initial):
    it = iter(it)
    if initial: value = initial[0]
    else:
        try: value = next(it)
        except StopIteration: raise TypeError('reduce() of empty iterable with no initial value') from None
    for x in it: value = fn(value, x)
    return value
class partial:
    def __init__(self, func, /, *args, **keywords):
        self.func = func; self.args = args; self.keywords = keywords
    def __call__(self, *args, **kw): return self.func(*self.args, *args, **{**self.keywords, **kw})
    def __repr__(self): return 'functools.partial(' + ', '.join([repr(self.func), *map(repr, self.args), *[k + '=' + repr(v) for k, v in self.keywords.items()]]) + ')'
WRAPPER_ASSIGNMENTS = ('__module__', '__name__', '__qualname__', '__doc__')
def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=()):
    for name in assigned:
        try: setattr(wrapper, name, getattr(wrapped, name))
        except AttributeError: pass
    wrapper.__wrapped__ = wrapped
    return wrapper
def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=()):
    return lambda wrapper: update_wrapper(wrapper, wrapped, assigned)
from collections import namedtuple as _nt
CacheInfo = _nt('CacheInfo', 'hits misses maxsize currsize')
def lru_cache(maxsize=128, typed=False):
    if callable(maxsize): return lru_cache(128)(maxsize)
    def decorate(fn):
        cache = {}
        stats = [0, 0]
        def wrapper(*args, **kw):
            key = (args, tuple(kw.items())) if kw else args
            if key in cache:
                stats[0] += 1
                if maxsize is not None: cache[key] = cache.pop(key)
                return cache[key]
            stats[1] += 1
            value = cache[key] = fn(*args, **kw)
            if maxsize is not None and len(cache) > maxsize: del cache[next(iter(cache))]
            return value
        wrapper.cache_info = lambda: CacheInfo(stats[0], stats[1], maxsize, len(cache))
        def clear(): cache.clear(); stats[:] = [0, 0]
        wrapper.cache_clear = clear
        return update_wrapper(wrapper, fn)
    return decorate
def cache(fn): return lru_cache(None)(fn)
class cached_property:
    def __init__(self, func): self.func = func; self.name = func.__name__
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner=None):
        if obj is None: return self
        value = obj.__dict__[self.name] = self.func(obj)
        return value
def cmp_to_key(cmp):
    class K:
        def __init__(self, obj): self.obj = obj
        def __lt__(self, o): return cmp(self.obj, o.obj) < 0
        def __gt__(self, o): return cmp(self.obj, o.obj) > 0
        def __eq__(self, o): return cmp(self.obj, o.obj) == 0
    return K
def total_ordering(cls):
    has = {n for n in ('__lt__', '__le__', '__gt__', '__ge__') if n in cls.__dict__}
    if not has: raise ValueError('must define at least one ordering operation: < > <= >=')
    if '__lt__' in has:
        if '__gt__' not in has: cls.__gt__ = lambda a, b: not (a < b) and a != b
        if '__le__' not in has: cls.__le__ = lambda a, b: a < b or a == b
        if '__ge__' not in has: cls.__ge__ = lambda a, b: not (a < b)
    elif '__gt__' in has:
        cls.__lt__ = lambda a, b: not (a > b) and a != b
        if '__ge__' not in has: cls.__ge__ = lambda a, b: a > b or a == b
        if '__le__' not in has: cls.__le__ = lambda a, b: not (a > b)
    elif '__le__' in has:
        cls.__ge__ = lambda a, b: not (a <= b) or a == b
        cls.__lt__ = lambda a, b: a <= b and a != b
        cls.__gt__ = lambda a, b: not (a <= b)
    return cls
def singledispatch(fn):
    table = {}
    def wrapper(*args, **kw):
        for cls in type(args[0]).__mro__:
            if cls in table: return table[cls](*args, **kw)
        return fn(*args, **kw)
    def register(cls, func=None):
        if func is None: return lambda f: register(cls, f)
        table[cls] = func
        return func
    wrapper.register = register
    return update_wrapper(wrapper, fn)
`,
};
