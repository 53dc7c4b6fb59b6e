import { Errno } from "../../runtime/index.ts";
import { expansions, runHistoryText } from "../run/interactive.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

const numbered = (lines: readonly string[], from: number): string =>
  lines.map((line, i) => `${String(from + i + 1).padStart(5)}  ${line}\n`).join("");

function load(sh: Shell, file: string): readonly string[] {
  try {
    return sh.proc.fs
      .readText(file)
      .split("\n")
      .filter((l) => l !== "");
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

/** `history -d`: an offset, from the end when below zero, or a range of two. Undefined when there is no such entry. */
function offsets(sh: Shell, text: string): readonly [number, number] | undefined {
  const m = /^(-?\d+)(?:-(-?\d+))?$/.exec(text);
  if (!m) return undefined;
  const place = (n: string): number => (n.startsWith("-") ? sh.history.length + Number(n) : Number(n) - 1);
  const from = place(m[1] as string);
  const end = m[2] === undefined ? from : place(m[2]);
  return from >= 0 && end < sh.history.length && from <= end ? [from, end] : undefined;
}

const history: Builtin = {
  bashOnly: true,
  async run(sh, args) {
    const [option = "", ...rest] = args;
    const file = rest[0] ?? sh.get("HISTFILE") ?? "";
    switch (option) {
      case "-c":
        sh.history.splice(0);
        return 0;
      case "-d": {
        const range = offsets(sh, rest[0] ?? "");
        if (!range) {
          await sh.complain(
            rest[0] === undefined ? "history: -d: option requires an argument" : `history: ${rest[0]}: history position out of range`,
          );
          return rest[0] === undefined ? 2 : 1;
        }
        sh.history.splice(range[0], range[1] - range[0] + 1);
        return 0;
      }
      case "-s":
        // The line that asks is in the list already, and gives its place up.
        sh.history.pop();
        sh.history.push(rest.join(" "));
        return 0;
      case "-p":
        for (const word of rest) {
          const expansion = (await sh.proc.code(expansions)).expandHistory(word, sh.history.slice(0, -1));
          if (expansion.kind === "error") {
            await sh.complain(`history: ${expansion.message}`);
            return 1;
          }
          await sh.write(`${expansion.kind === "line" ? expansion.text : word}\n`);
        }
        return 0;
      case "-r":
      case "-n":
        sh.history.push(...load(sh, file));
        return 0;
      case "-w":
      case "-a":
        // Every line is in the file as soon as it has been typed.
        if (option === "-w" || rest[0] !== undefined) sh.proc.fs.writeFile(file, sh.history.map((l) => `${l}\n`).join(""), { mode: 0o600 });
        return 0;
      default: {
        if (option !== "" && !/^\d+$/.test(option)) {
          const unknown = option.startsWith("-");
          await sh.complain(unknown ? `history: ${option}: invalid option` : `history: ${option}: numeric argument required`);
          if (unknown) await sh.fds.get(2)?.write(`history: usage: ${USAGE}\n`);
          return unknown ? 2 : 1;
        }
        const from = Math.max(0, sh.history.length - (option === "" ? sh.history.length : Number(option)));
        await sh.write(numbered(sh.history.slice(from), from));
        return 0;
      }
    }
  },
};
const USAGE = "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]";

/** What `fc` is told: a number, one counted from the end, or how the command begins. Lines are those before fc's own. */
function place(lines: readonly string[], text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text)) return Number(text) - 1;
  if (/^-\d+$/.test(text)) return lines.length + Number(text);
  return lines.findLastIndex((line) => line.startsWith(text));
}

const fc: Builtin = {
  bashOnly: true,
  async run(sh, args) {
    const lines = sh.history.slice(0, -1);
    const words = [...args];
    const flags = new Set<string>();
    let editor = sh.get("FCEDIT") || sh.get("EDITOR") || "vi";
    while (/^-[a-z]+$/.test(words[0] ?? "")) {
      const flag = words.shift() as string;
      if (flag === "-e") editor = words.shift() ?? editor;
      else for (const letter of flag.slice(1)) flags.add(letter);
    }
    const missing = async (): Promise<number> => {
      await sh.complain("fc: history specification out of range");
      return 1;
    };
    if (flags.has("s") || editor === "-") {
      const change = /^([^=]+)=(.*)$/s.exec(words[0] ?? "");
      if (change) words.shift();
      const line = lines[place(lines, words[0], lines.length - 1)];
      if (line === undefined) return missing();
      const text = change ? line.replaceAll(change[1] as string, () => change[2] as string) : line;
      await sh.fds.get(2)?.write(`${text}\n`);
      sh.history[sh.history.length - 1] = text;
      return runHistoryText(sh, text);
    }
    const list = flags.has("l");
    const first = place(lines, words[0], list ? Math.max(0, lines.length - 16) : lines.length - 1);
    const last = place(lines, words[1], list ? lines.length - 1 : first);
    if (lines[first] === undefined || lines[last] === undefined) return missing();
    const [from, end] = [Math.min(first, last), Math.max(first, last)];
    const chosen = lines.slice(from, end + 1).map((line, i) => ({ line, number: from + i + 1 }));
    if (first > last !== flags.has("r")) chosen.reverse();
    if (list) {
      await sh.write(chosen.map(({ line, number }) => `${flags.has("n") ? "" : number}\t ${line}\n`).join(""));
      return 0;
    }
    return runHistoryText(sh, chosen.map((c) => c.line).join("\n"), editor);
  },
};

export const historyBuiltins: Readonly<Record<string, Builtin>> = { history, fc };
