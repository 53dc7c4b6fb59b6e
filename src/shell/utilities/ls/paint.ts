import type { Entry } from "./entry.ts";

/** GNU's dircolors as they are built in. */
function gnuColour({ name, stat, broken }: Entry): string | undefined {
  switch (stat.type) {
    case "directory":
      if (stat.mode & 0o1000 && stat.mode & 0o2) return "30;42";
      return stat.mode & 0o2 ? "34;42" : stat.mode & 0o1000 ? "37;44" : "01;34";
    case "symlink":
      return broken === true ? "40;31;01" : "01;36";
    case "fifo":
      return "40;33";
    case "device":
      return "40;33;01";
    default:
      if (stat.mode & 0o4000) return "37;41";
      if (stat.mode & 0o2000) return "30;43";
      if (stat.mode & 0o111) return "01;32";
      return /\.(tar|tgz|gz|xz|zst|bz2|zip|deb|rpm|jar|war)$/.test(name)
        ? "01;31"
        : /\.(jpe?g|png|gif|svg|webp|bmp|mp4|webm)$/.test(name)
          ? "01;35"
          : undefined;
  }
}
function busyboxColour({ stat }: Entry): string {
  return { directory: "1;34", symlink: "1;36", fifo: "0;33", device: "1;33", file: stat.mode & 0o111 ? "1;32" : "0;0" }[stat.type];
}

/** The mark of -F or -p behind a name. */
export function mark({ stat }: Entry, style: "none" | "slash" | "classify"): string {
  if (style === "none") return "";
  if (stat.type === "directory") return "/";
  if (style === "slash") return "";
  return { symlink: "@", fifo: "|", device: "", file: stat.mode & 0o111 ? "*" : "" }[stat.type];
}

/** Names in their colours; the first colour of GNU's is preceded by a reset. */
export function painter(on: boolean, busybox: boolean): (entry: Entry, text: string) => string {
  let first = true;
  return (entry, text) => {
    if (!on) return text;
    if (busybox) return `\x1b[${busyboxColour(entry)}m${text}\x1b[m`;
    const colour = gnuColour(entry);
    if (colour === undefined) return text;
    const reset = first ? "\x1b[0m" : "";
    first = false;
    return `${reset}\x1b[${colour}m${text}\x1b[0m`;
  };
}

/** GNU's shell-escape: what a shell would take apart is quoted, on a terminal. */
export function quoted(name: string): string {
  if (name !== "" && !/[^\w@%+=:,./~^{}\][!#-]|^[~#]/.test(name)) return name;
  if (/[\x00-\x1f\x7f]/.test(name))
    return `''$'${name.replace(/[\x00-\x1f\x7f']/g, (c) => (c === "\n" ? "\\n" : c === "\t" ? "\\t" : `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`))}'`;
  return name.includes("'") && !/["$`\\!]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;
}
