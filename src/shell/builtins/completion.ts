import type { CompletionSpec } from "../state.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** How `complete -p` prints one. */
function shown(name: string, spec: CompletionSpec): string {
  const options = `${spec.nospace ? "-o nospace " : ""}${spec.files ? "-o default " : ""}`;
  const how = { function: "-F", command: "-C", words: "-W" }[spec.by];
  const value = spec.by === "function" ? spec.value : `'${spec.value.replaceAll("'", "'\\''")}'`;
  return `complete ${options}${how} ${value} ${name}\n`;
}

async function print(sh: Shell, names: readonly string[]): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : sh.completions.keys()) {
    const spec = sh.completions.get(name);
    if (spec) await sh.fds.get(1)?.write(shown(name, spec));
    else {
      await sh.complain(`complete: ${name}: no completion specification`);
      status = 1;
    }
  }
  return status;
}

/** Options of `complete -o` that offer files. */
const FILES: readonly string[] = ["default", "bashdefault", "filenames"];

/** Programmable completion (bash: complete): -F function, -C command, -W words, -o nospace|default|bashdefault|filenames, -p, -r. */
export const completionBuiltins: Readonly<Record<string, Builtin>> = {
  compgen: {
    bashOnly: true,
    async run(sh, args) {
      const words: string[] = [];
      let prefix = "";
      for (let i = 0; i < args.length; i++) {
        const arg = args[i] as string;
        const what = arg === "-A" ? (args[++i] ?? "") : arg;
        if (what === "-v" || what === "variable") words.push(...sh.names());
        else if (what === "-W") words.push(...(args[++i] ?? "").split(/\s+/).filter(Boolean));
        else if (what === "-a" || what === "alias") words.push(...sh.aliases.keys());
        else if (what === "function") words.push(...[...sh.functions.keys()].sort());
        else if (what === "-f" || what === "-d" || what === "file" || what === "directory")
          words.push(...sh.proc.fs.readdir(sh.proc.cwd).filter((n) => /^(-f|file)$/.test(what) || sh.proc.fs.stat(n).type === "directory"));
        else if (arg === "--") continue;
        else if (arg.startsWith("-")) {
          await sh.complain(`compgen: ${arg}: not simulated in Timonel`);
          return 2;
        } else prefix = arg;
      }
      const found = words.filter((w) => w.startsWith(prefix));
      await sh.write(found.map((w) => `${w}\n`).join(""));
      return found.length > 0 ? 0 : 1;
    },
  },
  compopt: {
    bashOnly: true,
    async run(sh, args) {
      let change: Partial<CompletionSpec> = {};
      const names: string[] = [];
      for (let i = 0; i < args.length; i++) {
        const arg = args[i] as string;
        if (arg !== "-o" && arg !== "+o") names.push(arg);
        else {
          const option = args[++i] ?? "";
          if (option === "nospace") change = { ...change, nospace: arg === "-o" };
          else if (FILES.includes(option)) change = { ...change, files: arg === "-o" };
          else {
            await sh.complain(`compopt: ${option}: invalid option name`);
            return 2;
          }
        }
      }
      for (const name of names) {
        const spec = sh.completions.get(name);
        if (!spec) {
          await sh.complain(`compopt: ${name}: no completion specification`);
          return 1;
        }
        sh.completions.set(name, { ...spec, ...change });
      }
      if (names.length > 0) return 0;
      if (!sh.completing) {
        await sh.complain("compopt: not currently executing completion function");
        return 1;
      }
      sh.completing = { ...sh.completing, ...change };
      return 0;
    },
  },
  complete: {
    bashOnly: true,
    async run(sh, args) {
      let by: CompletionSpec["by"] | undefined;
      let value = "";
      let action: "set" | "print" | "remove" = args.length === 0 ? "print" : "set";
      const options = new Set<string>();
      const names: string[] = [];
      for (let i = 0; i < args.length; i++) {
        const arg = args[i] as string;
        if (arg === "-F" || arg === "-C" || arg === "-W") {
          by = arg === "-F" ? "function" : arg === "-C" ? "command" : "words";
          value = args[++i] ?? "";
        } else if (arg === "-o") options.add(args[++i] ?? "");
        else if (arg === "-p") action = "print";
        else if (arg === "-r") action = "remove";
        else if (arg.startsWith("-") && arg.length > 1) {
          await sh.complain(`complete: ${arg}: not simulated in Timonel`);
          return 2;
        } else names.push(arg);
      }
      if (action === "print") return print(sh, names);
      if (action === "remove") {
        if (names.length === 0) sh.completions.clear();
        for (const name of names) sh.completions.delete(name);
        return 0;
      }
      if (by === undefined || names.length === 0) {
        await sh.complain("complete: usage: complete [-pr] [-o option] [-W wordlist] [-F function] [-C command] [name ...]");
        return 2;
      }
      const files = FILES.some((o) => options.has(o));
      for (const name of names) sh.completions.set(name, { by, value, nospace: options.has("nospace"), files });
      return 0;
    },
  },
};
