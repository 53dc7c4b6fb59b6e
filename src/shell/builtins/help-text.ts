import type { Shell } from "../shell.ts";
import { compilePattern, matches } from "../expand/pattern.ts";

/** What `help` tells: how a builtin or a word of the grammar is written, and what it does, in our words. */
const TOPICS: Readonly<Record<string, readonly [synopsis: string, about: string]>> = {
  "!": ["! PIPELINE", "Turn the exit status of a pipeline round."],
  "((": ["(( expression ))", "Calculate; succeed when the value is not 0."],
  ".": [". filename [arguments]", "Run the commands of a file in this shell."],
  ":": [":", "Do nothing, successfully."],
  "[": ["[ arg... ]", "Test a condition; as `test', with a bracket that closes it."],
  "[[": ["[[ expression ]]", "Test a condition, with patterns, =~ and && || inside."],
  alias: ["alias [-p] [name[=value] ... ]", "Set or show names that stand for words."],
  bg: ["bg [job_spec ...]", "Let stopped jobs go on in the background."],
  bind: [
    "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
    "Set or show keys and variables of the line editor.",
  ],
  break: ["break [n]", "Leave a loop, or n of them."],
  builtin: ["builtin [shell-builtin [arg ...]]", "Run a builtin although a function has its name."],
  caller: ["caller [expr]", "Tell from where the function that runs was called."],
  case: ["case WORD in [PATTERN [| PATTERN]...) COMMANDS ;;]... esac", "Run the commands of the first pattern that fits."],
  cd: ["cd [-L|[-P [-e]] [-@]] [dir]", "Change the folder that the shell works in; `-' is the one before."],
  command: ["command [-pVv] command [arg ...]", "Run a command although a function has its name, or tell what it is."],
  compgen: [
    "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
    "Show what a completion would offer for a word.",
  ],
  complete: [
    "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
    "Say how Tab completes the words after a command.",
  ],
  compopt: ["compopt [-o|+o option] [-DEI] [name ...]", "Change options of a completion, or of the one that runs."],
  continue: ["continue [n]", "Go on with the next turn of a loop, or of the n-th around."],
  declare: [
    "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
    "Set variables and what is special of them.",
  ],
  dirs: ["dirs [-clpv] [+N] [-N]", "Show the folders that pushd remembers."],
  disown: ["disown [-h] [-ar] [jobspec ... | pid ...]", "Forget jobs, so that they outlive the shell."],
  echo: ["echo [-neE] [arg ...]", "Write words, a blank between them and a new line after them."],
  enable: ["enable [-a] [-dnps] [-f filename] [name ...]", "Switch builtins on or off."],
  eval: ["eval [arg ...]", "Run words as a command."],
  exec: ["exec [-cl] [-a name] [command [argument ...]] [redirection ...]", "Become another program, or keep redirections."],
  exit: ["exit [n]", "End the shell with status n."],
  export: ["export [-fn] [name[=value] ...] or export -p", "Give variables to the programs that are started."],
  false: ["false", "Do nothing, unsuccessfully."],
  fc: ["fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]", "List, edit and run again what was typed."],
  fg: ["fg [job_spec]", "Bring a job to the foreground."],
  for: ["for NAME [in WORDS ... ] ; do COMMANDS; done", "Run commands once for each word."],
  function: ["function name { COMMANDS ; } or name () { COMMANDS ; }", "Give commands a name."],
  getopts: ["getopts optstring name [arg ...]", "Read a script's options, one at a time."],
  hash: ["hash [-lr] [-p pathname] [-dt] [name ...]", "Look where commands are."],
  help: ["help [-dms] [pattern ...]", "Tell of builtins and of the shell's grammar."],
  history: ["history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]", "Show or change what was typed."],
  if: ["if COMMANDS; then COMMANDS; [ elif COMMANDS; then COMMANDS; ]... [ else COMMANDS; ] fi", "Run commands on a condition."],
  jobs: ["jobs [-lnprs] [jobspec ...] or jobs -x command [args]", "Show what runs or is stopped."],
  kill: ["kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", "Send a signal to processes or jobs."],
  let: ["let arg [arg ...]", "Calculate; succeed when the last value is not 0."],
  local: ["local [option] name[=value] ...", "Set variables of a function alone."],
  logout: ["logout [n]", "End a login shell."],
  mapfile: [
    "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
    "Read lines into an array.",
  ],
  popd: ["popd [-n] [+N | -N]", "Go back to a folder that pushd remembers."],
  printf: ["printf [-v var] format [arguments]", "Write words as a format says."],
  pushd: ["pushd [-n] [+N | -N | dir]", "Change the folder and remember the one before."],
  pwd: ["pwd [-LP]", "Show the folder that the shell works in."],
  read: [
    "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
    "Read a line and cut it into variables.",
  ],
  readarray: [
    "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
    "Read lines into an array.",
  ],
  readonly: ["readonly [-aAf] [name[=value] ...] or readonly -p", "Set variables that nothing may change."],
  return: ["return [n]", "Leave a function or a sourced file with status n."],
  select: ["select NAME [in WORDS ... ;] do COMMANDS; done", "Let somebody choose a word from a menu, again and again."],
  set: ["set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "Set options of the shell and its positional parameters."],
  shift: ["shift [n]", "Drop the first positional parameter, or n of them."],
  shopt: ["shopt [-pqsu] [-o] [optname ...]", "Set or show options of bash."],
  source: ["source filename [arguments]", "Run the commands of a file in this shell."],
  suspend: ["suspend [-f]", "Stop the shell until it is told to go on."],
  test: ["test [expr]", "Test a condition: files, texts, numbers."],
  time: ["time [-p] pipeline", "Tell how long a pipeline took."],
  times: ["times", "Show the processor time of the shell and of its children."],
  trap: ["trap [-lp] [[arg] signal_spec ...]", "Run commands when a signal arrives, or at the end."],
  true: ["true", "Do nothing, successfully."],
  type: ["type [-afptP] name [name ...]", "Tell what a command's name stands for."],
  typeset: [
    "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
    "Set variables; another name of `declare'.",
  ],
  ulimit: ["ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]", "Show or set limits of what processes may use."],
  umask: ["umask [-p] [-S] [mode]", "Show or set which rights new files do not get."],
  unalias: ["unalias [-a] name [name ...]", "Forget aliases."],
  unset: ["unset [-f] [-v] [-n] [name ...]", "Forget variables or functions."],
  until: ["until COMMANDS; do COMMANDS-2; done", "Run commands as long as others fail."],
  wait: ["wait [-fn] [-p var] [id ...]", "Wait for jobs to end."],
  while: ["while COMMANDS; do COMMANDS-2; done", "Run commands as long as others succeed."],
  "{": ["{ COMMANDS ; }", "Run commands as one."],
};

export async function help(sh: Shell, args: readonly string[]): Promise<number> {
  const flags = args.filter((a) => /^-[dms]+$/.test(a)).join("");
  const patterns = args.filter((a) => !/^-[dms]+$/.test(a) && a !== "--");
  if (patterns.length === 0) {
    await sh.write(
      `GNU bash, version 5.2.37(1)-release (simulated by Timonel)\nThese commands are the shell's own.  Type \`help name' to find out more about one.\n\n${Object.values(
        TOPICS,
      )
        .map(([synopsis]) => ` ${synopsis}\n`)
        .join("")}`,
    );
    return 0;
  }
  let found = 0;
  for (const pattern of patterns) {
    const exact = TOPICS[pattern] ? [pattern] : [];
    const compiled = compilePattern(`${pattern}*`);
    const names = exact.length > 0 ? exact : Object.keys(TOPICS).filter((name) => matches(compiled, name));
    found += names.length;
    for (const name of names) {
      const [synopsis, about] = TOPICS[name] as readonly [string, string];
      await sh.write(
        flags.includes("d")
          ? `${name} - ${about}\n`
          : flags.includes("s")
            ? `${name}: ${synopsis}\n`
            : `${name}: ${synopsis}\n    ${about}\n`,
      );
    }
    if (names.length === 0)
      await sh.complain(`help: no help topics match \`${pattern}'.  Try \`help help' or \`man -k ${pattern}' or \`info ${pattern}'.`);
  }
  return found > 0 ? 0 : 1;
}
export const helpTopics = Object.keys(TOPICS);
