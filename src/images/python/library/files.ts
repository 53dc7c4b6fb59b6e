import { Errno } from "../../../runtime/index.ts";
import { Host, PyByteArray, PyBytes, PyExc, PyList, PyType, T, type Value } from "../values.ts";
import { osError, raised, typeError, valueError } from "../vm/errors.ts";
import { END, type Gen } from "../vm/frame.ts";
import { listOf, StepIter } from "../vm/iterate.ts";
import type { Machine } from "../vm/machine.ts";
import { methods } from "../vm/native.ts";
import { plain, typeName } from "../vm/names.ts";
import { asInt } from "../vm/numbers.ts";
import type { Thread } from "../vm/thread.ts";
import { bytesOf, decoded, encoded } from "./encodings.ts";
import { readAll, readLine } from "./streams.ts";

const textFile = new PyType("TextIOWrapper", [T.object], undefined, { layout: "closed", cls: T.type, module: "_io" });
const binaryFile = new PyType("BufferedReader", [T.object], undefined, { layout: "closed", cls: T.type, module: "_io" });
const BUFFER = 8192;

/** An open file, or a standard stream. */
export class PyFile extends Host {
  readonly name: Value;
  readonly mode: string;
  readonly stream: "in" | "out" | "err" | undefined;
  readonly machine: Machine;
  readonly encoding: string;
  /** All of it, with what has been written; what was not is handed over by flush(). */
  data: Uint8Array = new Uint8Array(0);
  length = 0;
  at = 0;
  written = 0;
  closed = false;

  constructor(machine: Machine, name: Value, mode: string, encoding: string, stream?: "in" | "out" | "err") {
    super(mode.includes("b") ? binaryFile : textFile);
    this.machine = machine;
    this.name = name;
    this.mode = mode;
    this.encoding = encoding;
    this.stream = stream;
    this.dict = new Map();
  }
  get binary(): boolean {
    return this.mode.includes("b");
  }
  check(): void {
    if (this.closed) throw valueError("I/O operation on closed file.");
  }
  put(bytes: Uint8Array): void {
    const end = this.at + bytes.length;
    if (end > this.data.length) {
      const grown = new Uint8Array(Math.max(end, this.data.length * 2, 256));
      grown.set(this.data.subarray(0, this.length));
      this.data = grown;
    }
    this.data.set(bytes, this.at);
    this.at = end;
    this.length = Math.max(this.length, end);
    this.written += bytes.length;
    this.machine.charge(bytes.length);
    if (this.written > BUFFER) this.flush();
  }
  flush(): void {
    if (this.written === 0) return;
    this.written = 0;
    const { fs } = this.machine.proc;
    const path = String(this.name);
    const bytes = this.data.slice(0, this.length);
    if (!this.mode.includes("a")) return fs.writeFile(path, bytes);
    fs.writeFile(path, bytes, { append: true });
    this.at = this.length = 0;
  }
  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    openFiles(this.machine).delete(this);
  }
  rest(most = Infinity): Uint8Array {
    const part = this.data.subarray(this.at, Math.min(this.length, this.at + most));
    this.at += part.length;
    return part;
  }
  line(): Uint8Array {
    const end = this.data.subarray(0, this.length).indexOf(10, this.at);
    return this.rest(end < 0 ? Infinity : end + 1 - this.at);
  }
}
export function openFiles(m: Machine): Set<PyFile> {
  let all = m.shelf.get("files") as Set<PyFile> | undefined;
  if (!all) m.shelf.set("files", (all = new Set()));
  return all;
}

