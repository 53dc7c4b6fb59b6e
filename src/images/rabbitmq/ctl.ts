import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import { readIfThere } from "../process.ts";
import { buildOf, COOKIE, nodeName } from "./main.ts";
import { CONTROL_PORT, type Frame } from "./server.ts";

/** What Elixir takes before it does anything. */
const STARTING = 650;
const RESIDENT = 70 * 1024 * 1024;
const UNAVAILABLE = 69;
const USAGE = 64;

/** A command that only asks: what is said before, default columns, and the words after. */
interface Spec {
  readonly args?: readonly [least: number, most: number];
  readonly says?: (args: readonly string[], vhost: string, node: string) => string;
  readonly columns?: readonly string[];
  readonly after?: string;
}
const SPECS: Readonly<Record<string, Spec>> = {
  list_queues: {
    args: [0, 99],
    says: (_, v) => `Timeout: 60.0 seconds ...\nListing queues for vhost ${v} ...`,
    columns: ["name", "messages"],
  },
  list_exchanges: { args: [0, 99], says: (_, v) => `Listing exchanges for vhost ${v} ...`, columns: ["name", "type"] },
  list_bindings: {
    args: [0, 99],
    says: (_, v) => `Listing bindings for vhost ${v}...`,
    columns: ["source_name", "source_kind", "destination_name", "destination_kind", "routing_key", "arguments"],
  },
  list_consumers: {
    args: [0, 99],
    says: (_, v) => `Listing consumers in vhost ${v} ...`,
    columns: ["queue_name", "channel_pid", "consumer_tag", "ack_required", "prefetch_count", "active", "arguments"],
  },
  list_connections: { args: [0, 99], says: () => "Listing connections ...", columns: ["user", "peer_host", "peer_port", "state"] },
  list_channels: {
    args: [0, 99],
    says: () => "Listing channels ...",
    columns: ["pid", "user", "consumer_count", "messages_unacknowledged"],
  },
  list_users: { says: () => "Listing users ...", columns: ["user", "tags"] },
  list_vhosts: { args: [0, 99], says: () => "Listing vhosts ...", columns: ["name"] },
  list_permissions: { says: (_, v) => `Listing permissions for vhost "${v}" ...`, columns: ["user", "configure", "write", "read"] },
  list_user_permissions: {
    args: [1, 1],
    says: ([u]) => `Listing permissions for user "${u}" ...`,
    columns: ["vhost", "configure", "write", "read"],
  },
  add_user: {
    args: [2, 2],
    says: ([u]) => `Adding user "${u}" ...`,
    after: "Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.",
  },
  delete_user: { args: [1, 1], says: ([u]) => `Deleting user "${u}" ...` },
  change_password: { args: [2, 2], says: ([u]) => `Changing password for user "${u}" ...` },
  authenticate_user: { args: [2, 2], says: ([u]) => `Authenticating user "${u}" ...` },
  set_user_tags: { args: [1, 99], says: ([u, ...tags]) => `Setting tags for user "${u}" to [${tags.join(", ")}] ...` },
  set_permissions: { args: [4, 4], says: ([u], v) => `Setting permissions for user "${u}" in vhost "${v}" ...` },
  clear_permissions: { args: [1, 1], says: ([u], v) => `Clearing permissions for user "${u}" in vhost "${v}" ...` },
  add_vhost: { args: [1, 1], says: ([v]) => `Adding vhost "${v}" ...` },
  delete_vhost: { args: [1, 1], says: ([v]) => `Deleting vhost "${v}" ...` },
  delete_queue: { args: [1, 1], says: ([q], v) => `Deleting queue '${q}' on vhost '${v}' ...` },
  purge_queue: { args: [1, 1], says: ([q], v) => `Purging queue '${q}' in vhost '${v}' ...` },
  status: { says: (_, _v, n) => `Status of node ${n} ...` },
  stop: { says: (_, _v, n) => `Stopping and halting node ${n} ...` },
};
/** Checks, as commands of rabbitmq-diagnostics; some are rabbitmqctl's, too. */
const CHECKS: Readonly<Record<string, readonly [before: (n: string, args: readonly string[]) => string, after: (n: string) => string]>> = {
  ping: [
    (n) => `Will ping ${n}. This only checks if the OS process is running and registered with epmd. Timeout: 60000 ms.`,
    () => "Ping succeeded",
  ],
  await_startup: [
    (n) => `Starting node ${n} ...`.replace("Starting node", "Waiting for node").replace(" ...", " to start up ..."),
    () => "",
  ],
  check_running: [(n) => `Checking if RabbitMQ is running on node ${n} ...`, (n) => `RabbitMQ on node ${n} is fully booted and running`],
  is_running: [(n) => `Asking node ${n} for its status ...`, (n) => `RabbitMQ on node ${n} is fully booted and running`],
  check_local_alarms: [(n) => `Asking node ${n} to report any local resource alarms ...`, (n) => `Node ${n} reported no local alarms`],
  check_alarms: [
    (n) => `Asking node ${n} to report any known resource alarms ...`,
    (n) => `Node ${n} reported no alarms, local or clusterwide`,
  ],
  check_virtual_hosts: [(n) => `Checking if all vhosts are running on node ${n} ...`, (n) => `Node ${n} reported all vhosts as running`],
};

