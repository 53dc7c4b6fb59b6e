import { ask, ManagerError } from "./systemctl/client.ts";
import { showStatus, stale, type UnitView } from "./systemctl/status.ts";
import type { Tool, Utility } from "./tool.ts";

/** Of the real one, and not here. */
const MISSING = new Set(
  "reboot poweroff halt suspend hibernate rescue emergency default kexec soft-reboot list-timers list-sockets list-jobs list-dependencies list-machines list-paths list-automounts edit set-property bind mount-image service-log-level set-default get-default isolate preset preset-all reenable link revert add-wants add-requires freeze thaw clean log-level log-target show-environment set-environment unset-environment import-environment switch-root cancel help".split(
    " ",
  ),
);

const named = (unit: string): string => (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`);
const view = (t: Tool, name: string): Promise<UnitView> => ask<UnitView>(t, "Unit", { name });

/** Runs a verb for each unit; what is refused is said, and the others go on. */
async function each(t: Tool, units: readonly string[], run: (name: string) => Promise<number>): Promise<number> {
  let code = 0;
  if (units.length === 0) {
    await t.proc.stderr.write("Too few arguments.\n");
    return 1;
  }
  for (const unit of units) {
    try {
      code = Math.max(code, await run(named(unit)));
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      await t.flush();
      await t.proc.stderr.write(`${error.message}\n`);
      code = Math.max(code, error.code);
    }
  }
  return code;
}

/** A job of the manager's. `verb`: as refusals name it. */
function job(method: string, verb: string): Command {
  return (t, units) =>
    each(t, units, async (name) => {
      try {
        const known = await view(t, name);
        if (known.stale && method !== "Stop") await t.proc.stderr.write(stale(name));
        await ask(t, method, { name });
      } catch (error) {
        if (!(error instanceof ManagerError) || !/not found|could not be found|masked/.test(error.message)) throw error;
        const why = error.message.replace("could not be found", "not found").replace(/\.?$/, ".");
        if (method === "Stop") throw new ManagerError(`Failed to stop ${name}: Unit ${name} not loaded.`, 5);
        throw new ManagerError(`Failed to ${verb} ${name}: ${why}`, error.code === 4 ? 5 : error.code);
      }
      return 0;
    });
}

function files(method: string): Command {
  return (t, units) =>
    each(t, units, async (name) => {
      const { lines } = await ask<{ lines: string[] }>(t, method, { name });
      for (const line of lines) await t.proc.stderr.write(`${line}\n`);
      if (t.has("now") && (method === "Enable" || method === "Disable" || method === "Mask"))
        await ask(t, method === "Enable" ? "Start" : "Stop", { name });
      return 0;
    });
}

type Command = (t: Tool, units: readonly string[]) => Promise<number>;
const COMMANDS: Readonly<Record<string, Command>> = {
  start: job("Start", "start"),
  stop: job("Stop", "stop"),
  restart: job("Restart", "restart"),
  "try-restart": (t, units) =>
    each(t, units, async (name) => ((await view(t, name)).active === "active" ? job("Restart", "restart")(t, [name]) : 0)),
  "reload-or-restart": job("Restart", "restart"),
  reload: (t, units) =>
    each(t, units, async (name) => {
      await view(t, name);
      await t.proc.stderr.write(`Failed to reload ${name}: Job type reload is not applicable for unit ${name}.\n`);
      return 1;
    }),
  kill: (t, units) =>
    each(t, units, async (name) => {
      await ask(t, "Kill", { name, signal: (t.value("signal") ?? "TERM").replace(/^SIG/, "") });
      return 0;
    }),
  "reset-failed": (t, units) => each(t, units, async (name) => (await ask(t, "Reset", { name }), 0)),
  "daemon-reload": async (t) => (await ask(t, "Reload"), 0),
  "daemon-reexec": async (t) => (await ask(t, "Reload"), 0),
  enable: files("Enable"),
  disable: files("Disable"),
  mask: files("Mask"),
  unmask: files("Unmask"),
  status: async (t, units) => {
    if (units.length === 0) {
      await t.proc.stderr.write("status of the whole machine is not supported by this simulator; name a unit\n");
      return 1;
    }
    const lines = Number(t.value("lines") ?? 10);
    let first = true;
    return each(t, units, async (name) => {
      if (!first) await t.out("\n");
      first = false;
      return showStatus(t, await view(t, name), lines);
    });
  },
  cat: (t, units) =>
    each(t, units, async (name) => {
      const u = await view(t, name).catch((error: unknown) => {
        if (error instanceof ManagerError) throw new ManagerError(`No files found for ${name}.`, 1);
        throw error;
      });
      const parts = [{ path: u.path, text: u.text }, ...u.dropIns].map(({ path, text }) => `# ${path}\n${text}`);
      if (u.stale) await t.proc.stderr.write(stale(name));
      await t.out(parts.join("\n"));
      return 0;
    }),
  "is-active": (t, units) => states(t, units, (u) => u?.active ?? "inactive", ["active"], 3),
  "is-failed": (t, units) => states(t, units, (u) => u?.active ?? "inactive", ["failed"], 1),
  "is-enabled": async (t, units) => {
    let code = 1;
    for (const unit of units) {
      const found = await known(t, named(unit));
      if (!found) await t.proc.stderr.write(`Failed to get unit file state for ${named(unit)}: No such file or directory\n`);
      else if (!t.has("quiet")) await t.out(`${found.enabled}\n`);
      if (found?.enabled === "enabled" || found?.enabled === "static") code = 0;
    }
    return code;
  },
  show: (t, units) => each(t, units, async (name) => show(t, await view(t, name))),
  "list-units": listUnits,
  "list-unit-files": listFiles,
};