export function openFile(t: Thread, given: Value, mode: string, encoding: Value): Value {
  const path = pathOf(t, given);
  if (!/^[rwax]?[bt]?\+?[bt]?$/.test(mode)) throw valueError(`invalid mode: '${mode}'`);
  const { fs } = t.machine.proc;
  const file = new PyFile(t.machine, path, mode, encoding === null ? "utf-8" : String(encoding));
  try {
    if (fs.exists(path) && fs.stat(path).type === "directory") throw new Errno("EISDIR", "Is a directory");
    if (mode.includes("r")) {
      file.data = fs.readFile(path);
      file.length = file.data.length;
      t.machine.charge(file.length);
      if (mode.includes("+")) fs.writeFile(path, "", { append: true });
    } else fs.writeFile(path, "", { append: mode.includes("a"), exclusive: mode.includes("x"), mode: 0o666 & ~t.machine.proc.umask });
  } catch (error) {
    if (error instanceof Errno) throw osError(error.code, error.message, path);
    throw error;
  }
  openFiles(t.machine).add(file);
  return file;
}
/** A path as text: str, bytes, or what has __fspath__. */
export function pathOf(_t: Thread, given: Value): string {
  const v = plain(given);
  if (typeof v === "string") return v;
  const data = bytesOf(v);
  if (data) return decoded(data);
  const inner = given !== null && typeof given === "object" ? given.dict?.get("_path") : undefined;
  if (typeof inner === "string") return inner;
  throw typeError(`expected str, bytes or os.PathLike object, not ${typeName(given)}`);
}

const file = (v: Value | undefined): PyFile => v as PyFile;
const out = (f: PyFile, data: Uint8Array): Value => {
  f.machine.charge(data.length);
  return f.binary ? new PyBytes(data.slice()) : decoded(data, f.encoding).replaceAll("\r\n", "\n");
};
function* read(f: PyFile, size: Value | undefined): Gen {
  f.check();
  if (f.stream === "in") {
    const text = yield* readAll();
    return f.binary ? new PyBytes(encoded(text)) : text;
  }
  if (!/[r+]/.test(f.mode)) throw unsupported("not readable");
  const n = size === undefined || size === null ? -1 : Number(asInt(size));
  if (n < 0) return out(f, f.rest());
  if (f.binary) return out(f, f.rest(n));
  const all = [...decoded(f.data.subarray(f.at, f.length), f.encoding)].slice(0, n).join("");
  f.at += encoded(all, f.encoding).length;
  return all;
}
function* line(f: PyFile): Gen {
  f.check();
  if (f.stream === "in") {
    const text = yield* readLine();
    return f.binary ? new PyBytes(encoded(text)) : text;
  }
  if (!/[r+]/.test(f.mode)) throw unsupported("not readable");
  return out(f, f.line());
}
function unsupported(words: string): unknown {
  const exc = new PyExc(unsupportedType, [words]);
  return Object.assign(raised("OSError"), { exc });
}
const unsupportedType = new PyType("UnsupportedOperation", [T.BaseException], undefined, { cls: T.type, module: "io" });
const empty = (v: Value): boolean => v === "" || (v instanceof PyBytes && v.data.length === 0);

function write(t: Thread, f: PyFile, v: Value): Value {
  f.check();
  if (!/[wax+]/.test(f.mode)) throw unsupported("not writable");
  const value = plain(v);
  if (f.binary) {
    const data = value instanceof PyBytes || value instanceof PyByteArray ? value.data : undefined;
    if (!data) throw typeError(`a bytes-like object is required, not '${typeName(v)}'`);
    if (f.stream) toStream(t, f, decoded(data, "utf-8", "replace"));
    else f.put(data);
    return data.length;
  }
  if (typeof value !== "string") throw typeError(`write() argument must be str, not ${typeName(v)}`);
  if (f.stream) toStream(t, f, value);
  else f.put(encoded(value, f.encoding));
  return value.length;
}
function toStream(t: Thread, f: PyFile, text: string): void {
  const to = f.stream === "err" ? t.machine.err : t.machine.out;
  if (to.failure) throw osError("EPIPE", "");
  to.write(text);
  if (to.due) t.machine.cut();
}