class Cli {
  readonly proc: ProcessContext;
  readonly node: string;
  readonly vhost: string;
  readonly quiet: boolean;
  readonly silent: boolean;
  readonly formatter: string;
  constructor(proc: ProcessContext, flags: ReadonlyMap<string, string>) {
    this.proc = proc;
    this.node = flags.get("node") ?? nodeName(proc);
    this.vhost = flags.get("vhost") ?? "/";
    this.silent = flags.has("silent");
    this.quiet = flags.has("quiet") || this.silent;
    this.formatter = flags.get("formatter") ?? "table";
  }
  out(text: string): Promise<void> {
    return this.proc.stdout.write(`${text}\n`);
  }
  async said(text: string): Promise<void> {
    if (!this.quiet && this.formatter !== "json") await this.out(text);
  }
  async failed(text: string, code: number): Promise<number> {
    await this.proc.stderr.write(`${text}\n`);
    return code;
  }
  /** Undefined: there is no node, or it does not know us. */
  async ask(command: string, args: readonly string[] = []): Promise<Frame | undefined> {
    const host = this.node.split("@")[1] ?? "localhost";
    const cookie = readIfThere(this.proc, COOKIE)?.trim() ?? "";
    let socket: Socket | undefined;
    try {
      socket = await this.proc.net.connect(host === this.proc.hostname.split(".")[0] ? "127.0.0.1" : host, CONTROL_PORT, {
        timeout: 10_000,
      });
      await socket.write(fromBinary(utf8(`${JSON.stringify({ cookie, command, args, vhost: this.vhost })}\n`)));
      let text = "";
      for (let data = await socket.read(); data !== null; data = await socket.read()) {
        text += toBinary(data);
        if (!text.includes("\n")) continue;
        const reply = JSON.parse(readable(text)) as Frame;
        return reply["refused"] === true ? undefined : reply;
      }
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    } finally {
      socket?.end();
    }
    return undefined;
  }
  async unreachable(): Promise<number> {
    const { node } = this;
    const [name, host] = node.split("@");
    return this.failed(
      `Error: unable to perform an operation on node '${node}'. Please see diagnostics information and suggestions below.

Most common reasons for this are:

 * Target node is unreachable (e.g. due to hostname resolution, TCP connection or firewall issues)
 * CLI tool fails to authenticate with the server (e.g. due to CLI tool's Erlang cookie not matching that of the server)
 * Target node is not running

In addition to the diagnostics info below:

 * See the CLI, clustering and networking guides on https://rabbitmq.com/documentation.html to learn more
 * Consult server logs on node ${node}
 * If target node is configured to use long node names, don't forget to use --longnames with CLI tools

DIAGNOSTICS
===========

attempted to contact: ['${node}']

${node}:
  * connected to epmd (port 4369) on ${host}
  * epmd reports: node '${name}' not running at all
                  no other nodes on ${host}
  * suggestion: start the node

Current node details:
 * node name: 'rabbitmqcli-${this.proc.pid}-${node}'
 * effective user's home directory: /var/lib/rabbitmq
`,
      UNAVAILABLE,
    );
  }
  async table(columns: readonly string[], rows: readonly Frame[]): Promise<void> {
    const cell = (v: unknown): string => (v === undefined ? "" : String(v));
    if (this.formatter === "json")
      return this.out(`[\n${rows.map((r) => JSON.stringify(Object.fromEntries(columns.map((c) => [c, r[c]])))).join("\n,")}\n]`);
    if (this.formatter === "pretty_table" && rows.length > 0) {
      const widths = columns.map((c) => Math.max(c.length, ...rows.map((r) => cell(r[c]).length)));
      const line = (l: string, m: string, e: string): string => l + widths.map((w) => "─".repeat(w + 2)).join(m) + e;
      const row = (cells: readonly string[]): string => `│${cells.map((v, i) => ` ${v.padEnd(widths[i] as number)} `).join("│")}│`;
      const body = rows.map((r) => row(columns.map((c) => cell(r[c]))));
      return this.out(
        [line("┌", "┬", "┐"), row(columns), line("├", "┼", "┤"), body.join(`\n${line("├", "┼", "┤")}\n`), line("└", "┴", "┘")].join("\n"),
      );
    }
    if (rows.length === 0) return;
    if (!this.silent) await this.out(columns.join("\t"));
    for (const r of rows) await this.out(columns.map((c) => cell(r[c])).join("\t"));
  }
}

