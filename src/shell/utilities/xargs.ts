import { runChild } from "./children.ts";
import type { Utility } from "./tool.ts";

export const xargs: Utility = {
  name: "xargs",
  usage: "[-0rt] [-n N] [-I STR] [PROG ARGS]",
  about: "Run PROG on every item given by stdin",
  parse: "first",
  flags: {
    zero: { short: "0", long: "null", help: "NUL terminated input" },
    empty: { short: "r", long: "no-run-if-empty", help: "Do not run on empty input" },
    trace: { short: "t", long: "verbose", help: "Print the command on stderr" },
    max: { short: "n", long: "max-args", value: "N", help: "Pass no more than N args" },
    lines: { short: "L", long: "max-lines", value: "N", help: "Lines per run" },
    replace: { short: "I", long: "replace", value: "STR", help: "Replace STR" },
    file: { short: "a", long: "arg-file", value: "FILE", help: "Read from FILE" },
    delimiter: { short: "d", long: "delimiter", value: "CHAR", help: "Delimiter" },
    parallel: { short: "P", long: "max-procs", value: "N", help: "Run in parallel" },
  },
  async run(t) {
    const text = await t.text(t.value("file") ?? "-");
    const replace = t.value("replace");
    const delimiter = t.has("zero") ? "\0" : t.value("delimiter")?.replace("\\n", "\n");
    const items =
      delimiter !== undefined
        ? text.split(delimiter).filter((x, i, a) => i < a.length - 1 || x !== "")
        : replace !== undefined || t.has("lines")
          ? text
              .split("\n")
              .map((l) => l.trim())
              .filter(Boolean)
          : (text.match(/(?:[^\s"'\\]|\\[\s\S]|"[^"]*"|'[^']*')+/g) ?? []).map((w) =>
              w.replace(/"([^"]*)"|'([^']*)'|\\([\s\S])/g, (_, a, b, c) => a ?? b ?? c ?? ""),
            );
    if (delimiter === undefined && replace === undefined && !t.has("lines")) {
      const open = unclosed(text);
      if (open)
        return t.fail(
          t.busybox
            ? `unmatched ${open} quote`
            : `unmatched ${open} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
    }
    const command = t.args.length > 0 ? t.args : ["echo"];
    if (items.length === 0 && (t.has("empty") || replace !== undefined)) return 0;
    const size = replace !== undefined ? 1 : Number(t.value("max") ?? t.value("lines") ?? 5000);
    let status = 0;
    const limit = t.has("parallel") ? Number(t.value("parallel")) || Infinity : 1;
    const running = new Set<Promise<void>>();
    let fatal: number | undefined;
    for (let i = 0; i < Math.max(1, items.length); i += size) {
      const part = items.slice(i, i + size);
      const argv = replace !== undefined ? command.map((w) => w.split(replace).join(part[0] ?? "")) : [...command, ...part];
      if (t.has("trace")) await t.proc.stderr.write(`${argv.join(" ")}\n`);
      const none = t.proc.open("/dev/null", "r");
      const one = (async () => {
        const code = await runChild(t, argv, { fds: { 0: none } });
        t.proc.close(none);
        if (code === 255) {
          fatal = 124;
          await t.warn(`${command[0]}: exited with status 255; aborting`, 0);
        } else if (code === 126 || code === 127) fatal = code;
        else if (code !== 0) status = 123;
      })();
      running.add(one);
      void one.finally(() => running.delete(one));
      if (running.size >= limit) await Promise.race(running);
      if (fatal !== undefined) break;
    }
    await Promise.all(running);
    return fatal ?? status;
  },
};

/** The quote that a text leaves open. */
function unclosed(text: string): "single" | "double" | undefined {
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote === "" && c === "\\") i++;
    else if (quote === "" ? c === "'" || c === '"' : c === quote || c === "\n") {
      if (c === "\n") break;
      quote = quote === "" ? c : "";
    }
  }
  return quote === "'" ? "single" : quote === '"' ? "double" : undefined;
}
