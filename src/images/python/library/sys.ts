import { PyExc, PyFloat, PyList, PyTuple, type PyType, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { exceptions, PyRaise, raised, valueError } from "../vm/errors.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { asInt } from "../vm/numbers.ts";
import { PyTraceback } from "../vm/traceback-objects.ts";
import { PyFile } from "./files.ts";
import { record } from "./records.ts";

export function builtinsModule(m: Machine): Map<string, Value> {
  return m.builtins;
}

/** sys */
export function sysModule(m: Machine): Map<string, Value> {
  const { settings } = m;
  const [major = 3, minor = 0, micro = 0] = settings.version.split(".").map(Number);
  const exit = exceptions["SystemExit"] as PyType;
  const ns = functions({
    exit: [
      "status=, /",
      (_, [status]) => {
        throw new PyRaise(new PyExc(exit, status === undefined ? [] : [status]));
      },
    ],
    getrecursionlimit: ["", () => m.recursionLimit],
    setrecursionlimit: [
      "limit, /",
      (_, [limit]) => {
        const n = Number(asInt(limit as Value));
        if (!(n > 0)) throw valueError("recursion limit must be greater or equal than 1");
        // The host bounds it: frames are its memory.
        m.recursionLimit = Math.min(n, 100_000);
        return null;
      },
    ],
    exc_info: [
      "",
      (t) => {
        const exc = t.handled();
        return exc ? new PyTuple([exc.cls, exc, new PyTraceback(exc.traceback)]) : new PyTuple([null, null, null]);
      },
    ],
    exception: ["", (t) => t.handled()],
    intern: ["text, /", (_, [text]) => text as Value],
    getdefaultencoding: ["", () => "utf-8"],
    getfilesystemencoding: ["", () => "utf-8"],
    getswitchinterval: ["", () => new PyFloat(0.005)],
    set_int_max_str_digits: [
      "maxdigits",
      () => {
        throw raised("NotImplementedError", "sys.set_int_max_str_digits is not simulated in Timonel");
      },
    ],
    _getframe: [
      "depth=",
      () => {
        throw raised("NotImplementedError", "sys._getframe is not simulated in Timonel");
      },
    ],
  });
  const streams = { stdin: ["in", "r", "<stdin>"], stdout: ["out", "w", "<stdout>"], stderr: ["err", "w", "<stderr>"] } as const;
  for (const [name, [stream, mode, shown]] of Object.entries(streams)) {
    const file = new PyFile(m, shown, mode, "utf-8", stream);
    m.shelf.set(name, file);
    ns.set(name, file).set(`__${name}__`, file);
  }
  const version = record("sys.version_info", ["major", "minor", "micro", "releaselevel", "serial"], [major, minor, micro, "final", 0]);
  ns.set("argv", new PyList([...settings.argv]));
  ns.set(
    "path",
    new PyList([
      ...m.path,
      `/usr/local/lib/python3${minor}.zip`,
      `/usr/local/lib/python3.${minor}`,
      `/usr/local/lib/python3.${minor}/lib-dynload`,
      `/usr/local/lib/python3.${minor}/site-packages`,
    ]),
  );
  ns.set("version", `${settings.version} (main, Nov 18 2025, 00:00:00) [GCC 12.2.0]`);
  ns.set("version_info", version).set("hexversion", (major << 24) | (minor << 16) | (micro << 8) | 0xf0);
  ns.set("implementation", record("types.SimpleNamespace", ["name", "version", "cache_tag"], ["cpython", version, `cpython-3${minor}`]));
  ns.set("platform", "linux")
    .set("executable", "/usr/local/bin/python3")
    .set("prefix", "/usr/local")
    .set("exec_prefix", "/usr/local")
    .set("base_prefix", "/usr/local");
  ns.set("byteorder", "little").set("maxsize", BigInt("9223372036854775807")).set("maxunicode", 0x10ffff);
  ns.set("modules", new PyDict(m.modules as PyDict["map"]))
    .set("dont_write_bytecode", true)
    .set("ps1", ">>> ")
    .set("ps2", "... ");
  ns.set(
    "float_info",
    record(
      "sys.float_info",
      ["max", "min", "epsilon", "dig"],
      [new PyFloat(Number.MAX_VALUE), new PyFloat(2.2250738585072014e-308), new PyFloat(Number.EPSILON), 15],
    ),
  );
  ns.set("flags", record("sys.flags", ["optimize", "dev_mode", "utf8_mode"], [settings.optimized ? 1 : 0, false, 0]));
  ns.set("builtin_module_names", new PyTuple(["builtins", "sys", "time"]));
  ns.set("warnoptions", new PyList([])).set(
    "hash_info",
    record("sys.hash_info", ["width", "modulus"], [64, BigInt("2305843009213693951")]),
  );
  return ns;
}