async function known(t: Tool, name: string): Promise<UnitView | undefined> {
  try {
    return await view(t, name);
  } catch (error) {
    if (!(error instanceof ManagerError) || error.code === 1) throw error;
    return undefined;
  }
}

async function states(
  t: Tool,
  units: readonly string[],
  state: (u: UnitView | undefined) => string,
  good: readonly string[],
  bad: number,
): Promise<number> {
  let code = bad;
  for (const unit of units) {
    const word = state(await known(t, named(unit)));
    if (!t.has("quiet")) await t.out(`${word}\n`);
    if (good.includes(word)) code = 0;
  }
  return code;
}

async function show(t: Tool, u: UnitView): Promise<number> {
  const all: Readonly<Record<string, string>> = {
    Id: u.name,
    Description: u.description,
    LoadState: "loaded",
    ActiveState: u.active,
    SubState: u.sub,
    UnitFileState: u.enabled,
    FragmentPath: u.path,
    DropInPaths: u.dropIns.map(({ path }) => path).join(" "),
    MainPID: String(u.main?.running ? u.main.pid : 0),
    NRestarts: String(u.restarts),
    Result: u.result,
    NeedDaemonReload: u.stale ? "yes" : "no",
  };
  const wanted = t.values("property").flatMap((p) => p.split(","));
  for (const [name, value] of Object.entries(all))
    if (wanted.length === 0 || wanted.includes(name)) await t.out(t.has("value") ? `${value}\n` : `${name}=${value}\n`);
  return 0;
}

type Listed = UnitView | { readonly name: string; readonly enabled: "masked" };
const matching = (patterns: readonly string[], name: string): boolean =>
  patterns.length === 0 || patterns.some((p) => named(p) === name || (p.endsWith("*") && name.startsWith(p.slice(0, -1))));

