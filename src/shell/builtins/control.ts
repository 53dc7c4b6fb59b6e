import { ByteDecoder, type Description, Errno } from "../../runtime/index.ts";
import { parseScript } from "../parse.ts";
import { compoundSyntax } from "../run/syntax.ts";
import { framed, list, resuming, withSource } from "../run/execute.ts";
import { setTrap } from "../run/traps.ts";
import { MAX_TEXT, type Shell } from "../shell.ts";
import { Leave } from "../state.ts";
import { quoteForShell } from "../expand/transform.ts";
import type { Builtin } from "./builtin.ts";
import { SIGNALS, signalName, signalTable } from "../signals.ts";

async function leave(sh: Shell, how: "break" | "continue", args: readonly string[]): Promise<number> {
  if (sh.loops === 0) {
    if (sh.dialect.bash) await sh.complain("only meaningful in a `for', `while', or `until' loop", how);
    return 0;
  }
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(count) || count < 1) {
    await sh.complain(
      sh.dialect.bash
        ? `${args[0]}: ${Number.isNaN(count) ? "numeric argument required" : "loop count out of range"}`
        : `Illegal number: ${args[0]}`,
      how,
    );
    throw new Leave(Number.isNaN(count) ? "exit" : "break", Number.isNaN(count) ? 128 : 1, sh.loops);
  }
  throw new Leave(how, 0, Math.min(count, sh.loops));
}

async function code(sh: Shell, name: string, text: string | undefined): Promise<number> {
  if (text === undefined) return sh.status;
  if (/^[-+]?\d+$/.test(text)) return Number(BigInt(text) & 255n);
  await sh.complain(sh.dialect.bash ? `${text}: numeric argument required` : `Illegal number: ${text}`, name);
  return 2;
}

async function evaluateText(sh: Shell, source: string, line: number): Promise<number> {
  if (!resuming(sh)) {
    const wrong = compoundSyntax(sh, source, "eval");
    if (wrong) {
      await sh.fds.get(2)?.write(wrong);
      // A syntax error in a special builtin ends a POSIX shell.
      if (!sh.dialect.bash && !sh.interactive) throw new Leave("exit", 2);
      return 2;
    }
    sh.status = 0;
  }
  return framed(
    sh,
    () => ({ kind: "eval", source, line }),
    async (frame) => {
      sh.nested++;
      try {
        return await withSource(sh, frame.source, frame.line, () => list(sh, parseScript(frame.source).commands));
      } finally {
        sh.nested--;
      }
    },
  );
}

/** What a descriptor of the shell's still gives: `source <(…)` reads a pipe. */
async function readAll(from: Description): Promise<string> {
  const decoder = new ByteDecoder();
  let text = "";
  for (let chunk = await from.read(); chunk !== null && text.length < MAX_TEXT; chunk = await from.read()) text += decoder.decode(chunk);
  return text + decoder.decode();
}

