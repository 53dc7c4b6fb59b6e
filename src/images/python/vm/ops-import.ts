import type { PyModule } from "../values.ts";
import { PyList, PyTuple, type Value } from "../values.ts";
import { importModule, resolveName } from "../library/importing.ts";
import { findAttribute } from "./attributes.ts";
import { raised } from "./errors.ts";
import { type Frame, type Gen, PENDING } from "./frame.ts";
import { PyRaise } from "./errors.ts";

interface Wanted {
  readonly name: string;
  readonly level: number;
  /** `import a.b` gives a; `from a.b` and `as` give b. */
  readonly whole: boolean;
}
export const IMPORT = (f: Frame, wanted: Wanted): boolean => {
  f.t.pushGen(imported(f, wanted));
  return true;
};
function* imported(f: Frame, { name, level, whole }: Wanted): Gen {
  const full = resolveName(f.globals, name, level);
  const module = yield* importModule(full);
  return whole ? module : ((yield (t) => t.machine.modules.get(full.split(".")[0] as string) ?? module) as Value);
}
/** module → module, and what it has by a name. */
export const IMPORT_FROM = (f: Frame, name: string): boolean | void => {
  const module = f.top() as PyModule;
  const value = findAttribute(f.t, module, name);
  if (value === PENDING) return true;
  if (value !== undefined) return void f.stack.push(value);
  f.t.pushGen(submodule(module, name));
  return true;
};
function* submodule(module: PyModule, name: string): Gen {
  if (module.ns.has("__path__"))
    try {
      return yield* importModule(`${module.name}.${name}`);
    } catch (error) {
      if (!(error instanceof PyRaise) || error.exc.cls.name !== "ModuleNotFoundError") throw error;
    }
  const file = module.ns.get("__file__");
  const { exc } = raised(
    "ImportError",
    `cannot import name '${name}' from '${module.name}' (${typeof file === "string" ? file : "unknown location"})`,
  );
  exc.dict?.set("name", module.name).set("name_from", name);
  throw new PyRaise(exc);
}
export const IMPORT_STAR = (f: Frame): void => {
  const module = f.pop() as PyModule;
  const all = module.ns.get("__all__");
  const names =
    all instanceof PyList || all instanceof PyTuple ? all.items.map(String) : [...module.ns.keys()].filter((n) => !n.startsWith("_"));
  for (const name of names) {
    const value = module.ns.get(name);
    if (value !== undefined) (f.names ?? f.globals).set(name, value);
  }
};
