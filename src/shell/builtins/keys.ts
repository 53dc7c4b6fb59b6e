import { Errno } from "../../runtime/index.ts";
import { boundKeys, COMMANDS, parseBinding, parseInputrc, shownKeys, variable, VARIABLES } from "../readline/index.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

const USAGE =
  "bind: usage: bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]";

function keysOf(sh: Shell, command: string): readonly string[] {
  return boundKeys(sh.bindings).flatMap(([keys, bound]) => (bound === command ? [shownKeys(keys)] : []));
}
function functions(sh: Shell, long: boolean): string {
  return COMMANDS.map((name) => {
    const keys = keysOf(sh, name);
    if (long)
      return keys.length > 0 ? `${name} can be found on ${keys.map((k) => `"${k}"`).join(", ")}.\n` : `${name} is not bound to any keys\n`;
    return keys.length > 0 ? keys.map((k) => `"${k}": ${name}\n`).join("") : `# ${name} (not bound)\n`;
  }).join("");
}
function macros(sh: Shell, long: boolean): string {
  return boundKeys(sh.bindings)
    .filter(([, command]) => command.startsWith('"'))
    .map(([keys, command]) => (long ? `${shownKeys(keys)} outputs ${command.slice(1)}\n` : `"${shownKeys(keys)}": "${command.slice(1)}"\n`))
    .join("");
}
function variables(sh: Shell, long: boolean): string {
  return Object.keys(VARIABLES)
    .map((name) => (long ? `${name} is set to \`${variable(sh.bindings, name)}'\n` : `set ${name} ${variable(sh.bindings, name)}\n`))
    .join("");
}

/** Keys and variables of the line editor (bash: bind). */
const bind: Builtin = {
  bashOnly: true,
  async run(sh, args) {
    let status = 0;
    const complain = async (message: string): Promise<void> => {
      await sh.complain(`bind: ${message}`);
      status = 1;
    };
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      const [, letter] = /^-(.)$/.exec(arg) ?? [];
      if (letter === "l") await sh.write(COMMANDS.map((name) => `${name}\n`).join(""));
      else if (letter === "p" || letter === "P") await sh.write(functions(sh, letter === "P"));
      else if (letter === "s" || letter === "S") await sh.write(macros(sh, letter === "S"));
      else if (letter === "v" || letter === "V") await sh.write(variables(sh, letter === "V"));
      else if (letter === "m") {
        const keymap = args[++i] ?? "";
        if (!/^emacs(-standard)?$/.test(keymap)) await complain(`\`${keymap}': this keymap is not simulated in Timonel`);
      } else if (letter === "q" || letter === "u") {
        const name = args[++i] ?? "";
        const keys = keysOf(sh, name);
        if (!COMMANDS.includes(name)) await complain(`\`${name}': unknown function name`);
        else if (letter === "q") {
          await sh.write(
            keys.length > 0
              ? `${name} can be invoked via ${keys.map((k) => `"${k}"`).join(", ")}.\n`
              : `${name} is not bound to any keys.\n`,
          );
          if (keys.length === 0) status = 1;
        } else for (const [key, command] of boundKeys(sh.bindings)) if (command === name) sh.bindings.set(key, "");
      } else if (letter === "r") sh.bindings.set(parseBinding(`"${args[++i] ?? ""}": abort`)[0], "");
      else if (letter === "f") {
        const file = args[++i] ?? "";
        try {
          for (const [keys, command] of parseInputrc(sh.proc.fs.readText(file), () => {})) sh.bindings.set(keys, command);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await complain(`${file}: cannot read: ${error.message}`);
        }
      } else if (letter !== undefined) {
        await sh.complain(letter === "x" || letter === "X" ? `bind: ${arg}: not simulated in Timonel` : `bind: ${arg}: invalid option`);
        await sh.fds.get(2)?.write(`${USAGE}\n`);
        return 2;
      } else {
        try {
          sh.bindings.set(...parseBinding(arg));
        } catch (error) {
          await sh.fds.get(2)?.write(`readline: ${(error as Error).message}\n`);
        }
      }
    }
    return status;
  },
};

export const keyBuiltins: Readonly<Record<string, Builtin>> = { bind };