/** Methods and attributes of open files. */
export function installFiles(): void {
  if (textFile.attrs.size > 0) return;
  for (const cls of [textFile, binaryFile])
    methods(cls.name, cls.attrs, {
      read: ["size=", (_, [f, size]) => read(file(f), size)],
      readline: ["size=", (_, [f]) => line(file(f))],
      readlines: [
        "hint=",
        function* (_, [f]) {
          const all: Value[] = [];
          for (let l = yield* line(file(f)); !empty(l); l = yield* line(file(f))) all.push(l);
          return new PyList(all);
        },
      ],
      write: ["text", (t, [f, v]) => write(t, file(f), v as Value)],
      writelines: [
        "lines",
        function* (t, [f, lines]) {
          for (const l of yield* listOf(lines as Value)) write(t, file(f), l);
          return null;
        },
      ],
      flush: [
        "",
        (t, [f]) => {
          const { stream } = file(f);
          if (stream) {
            const to = stream === "err" ? t.machine.err : t.machine.out;
            to.flush();
            if (to.due) t.machine.cut();
          } else {
            file(f).check();
            file(f).flush();
          }
          return null;
        },
      ],
      close: ["", (_, [f]) => (file(f).close(), null)],
      seek: [
        "offset, whence=",
        (_, [f, offset, whence]) => {
          const base = whence === 1 ? file(f).at : whence === 2 ? file(f).length : 0;
          return (file(f).at = Math.max(0, base + Number(asInt(offset as Value))));
        },
      ],
      tell: ["", (_, [f]) => file(f).at],
      truncate: [
        "size=",
        (_, [f, size]) => {
          file(f).length = size === undefined ? file(f).at : Number(size);
          file(f).written ||= 1;
          return file(f).length;
        },
      ],
      fileno: ["", (_, [f]) => ({ in: 0, out: 1, err: 2 })[file(f).stream as "in"] ?? 3],
      isatty: [
        "",
        (_, [f]) => {
          const { stream, machine } = file(f);
          return stream === undefined
            ? false
            : (stream === "in" ? machine.proc.stdin : stream === "out" ? machine.proc.stdout : machine.proc.stderr).tty;
        },
      ],
      readable: ["", (_, [f]) => /[r+]/.test(file(f).mode)],
      writable: ["", (_, [f]) => /[wax+]/.test(file(f).mode)],
      seekable: ["", (_, [f]) => file(f).stream === undefined],
      reconfigure: [
        "*",
        (t, [f], kw) => {
          if (kw?.get("line_buffering") === true && file(f).stream === "out") t.machine.out.byLine();
          return null;
        },
      ],
      __enter__: ["", (_, [f]) => (file(f).check(), file(f))],
      __exit__: ["a, b, c", (_, [f]) => (file(f).close(), null)],
      __iter__: [
        "",
        (_, [f]) =>
          new StepIter("_io.TextIOWrapper", function* () {
            const l = yield* line(file(f));
            return empty(l) ? END : l;
          }),
      ],
      __next__: [
        "",
        function* (_, [f]) {
          const l = yield* line(file(f));
          if (empty(l)) throw raised("StopIteration");
          return l;
        },
      ],
      __repr__: [
        "",
        (_, [f]) => `<_io.TextIOWrapper name='${String(file(f).name)}' mode='${file(f).mode}' encoding='${file(f).encoding}'>`,
      ],
    });
}
/** What `.name`, `.closed` and the like of a file are. */
export function fileFact(f: PyFile, name: string): Value | undefined {
  switch (name) {
    case "name":
      return f.name;
    case "mode":
      return f.mode;
    case "closed":
      return f.closed;
    case "encoding":
      return f.binary ? undefined : f.encoding;
    case "buffer":
      return f.stream && !f.binary ? new PyFile(f.machine, f.name, `${f.mode}b`, "utf-8", f.stream) : undefined;
    default:
      return undefined;
  }
}
