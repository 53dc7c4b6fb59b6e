import type { ProcessContext } from "../../runtime/index.ts";
import { compileModule } from "./compile/compile.ts";
import type { Asked } from "./command-line.ts";
import { compiled, importModule } from "./library/importing.ts";
import { installFiles, openFiles } from "./library/files.ts";
import { readAll } from "./library/streams.ts";
import { runModule } from "./module-runner.ts";
import { prompt } from "./prompt.ts";
import { tracebackOf } from "./traceback.ts";
import type { PyExc } from "./values.ts";
import { PyModule, PyTuple, type Value } from "./values.ts";
import { isException, PyRaise } from "./vm/errors.ts";
import { Frame, type Gen, PENDING } from "./vm/frame.ts";
import { call } from "./vm/iterate.ts";
import { Machine } from "./vm/machine.ts";
import { asInt } from "./vm/numbers.ts";
import { strOf } from "./vm/repr.ts";

type Run = Exclude<Asked, { readonly kind: "say" }>;

/** One process of Python, from its start to its exit code. */
export async function interpret(proc: ProcessContext, version: string, asked: Run): Promise<number> {
  const first = asked.kind === "code" ? "-c" : asked.kind === "module" ? "-m" : asked.kind === "file" ? asked.text : "";
  const m = new Machine(proc, { version, argv: [first, ...asked.args], unbuffered: asked.unbuffered, optimized: asked.optimized });
  installFiles();
  if (asked.kind === "file") m.path.push(absolute(proc, asked.text).replace(/\/[^/]*$/, "") || "/");
  else m.path.push(asked.kind === "module" ? proc.cwd : "");
  for (const folder of (proc.env["PYTHONPATH"] ?? "").split(":")) if (folder !== "") m.path.push(folder);
  m.path.push(`/usr/local/lib/python3.${m.minor}/site-packages`);
  proc.on("INT", () => m.interrupted());
  proc.on("PIPE", "ignore");
  let code = 0;
  m.thread((t) => t.pushGen(whole(m, asked, (n) => (code = n))));
  await m.run();
  if (m.left !== undefined) return m.left;
  const left = m.main.failure;
  if (left) await proc.stderr.write(`Fatal Python error: ${left.cls.name}\n`);
  m.out.flush();
  m.err.flush();
  await m.settle();
  return code;
}
export const absolute = (proc: ProcessContext, path: string): string =>
  path.startsWith("/") ? path : `${proc.cwd.replace(/\/$/, "")}/${path}`;

function* whole(m: Machine, asked: Run, exit: (code: number) => void): Gen {
  yield* importModule("sys");
  const ns = new Map<string, Value>([
    ["__name__", "__main__"],
    ["__doc__", null],
    ["__package__", null],
    ["__builtins__", new PyModule("builtins", m.builtins)],
  ]);
  m.modules.set("__main__", new PyModule("__main__", ns));
  let code = yield* guarded(m, () => body(m, asked, ns));
  if (asked.interactive && asked.kind !== "stdin") code = yield* guarded(m, () => prompt(m, ns));
  yield* guarded(m, () => goodbye(m), false);
  for (const file of openFiles(m)) file.flush();
  exit(code);
  return null;
}
/** Runs something to its end; what nobody handles is printed, and 1. */
function* guarded(m: Machine, fn: () => Gen<number>, decides = true): Gen<number> {
  try {
    return yield* fn();
  } catch (error) {
    if (!(error instanceof PyRaise)) throw error;
    return decides || !isException(error.exc, "SystemExit") ? yield* ended(m, error.exc) : 0;
  }
}
/** The exit code that an exception ends the process with. */
export function* ended(m: Machine, exc: PyExc): Gen<number> {
  if (isException(exc, "SystemExit")) {
    const status = exc.args.length > 1 ? new PyTuple(exc.args) : (exc.dict?.get("code") ?? exc.args[0] ?? null);
    if (status === null) return 0;
    const n = asInt(status);
    if (n !== undefined) return Number(BigInt.asUintN(8, BigInt(n)));
    m.out.flush();
    yield m.out.drain();
    m.err.write(`${yield* strOf(status)}\n`);
    return 1;
  }
  m.out.flush();
  yield m.out.drain();
  const sys = m.modules.get("sys");
  const hook = sys instanceof PyModule ? sys.ns.get("excepthook") : undefined;
  if (hook !== undefined) yield* call(hook, exc.cls, exc, null);
  else m.err.write(yield* tracebackOf(m, exc));
  m.err.flush();
  yield m.err.drain();
  return isException(exc, "KeyboardInterrupt") ? 130 : 1;
}
/** Waits for the threads that are no daemons, and calls what atexit was given. */
function* goodbye(m: Machine): Gen<number> {
  for (const name of ["threading", "atexit"]) {
    const module = m.modules.get(name);
    const last = module instanceof PyModule ? module.ns.get("_shutdown") : undefined;
    if (last !== undefined) yield* call(last);
  }
  return 0;
}

function* body(m: Machine, asked: Run, ns: Map<string, Value>): Gen<number> {
  const { proc } = m;
  if (asked.kind === "module") return yield* runModule(m, asked.text, ns);
  let file = "<string>";
  let text = asked.text;
  if (asked.kind === "stdin") {
    if (proc.stdin.tty || asked.interactive) return yield* prompt(m, ns, asked.quiet);
    file = "<stdin>";
    text = yield* readAll();
  } else if (asked.kind === "file") {
    file = asked.text;
    const path = absolute(proc, file);
    try {
      if (proc.fs.stat(path).type === "directory") {
        file = `${path}/__main__.py`;
        if (!proc.fs.exists(file)) return complain(m, `/usr/local/bin/python3: can't find '__main__' module in '${path}'\n`, 1);
      }
      text = proc.fs.readText(file);
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const [n, words] = code === "EACCES" ? [13, "Permission denied"] : [2, "No such file or directory"];
      return complain(m, `/usr/local/bin/python3: can't open file '${path}': [Errno ${n}] ${words}\n`, 2);
    }
    ns.set("__file__", path);
  }
  yield* runSource(m, file === asked.text && m.minor >= 9 ? absolute(proc, file) : file, text, ns);
  return 0;
}
function complain(m: Machine, text: string, code: number): number {
  m.err.write(text);
  return code;
}
export function* runSource(m: Machine, file: string, text: string, ns: Map<string, Value>): Gen {
  const source = { file, text: text.replaceAll("\r\n", "\n"), hidden: false, optimized: m.settings.optimized };
  const code = compiled(() => compileModule(source), file, source.text);
  if (code.doc !== null) ns.set("__doc__", code.doc);
  return (yield (t) => (t.push(new Frame(t, code, ns)), PENDING)) as Value;
}
