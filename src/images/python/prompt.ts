import { compileInteractive } from "./compile/compile.ts";
import { ended } from "./interpreter.ts";
import { compiled } from "./library/importing.ts";
import { readLine } from "./library/streams.ts";
import { SyntaxFault } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/statements.ts";
import { tracebackOf } from "./traceback.ts";
import type { Value } from "./values.ts";
import { isException, PyRaise } from "./vm/errors.ts";
import { Frame, type Gen, PENDING } from "./vm/frame.ts";
import type { Machine } from "./vm/machine.ts";
import { PyNative } from "./vm/native.ts";
import { reprOf } from "./vm/repr.ts";

/** Whether what has been typed goes on in the next line. */
function unfinished(text: string): boolean {
  const lines = text.split("\n");
  if (lines.length > 2 && lines.at(-2) === "") return false;
  try {
    parseModule(text);
    // A block ends with an empty line.
    return /:\s*(?:#.*)?$/.test(lines[0] ?? "") || (lines.length > 2 && /^\s/.test(lines.at(-2) ?? ""));
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return (
      /never closed|unterminated triple-quoted/.test(error.message) ||
      (error.kind === "IndentationError" && error.message.startsWith("expected")) ||
      text.trimEnd().endsWith("\\")
    );
  }
}

/** The interactive prompt. */
export function* prompt(m: Machine, ns: Map<string, Value>, quiet = false): Gen<number> {
  const { settings, proc } = m;
  if (!quiet && proc.stdin.tty)
    m.out.write(
      `Python ${settings.version} (main, Nov 18 2025, 00:00:00) [GCC 12.2.0] on linux\nType "help", "copyright", "credits" or "license" for more information.\n`,
    );
  m.builtins.set(
    "__show__",
    new PyNative("displayhook", "value, /", function* (t, [v]) {
      if (v === null) return null;
      ns.set("_", v as Value);
      t.machine.out.write(`${yield* reprOf(v as Value)}\n`);
      return null;
    }),
  );
  for (const name of ["exit", "quit"])
    m.builtins.set(
      name,
      new PyNative(name, "code=, /", (_, [code]) => {
        throw new PyRaise(exiting(m, code ?? null));
      }),
    );
  for (;;) {
    let text = "";
    let mark = ">>> ";
    try {
      for (;;) {
        m.out.write(mark);
        m.out.flush();
        const line = yield* readLine();
        if (line === "" && text === "") {
          m.out.write("\n");
          return 0;
        }
        text += line;
        if (line === "" || !unfinished(text)) break;
        mark = "... ";
      }
      if (text.trim() === "") continue;
      const file = m.minor >= 13 ? "<python-input-0>" : "<stdin>";
      const code = compiled(() => compileInteractive({ file, text, hidden: false, optimized: false }), file, text);
      yield (t) => (t.push(new Frame(t, code, ns)), PENDING);
    } catch (error) {
      if (!(error instanceof PyRaise)) throw error;
      if (isException(error.exc, "SystemExit")) return yield* ended(m, error.exc);
      m.out.flush();
      yield m.out.drain();
      m.err.write(isException(error.exc, "KeyboardInterrupt") ? "\nKeyboardInterrupt\n" : yield* tracebackOf(m, error.exc));
    }
  }
}
function exiting(m: Machine, code: Value): PyRaise["exc"] {
  const cls = m.builtins.get("SystemExit");
  return m.main.call(cls as Value, [code]) as PyRaise["exc"];
}
