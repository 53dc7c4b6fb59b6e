import { RE2JS } from "re2js";
import { FRAME } from "../../machinery/index.ts";
import { type Signal, SIGNALS } from "../../runtime/index.ts";
import type { Cause } from "../../sim/index.ts";
import type { Conversation } from "../machine-daemons/session.ts";
import { entryText, type JournalFormat, saidText } from "./journal-text.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import { exitWords, type Systemd, UnitError } from "./systemd.ts";
import { enablementOf, linksTo, setting, unitNames } from "./unit-file.ts";

/** What systemctl and journalctl ask for. */
interface Call {
  readonly method: string;
  readonly name?: string;
  readonly signal?: string;
  readonly units?: readonly string[];
  readonly lines?: number;
  readonly since?: number;
  readonly until?: number;
  readonly priority?: number;
  readonly identifiers?: readonly string[];
  readonly pattern?: string;
  readonly reverse?: boolean;
  readonly follow?: boolean;
  readonly explained?: boolean;
  readonly boot?: boolean;
  readonly nameless?: boolean;
  readonly quiet?: boolean;
  readonly output?: JournalFormat;
}

interface Manager {
  readonly name: string;
  readonly systemd: Systemd;
  readonly journal: Journal;
  readonly bootedAt: number;
}

/** The manager's side of systemctl and journalctl; a real one answers at /run/systemd/private. */
export async function serveSystemd(c: Conversation, machine: Manager): Promise<void> {
  const call = c.request as Call;
  try {
    if (call.method === "Journal") await journal(c, machine, call);
    else await c.send(FRAME.answer, JSON.stringify(answer(machine, call) ?? {}));
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    await c.send(FRAME.refusal, JSON.stringify({ message: error.message, code: error.code }));
  }
}

function answer({ systemd, name: machine }: Manager, call: Call): unknown {
  const { name = "" } = call;
  const causes: readonly Cause[] = [{ kind: "process", machine, pid: 0, what: `systemctl ${call.method.toLowerCase()} ${name}` }];
  switch (call.method) {
    case "Unit":
      return snapshot(systemd, name);
    case "Units":
      return unitNames(systemd.fs).map((unit) => {
        const enabled = enablementOf(systemd.fs, unit);
        return enabled === "masked" ? { name: unit, enabled } : snapshot(systemd, unit);
      });
    case "Start":
      return systemd.start(name, causes);
    case "Stop":
      return systemd.stop(name, causes);
    case "Restart":
      return systemd.restart(name, causes);
    case "Kill":
      if (!(call.signal !== undefined && call.signal in SIGNALS)) throw new UnitError(`Failed to parse signal string ${call.signal}.`, 1);
      return systemd.kill(name, call.signal as Signal, causes);
    case "Reset":
      return systemd.reset(name);
    case "Reload":
      return systemd.reload();
    case "Enable":
    case "Disable":
    case "Mask":
    case "Unmask":
      return changed(systemd, change(systemd, call.method, name));
    default:
      throw new UnitError(`Unknown operation ${call.method}.`, 1);
  }
}

function snapshot(systemd: Systemd, name: string): object {
  const enabled = enablementOf(systemd.fs, name);
  if (enabled === undefined && !systemd.has(name)) throw new UnitError(`Unit ${name} could not be found.`, 4);
  const { files, settings, state, stale, memory } = systemd.look(name);
  const { main } = state;
  return {
    name,
    enabled: enabled ?? "disabled",
    description: setting(settings, "Unit.Description") ?? name,
    documentation: (settings.get("Unit.Documentation") ?? []).flatMap((d) => d.split(/\s+/)),
    path: files.path,
    text: files.text,
    dropIns: files.dropIns,
    stale,
    active: state.active,
    sub: state.sub,
    since: state.since,
    result: state.result,
    restarts: state.restarts,
    execStart: setting(settings, "Service.ExecStart") ?? "",
    argv: state.argv ?? [],
    memory,
    ...(main && {
      main: {
        ...main,
        ...(main.exit && { exit: { ...main.exit, words: exitWords(main.exit) } }),
        running: systemd.pidOf(name) === main.pid,
      },
    }),
  };
}

