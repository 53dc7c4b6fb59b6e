import { RegexError } from "../regex.ts";
import { edit } from "./sed-run.ts";
import { parseSed, type SedCommand, SedError } from "./sed-script.ts";
import type { Tool, Utility } from "./tool.ts";

export const sed: Utility = {
  name: "sed",
  usage: "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...",
  about: "Stream editor",
  flags: {
    quiet: { short: "n", long: "quiet", help: "Suppress automatic printing" },
    silent: { long: "silent", help: "Same as -n" },
    extended: { short: "E", long: "regexp-extended", help: "Extended regexps" },
    r: { short: "r", help: "Same as -E" },
    script: { short: "e", long: "expression", value: "CMD", help: "Add CMD" },
    file: { short: "f", long: "file", value: "FILE", help: "Add FILE" },
    inplace: { short: "i", long: "in-place", value: "[SFX]", help: "Edit files in place" },
    separate: { short: "s", long: "separate", help: "Files are separate" },
    unbuffered: { short: "u", long: "unbuffered", help: "Unbuffered" },
    zero: { short: "z", long: "null-data", help: "NUL separated" },
    posix: { long: "posix", help: "No GNU extensions (they are taken anyway)" },
  },
  async run(t) {
    const args = [...t.args];
    const sources = [...t.values("script")];
    for (const f of t.values("file")) sources.push((await t.text(f)).replace(/\n$/, ""));
    if (!t.has("script") && !t.has("file")) {
      if (args[0] === undefined) {
        await t.proc.stderr.write(t.busybox ? t.usage() : "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n");
        return 1;
      }
      sources.push(args.shift() as string);
    }
    const source = sources.join("\n");
    let script: SedCommand[];
    try {
      script = parseSed(source, t.has("extended") || t.has("r"));
    } catch (error) {
      if (error instanceof SedError) return t.fail(t.busybox ? busyboxWords(error.message) : error.message);
      if (error instanceof RegexError)
        return t.fail(t.busybox ? `bad regex: ${error.message}` : `-e expression #1, char ${source.length}: ${error.message}`);
      throw error;
    }
    // `#n` alone on the first line is -n.
    const quiet = /^#n(\n|$)/.test(source);
    return over(t, script, args, quiet);
  },
};

async function over(t: Tool, script: readonly SedCommand[], args: readonly string[], quiet: boolean): Promise<number> {
  const show = async (text: string): Promise<void> => {
    await t.out(text);
    if (t.has("unbuffered")) await t.flush();
  };
  if (!t.has("inplace")) {
    if (!t.has("separate") || args.length < 2) return (await edit(t, script, args, show, quiet)).code;
    // -s: line numbers and $ are each file's own.
    for (const path of args) {
      for (const c of script) c.active = false;
      const { code, quit } = await edit(t, script, [path], show, quiet);
      if (quit) return code;
    }
    return t.status;
  }
  for (const path of args) {
    if (!t.proc.fs.exists(path)) {
      await t.warn(t.busybox ? `${path}: No such file or directory` : `can't read ${path}: No such file or directory`, t.busybox ? 1 : 4);
      continue;
    }
    let out = "";
    const suffix = t.value("inplace");
    const stat = t.proc.fs.stat(path);
    if (suffix) t.proc.fs.writeFile(suffix.includes("*") ? suffix.replaceAll("*", path) : path + suffix, t.proc.fs.readFile(path));
    for (const c of script) c.active = false;
    const { code, quit } = await edit(t, script, [path], async (s) => void (out += s), quiet);
    t.proc.fs.writeFile(path, out, { mode: stat.mode });
    if (quit) return code;
  }
  return t.status;
}

/** How BusyBox puts what GNU's sed says otherwise. */
function busyboxWords(message: string): string {
  const what = message.replace(/^-e expression #1, char \d+: /, "");
  const command = /^unknown command: `(.*)'$/.exec(what)?.[1];
  if (command !== undefined) return `unsupported command ${command}`;
  if (what.startsWith("unterminated")) return "unmatched '/'";
  if (what.startsWith("unknown option to")) return "bad option in substitution expression";
  return what;
}
