import { compileModule } from "../compile/compile.ts";
import type { Code } from "../compile/code.ts";
import { SyntaxFault } from "../syntax/nodes.ts";
import { PyList, PyModule, type Value } from "../values.ts";
import { PyRaise, raised } from "../vm/errors.ts";
import { END, Frame, type Gen, PENDING } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";
import { nativeModules } from "./native-modules.ts";
import { sources } from "./sources.ts";

/** Modules of CPython that are not here: refused by name, where a module that nobody has is just not found. */
const ABSENT = new Set(
  "array ast asyncio.subprocess bz2 calendar cgi cmath codecs compileall concurrent configparser cProfile ctypes curses dbm difflib dis distutils doctest email encodings fcntl filecmp fractions ftplib gc getpass gettext grp gzip imaplib importlib imp inspect ipaddress locale lzma mailbox marshal mimetypes mmap multiprocessing netrc numbers optparse pdb pickle pkgutil poplib pprint profile pstats pwd pty readline resource runpy sched select selectors shelve smtplib sqlite3 ssl statistics sysconfig tarfile telnetlib tempfile termios timeit tkinter tomllib trace tracemalloc tty unicodedata unittest venv warnings.catch weakref webbrowser wsgiref xml xmlrpc zipfile zipimport zlib zoneinfo".split(
    " ",
  ),
);

export function resolveName(globals: Map<string, Value>, name: string, level: number): string {
  if (level === 0) return name;
  const own = globals.get("__package__");
  const parts = typeof own === "string" && own !== "" ? own.split(".") : [];
  if (parts.length === 0) throw raised("ImportError", "attempted relative import with no known parent package");
  if (level > parts.length) throw raised("ImportError", "attempted relative import beyond top-level package");
  const base = parts.slice(0, parts.length - level + 1).join(".");
  return name === "" ? base : `${base}.${name}`;
}

/** sys.modules[name], found and run if it is not there. */
export function* importModule(name: string): Gen {
  const parts = name.split(".");
  let module: Value = null;
  for (let i = 1; i <= parts.length; i++) {
    const path = parts.slice(0, i).join(".");
    const parent = module as PyModule | null;
    module = yield* importOne(path, parent);
    if (parent instanceof PyModule && !parent.ns.has(parts[i - 1] as string)) parent.ns.set(parts[i - 1] as string, module);
  }
  return module;
}
function* importOne(name: string, parent: PyModule | null): Gen {
  let machine: Machine | undefined;
  const known = yield (t) => ((machine = t.machine), t.machine.modules.get(name) ?? END);
  if (known !== END) return known as Value;
  const m = machine as unknown as Machine;
  const native = nativeModules[name];
  const text = sources[name];
  if (native && text === undefined) {
    const made = new PyModule(name, new Map([["__name__", name], ...native(m)]));
    if (name === "math")
      made.ns.set("__file__", `/usr/local/lib/python3.${m.minor}/lib-dynload/math.cpython-3${m.minor}-x86_64-linux-gnu.so`);
    m.modules.set(name, made);
    return made;
  }
  if (text !== undefined) {
    const file = `/usr/local/lib/python3.${m.minor}/${name.replaceAll(".", "/")}.py`;
    return yield* execute(m, name, file, text, true, native?.(m));
  }
  const found = find(m, name, parent);
  if (found) return yield* execute(m, name, found.file, found.text, false, undefined, found.folder);
  const top = name.split(".")[0] as string;
  if (ABSENT.has(top) && !parent) throw missing(`Python's module '${name}' is not simulated in Timonel`, name);
  if (parent && !parent.ns.has("__path__") && !sources[parent.name] && !nativeModules[parent.name])
    throw missing(`No module named '${name}'; '${parent.name}' is not a package`, name);
  if (parent && (sources[parent.name] !== undefined || nativeModules[parent.name]))
    throw missing(`Python's module '${name}' is not simulated in Timonel`, name);
  throw missing(`No module named '${name}'`, name);
}

function missing(words: string, name: string): PyRaise {
  const { exc } = raised("ModuleNotFoundError", words);
  exc.dict?.set("name", name);
  return new PyRaise(exc);
}
function find(
  m: Machine,
  name: string,
  parent: PyModule | null,
): { readonly file: string; readonly text: string; readonly folder?: string } | undefined {
  const last = name.split(".").at(-1) as string;
  const path = parent?.ns.get("__path__");
  const folders = path instanceof PyList ? path.items.map(String) : parent ? [] : m.path;
  for (const folder of folders) {
    const base = `${folder === "" ? m.proc.cwd : folder}/${last}`.replace(/\/+/g, "/");
    for (const [file, inner] of [
      [`${base}/__init__.py`, base],
      [`${base}.py`, undefined],
    ] as const) {
      let text: string | undefined;
      try {
        text = m.proc.fs.readText(file);
      } catch {
        continue;
      }
      return { file, text, ...(inner !== undefined && { folder: inner }) };
    }
  }
  return undefined;
}
function* execute(
  m: Machine,
  name: string,
  file: string,
  text: string,
  hidden: boolean,
  given: Map<string, Value> | undefined,
  folder?: string,
): Gen {
  const module = new PyModule(name, new Map<string, Value>([["__name__", name], ["__file__", file], ...(given ?? [])]));
  const package_ = folder === undefined ? name.split(".").slice(0, -1).join(".") : name;
  module.ns.set("__package__", package_);
  if (folder !== undefined) module.ns.set("__path__", new PyList([folder]));
  m.modules.set(name, module);
  const code = compiled(() => compileModule({ file, text, hidden, optimized: m.settings.optimized }), file, text);
  if (code.doc !== null) module.ns.set("__doc__", code.doc);
  try {
    yield (t) => (t.push(new Frame(t, code, module.ns)), PENDING);
  } catch (error) {
    m.modules.delete(name);
    throw error;
  }
  return module;
}

/** Code, or SyntaxError with all that it tells. */
export function compiled(make: () => Code, file: string, text: string): Code {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const { exc } = raised(error.kind, error.message);
    const { at } = error;
    exc.dict
      ?.set("msg", error.message)
      .set("filename", file)
      .set("lineno", at.line)
      .set("offset", at.col + 1)
      .set("end_lineno", at.endLine)
      .set("end_offset", at.endCol + 1)
      .set("text", text.split("\n")[at.line - 1] ?? "");
    throw new PyRaise(exc);
  }
}