/** Whoever changes links has units read anew. */
function changed(systemd: Systemd, lines: readonly string[]): object {
  if (lines.length > 0) systemd.reload();
  return { lines };
}

const TOP = "/etc/systemd/system";

/** What enable, disable, mask and unmask do to links, in systemctl's words. */
function change(systemd: Systemd, method: "Enable" | "Disable" | "Mask" | "Unmask", name: string): readonly string[] {
  const { fs } = systemd;
  const own = `${TOP}/${name}`;
  const removed = (path: string): string => {
    fs.unlink(path);
    return `Removed "${path}".`;
  };
  const state = enablementOf(fs, name);
  if (method === "Unmask") return state === "masked" ? [removed(own)] : [];
  if (method === "Mask") {
    if (state === "masked") return [];
    if (fs.exists(own)) throw new UnitError(`Failed to mask unit: File '${own}' already exists.`, 1);
    fs.symlink("/dev/null", own);
    return [`Created symlink ${own} → /dev/null.`];
  }
  if (state === undefined) throw new UnitError(`Failed to ${method.toLowerCase()} unit: Unit file ${name} does not exist.`, 1);
  if (method === "Disable") return linksTo(fs, name).map(removed);
  if (state === "masked") throw new UnitError(`Failed to enable unit: Unit file ${own} is masked.`, 1);
  if (state === "enabled") return [];
  const { settings, files } = systemd.look(name);
  const targets = [...(settings.get("Install.WantedBy") ?? [])].flatMap((value) => value.split(/\s+/));
  if (targets.length === 0)
    return [
      "The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\nAlias= settings in the [Install] section, and DefaultInstance= for template\nunits). This means they are not meant to be enabled using systemctl.",
    ];
  return targets.map((target) => {
    const folder = `${TOP}/${target}.wants`;
    if (!fs.exists(folder)) fs.mkdir(folder, { recursive: true, mode: 0o755 });
    fs.symlink(files.path, `${folder}/${name}`);
    return `Created symlink ${folder}/${name} → ${files.path}.`;
  });
}

/** Without a capital letter it is for any case. */
function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, pattern === pattern.toLowerCase() ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    throw new UnitError(`Bad pattern "${pattern}".`, 1);
  }
}

async function journal(c: Conversation, machine: Manager, call: Call): Promise<void> {
  const { name, journal: log } = machine;
  const { output = "short", explained } = call;
  const wanted = (e: JournalEntry): boolean =>
    (call.units === undefined || call.units.includes(e.unit)) &&
    (call.since === undefined || e.at >= call.since) &&
    (!call.boot || e.at >= machine.bootedAt) &&
    (call.until === undefined || e.at <= call.until) &&
    (call.priority === undefined || e.priority <= call.priority) &&
    (call.identifiers === undefined || call.identifiers.includes(e.identifier));
  const pattern = call.pattern === undefined ? undefined : compiled(call.pattern);
  const matches = (e: JournalEntry): boolean => pattern === undefined || pattern.matcher(saidText(e.said, e.at, e.pid)).find();
  const text = (e: JournalEntry): string => entryText(e, call.nameless ? undefined : name, output, explained);
  let entries = log.entries(call.units).filter((e) => wanted(e) && matches(e));
  if (call.lines !== undefined) entries = call.lines === 0 ? [] : entries.slice(-call.lines);
  if (call.reverse) entries = entries.toReversed();
  if (entries.length === 0 && !call.follow && !call.quiet) await c.send(FRAME.output, "-- No entries --\n");
  for (let i = 0; i < entries.length; i += 100)
    await c.send(
      FRAME.output,
      entries
        .slice(i, i + 100)
        .map(text)
        .join(""),
    );
  if (call.follow) {
    let over = false;
    const cancel = log.on((e) => {
      if (!over && wanted(e) && matches(e)) void c.send(FRAME.output, text(e)).catch(() => (over = true));
    });
    // Until the client goes.
    while ((await c.next()) !== undefined);
    cancel();
  }
  await c.send(FRAME.exit, "0");
}
