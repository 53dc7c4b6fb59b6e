import { eachPath } from "./recursion.ts";
import type { Utility } from "./tool.ts";

/** A mode changed as chmod(1) says; undefined for a text that is none. */
function changeMode(old: number, text: string, directory: boolean, umask: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = old;
  for (const clause of text.split(",")) {
    const m = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!m) return undefined;
    const who = m[1] === "" || (m[1] as string).includes("a") ? "ugo" : (m[1] as string);
    let mask = 0;
    for (const w of who)
      for (const p of m[3] as string)
        mask |=
          (p === "r" ? 4 : p === "w" ? 2 : p === "x" || (p === "X" && (directory || old & 0o111)) ? 1 : 0) <<
          { u: 6, g: 3, o: 0 }[w as "u" | "g" | "o"];
    // Who is not named is meant as far as the umask lets.
    if (m[1] === "") mask &= ~umask;
    let clear = 0;
    for (const w of who) clear |= 7 << { u: 6, g: 3, o: 0 }[w as "u" | "g" | "o"];
    if ((m[3] as string).includes("s")) mask |= (who.includes("u") ? 0o4000 : 0) | (who.includes("g") ? 0o2000 : 0);
    if ((m[3] as string).includes("t")) mask |= 0o1000;
    mode = m[2] === "+" ? mode | mask : m[2] === "-" ? mode & ~mask : (mode & ~clear) | mask;
  }
  return mode;
}

export const chmod: Utility = {
  name: "chmod",
  usage: "[-R] MODE[,MODE]... FILE...",
  about: "MODE is octal, or ugoa +-= rwxXst",
  flags: {},
  parse: "raw",
  async run(raw) {
    const deep = raw.args.includes("-R");
    const [mode, ...paths] = raw.args.filter((a) => !/^-[Rvf]+$/.test(a));
    if (mode === undefined || paths.length === 0) return raw.misuse("missing operand");
    if (changeMode(0, mode, false, 0) === undefined)
      return raw.busybox ? raw.fail(`invalid mode '${mode}'`) : raw.misuse(`invalid mode: ‘${mode}’`);
    return eachPath(
      raw,
      paths,
      (path) =>
        raw.proc.fs.chmod(
          path,
          changeMode(raw.proc.fs.stat(path).mode, mode, raw.proc.fs.stat(path).type === "directory", raw.proc.umask) as number,
        ),
      deep,
    );
  },
};
