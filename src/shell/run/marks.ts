import type { Shell } from "../shell.ts";

/** Characters of a command that a mark tells, at most. */
const TOLD = 4096;

const osc = (text: string): string => `\x1b]${text}\x07`;

/**
 * What an interactive shell tells its terminal beside its words: where a prompt begins (A) and ends (B), that a command
 * begins to run (C, with its text as kitty reads it) and how it has ended (D), and which folder this is: OSC 133 and 7.
 * Only for the terminal that said at login that it reads them; no container or machine is asked to.
 */
const told = (sh: Shell): boolean => sh.get("TERM_PROGRAM") === "timonel";

export const promptBegins = (sh: Shell): string =>
  told(sh) ? osc(`7;file://${sh.proc.hostname}${encodeURI(whole(sh.proc.cwd))}`) + osc("133;A") : "";
export const promptEnds = (sh: Shell): string => (told(sh) ? osc("133;B") : "");
export const commandBegins = (sh: Shell, source: string): string =>
  told(sh) ? osc(`133;C;cmdline_url=${encodeURIComponent(whole(source.slice(0, TOLD)))}`) : "";
export const commandEnds = (sh: Shell): string => (told(sh) ? osc(`133;D;${sh.status}`) : "");

/** Without halves of characters, which have no encoding. */
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");
