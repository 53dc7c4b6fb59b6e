import { quotedParts } from "../parse.ts";
import { expandQuoted } from "../expand/words.ts";
import type { Shell } from "../shell.ts";
import { strftime } from "../strftime.ts";

/** PS1 and its kin: backslash escapes, then parameter expansion. \[ \] become \x01 \x02, which the line editor skips. */
export async function expandPrompt(sh: Shell, text: string): Promise<string> {
  const home = sh.get("HOME");
  const { cwd } = sh.proc;
  const short = home && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd;
  const now = sh.proc.clock.now();
  const one = (c: string): string => {
    switch (c) {
      case "u":
        return sh.get("USER") ?? (sh.proc.uid === 0 ? "root" : String(sh.proc.uid));
      case "h":
        return sh.proc.hostname.split(".")[0] as string;
      case "H":
        return sh.proc.hostname;
      case "w":
        return short;
      case "W":
        return short === "/" || short === "~" ? short : (short.split("/").at(-1) as string);
      case "$":
        return sh.proc.uid === 0 ? "#" : "$";
      case "n":
        return "\n";
      case "r":
        return "\r";
      case "a":
        return "\x07";
      case "e":
        return "\x1b";
      case "[":
        return "\x01";
      case "]":
        return "\x02";
      case "s":
        return sh.arg0.split("/").at(-1) as string;
      case "v":
        return "5.2";
      case "V":
        return "5.2.37";
      case "j":
        return String(sh.jobs.filter((j) => j.status === null).length);
      case "t":
        return strftime("%H:%M:%S", now);
      case "T":
        return strftime("%I:%M:%S", now);
      case "A":
        return strftime("%H:%M", now);
      case "@":
        return strftime("%I:%M %p", now);
      case "d":
        return strftime("%a %b %d", now);
      case "!":
        return String(sh.history.length + 1);
      case "#":
        return String(sh.history.length + 1);
      case "\\":
        return "\\\\";
      default:
        return `\\${c}`;
    }
  };
  const escaped = text.replace(/\\([0-7]{3}|[\s\S])/g, (_, c: string) =>
    c.length === 3 ? String.fromCharCode(Number.parseInt(c, 8)) : one(c),
  );
  if (!/[$`]/.test(escaped)) return escaped.replace(/\\\\/g, "\\");
  const status = sh.status;
  if (sh.options.has("no promptvars")) return escaped;
  const out = await expandQuoted(sh, quotedParts(escaped.replace(/\$(?=$|\s)/g, "\\$")));
  sh.status = status;
  return out;
}
