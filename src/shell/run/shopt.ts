import { NAMED, SHOPTS } from "../builtins/names.ts";
import { refusesOption, setOption } from "../builtins/settings.ts";
import type { Shell } from "../shell.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Known to bash, not to this evaluator: refused when switched on. */
const REFUSED = words(
  "assoc_expand_once cdspell checkjobs compat31 compat32 compat40 compat41 compat42 compat43 compat44 direxpand dirspell extdebug gnu_errfmt histreedit histverify huponexit lithist localvar_inherit localvar_unset mailwarn no_empty_cmd_completion noexpand_translation progcomp_alias varredir_close",
);
/** What this evaluator always does: refused when switched off. */
const ALWAYS = words(
  "checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots hostcomplete interactive_comments progcomp",
);
/** On until they are switched off; the set of options holds their opposite. */
const DEFAULT = words("patsub_replacement promptvars sourcepath");
/** A shell's own nature, which bash too does not change when it is asked to. */
const FIXED = words("login_shell restricted_shell");

const isOn = (sh: Shell, name: string): boolean =>
  ALWAYS.has(name) || (DEFAULT.has(name) ? !sh.options.has(`no ${name}`) : sh.options.has(name));

/** Sets one option of `shopt`; false when this evaluator does not have it that way. */
function turn(sh: Shell, name: string, on: boolean): boolean {
  if (FIXED.has(name)) return true;
  if (on ? REFUSED.has(name) : ALWAYS.has(name)) return false;
  const [held, kept] = DEFAULT.has(name) ? [`no ${name}`, !on] : [name, on];
  if (kept) sh.options.add(held);
  else sh.options.delete(held);
  return true;
}

const USAGE = "shopt: usage: shopt [-pqsu] [-o] [optname ...]\n";

/** The builtin `shopt`; and of `bash -O`, one option that is switched on. */
export async function shopt(sh: Shell, args: readonly string[]): Promise<number> {
  let i = 0;
  let flags = "";
  for (; /^-./.test(args[i] ?? "") && args[i] !== "--"; i++) flags += (args[i] as string).slice(1);
  if (args[i] === "--") i++;
  const names = args.slice(i);
  const bad = /[^pqsuo]/.exec(flags)?.[0];
  if (bad !== undefined) {
    await sh.complain(`-${bad}: invalid option`, "shopt");
    await sh.fds.get(2)?.write(USAGE);
    return 2;
  }
  const [set, unset, ofSet] = [flags.includes("s"), flags.includes("u"), flags.includes("o")];
  if (set && unset) {
    await sh.complain("cannot set and unset shell options simultaneously", "shopt");
    return 1;
  }
  const known = ofSet ? NAMED : SHOPTS;
  const on = (name: string): boolean => (ofSet ? sh.options.has(name) : isOn(sh, name));
  let status = 0;
  const show = async (name: string): Promise<void> => {
    if (flags.includes("q")) return;
    const line = ofSet ? `set ${on(name) ? "-" : "+"}o ${name}` : `shopt ${on(name) ? "-s" : "-u"} ${name}`;
    await sh.write(`${flags.includes("p") ? line : `${name.padEnd(15)}\t${on(name) ? "on" : "off"}`}\n`);
  };
  // Without names -s and -u show those that are on, or off.
  for (const name of names.length > 0 ? [] : known) if ((!set && !unset) || on(name) === set) await show(name);
  for (const name of names) {
    if (!known.includes(name)) {
      await sh.complain(`${name}: invalid ${ofSet ? "" : "shell "}option name`, "shopt");
      status = 1;
    } else if (set || unset) {
      if (ofSet ? !refusesOption(name, set) && setOption(sh, name, set) : turn(sh, name, set)) continue;
      await sh.complain(`${name}: not supported by this simulator`, "shopt");
      status = 1;
    } else {
      if (!on(name)) status = 1;
      await show(name);
    }
  }
  return status;
}
