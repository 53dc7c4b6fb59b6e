import { utcFields } from "../../../sim/index.ts";
import type { Tool } from "../tool.ts";
import { showJournal } from "./client.ts";

/** How the manager describes a unit. */
export interface UnitView {
  readonly name: string;
  readonly enabled: string;
  readonly description: string;
  readonly documentation: readonly string[];
  readonly path: string;
  readonly text: string;
  readonly dropIns: readonly { readonly path: string; readonly text: string }[];
  readonly stale: boolean;
  readonly active: string;
  readonly sub: string;
  readonly since: number;
  readonly result: string;
  readonly restarts: number;
  readonly execStart: string;
  readonly argv: readonly string[];
  readonly memory: number;
  readonly main?: {
    readonly pid: number;
    readonly startedAt: number;
    readonly running: boolean;
    readonly exit?: { readonly how: string; readonly status: number; readonly words: string; readonly at: number };
  };
}

const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const two = (n: number): string => String(n).padStart(2, "0");

/** Fri 2026-11-20 22:15:37 UTC */
export function moment(at: number): string {
  const t = utcFields(at);
  const day = DAYS[(Math.floor(at / 86_400_000) + 4) % 7];
  return `${day} ${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} UTC`;
}

const SPANS = [
  ["y", 31_557_600],
  ["month", 2_629_800],
  ["w", 604_800],
  ["day", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** "3min 12s": the two greatest units (systemd: format_timestamp_relative). */
export function span(ms: number): string {
  let rest = Math.floor(ms / 1000);
  const parts: string[] = [];
  for (const [unit, seconds] of SPANS) {
    const n = Math.floor(rest / seconds);
    if (n === 0) continue;
    rest -= n * seconds;
    const plural = unit === "day" || unit === "month" ? ` ${unit}${n > 1 ? "s" : ""}` : unit;
    parts.push(`${n}${plural}`);
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0";
}
const ago = (ms: number): string => (ms < 1000 ? `${Math.floor(ms)}ms ago` : `${span(ms)} ago`);

const MARKS: Readonly<Record<string, string>> = { active: "●", failed: "×", activating: "●", inactive: "○" };
const row = (name: string, text: string): string => `${name.padStart(11)}: ${text}\n`;

/** `systemctl status`; the exit code says whether it runs. */
export async function showStatus(t: Tool, u: UnitView, lines: number): Promise<number> {
  const now = t.proc.clock.now();
  const { main } = u;
  const file = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  await t.out(`${MARKS[u.active] ?? "●"} ${u.name} - ${u.description}\n`);
  const masked = `masked (Reason: Unit ${u.name} is masked.)`;
  await t.out(
    row("Loaded", u.enabled === "masked" ? masked : `loaded (${u.path}; ${u.enabled}${u.enabled === "static" ? "" : "; preset: enabled"})`),
  );
  const folders = [...new Set(u.dropIns.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))];
  for (const [i, folder] of folders.entries()) {
    await t.out(i === 0 ? row("Drop-In", folder) : `             ${folder}\n`);
    const files = u.dropIns.filter(({ path }) => path.startsWith(`${folder}/`)).map(({ path }) => file(path));
    await t.out(`             └─${files.join(", ")}\n`);
  }
  const result = u.active === "active" || u.result === "success" ? "" : ` (Result: ${u.result})`;
  const since = u.since > 0 ? ` since ${moment(u.since)}; ${ago(now - u.since)}` : "";
  await t.out(row("Active", `${u.active} (${u.sub})${result}${since}`));
  const ended = main?.exit;
  if (ended && (u.active === "inactive" || u.active === "failed")) await t.out(row("Duration", span(ended.at - main.startedAt)));
  for (const [i, page] of u.documentation.entries()) await t.out(i === 0 ? row("Docs", page) : `             ${page}\n`);
  if (main && ended) {
    const how = `(code=${ended.how}, ${ended.how === "killed" ? "signal" : "status"}=${ended.how === "killed" ? ended.words.split("/")[1] : ended.words})`;
    await t.out(row("Process", `${main.pid} ExecStart=${u.execStart} ${how}`));
    await t.out(row("Main PID", `${main.pid} ${how}`));
  } else if (main?.running) {
    await t.out(row("Main PID", `${main.pid} (${file(u.argv[0] ?? "")})`));
    await t.out(row("Tasks", "1 (limit: 4915)"));
    await t.out(row("Memory", `${(u.memory / 1024 / 1024).toFixed(1)}M`));
    await t.out(row("CGroup", `/system.slice/${u.name}`));
    await t.out(`             └─${main.pid} ${u.argv.join(" ")}\n`);
  }
  if (lines > 0) {
    await t.out("\n");
    await showJournal(t, { units: [u.name], lines, quiet: true });
  }
  if (u.stale) await t.out(stale(u.name));
  await t.flush();
  return u.active === "active" ? 0 : 3;
}

export const stale = (name: string): string =>
  `Warning: The unit file, source configuration file or drop-ins of ${name} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`;
