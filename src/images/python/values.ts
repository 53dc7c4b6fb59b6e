import type { Code } from "./compile/code.ts";
import type { Frame } from "./vm/frame.ts";

/** A Python value. None is null; an int is a number where that is exact, else a bigint; a float is an object. */
export type Value = null | boolean | number | bigint | string | Obj;

export abstract class Obj {
  cls: PyType;
  /** Attributes of its own. */
  dict: Map<string, Value> | undefined = undefined;
  constructor(cls: PyType) {
    this.cls = cls;
  }
}

/** What instances of a class are made of, which a class inherits. */
export type Layout = "object" | "int" | "float" | "str" | "bytes" | "tuple" | "list" | "dict" | "set" | "exception" | "type" | "closed";

export class PyType extends Obj {
  readonly name: string;
  readonly bases: readonly PyType[];
  readonly mro: readonly PyType[];
  readonly attrs: Map<string, Value>;
  readonly layout: Layout;
  qualname: string;
  module: string;
  /** Made by a `class` statement: it may be changed. */
  readonly own: boolean;
  /** Names that instances may have, where `__slots__` says so. */
  slots: ReadonlySet<string> | undefined;
  /** Found by name along the mro; emptied whenever a class changes. */
  readonly found = new Map<string, Value | undefined>();
  epoch = 0;

  constructor(
    name: string,
    bases: readonly PyType[],
    attrs = new Map<string, Value>(),
    options: Partial<Pick<PyType, "layout" | "own" | "module" | "cls">> = {},
  ) {
    super(options.cls as PyType);
    this.name = this.qualname = name;
    this.bases = bases;
    this.attrs = attrs;
    this.layout = options.layout ?? bases.find((b) => b.layout !== "object")?.layout ?? "object";
    this.own = options.own ?? false;
    this.module = options.module ?? "builtins";
    this.mro = linearize(this, bases);
  }

  /** What its instances have by a name, as methods and the like. */
  find(name: string): Value | undefined {
    if (this.epoch !== changes.epoch) {
      this.found.clear();
      this.epoch = changes.epoch;
    } else if (this.found.has(name)) return this.found.get(name);
    let value: Value | undefined;
    for (const type of this.mro) {
      value = type.attrs.get(name);
      if (value !== undefined) break;
    }
    this.found.set(name, value);
    return value;
  }
  isSubclass(of: PyType): boolean {
    return this.mro.includes(of);
  }
}
/** Counts changes of classes: what was found before is looked for again. */
export const changes = { epoch: 0 };

/** C3. Throws the words of a TypeError. */
function linearize(type: PyType, bases: readonly PyType[]): readonly PyType[] {
  const lists = [...bases.map((b) => [...b.mro]), [...bases]].filter((l) => l.length > 0);
  const order: PyType[] = [type];
  while (lists.some((l) => l.length > 0)) {
    const next = lists.map((l) => l[0]).find((c) => c !== undefined && !lists.some((l) => l.indexOf(c) > 0));
    if (!next) throw new MroFault(bases.map((b) => b.name).join(", "));
    order.push(next);
    for (const list of lists) if (list[0] === next) list.shift();
  }
  return order;
}
/** Bases that cannot be put in one order. */
export class MroFault {
  readonly names: string;
  constructor(names: string) {
    this.names = names;
  }
}

const typeType = new PyType("type", [], undefined, { layout: "type" });
const objectType = new PyType("object", [], undefined, { cls: typeType });
typeType.cls = typeType;
(typeType as { bases: readonly PyType[] }).bases = [objectType];
(typeType as { mro: readonly PyType[] }).mro = [typeType, objectType];

const builtin = (name: string, layout: Layout = "closed", base = objectType): PyType =>
  new PyType(name, [base], undefined, { layout, cls: typeType });
const int = builtin("int", "int");

/** Types that the interpreter itself knows. */
export const T = {
  type: typeType,
  object: objectType,
  none: builtin("NoneType"),
  int,
  bool: builtin("bool", "closed", int),
  float: builtin("float", "float"),
  str: builtin("str", "str"),
  bytes: builtin("bytes", "bytes"),
  bytearray: builtin("bytearray"),
  list: builtin("list", "list"),
  tuple: builtin("tuple", "tuple"),
  dict: builtin("dict", "dict"),
  set: builtin("set", "set"),
  frozenset: builtin("frozenset"),
  slice: builtin("slice"),
  range: builtin("range"),
  function: builtin("function"),
  native: builtin("builtin_function_or_method"),
  method: builtin("method"),
  module: builtin("module"),
  generator: builtin("generator"),
  coroutine: builtin("coroutine"),
  property: builtin("property", "object"),
  staticmethod: builtin("staticmethod"),
  classmethod: builtin("classmethod"),
  super: builtin("super"),
  cell: builtin("cell"),
  code: builtin("code"),
  traceback: builtin("traceback"),
  ellipsis: builtin("ellipsis"),
  notImplemented: builtin("NotImplementedType"),
  keys: builtin("dict_keys"),
  values: builtin("dict_values"),
  items: builtin("dict_items"),
  iterator: builtin("iterator"),
  BaseException: builtin("BaseException", "exception"),
} as const;

