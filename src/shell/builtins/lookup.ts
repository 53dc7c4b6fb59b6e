import { loadLater } from "../../runtime/index.ts";
import { runCommand, SPECIAL } from "../run/simple.ts";
import { awaitForeground } from "../run/jobs.ts";
import { spawnExternal, which } from "../run/spawn.ts";
import type { Shell } from "../shell.ts";
import { type Builtin, provides } from "./builtin.ts";
import { builtinTable } from "./index.ts";
import { printer } from "./variables.ts";

const KEYWORDS = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "case",
  "esac",
  "for",
  "while",
  "until",
  "do",
  "done",
  "in",
  "function",
  "{",
  "}",
  "!",
  "[[",
  "]]",
  "time",
]);

function has(sh: Shell, name: string): boolean {
  return provides(sh, builtinTable()[name]) && !sh.options.has(`no ${name}`);
}

/** What a name is, as `type` (long) and `command -v` (short) say. */
async function describe(sh: Shell, name: string, long: boolean): Promise<string | undefined> {
  const alias = sh.aliases.get(name);
  if (alias !== undefined)
    return long ? (sh.dialect.bash ? `${name} is aliased to \`${alias}'` : `${name} is an alias for ${alias}`) : `alias ${name}='${alias}'`;
  if (KEYWORDS.has(name)) return long ? `${name} is a shell keyword` : name;
  const fn = sh.functions.get(name);
  if (fn)
    return long
      ? `${name} is a ${sh.dialect.name === "dash" ? "shell " : ""}function${sh.dialect.bash ? `\n${(await sh.proc.code(printer)).functionText(name, fn.source).trimEnd()}` : ""}`
      : name;
  if (has(sh, name)) return long ? `${name} is a ${!sh.dialect.bash && SPECIAL.has(name) ? "special " : ""}shell builtin` : name;
  const path = which(sh, name);
  return path === undefined ? undefined : long ? `${name} is ${path}` : path;
}

function kind(sh: Shell, name: string): string | undefined {
  if (sh.aliases.has(name)) return "alias";
  if (KEYWORDS.has(name)) return "keyword";
  if (sh.functions.has(name)) return "function";
  if (has(sh, name)) return "builtin";
  return which(sh, name) ? "file" : undefined;
}

async function runPlain(sh: Shell, argv: readonly string[]): Promise<number> {
  if (argv.length === 0) return 0;
  if (has(sh, argv[0] as string)) return runCommand(sh, argv, argv.slice(1), false);
  const child = await spawnExternal(sh, argv, Object.fromEntries(sh.fds), {});
  if (typeof child === "number") return child;
  return (await awaitForeground(sh, [child], argv.join(" ")))[0] ?? 0;
}

const helpText = loadLater(() => import("./help-text.ts"));

export const lookupBuiltins: Readonly<Record<string, Builtin>> = {
  help: { bashOnly: true, run: async (sh, args) => (await sh.proc.code(helpText)).help(sh, args) },
  command: {
    async run(sh, args) {
      const words = [...args];
      while (words[0] === "-p" || words[0] === "--") words.shift();
      if (words[0] !== "-v" && words[0] !== "-V") return runPlain(sh, words);
      let status = 0;
      for (const name of words.slice(1)) {
        const text = await describe(sh, name, words[0] === "-V");
        if (text !== undefined) await sh.write(`${text}\n`);
        else {
          status = sh.dialect.bash ? 1 : 127;
          if (words[0] === "-V") await sh.complain(`${name}: not found`, sh.dialect.bash ? "command" : undefined);
        }
      }
      return status;
    },
  },
  builtin: {
    bashOnly: true,
    async run(sh, args) {
      const name = args[0];
      if (name === undefined) return 0;
      if (has(sh, name)) return runCommand(sh, args, args.slice(1), false);
      await sh.complain(`${name}: not a shell builtin`, "builtin");
      return 1;
    },
  },
  caller: {
    bashOnly: true,
    async run(sh, args) {
      const calls = sh.frames.filter((f) => f.kind === "call").reverse();
      const at = Number(args[0] ?? 0);
      const [here, above] = [calls[at], calls[at + 1]];
      if (!here || (args.length > 0 && !above && !sh.script)) return 1;
      const file = sh.script ? sh.arg0 : "environment";
      await sh.write(
        args.length > 0 ? `${here.at} ${above?.name ?? "main"} ${file}\n` : `${here.at} ${above || sh.script ? file : "NULL"}\n`,
      );
      return 0;
    },
  },
  enable: {
    bashOnly: true,
    async run(sh, args) {
      const off = args[0] === "-n";
      const names = args.filter((a) => !a.startsWith("-"));
      if (names.length === 0) {
        for (const name of Object.keys(builtinTable()).sort()) if (has(sh, name)) await sh.write(`enable ${name}\n`);
        return 0;
      }
      let status = 0;
      for (const name of names) {
        if (!builtinTable()[name]) {
          await sh.complain(`${name}: not a shell builtin`, "enable");
          status = 1;
        } else if (off) sh.options.add(`no ${name}`);
        else sh.options.delete(`no ${name}`);
      }
      return status;
    },
  },
  type: {
    async run(sh, args) {
      let status = 0;
      const option = /^-[tpPaf]+$/.test(args[0] ?? "") && sh.dialect.bash ? (args[0] as string) : "";
      for (const name of option ? args.slice(1) : args) {
        const text = option.includes("t")
          ? kind(sh, name)
          : /[pP]/.test(option)
            ? kind(sh, name) === "file" || option.includes("P")
              ? which(sh, name)
              : ""
            : await describe(sh, name, true);
        if (text === undefined) {
          status = sh.dialect.bash ? 1 : 127;
          if (option === "") {
            if (sh.dialect.bash) await sh.complain(`${name}: not found`, "type");
            else await sh.write(`${name}: not found\n`);
          }
        } else if (text !== "") await sh.write(`${text}\n`);
        if (option.includes("a") && has(sh, name) && which(sh, name)) await sh.write(`${name} is ${which(sh, name)}\n`);
      }
      return status;
    },
  },
  hash: {
    async run(sh, args) {
      if (!sh.options.has("hashall")) {
        await sh.complain("hashing disabled", "hash");
        return 1;
      }
      let status = 0;
      for (const name of args.filter((a) => !a.startsWith("-"))) {
        if (has(sh, name) || which(sh, name)) continue;
        await sh.complain(`${name}: not found`, "hash");
        status = 1;
      }
      return status;
    },
  },
};
