import { type LaterProgram, loadLater, type Programs } from "../runtime/index.ts";
import type { DialectName } from "./dialect.ts";
import { type Flavour, flavoured, flavours } from "./utilities/flavour.ts";
import { utilityNames } from "./utilities/names.ts";

const shell = (name: DialectName): LaterProgram => loadLater(async () => (await import("./run/main.ts")).shellProgram(name));
const utility = (name: string, flavour: Flavour): LaterProgram =>
  loadLater(async () => (await import("./utilities/programs.ts")).utilityPrograms(name, flavour));
const busybox = (flavour: Flavour): LaterProgram => loadLater(async () => (await import("./utilities/programs.ts")).busybox(flavour));

/**
 * Every program of this room by name, loaded when it is first run: the utilities in each flavour, the shells by their
 * dialect, and "subshell", which is what a shell's own children run.
 */
export const shellPrograms: Programs = {
  ...Object.fromEntries(flavours.flatMap((f) => utilityNames.map((name) => [flavoured(name, f), utility(name, f)]))),
  sh: shell("ash"),
  ash: shell("ash"),
  dash: shell("dash"),
  bash: shell("bash"),
  subshell: loadLater(async () => (await import("./run/main.ts")).subshellProgram),
  busybox: busybox("busybox"),
  "alpine:busybox": busybox("alpine"),
};

/** The program that a command is where this flavour is installed: Debian's `sh` is dash, BusyBox's is ash. */
function programOf(name: string, flavour: Flavour): string {
  if (name === "sh") return flavour === "gnu" ? "dash" : "ash";
  const own = flavoured(name, flavour);
  return shellPrograms[own] ? own : name;
}

/** Run as root, whoever calls them. */
const SET_USER: ReadonlySet<string> = new Set(["su", "sudo", "passwd"]);

/** Image entries that put programs into a directory: `/bin/cat` runs "cat". Throws for a name that is none. */
export function binFiles(
  names: readonly string[],
  dir = "/bin",
  flavour: Flavour = "gnu",
): Readonly<Record<string, { readonly program: string; readonly mode?: number }>> {
  return Object.fromEntries(
    names.map((name) => {
      const program = programOf(name, flavour);
      if (!shellPrograms[program]) throw new Error(`no program is named ${name}`);
      return [`${dir}/${name}`, SET_USER.has(name) ? { program, mode: 0o4755 } : { program }];
    }),
  );
}