export class PyObj extends Obj {
  /** Of a subclass of int, str or float: what it is besides. */
  readonly prim: Value | undefined;
  constructor(cls: PyType, prim?: Value) {
    super(cls);
    this.dict = new Map();
    this.prim = prim;
  }
}
export class PyFloat extends Obj {
  readonly v: number;
  constructor(v: number) {
    super(T.float);
    this.v = v;
  }
}
export class PyBytes extends Obj {
  readonly data: Uint8Array;
  constructor(data: Uint8Array) {
    super(T.bytes);
    this.data = data;
  }
}
export class PyByteArray extends Obj {
  data: Uint8Array;
  constructor(data: Uint8Array) {
    super(T.bytearray);
    this.data = data;
  }
}
export class PyList extends Obj {
  items: Value[];
  constructor(items: Value[], cls: PyType = T.list) {
    super(cls);
    this.items = items;
  }
}
export class PyTuple extends Obj {
  readonly items: readonly Value[];
  constructor(items: readonly Value[], cls: PyType = T.tuple) {
    super(cls);
    this.items = items;
  }
}
export class PySlice extends Obj {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
  constructor(start: Value, stop: Value, step: Value) {
    super(T.slice);
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}
export class PyRange extends Obj {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  constructor(start: number, stop: number, step: number) {
    super(T.range);
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step));
  }
}
export class Cell extends Obj {
  v: Value | undefined;
  constructor(v?: Value) {
    super(T.cell);
    this.v = v;
  }
}
export class PyFunc extends Obj {
  readonly code: Code;
  readonly globals: Map<string, Value>;
  defaults: readonly Value[];
  keywordDefaults: ReadonlyMap<string, Value> | undefined;
  readonly closure: readonly Cell[];
  name: string;
  qualname: string;
  annotations: Value | undefined;
  constructor(
    code: Code,
    globals: Map<string, Value>,
    defaults: readonly Value[],
    keywordDefaults: ReadonlyMap<string, Value> | undefined,
    closure: readonly Cell[],
  ) {
    super(T.function);
    this.code = code;
    this.globals = globals;
    this.defaults = defaults;
    this.keywordDefaults = keywordDefaults;
    this.closure = closure;
    this.name = code.name;
    this.qualname = code.qualname;
  }
}
export class PyMethod extends Obj {
  readonly fn: Value;
  readonly self: Value;
  constructor(fn: Value, self: Value) {
    super(T.method);
    this.fn = fn;
    this.self = self;
  }
}
export class PyModule extends Obj {
  readonly name: string;
  readonly ns: Map<string, Value>;
  constructor(name: string, ns: Map<string, Value>) {
    super(T.module);
    this.name = name;
    this.ns = ns;
  }
}
export class PyProperty extends Obj {
  readonly get: Value;
  readonly set: Value;
  readonly del: Value;
  constructor(get: Value, set: Value, del: Value, cls: PyType = T.property) {
    super(cls);
    this.get = get;
    this.set = set;
    this.del = del;
  }
}
/** staticmethod or classmethod. */
export class PyWrapped extends Obj {
  readonly fn: Value;
  constructor(cls: PyType, fn: Value) {
    super(cls);
    this.fn = fn;
  }
}
export class PySuper extends Obj {
  readonly after: PyType;
  readonly self: Value;
  constructor(after: PyType, self: Value) {
    super(T.super);
    this.after = after;
    this.self = self;
  }
}
export class PyGen extends Obj {
  readonly frame: Frame;
  state: "new" | "suspended" | "running" | "done" = "new";
  constructor(frame: Frame, cls: PyType) {
    super(cls);
    this.frame = frame;
  }
}
/** A line of a traceback. */
export interface TracebackEntry {
  readonly code: Code;
  /** Index of the instruction. */
  readonly pc: number;
}
export class PyExc extends Obj {
  args: readonly Value[];
  traceback: readonly TracebackEntry[] = [];
  cause: Value = null;
  context: PyExc | null = null;
  suppress = false;
  constructor(cls: PyType, args: readonly Value[]) {
    super(cls);
    this.args = args;
    this.dict = new Map();
  }
}
/** A value of its own: NotImplemented, Ellipsis. */
class Single extends Obj {}
export const NotImplemented: Obj = new Single(T.notImplemented);
export const Ellipsis: Obj = new Single(T.ellipsis);

/** Something from the host with methods of its own: a socket, an open file, an iterator. */
export abstract class Host extends Obj {}

const TYPES: Readonly<Record<string, PyType>> = { boolean: T.bool, number: T.int, bigint: T.int, string: T.str };
export function typeOf(v: Value): PyType {
  if (v === null) return T.none;
  return typeof v === "object" ? v.cls : (TYPES[typeof v] as PyType);
}

/** An integer in the form it has everywhere: a number where that is exact. */
export function integer(n: bigint): number | bigint {
  return n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n;
}
