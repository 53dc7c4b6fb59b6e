/** dataclasses, enum, typing and what else describes classes. */
export const KINDS: Readonly<Record<string, string>> = {
  abc: String.raw`
def abstractmethod(fn):
    fn.__isabstractmethod__ = True
    return fn
abstractproperty = property
class ABCMeta(type):
    def __new__(mcls, name, bases, ns, **kw):
        cls = type.__new__(mcls, name, bases, ns, **kw)
        names = set()
        for b in bases: names |= set(getattr(b, '__abstractmethods__', ()))
        missing = {n for n in names if n not in ns or _is_abstract(ns[n])}
        for n, v in ns.items():
            if _is_abstract(v): missing.add(n)
        cls.__abstractmethods__ = frozenset(missing)
        return cls
def _is_abstract(v):
    if isinstance(v, property): v = v.fget
    if isinstance(v, (staticmethod, classmethod)): v = v.__func__
    return getattr(v, '__isabstractmethod__', False) is True
class ABC(metaclass=ABCMeta): pass
`,
  types: `
class SimpleNamespace:
    def __init__(self, **kw): self.__dict__.update(kw)
    def __repr__(self): return 'namespace(' + ', '.join([k + '=' + repr(v) for k, v in self.__dict__.items()]) + ')'
    def __eq__(self, o): return isinstance(o, SimpleNamespace) and self.__dict__ == o.__dict__
def _f(): yield
FunctionType = LambdaType = type(_f)
GeneratorType = type(_f())
BuiltinFunctionType = type(len)
ModuleType = type(__import__('sys'))
NoneType = type(None)
class _C:
    def m(self): pass
MethodType = type(_C().m)
MappingProxyType = dict
`,
  typing: String.raw`
class _Form:
    def __init__(self, name): self._name = name
    def __getitem__(self, item): return self
    def __call__(self, *a, **k): raise TypeError('Cannot instantiate typing.' + self._name)
    def __repr__(self): return 'typing.' + self._name
    def __or__(self, o): return self
    def __ror__(self, o): return self
    def __mro_entries__(self, bases): return ()
Any = _Form('Any'); Union = _Form('Union'); Optional = _Form('Optional'); Callable = _Form('Callable'); Literal = _Form('Literal')
List = _Form('List'); Dict = _Form('Dict'); Tuple = _Form('Tuple'); Set = _Form('Set'); FrozenSet = _Form('FrozenSet'); Type = _Form('Type')
Iterable = _Form('Iterable'); Iterator = _Form('Iterator'); Generator = _Form('Generator'); Sequence = _Form('Sequence'); Mapping = _Form('Mapping')
MutableMapping = _Form('MutableMapping'); Deque = _Form('Deque'); DefaultDict = _Form('DefaultDict'); ClassVar = _Form('ClassVar'); Final = _Form('Final')
Generic = _Form('Generic'); Awaitable = _Form('Awaitable'); Coroutine = _Form('Coroutine'); NoReturn = _Form('NoReturn'); Annotated = _Form('Annotated'); Self = _Form('Self')
Counter = _Form('Counter'); AsyncIterator = _Form('AsyncIterator'); Hashable = _Form('Hashable'); Collection = _Form('Collection'); IO = _Form('IO'); TextIO = _Form('TextIO')
AnyStr = _Form('AnyStr'); Text = str; TYPE_CHECKING = False
def TypeVar(name, *a, **k): return _Form(name)
def NewType(name, tp): return tp
def cast(tp, v): return v
def overload(f): return f
def final(f): return f
def runtime_checkable(c): return c
def get_type_hints(o): return dict(getattr(o, '__annotations__', {}))
class Protocol: pass
class TypedDict(dict): pass
class NamedTuple:
    def __init_subclass__(cls, **kw): raise NotImplementedError('typing.NamedTuple is not simulated in Timonel: use collections.namedtuple')
`,
  enum: String.raw`
class auto:
    pass
class EnumMeta(type):
    def __new__(mcls, name, bases, ns, **kw):
        members = {}
        plain = {}
        last = 0
        flag = any(getattr(b, '_is_flag', False) for b in bases)
        for k, v in ns.items():
            if k.startswith('_') or callable(v) or isinstance(v, (property, staticmethod, classmethod)): plain[k] = v
            else:
                if isinstance(v, auto):
                    v = name_value(bases, k, last, flag)
                if isinstance(v, int): last = v
                members[k] = v
        cls = type.__new__(mcls, name, bases, plain)
        cls._member_map_ = {}
        cls._value2member_map_ = {}
        for k, v in members.items():
            known = cls._value2member_map_.get(v) if not isinstance(v, (list, dict)) else None
            if known is None:
                known = _member(cls, k, v)
                if not isinstance(v, (list, dict)): cls._value2member_map_[v] = known
            cls._member_map_[k] = known
            type.__setattr__(cls, k, known)
        return cls
    def __call__(cls, value, *rest, **kw):
        if rest or kw: return _functional(cls, value, *rest, **kw)
        if isinstance(value, cls): return value
        try: return cls._value2member_map_[value]
        except (KeyError, TypeError): pass
        for m in cls._member_map_.values():
            if m._value_ == value: return m
        if getattr(cls, '_is_flag', False): return _member(cls, None, value)
        made = cls._missing_(value)
        if made is not None: return made
        raise ValueError(repr(value) + ' is not a valid ' + cls.__qualname__)
    def __iter__(cls): return iter([m for k, m in cls._member_map_.items() if m._name_ == k])
    def __len__(cls): return len(cls._member_map_)
    def __getitem__(cls, name): return cls._member_map_[name]
    def __contains__(cls, v): return isinstance(v, cls) or v in cls._value2member_map_
    def __repr__(cls): return "<enum '" + cls.__name__ + "'>"
    @property
    def __members__(cls): return dict(cls._member_map_)
EnumType = EnumMeta
def name_value(bases, k, last, flag):
    for b in bases:
        if issubclass(b, StrEnum) if 'StrEnum' in globals() else False: return k.lower()
    return (last * 2 or 1) if flag else last + 1
def _member(cls, name, value):
    base = next((b for b in cls.__mro__ if b in (int, str, float)), None)
    m = base.__new__(cls, value) if base else object.__new__(cls)
    m._name_ = name
    m._value_ = value
    m.__objclass__ = cls
    if '__init__' in cls.__dict__: cls.__init__(m, *(value if isinstance(value, tuple) else (value,)))
    return m
def _functional(cls, name, names):
    if isinstance(names, str): names = names.replace(',', ' ').split()
    return EnumMeta.__new__(EnumMeta, name, (cls,), names if isinstance(names, dict) else dict(names) if not isinstance(names[0], str) else {n: i + 1 for i, n in enumerate(names)})
class Enum(metaclass=EnumMeta):
    @property
    def name(self): return self._name_
    @property
    def value(self): return self._value_
    @classmethod
    def _missing_(cls, value): return None
    def __repr__(self): return '<' + type(self).__name__ + '.' + str(self._name_) + ': ' + repr(self._value_) + '>'
    def __str__(self): return type(self).__name__ + '.' + str(self._name_)
    def __hash__(self): return hash(self._name_)
    def __eq__(self, o): return self is o
    def __format__(self, spec): return format(str(self), spec)
class IntEnum(int, Enum):
    def __str__(self): return str(self._value_)
    def __format__(self, spec): return format(self._value_, spec)
    def __hash__(self): return hash(self._value_)
    def __eq__(self, o): return int(self._value_) == o
class StrEnum(str, Enum):
    def __str__(self): return self._value_
    def __format__(self, spec): return format(self._value_, spec)
    def __hash__(self): return hash(self._value_)
    def __eq__(self, o): return self._value_ == (o._value_ if isinstance(o, Enum) else o)
class Flag(Enum):
    _is_flag = True
    def __or__(self, o): return type(self)(self._value_ | o._value_)
    def __and__(self, o): return type(self)(self._value_ & o._value_)
    def __xor__(self, o): return type(self)(self._value_ ^ o._value_)
    def __bool__(self): return bool(self._value_)
    def __contains__(self, o): return self._value_ & o._value_ == o._value_
    def __eq__(self, o): return isinstance(o, Flag) and self._value_ == o._value_
    def __hash__(self): return hash(self._value_)
def unique(cls): return cls
`,
  dataclasses: String.raw`
class _Missing:
    def __repr__(self): return '<dataclasses._MISSING_TYPE object>'
MISSING = _Missing()
class FrozenInstanceError(AttributeError): pass
class Field:
    def __init__(self, default, default_factory, init, repr, compare, hash, metadata, kw_only):
        self.name = None; self.type = None
        self.default = default; self.default_factory = default_factory; self.init = init; self.repr = repr; self.compare = compare; self.hash = hash
        self.metadata = metadata or {}; self.kw_only = kw_only
def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=False):
    return Field(default, default_factory, init, repr, compare, hash, metadata, kw_only)
def dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False):
    def wrap(c): return _process(c, init, repr, eq, order, frozen, kw_only, unsafe_hash)
    return wrap if cls is None else wrap(cls)
def _process(cls, init, repr_, eq, order, frozen, kw_only, unsafe_hash):
    fields = {}
    for b in reversed(cls.__mro__[1:]):
        for f in getattr(b, '__dataclass_fields__', {}).values(): fields[f.name] = f
    for name, tp in cls.__dict__.get('__annotations__', {}).items():
        if str(tp).startswith('typing.ClassVar'): continue
        given = cls.__dict__.get(name, MISSING)
        if isinstance(given, (list, dict, set)):
            raise ValueError('mutable default ' + str(type(given)) + ' for field ' + name + ' is not allowed: use default_factory')
        f = given if isinstance(given, Field) else field(default=given, kw_only=kw_only)
        f.name = name; f.type = tp
        fields[name] = f
        if isinstance(given, Field):
            if f.default is MISSING:
                if name in cls.__dict__: delattr(cls, name)
            else: setattr(cls, name, f.default)
    cls.__dataclass_fields__ = fields
    all_ = list(fields.values())
    seen = None
    for f in all_:
        if f.init and not f.kw_only:
            if f.default is MISSING and f.default_factory is MISSING:
                if seen: raise TypeError("non-default argument '" + f.name + "' follows default argument" + (" '" + seen + "'" if __import__('sys').version_info >= (3, 12) else ''))
            else: seen = f.name
    ns = {'_M': MISSING, '_fields': fields, '_set': object.__setattr__}
    if init and '__init__' not in cls.__dict__:
        params = []; body = []
        for f in sorted([f for f in all_ if f.init], key=lambda f: f.kw_only):
            if f.kw_only and '*' not in params: params.append('*')
            params.append(f.name if f.default is MISSING and f.default_factory is MISSING else f.name + '=_M')
        for f in all_:
            value = f.name
            if not f.init and f.default_factory is MISSING: continue
            if f.default_factory is not MISSING:
                value = (f.name + ' if ' + f.name + ' is not _M else ' if f.init else '') + '_fields["' + f.name + '"].default_factory()'
            elif f.default is not MISSING: value = f.name + ' if ' + f.name + ' is not _M else _fields["' + f.name + '"].default'
            body.append('    _set(self, "' + f.name + '", ' + value + ')' if frozen else '    self.' + f.name + ' = ' + value)
        if hasattr(cls, '__post_init__'): body.append('    self.__post_init__()')
        text = 'def __init__(' + ', '.join(['self', *params]) + '):\n' + ('\n'.join(body) or '    pass')
        exec(text, ns)
        made = ns['__init__']
        made.__qualname__ = cls.__qualname__ + '.__init__'
        cls.__init__ = made
    names = [f.name for f in all_ if f.compare]
    shown = [f.name for f in all_ if f.repr]
    def _values(o): return tuple([getattr(o, n) for n in names])
    if repr_ and '__repr__' not in cls.__dict__:
        cls.__repr__ = lambda self: self.__class__.__qualname__ + '(' + ', '.join([n + '=' + repr(getattr(self, n)) for n in shown]) + ')'
    if eq and '__eq__' not in cls.__dict__:
        cls.__eq__ = lambda a, b: _values(a) == _values(b) if b.__class__ is a.__class__ else NotImplemented
        if (frozen or unsafe_hash) and '__hash__' not in cls.__dict__: cls.__hash__ = lambda self: hash(_values(self))
        elif '__hash__' not in cls.__dict__: cls.__hash__ = None
    if order:
        cls.__lt__ = lambda a, b: _values(a) < _values(b) if b.__class__ is a.__class__ else NotImplemented
        cls.__le__ = lambda a, b: _values(a) <= _values(b) if b.__class__ is a.__class__ else NotImplemented
        cls.__gt__ = lambda a, b: _values(a) > _values(b) if b.__class__ is a.__class__ else NotImplemented
        cls.__ge__ = lambda a, b: _values(a) >= _values(b) if b.__class__ is a.__class__ else NotImplemented
    if frozen:
        def __setattr__(self, name, value): raise FrozenInstanceError("cannot assign to field '" + name + "'")
        def __delattr__(self, name): raise FrozenInstanceError("cannot delete field '" + name + "'")
        cls.__setattr__ = __setattr__; cls.__delattr__ = __delattr__
    cls.__match_args__ = tuple([f.name for f in all_ if f.init and not f.kw_only])
    return cls
def fields(c): return tuple(c.__dataclass_fields__.values())
def is_dataclass(o): return hasattr(o, '__dataclass_fields__')
def asdict(o, *, dict_factory=dict):
    def go(v):
        if is_dataclass(v) and not isinstance(v, type): return dict_factory([(f.name, go(getattr(v, f.name))) for f in fields(v)])
        if isinstance(v, (list, tuple)): return type(v)([go(x) for x in v])
        if isinstance(v, dict): return {go(k): go(x) for k, x in v.items()}
        return v
    return go(o)
def astuple(o): return tuple([astuple(getattr(o, f.name)) if is_dataclass(getattr(o, f.name)) else getattr(o, f.name) for f in fields(o)])
def replace(o, /, **changes):
    return o.__class__(**{**{f.name: getattr(o, f.name) for f in fields(o) if f.init}, **changes})
`,
};
