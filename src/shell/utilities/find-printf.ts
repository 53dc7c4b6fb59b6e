import type { Stat } from "../../runtime/index.ts";
import { backslashEscapes } from "../expand/escapes.ts";
import { strftime } from "../strftime.ts";
import { baseName, modeString, owners } from "./paths.ts";
import { diskBytes } from "./usage.ts";
import type { Tool } from "./tool.ts";

/** A `-printf` format for one file; `start` is the operand that led to it. */
export function findFormat(t: Tool, format: string): (path: string, stat: Stat, depth: number, start: string) => string {
  const who = owners(t.proc);
  const pieces = backslashEscapes(format, "plain").text.match(/%[-+ 0#]*\d*(?:\.\d+)?(?:[ACT].|.)|%|[^%]+/gs) ?? [];
  return (path, stat, depth, start) =>
    pieces.map((piece) => (piece.startsWith("%") ? one(piece, path, stat, depth, start) : piece)).join("");

  function one(piece: string, path: string, stat: Stat, depth: number, start: string): string {
    const [, flags = "", width = "", letter = ""] = /^%([-+ 0#]*)(\d*)(?:\.\d+)?([\s\S]+)?$/.exec(piece) ?? [];
    const text = value(letter, path, stat, depth, start);
    return flags.includes("-") ? text.padEnd(Number(width)) : text.padStart(Number(width), flags.includes("0") ? "0" : " ");
  }
  function value(letter: string, path: string, stat: Stat, depth: number, start: string): string {
    const slash = path.lastIndexOf("/");
    switch (letter) {
      case "p":
        return path;
      case "f":
        return baseName(path);
      case "h":
        return slash < 0 ? "." : slash === 0 ? "" : path.slice(0, slash);
      case "P":
        return path.slice(start.length).replace(/^\/+/, "");
      case "H":
        return start;
      case "s":
        return String(stat.size);
      case "b":
        return String(diskBytes(stat) / 512);
      case "k":
        return String(diskBytes(stat) / 1024);
      case "m":
        return stat.mode.toString(8);
      case "M":
        return modeString(stat);
      case "y":
      case "Y":
        return { file: "f", directory: "d", symlink: "l", device: "c", fifo: "p" }[stat.type] ?? "U";
      case "d":
        return String(depth);
      case "u":
        return who.user(stat.uid);
      case "g":
        return who.group(stat.gid);
      case "U":
        return String(stat.uid);
      case "G":
        return String(stat.gid);
      case "i":
        return String(stat.ino);
      case "n":
        return String(stat.nlink);
      case "l":
        return stat.type === "symlink" ? t.proc.fs.readlink(path) : "";
      case "t":
      case "a":
      case "c":
        return strftime("%a %b %e %H:%M:%S.%N0 %Y", stat.mtime);
      case "%":
      case "":
        return "%";
      default: {
        const time = /^[ACT](.)$/s.exec(letter)?.[1];
        if (time === "@") return `${(stat.mtime / 1000).toFixed(3)}0000000`;
        if (time === "+") return strftime("%Y-%m-%d+%H:%M:%S.%N0", stat.mtime);
        return time === undefined ? `%${letter}` : time === "S" ? strftime("%S.%N0", stat.mtime) : strftime(`%${time}`, stat.mtime);
      }
    }
  }
}
