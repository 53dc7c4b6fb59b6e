import { PyExc, PyModule, PyObj, PyType, typeOf, Obj, type Value } from "./values.ts";
import { isException } from "./vm/errors.ts";
import type { Machine } from "./vm/machine.ts";

const MOVE = 2;
const MOST = 750;
const LONGEST = 40;

/** How much has to be changed to make one name of another; a change of case costs less (cpython: suggestions.c levenshtein_distance). */
function distance(a: string, b: string, most: number): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i * MOVE);
  for (let i = 1; i <= a.length; i++) {
    const row = [i * MOVE];
    for (let j = 1; j <= b.length; j++) {
      const [x, y] = [a[i - 1] as string, b[j - 1] as string];
      const change = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 1 : MOVE;
      row.push(Math.min((before[j] as number) + MOVE, (row[j - 1] as number) + MOVE, (before[j - 1] as number) + change));
    }
    if (Math.min(...row) > most) return most + 1;
    before = row;
  }
  return before[b.length] as number;
}
function closest(wanted: string, names: Iterable<string>): string | undefined {
  if (wanted.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Infinity;
  let n = 0;
  for (const name of names) {
    if (++n > MOST) return undefined;
    if (name === wanted || name.length > LONGEST) continue;
    const most = Math.min(Math.floor(((name.length + wanted.length + 3) * MOVE) / 6), least - 1);
    const d = distance(wanted, name, most);
    if (d <= most && d < least) {
      best = name;
      least = d;
    }
  }
  return best;
}

/** ". Did you mean: 'x'?", where a name is close to one that there is. */
export function suggestion(m: Machine, exc: PyExc): string {
  const wanted = exc.dict?.get("name");
  if (m.minor < 10 || typeof wanted !== "string" || wanted === "") return "";
  if (isException(exc, "AttributeError")) {
    const of = exc.dict?.get("obj");
    if (of === undefined) return "";
    const found = closest(wanted, namesOf(of).toSorted());
    return found === undefined ? "" : `. Did you mean: '${found}'?`;
  }
  if (!isException(exc, "NameError") || isException(exc, "UnboundLocalError")) {
    if (m.minor < 12 || exc.cls.name !== "ImportError") return "";
    const from = m.modules.get(wanted);
    const name = exc.dict?.get("name_from");
    const found = from instanceof PyModule && typeof name === "string" ? closest(name, [...from.ns.keys()].toSorted()) : undefined;
    return found === undefined ? "" : `. Did you mean: '${found}'?`;
  }
  const entry = exc.traceback.at(-1);
  const main = m.modules.get("__main__");
  const globals = main instanceof PyModule ? [...main.ns.keys()] : [];
  const found = closest(wanted, [...(entry?.code.locals ?? []), ...globals, ...m.builtins.keys()]);
  if (found !== undefined) return `. Did you mean: '${found}'?`;
  return m.minor >= 12 && KNOWN.has(wanted) ? `. Did you forget to import '${wanted}'?` : "";
}
/** Modules that a name is taken for when it is nothing else (sys.stdlib_module_names). */
const KNOWN = new Set(
  "abc argparse ast asyncio base64 bisect calendar collections configparser contextlib copy csv dataclasses datetime decimal enum errno fractions functools getpass glob gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json locale logging math multiprocessing operator os pathlib pickle platform pprint queue random re secrets select shlex shutil signal smtplib socket socketserver sqlite3 ssl statistics string struct subprocess sys tempfile textwrap threading time timeit traceback types typing unittest urllib uuid warnings weakref xml zipfile zlib".split(
    " ",
  ),
);

/** dir() of anything, unsorted. */
export function namesOf(v: Value): string[] {
  const all = new Set<string>();
  if (v instanceof PyModule) return [...v.ns.keys()];
  if (v instanceof Obj && v.dict) for (const name of v.dict.keys()) all.add(name);
  for (const type of v instanceof PyType ? v.mro : typeOf(v).mro) for (const name of type.attrs.keys()) all.add(name);
  if (v instanceof PyObj || v instanceof PyExc) for (const name of ["__class__", "__dict__", "__module__"]) all.add(name);
  return [...all];
}