const VALUES: Readonly<Record<string, string>> = {
  "-n": "node",
  "--node": "node",
  "-p": "vhost",
  "--vhost": "vhost",
  "-t": "timeout",
  "--timeout": "timeout",
  "--formatter": "formatter",
  "--address": "address",
};
const SWITCHES: Readonly<Record<string, string>> = {
  "-q": "quiet",
  "--quiet": "quiet",
  "-s": "silent",
  "--silent": "silent",
  "-l": "longnames",
  "--longnames": "longnames",
  "--no-table-headers": "silent",
  "--online": "online",
  "--local": "local",
};

/** rabbitmqctl, rabbitmq-diagnostics and rabbitmq-plugins: one program that goes by its name. */
export const rabbitmqctl: Program = async (proc) => {
  const name = (proc.argv[0] as string).replace(/^.*\//, "");
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 1; i < proc.argv.length; i++) {
    const word = proc.argv[i] as string;
    const [flag = "", inline] = word.startsWith("--") ? word.split(/=(.*)/s) : [word];
    if (VALUES[flag]) flags.set(VALUES[flag], inline ?? proc.argv[++i] ?? "");
    else if (SWITCHES[flag]) flags.set(SWITCHES[flag], "true");
    else rest.push(word);
  }
  proc.memory(RESIDENT);
  await proc.cpu(STARTING);
  const cli = new Cli(proc, flags);
  const [command = "", ...args] = rest;
  if (!/^(table|pretty_table|json)$/.test(cli.formatter))
    return cli.failed(`Error: the formatter ${cli.formatter} is not simulated by Timonel`, USAGE);
  if (command === "version") return (await cli.out(buildOf(proc).version), 0);
  if (command === "" || command === "help")
    return (
      await cli.out(`\nUsage\n\n${name} [--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]\n`),
      command === "" ? USAGE : 0
    );
  if (name === "rabbitmq-plugins") return plugins(cli, command);
  const check = CHECKS[command];
  if (check) return checked(cli, check, args);
  if (/^check_port_(connectivity|listener)$|^listeners$/.test(command)) return ports(cli, command, args);
  if (command === "cluster_status" || command === "server_version") return about(cli, command);
  const spec = SPECS[command];
  if (!spec)
    return cli.failed(
      `\nCommand '${command}' not found. \n\nUsage\n\n${name} [--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]\n\n${command} is not known to, or not simulated by, Timonel`,
      USAGE,
    );
  const [least, most] = spec.args ?? [0, 0];
  if (args.length < least) return cli.failed("Error (argument validation): not enough arguments.", USAGE);
  if (args.length > most) return cli.failed("Error (argument validation): too many arguments.", USAGE);
  const tall = spec.columns && most === 99 && command !== "set_user_tags";
  await cli.said(spec.says?.(args, cli.vhost, cli.node) ?? "");
  const reply = await cli.ask(command, tall ? [] : args);
  if (!reply) return cli.unreachable();
  if (typeof reply["error"] === "string") return cli.failed(`Error:\n${reply["error"]}`, Number(reply["code"]));
  if (command === "status") return status(cli, (reply["rows"] as readonly Frame[])[0] as Frame);
  if (spec.columns) {
    const columns = tall && args.length > 0 ? args : spec.columns;
    const rows = (reply["rows"] ?? []) as readonly Frame[];
    const odd = columns.find((c) => !spec.columns?.includes(c) && rows.length > 0 && !(c in (rows[0] as Frame)));
    if (odd !== undefined) return cli.failed(`Error (argument validation): Info key(s) '${odd}' are not supported`, USAGE);
    await cli.table(columns, rows);
  } else if (String(reply["text"] ?? "") !== "") await cli.out(String(reply["text"]));
  if (spec.after !== undefined) await cli.said(spec.after);
  return 0;
};