async function sourceFile(sh: Shell, args: readonly string[], name: string): Promise<number> {
  const file = args[0];
  if (file === undefined && !resuming(sh)) {
    await sh.complain("filename argument required", name);
    if (sh.dialect.bash) await sh.fds.get(2)?.write(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  let text = "";
  if (!resuming(sh)) {
    try {
      const found =
        (file as string).includes("/") || sh.options.has("no sourcepath")
          ? (file as string)
          : ((sh.get("PATH") ?? "")
              .split(":")
              .map((d) => `${d}/${file}`)
              .find((p) => sh.proc.fs.exists(p)) ?? (file as string));
      const fd = /^\/dev\/(?:fd\/(\d+)|stdin)$/.exec(found);
      const open = fd ? sh.fds.get(Number(fd[1] ?? 0)) : undefined;
      text = open ? await readAll(open) : sh.proc.fs.readText(found);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (sh.dialect.bash) await sh.complain(`${file}: ${error.code === "EISDIR" ? "is a directory" : error.message}`);
      else {
        await sh.complain(`can't open '${file}': ${error.message}`, ".");
        if (!sh.interactive) throw new Leave("exit", 2);
      }
      return 1;
    }
    sh.status = 0;
  }
  return framed(
    sh,
    () => {
      const callerParams = sh.params;
      if (args.length > 1) sh.params = args.slice(1);
      return { kind: "eval", source: text, line: 1, callerParams, name: file ?? "" };
    },
    async (frame) => {
      try {
        const script = parseScript(frame.source);
        const wrong = compoundSyntax(sh, frame.source, frame.name);
        const status = await withSource(sh, frame.source, 1, () => list(sh, script.commands));
        if (wrong) await sh.fds.get(2)?.write(wrong);
        return wrong ? 2 : status;
      } catch (error) {
        if (error instanceof Leave && error.how === "return") return error.status;
        throw error;
      } finally {
        if (args.length > 1) sh.params = frame.callerParams ?? sh.params;
      }
    },
  );
}

async function trap(sh: Shell, args: readonly string[]): Promise<number> {
  const words = [...args];
  if (words[0] === "-l") {
    await sh.write(signalTable());
    return 0;
  }
  const shown = words[0] === "-p" ? words.slice(1).map((w) => signalName(w)) : [...sh.traps.keys()];
  if (words.length === 0 || words[0] === "-p") {
    const order = (n: string): number => (n === "EXIT" ? 0 : (SIGNALS[n] ?? 99));
    const names = words.length <= 1 ? [...sh.traps.keys()].sort((a, b) => order(a) - order(b)) : shown;
    for (const name of names) {
      const action = name && sh.traps.get(name);
      if (action !== undefined && name)
        await sh.write(`trap -- ${quoteForShell(action)} ${!sh.dialect.bash || SIGNALS[name] === undefined ? name : `SIG${name}`}\n`);
    }
    return 0;
  }
  if (words[0] === "--") words.shift();
  const reset = words.length === 1 || /^\d+$/.test(words[0] as string);
  const action = reset ? undefined : (words.shift() as string);
  let status = 0;
  for (const word of words) {
    const name = signalName(word);
    if (name === undefined) {
      await sh.complain(sh.dialect.bash ? `${word}: invalid signal specification` : `${word}: invalid signal specification`, "trap");
      status = 1;
    } else if ((name === "DEBUG" || name === "RETURN" || name === "ERR") && !sh.dialect.bash) {
      await sh.complain(`${sh.dialect.name === "dash" ? `${word}: bad trap` : `${word}: invalid signal specification`}`, "trap");
      status = 1;
    } else setTrap(sh, name, action === "-" ? undefined : action);
  }
  return status;
}

async function getopts(sh: Shell, args: readonly string[]): Promise<number> {
  const [spec, name, ...rest] = args;
  if (spec === undefined || name === undefined) {
    if (sh.dialect.bash) {
      await sh.fds.get(2)?.write("getopts: usage: getopts optstring name [arg ...]\n");
      return 2;
    }
    await sh.complain("usage: getopts optstring var [arg]", "getopts");
    return 2;
  }
  const list = rest.length > 0 ? rest : sh.params;
  const silent = spec.startsWith(":");
  let index = Number(sh.get("OPTIND") ?? 1);
  if (!sh.dialect.bash && (sh.getoptsIndex & 255) > 1 && sh.getoptsIndex >> 8 === index - 1) index--;
  if (index < 1 || sh.getoptsIndex >> 8 !== index) sh.getoptsIndex = (index << 8) | 1;
  let at = sh.getoptsIndex & 255;
  const word = list[index - 1];
  const done = (status: number, value: string): number => {
    // ash counts a word as read when its first letter is.
    sh.set("OPTIND", String(at > 1 && !sh.dialect.bash ? index + 1 : index));
    sh.set(name, value);
    sh.getoptsIndex = (index << 8) | at;
    return status;
  };
  if (word === undefined || !word.startsWith("-") || word === "-" || word === "--") {
    if (word === "--") index++;
    at = 1;
    sh.unset("OPTARG");
    return done(1, "?");
  }
  const letter = word[at] as string;
  const where = letter === ":" ? -1 : spec.indexOf(letter, silent ? 1 : 0);
  at++;
  const next = (): void => {
    index++;
    at = 1;
  };
  if (where < 0) {
    if (at >= word.length) next();
    if (silent) sh.set("OPTARG", letter);
    else {
      sh.unset("OPTARG");
      await sh.fds.get(2)?.write(sh.dialect.bash ? `${sh.arg0}: illegal option -- ${letter}\n` : `Illegal option -${letter}\n`);
    }
    return done(0, "?");
  }
  if (spec[where + 1] !== ":") {
    if (at >= word.length) next();
    sh.unset("OPTARG");
    return done(0, letter);
  }
  if (at < word.length) {
    sh.set("OPTARG", word.slice(at));
    next();
    return done(0, letter);
  }
  next();
  const value = list[index - 1];
  if (value === undefined) {
    if (silent) {
      sh.set("OPTARG", letter);
      return done(0, ":");
    }
    sh.unset("OPTARG");
    await sh.fds
      .get(2)
      ?.write(sh.dialect.bash ? `${sh.arg0}: option requires an argument -- ${letter}\n` : `No arg for -${letter} option\n`);
    return done(0, "?");
  }
  sh.set("OPTARG", value);
  index++;
  return done(0, letter);
}

export const controlBuiltins: Readonly<Record<string, Builtin>> = {
  ":": { run: async () => 0 },
  true: { run: async () => 0 },
  false: { run: async () => 1 },
  break: { run: (sh, args) => leave(sh, "break", args) },
  continue: { run: (sh, args) => leave(sh, "continue", args) },
  return: {
    async run(sh, args) {
      const status = await code(sh, "return", args[0]);
      if (sh.depth === 0 && !sh.frames.some((f) => f.kind === "eval" && f.name !== undefined)) {
        if (sh.dialect.bash) {
          await sh.complain("can only `return' from a function or sourced script", "return");
          return 2;
        }
        throw new Leave("exit", status);
      }
      throw new Leave("return", status);
    },
  },
  exit: {
    async run(sh, args) {
      throw new Leave("exit", await code(sh, "exit", args[0]));
    },
  },
  logout: {
    bashOnly: true,
    async run(sh, args) {
      if (!sh.options.has("login_shell")) {
        await sh.complain("not login shell: use `exit'", "logout");
        return 1;
      }
      throw new Leave("exit", await code(sh, "logout", args[0]));
    },
  },
  eval: { run: (sh, args) => (args.length === 0 && !resuming(sh) ? Promise.resolve(0) : evaluateText(sh, args.join(" "), sh.line)) },
  ".": { run: (sh, args) => sourceFile(sh, args, ".") },
  source: { not: "dash", run: (sh, args) => sourceFile(sh, args, "source") },
  exec: { run: async () => 0 },
  shift: {
    async run(sh, args) {
      const n = args[0] === undefined ? 1 : Number(args[0]);
      if (!Number.isInteger(n) || n < 0) {
        await sh.complain(
          sh.dialect.bash
            ? `${args[0]}: ${Number.isNaN(n) ? "numeric argument required" : "shift count out of range"}`
            : `Illegal number: ${args[0]}`,
          "shift",
        );
        return sh.dialect.bash ? 1 : 2;
      }
      if (n > sh.params.length) {
        if (sh.options.has("shift_verbose")) await sh.complain(`${n}: shift count out of range`, "shift");
        return 1;
      }
      sh.params = sh.params.slice(n);
      return 0;
    },
  },
  trap: { run: trap },
  getopts: { run: getopts },
};
