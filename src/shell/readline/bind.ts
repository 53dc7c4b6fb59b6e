import { Errno } from "../../runtime/index.ts";
import { boundKeys, keymapOf, parseBinding, parseInputrc, parseShellBinding, SHELL_COMMAND, shownKeys } from "./bindings.ts";
import { COMMANDS, type Keymap } from "./keymaps.ts";
import { variable, VARIABLES } from "./variables.ts";
import type { Shell } from "../shell.ts";

const USAGE =
  "bind: usage: bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]";

function keysOf(sh: Shell, command: string, keymap: Keymap): readonly string[] {
  return boundKeys(sh.bindings, keymap).flatMap(([keys, bound]) => (bound === command ? [shownKeys(keys)] : []));
}
function functions(sh: Shell, long: boolean, keymap: Keymap): string {
  return COMMANDS.map((name) => {
    const keys = keysOf(sh, name, keymap);
    if (long)
      return keys.length > 0 ? `${name} can be found on ${keys.map((k) => `"${k}"`).join(", ")}.\n` : `${name} is not bound to any keys\n`;
    return keys.length > 0 ? keys.map((k) => `"${k}": ${name}\n`).join("") : `# ${name} (not bound)\n`;
  }).join("");
}
function macros(sh: Shell, long: boolean, keymap: Keymap): string {
  return boundKeys(sh.bindings, keymap)
    .filter(([, command]) => command.startsWith('"'))
    .map(([keys, command]) => (long ? `${shownKeys(keys)} outputs ${command.slice(1)}\n` : `"${shownKeys(keys)}": "${command.slice(1)}"\n`))
    .join("");
}
function variables(sh: Shell, long: boolean): string {
  return Object.keys(VARIABLES)
    .map((name) => (long ? `${name} is set to \`${variable(sh.bindings, name)}'\n` : `set ${name} ${variable(sh.bindings, name)}\n`))
    .join("");
}

/** `bind -X`: what of the shell is bound. */
function commands(sh: Shell, keymap: Keymap): string {
  return boundKeys(sh.bindings, keymap)
    .filter(([, command]) => command.startsWith(SHELL_COMMAND))
    .map(([keys, command]) => `"${shownKeys(keys)}": "${command.slice(1)}"\n`)
    .join("");
}

/** Keys and variables of the line editor (bash: bind). */
export async function bind(sh: Shell, args: readonly string[]): Promise<number> {
  let status = 0;
  let keymap: Keymap = sh.options.has("vi") ? "vi-insert" : "emacs";
  const complain = async (message: string): Promise<void> => {
    await sh.complain(`bind: ${message}`);
    status = 1;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, letter] = /^-(.)$/.exec(arg) ?? [];
    if (letter === "l") await sh.write(COMMANDS.map((name) => `${name}\n`).join(""));
    else if (letter === "p" || letter === "P") await sh.write(functions(sh, letter === "P", keymap));
    else if (letter === "s" || letter === "S") await sh.write(macros(sh, letter === "S", keymap));
    else if (letter === "v" || letter === "V") await sh.write(variables(sh, letter === "V"));
    else if (letter === "m") {
      const name = args[++i] ?? "";
      const known = keymapOf(name);
      if (known) keymap = known;
      else {
        await complain(
          /^emacs-(meta|ctlx)$/.test(name) ? `\`${name}': this keymap is not simulated in Timonel` : `\`${name}': invalid keymap name`,
        );
        return 1;
      }
    } else if (letter === "q" || letter === "u") {
      const name = args[++i] ?? "";
      const keys = keysOf(sh, name, keymap);
      if (!COMMANDS.includes(name)) await complain(`\`${name}': unknown function name`);
      else if (letter === "q") {
        await sh.write(
          keys.length > 0 ? `${name} can be invoked via ${keys.map((k) => `"${k}"`).join(", ")}.\n` : `${name} is not bound to any keys.\n`,
        );
        if (keys.length === 0) status = 1;
      } else
        for (const [key, command] of boundKeys(sh.bindings, keymap))
          if (command === name) sh.bindings.set(keymap === "emacs" ? key : `${keymap}:${key}`, "");
    } else if (letter === "r") sh.bindings.set(parseBinding(`"${args[++i] ?? ""}": abort`, keymap)[0], "");
    else if (letter === "x" && args[i + 1] !== undefined) {
      try {
        sh.bindings.set(...parseShellBinding(args[++i] as string, keymap));
      } catch (error) {
        await complain((error as Error).message);
      }
    } else if (letter === "X") await sh.write(commands(sh, keymap));
    else if (letter === "f") {
      const file = args[++i] ?? "";
      try {
        for (const [keys, command] of parseInputrc(sh.proc.fs.readText(file), () => {})) sh.bindings.set(keys, command);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await complain(`${file}: cannot read: ${error.message}`);
      }
    } else if (letter !== undefined) {
      await sh.complain(letter === "x" ? `bind: -x: option requires an argument` : `bind: ${arg}: invalid option`);
      await sh.fds.get(2)?.write(`${USAGE}\n`);
      return 2;
    } else {
      try {
        sh.bindings.set(...parseBinding(arg, keymap));
      } catch (error) {
        await sh.fds.get(2)?.write(`readline: ${(error as Error).message}\n`);
      }
    }
  }
  return status;
}