async function checked(cli: Cli, [before, after]: NonNullable<(typeof CHECKS)[string]>, args: readonly string[]): Promise<number> {
  await cli.said(before(cli.node, args));
  if (!(await cli.ask("ping"))) return cli.unreachable();
  const text = after(cli.node);
  if (text !== "" && !cli.silent) await cli.out(text);
  return 0;
}
async function ports(cli: Cli, command: string, args: readonly string[]): Promise<number> {
  const { node, proc } = cli;
  const host = node.split("@")[1] ?? "";
  const [wanted = ""] = args;
  if (command === "check_port_connectivity")
    await cli.said(`Testing TCP connections to all active listeners on node ${node} using hostname resolution ...`);
  else if (command === "listeners") await cli.said(`Asking node ${node} to report its protocol listeners ...`);
  else if (wanted === "") return cli.failed("Error (argument validation): not enough arguments.", USAGE);
  else await cli.said(`Asking node ${node} if there's an active listener on port ${wanted} ...`);
  const reply = await cli.ask("status");
  if (!reply) return cli.unreachable();
  const all = (((reply["rows"] as readonly Frame[])[0] as Frame)["ports"] as readonly number[]).toSorted((a, b) => a - b);
  if (command === "listeners") {
    const purpose = (p: number): string =>
      p === 25_672
        ? "clustering, purpose: inter-node and CLI tool communication"
        : p === 15_672
          ? "http, purpose: HTTP API"
          : p === 15_692
            ? "http/prometheus, purpose: Prometheus exporter API over HTTP"
            : "amqp, purpose: AMQP 0-9-1 and AMQP 1.0";
    for (const p of all) await cli.out(`Interface: [::], port: ${p}, protocol: ${purpose(p)}`);
    return 0;
  }
  if (command === "check_port_listener") {
    if (all.includes(Number(wanted))) return (await cli.said(`A listener for port ${wanted} is running on node ${node}`), 0);
    return cli.failed(
      `Error:\nNo listener for port ${wanted} is active on node ${node}. Found listeners that use the following ports: ${all.join(", ")}`,
      1,
    );
  }
  const failed: number[] = [];
  for (const port of all) {
    await cli.said(`Will connect to ${host}:${port}`);
    try {
      (await proc.net.connect("127.0.0.1", port, { timeout: 10_000 })).destroy();
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      failed.push(port);
    }
  }
  if (failed.length > 0)
    return cli.failed(`Error:\nConnection to ports of the following listeners on node ${node} failed: ${failed.join(", ")}`, 1);
  await cli.said(`Successfully connected to ports ${all.join(", ")} on node ${node} (using node hostname resolution)`);
  return 0;
}
async function about(cli: Cli, command: string): Promise<number> {
  await cli.said(
    command === "cluster_status" ? `Cluster status of node ${cli.node} ...` : `Asking node ${cli.node} for its RabbitMQ version...`,
  );
  const reply = await cli.ask("status");
  if (!reply) return cli.unreachable();
  const s = (reply["rows"] as readonly Frame[])[0] as Frame;
  if (command === "server_version") await cli.out(String(s["version"]));
  else
    await cli.out(
      `Basics\n\nCluster name: ${cli.node}\nTotal CPU cores available cluster-wide: 1\n\nDisk Nodes\n\n${cli.node}\n\nRunning Nodes\n\n${cli.node}\n\nVersions\n\n${cli.node}: RabbitMQ ${String(s["version"])} on Erlang ${String(s["erlang"])}\n\nAlarms\n\n(none)\n\nNetwork Partitions\n\n(none)\n`,
    );
  return 0;
}
async function status(cli: Cli, s: Frame): Promise<number> {
  if (cli.formatter === "json") return (await cli.out(JSON.stringify(s)), 0);
  const list = (v: unknown): string => (v as readonly string[]).map((p) => ` * ${p}`).join("\n");
  await cli.out(
    `Runtime\n\nOS PID: ${String(s["pid"])}\nOS: Linux\nUptime (seconds): ${String(s["uptime"])}\nIs under maintenance?: false\nRabbitMQ version: ${String(s["version"])}\nNode name: ${String(s["node"])}\nErlang configuration: Erlang/OTP ${String(s["erlang"]).split(".")[0]} [erts] [source] [64-bit] [jit]\n\nPlugins\n\nEnabled plugin file: /etc/rabbitmq/enabled_plugins\nEnabled plugins:\n\n${list(s["plugins"])}\n\nData directory\n\nNode data directory: /var/lib/rabbitmq/mnesia/${String(s["node"])}\n\nConfig files\n\n${list(s["files"])}\n\nLog file(s)\n\n * <stdout>\n\nAlarms\n\n(none)\n\nMemory\n\nTotal memory used: ${(Number(s["memory"]) / 1e9).toFixed(4)} gb\n\nTotals\n\nConnection count: ${String(s["connections"])}\nQueue count: ${String(s["queues"])}\nVirtual host count: ${String(s["vhosts"])}\n\nListeners\n\n${(s["ports"] as readonly number[]).map((p) => `Interface: [::], port: ${p}`).join("\n")}\n`,
  );
  return 0;
}
async function plugins(cli: Cli, command: string): Promise<number> {
  if (command !== "list")
    return cli.failed(
      `Error: rabbitmq-plugins ${command} is not simulated by Timonel: /etc/rabbitmq/enabled_plugins is read when the node starts`,
      USAGE,
    );
  const reply = await cli.ask("status");
  const enabled = reply ? (((reply["rows"] as readonly Frame[])[0] as Frame)["plugins"] as readonly string[]) : [];
  const explicit = readIfThere(cli.proc, "/etc/rabbitmq/enabled_plugins") ?? "";
  const { version } = buildOf(cli.proc);
  await cli.said(
    `Listing plugins with pattern ".*" ...\n Configured: E = explicitly enabled; e = implicitly enabled\n | Status: * = running on ${cli.node}\n |/`,
  );
  for (const p of ["rabbitmq_management", "rabbitmq_management_agent", "rabbitmq_prometheus", "rabbitmq_web_dispatch"])
    await cli.out(
      `[${new RegExp(`\\b${p}\\b`).test(explicit) ? "E" : enabled.includes(p) ? "e" : " "}${enabled.includes(p) ? "*" : " "}] ${p.padEnd(25)} ${version}`,
    );
  return 0;
}
