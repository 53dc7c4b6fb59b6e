import { runSource } from "./interpreter.ts";
import { importModule } from "./library/importing.ts";
import { sources } from "./library/sources.ts";
import type { PyModule } from "./values.ts";
import { type Value } from "./values.ts";
import { PyRaise } from "./vm/errors.ts";
import type { Gen } from "./vm/frame.ts";
import { call } from "./vm/iterate.ts";
import type { Machine } from "./vm/machine.ts";

/** python -m name */
export function* runModule(m: Machine, name: string, ns: Map<string, Value>): Gen<number> {
  const fail = (words: string): number => {
    m.err.write(`/usr/local/bin/python3: ${words}\n`);
    return 1;
  };
  if (sources[name] !== undefined) {
    const module = (yield* importModule(name)) as PyModule;
    const main = module.ns.get("_main");
    if (main === undefined) return 0;
    yield* call(main);
    return 0;
  }
  if (name === "pip") {
    yield m.proc.exec(["/usr/local/bin/pip", ...m.settings.argv.slice(1)]);
    return 0;
  }
  const path = name.replaceAll(".", "/");
  for (const folder of m.path)
    for (const file of [`${folder || m.proc.cwd}/${path}/__main__.py`, `${folder || m.proc.cwd}/${path}.py`]) {
      if (!m.proc.fs.exists(file)) continue;
      ns.set("__file__", file).set("__package__", file.endsWith("__main__.py") ? name : name.split(".").slice(0, -1).join("."));
      yield* runSource(m, file, m.proc.fs.readText(file), ns);
      return 0;
    }
  try {
    yield* importModule(name);
  } catch (error) {
    if (!(error instanceof PyRaise) || error.exc.cls.name !== "ModuleNotFoundError") throw error;
    const words = String(error.exc.args[0]);
    return fail(words.includes("simulated") ? words : `No module named ${name}`);
  }
  return fail(`No code object available for ${name}`);
}