async function listUnits(t: Tool, patterns: readonly string[]): Promise<number> {
  const state = t.has("failed") ? ["failed"] : t.value("state")?.split(",");
  const units = (await ask<Listed[]>(t, "Units")).filter((u): u is UnitView => "active" in u && matching(patterns, u.name));
  const shown = units.filter((u) =>
    state ? state.includes(u.active) || state.includes(u.sub) : t.has("all") || u.active !== "inactive" || patterns.length > 0,
  );
  const head = ["UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"];
  const rows = shown.map((u) => [u.name, "loaded", u.active, u.sub, u.description]);
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] as string).length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i] as number))).join(" ");
  const plain = t.has("plain");
  const mark = (u: UnitView): string => (plain ? "" : u.active === "failed" ? "● " : "  ");
  if (!t.has("legend")) await t.out(`${plain ? "" : "  "}${line(head)}\n`);
  for (const [i, cells] of rows.entries()) await t.out(`${mark(shown[i] as UnitView)}${line(cells)}\n`);
  if (t.has("legend")) return 0;
  const legend =
    rows.length > 0
      ? "\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n"
      : "";
  const hint = state && !t.has("all") ? "" : "\nTo show all installed unit files use 'systemctl list-unit-files'.";
  await t.out(
    `${legend}${rows.length} loaded units listed.${state || t.has("all") ? "" : " Pass --all to see loaded but inactive units, too."}${hint}\n`,
  );
  return 0;
}

async function listFiles(t: Tool, patterns: readonly string[]): Promise<number> {
  const units = (await ask<Listed[]>(t, "Units")).filter((u) => matching(patterns, u.name));
  const width = Math.max("UNIT FILE".length, ...units.map((u) => u.name.length));
  const states = Math.max("STATE".length, ...units.map((u) => u.enabled.length));
  if (!t.has("legend")) await t.out(`${"UNIT FILE".padEnd(width)} ${"STATE".padEnd(states)} PRESET\n`);
  for (const u of units) await t.out(`${u.name.padEnd(width)} ${u.enabled.padEnd(states)} ${u.enabled === "static" ? "-" : "enabled"}\n`);
  if (!t.has("legend")) await t.out(`\n${units.length} unit files listed.\n`);
  return 0;
}

export const systemctl: Utility = {
  name: "systemctl",
  usage: "[OPTIONS...] COMMAND ...",
  about: "Query or send control commands to the system manager.",
  flags: {
    all: { short: "a", long: "all", help: "Show all units" },
    full: { short: "l", long: "full", help: "Don't ellipsize unit names on output" },
    lines: { short: "n", long: "lines", value: "INTEGER", help: "Number of journal entries to show" },
    now: { long: "now", help: "Start or stop unit after enabling or disabling it" },
    pager: { long: "no-pager", help: "Do not pipe output into a pager" },
    legend: { long: "no-legend", help: "Do not print a legend (column headers and hints)" },
    plain: { long: "plain", help: "Print unit dependencies as a list instead of a tree" },
    property: { short: "p", long: "property", value: "NAME", help: "Show only properties by this name" },
    value: { long: "value", help: "When showing properties, only print the value" },
    quiet: { short: "q", long: "quiet", help: "Suppress output" },
    state: { long: "state", value: "STATE", help: "List units with particular LOAD or SUB or ACTIVE state" },
    failed: { long: "failed", help: "Shortcut for --state=failed" },
    type: { short: "t", long: "type", value: "TYPE", help: "List units of a particular type" },
    signal: { short: "s", long: "signal", value: "SIGNAL", help: "Which signal to send" },
    system: { long: "system", help: "Connect to system manager" },
  },
  async run(t) {
    const [verb = "list-units", ...units] = t.args;
    const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
    if (!command) {
      await t.proc.stderr.write(MISSING.has(verb) ? `${verb} is not supported by this simulator.\n` : `Unknown command verb ${verb}.\n`);
      return 1;
    }
    try {
      return await command(t, units);
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      await t.flush();
      await t.proc.stderr.write(`${error.message}\n`);
      return error.code;
    }
  },
};
