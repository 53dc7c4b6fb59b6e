import { loadLater } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";
import { Leave } from "../state.ts";
import type { Builtin } from "./builtin.ts";
import { assignments } from "./variables.ts";
import { LETTERS, NAMED } from "./names.ts";
import { ulimit } from "./ulimit.ts";

/** Known to bash, not to this evaluator: refused when switched on. */
const REFUSED = new Set(["posix", "history", "keyword", "onecmd", "notify"]);

/** Whether switching this option on, or off, is refused by name. */
export const refusesOption = (option: string, on = true): boolean =>
  on ? REFUSED.has(LETTERS[option] ?? option) : option === "interactive-comments";

/** Sets one `set` option by letter or name. False when there is none of that name. */
export function setOption(sh: Shell, option: string, on: boolean): boolean {
  const name = option.length === 1 ? LETTERS[option] : NAMED.includes(option) ? option : undefined;
  if (name === undefined || (!sh.dialect.bash && "kpt".includes(option))) return false;
  if (on) sh.options.add(name);
  else sh.options.delete(name);
  // One way of editing takes the other's place.
  if (name === "ignoreeof" && on) sh.set("IGNOREEOF", "10");
  else if (name === "ignoreeof") sh.unset("IGNOREEOF");
  if (on && (name === "vi" || name === "emacs")) sh.options.delete(name === "vi" ? "emacs" : "vi");
  return true;
}

const later = loadLater(() => import("../run/shopt.ts"));

async function set(sh: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    await sh.write(assignments(sh));
    return 0;
  }
  let i = 0;
  for (; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "--") {
      sh.params = args.slice(i + 1);
      return 0;
    }
    if (word === "-") {
      sh.options.delete("xtrace");
      if (args.length > i + 1) sh.params = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word.startsWith("-");
    for (const letter of word.slice(1)) {
      if (letter === "o") {
        const name = args[i + 1];
        if (name === undefined) {
          for (const option of NAMED)
            await sh.write(
              on
                ? `${option.padEnd(15)}\t${sh.options.has(option) ? "on" : "off"}\n`
                : `set ${sh.options.has(option) ? "-" : "+"}o ${option}\n`,
            );
          return 0;
        }
        i++;
        if (refusesOption(name, on)) {
          await sh.complain(`${name}: not supported by this simulator`, "set");
          return 2;
        }
        if (!setOption(sh, name, on)) {
          await sh.complain(
            sh.dialect.bash ? `${name}: invalid option name` : `${sh.dialect.name === "dash" ? "I" : "i"}llegal option ${word} ${name}`,
            "set",
          );
          if (sh.dialect.name === "dash" && !sh.interactive) throw new Leave("exit", 2);
          return sh.dialect.bash ? 2 : 1;
        }
      } else if (sh.dialect.bash && refusesOption(letter, on)) {
        await sh.complain(`${word[0]}${letter}: not supported by this simulator`, "set");
        return 2;
      } else if (!setOption(sh, letter, on)) {
        await sh.complain(
          sh.dialect.bash
            ? `${word[0]}${letter}: invalid option`
            : `${sh.dialect.name === "dash" ? "I" : "i"}llegal option ${word[0]}${letter}`,
          "set",
        );
        if (sh.dialect.bash) await sh.fds.get(2)?.write("set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n");
        return 2;
      }
    }
  }
  if (i < args.length) sh.params = args.slice(i);
  return 0;
}

/** `u=rwx,g-w,o=`: what may be done, as a mask of what may not. */
function symbolic(text: string, mask: number): number | undefined {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(",")) {
    const [, who, how, what] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? [];
    if (how === undefined) return undefined;
    const bits = [...(what ?? "")].reduce((n, c) => n | { r: 4, w: 2, x: 1 }[c as "r"], 0);
    for (const [letter, shift] of [
      ["u", 6],
      ["g", 3],
      ["o", 0],
    ] as const) {
      if (who && !who.includes(letter) && !who.includes("a")) continue;
      if (how === "=") allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else allowed = how === "+" ? allowed | (bits << shift) : allowed & ~(bits << shift);
    }
  }
  return ~allowed & 0o777;
}

export const settingBuiltins: Readonly<Record<string, Builtin>> = {
  set: { run: set },
  shopt: { bashOnly: true, run: async (sh, args) => (await sh.proc.code(later)).shopt(sh, args) },
  umask: {
    async run(sh, args) {
      const value = args.find((a) => !a.startsWith("-"));
      if (value === undefined) {
        const { umask } = sh.proc;
        const part = (shift: number): string =>
          "rwx"
            .split("")
            .filter((_, i) => !((umask >> shift) & (4 >> i)))
            .join("");
        const text = args.includes("-S") ? `u=${part(6)},g=${part(3)},o=${part(0)}` : umask.toString(8).padStart(4, "0");
        await sh.write(`${args.includes("-p") ? `umask ${args.includes("-S") ? "-S " : ""}` : ""}${text}\n`);
        return 0;
      }
      const mask = symbolic(value, sh.proc.umask);
      if (mask !== undefined && sh.dialect.bash) {
        sh.proc.umask = mask;
        return 0;
      }
      if (!/^[0-7]{1,4}$/.test(value)) {
        await sh.complain(sh.dialect.bash ? `${value}: octal number out of range` : `illegal mode: ${value}`, "umask");
        return 1;
      }
      sh.proc.umask = Number.parseInt(value, 8);
      return 0;
    },
  },
  ulimit: { run: ulimit },
  times: {
    async run(sh) {
      const { own, children } = sh.proc.usage();
      const format = (ms: number): string => `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(3)}s`;
      await sh.write(`${format(own)} 0m0.000s\n${format(children)} 0m0.000s\n`);
      return 0;
    },
  },
};
