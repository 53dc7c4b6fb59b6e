import type { Shell } from "../shell.ts";
import { Leave } from "../state.ts";
import type { Builtin } from "./builtin.ts";
import { assignments } from "./variables.ts";
import { ulimit } from "./ulimit.ts";

const LETTERS: Readonly<Record<string, string>> = {
  a: "allexport",
  b: "notify",
  e: "errexit",
  f: "noglob",
  h: "hashall",
  m: "monitor",
  n: "noexec",
  u: "nounset",
  v: "verbose",
  x: "xtrace",
  B: "braceexpand",
  C: "noclobber",
  E: "errtrace",
  T: "functrace",
  H: "histexpand",
  P: "physical",
};
export const NAMED = [
  ...new Set([
    ...Object.values(LETTERS),
    "pipefail",
    "posix",
    "vi",
    "emacs",
    "ignoreeof",
    "nolog",
    "history",
    "interactive-comments",
    "keyword",
    "onecmd",
    "privileged",
  ]),
].sort();
export const SHOPTS =
  "autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31 compat32 compat40 compat41 compat42 compat43 compat44 complete_fullquote direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges globskipdots globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo".split(
    " ",
  );
/** Known to bash, not to this evaluator: refused when switched on. */
const REFUSED = new Set(
  "posix ignoreeof history nolog keyword onecmd privileged lastpipe autocd cdspell assoc_expand_once cdable_vars checkhash checkjobs compat31 compat32 compat40 compat41 compat42 compat43 compat44 direxpand dirspell execfail extdebug gnu_errfmt histreedit histverify huponexit lithist localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion noexpand_translation restricted_shell shift_verbose varredir_close".split(
    " ",
  ),
);
/** Known, and what this evaluator always does. */
const NO_OFF = new Set(["interactive-comments"]);
const ALWAYS = new Set(
  "checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots hostcomplete interactive_comments patsub_replacement progcomp promptvars sourcepath".split(
    " ",
  ),
);

/** Whether switching this option on is refused by name. */
export const refusesOption = (name: string): boolean => REFUSED.has(name);

/** Sets one `set` option by letter or name. False when there is none of that name. */
export function setOption(sh: Shell, option: string, on: boolean): boolean {
  const name = option.length === 1 ? LETTERS[option] : NAMED.includes(option) ? option : undefined;
  if (name === undefined) return false;
  if (on) sh.options.add(name);
  else sh.options.delete(name);
  // One way of editing takes the other's place.
  if (on && (name === "vi" || name === "emacs")) sh.options.delete(name === "vi" ? "emacs" : "vi");
  return true;
}

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
        if (on ? REFUSED.has(name) : NO_OFF.has(name)) {
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

async function shopt(sh: Shell, args: readonly string[]): Promise<number> {
  const flags = args.filter((a) => a.startsWith("-")).join("");
  const names = args.filter((a) => !a.startsWith("-"));
  const has = (n: string): boolean => sh.options.has(n) || ALWAYS.has(n);
  let status = 0;
  for (const name of names.length > 0 ? names : SHOPTS) {
    if (!SHOPTS.includes(name) && !(flags.includes("o") && NAMED.includes(name))) {
      await sh.complain(`${name}: invalid shell option name`, "shopt");
      status = 1;
    } else if (flags.includes("s") && names.length > 0) {
      if (REFUSED.has(name)) {
        await sh.complain(`${name}: not supported by this simulator`, "shopt");
        status = 1;
      } else sh.options.add(name);
    } else if (flags.includes("u") && names.length > 0) sh.options.delete(name);
    else {
      if (names.length > 0 && !has(name)) status = 1;
      if (!flags.includes("q"))
        await sh.write(
          flags.includes("p")
            ? flags.includes("o")
              ? `set ${has(name) ? "-" : "+"}o ${name}\n`
              : `shopt ${has(name) ? "-s" : "-u"} ${name}\n`
            : `${name.padEnd(15)}\t${has(name) ? "on" : "off"}\n`,
        );
    }
  }
  return status;
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
  shopt: { bashOnly: true, run: shopt },
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
