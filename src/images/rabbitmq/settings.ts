import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

export interface Settings {
  readonly files: readonly string[];
  readonly port: number;
  readonly managementPort: number;
  readonly prometheusPort: number;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  readonly guestEverywhere: boolean;
  readonly plugins: readonly string[];
  /** Bytes; 0: a share of the machine's. */
  readonly memoryLimit: number;
}
const CONFIG = "/etc/rabbitmq";
const KNOWN =
  /^(listeners\.tcp\.default|management\.(tcp\.port|listener\.port)|prometheus\.tcp\.port|default_(user|pass|vhost)|default_(permissions|user_tags)\.\w+|loopback_users(\.\w+)?|vm_memory_high_watermark\.(relative|absolute)|disk_free_limit\.\w+|log\.(console|console\.\w+|default\.level|file|file\.\w+)|heartbeat|channel_max|frame_max|num_acceptors\.tcp|total_memory_available_override_value|deprecated_features\.\S+|management_agent\.\S+|queue_master_locator|consumer_timeout|collect_statistics(_interval)?|cluster_name|max_message_size|vm_memory_high_watermark_paging_ratio|handshake_timeout)$/;
/** What a plugin needs beside itself. */
const PLUGINS: Readonly<Record<string, readonly string[]>> = {
  rabbitmq_prometheus: ["rabbitmq_management_agent", "rabbitmq_web_dispatch"],
  rabbitmq_management: ["rabbitmq_management_agent", "rabbitmq_web_dispatch"],
  rabbitmq_management_agent: [],
  rabbitmq_web_dispatch: [],
};

function sizeOf(text: string): number {
  const [, n, unit = ""] = /^(\d+(?:\.\d+)?)\s*(\w*)$/.exec(text) ?? [];
  const scale = (
    { "": 1, k: 2 ** 10, kib: 2 ** 10, kb: 1e3, m: 2 ** 20, mib: 2 ** 20, mb: 1e6, g: 2 ** 30, gib: 2 ** 30, gb: 1e9 } as Record<
      string,
      number
    >
  )[unit.toLowerCase()];
  return Number(n) * (scale ?? Number.NaN);
}

/** Configuration files and the environment. A text is what is wrong with them. */
export function readSettings(proc: ProcessContext): Settings | string {
  const values = new Map<string, string>();
  const files: string[] = [];
  const folder = `${CONFIG}/conf.d`;
  const parts = proc.fs.exists(folder) ? proc.fs.readdir(folder).filter((f) => f.endsWith(".conf")) : [];
  for (const path of [...parts.map((f) => `${folder}/${f}`), `${CONFIG}/rabbitmq.conf`]) {
    const text = readIfThere(proc, path);
    if (text === undefined) continue;
    files.push(path);
    for (const [i, raw] of text.split("\n").entries()) {
      const line = raw.replace(/(^|\s)#.*$/, "").trim();
      if (line === "") continue;
      const [, name = "", value = ""] = /^([\w.$-]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (name === "") return `Error in file ${path} at line ${i + 1}: syntax error`;
      if (!KNOWN.test(name))
        return /^(cluster_formation|listeners\.ssl|ssl_options|auth_backends|auth_\w+|mqtt|stomp|stream|load_definitions|definitions|management\.(ssl|load_definitions|path_prefix|cors|http_log_dir)|tcp_listen_options|cluster_partition_handling|cluster_keepalive_interval|quorum_\w+|default_(queue_type|policies|limits)|policies|password_hashing_module|shovel|federation|msg_store\w*|raft)/.test(
          name,
        )
          ? `'${name}' is not simulated by Timonel`
          : `You've tried to set ${name}, but there is no setting with that name.`;
      values.set(name, value.replace(/^'(.*)'$/, "$1"));
    }
  }
  const wanted = /\[([^\]]*)\]/.exec(readIfThere(proc, `${CONFIG}/enabled_plugins`) ?? "[]")?.[1] ?? "";
  const enabled = wanted
    .split(",")
    .map((p) => p.trim())
    .filter(Boolean);
  const missing = enabled.find((p) => !PLUGINS[p]);
  if (missing !== undefined) return `the plugin ${missing} is not simulated by Timonel`;
  const plugins = [...new Set(enabled.flatMap((p) => [p, ...(PLUGINS[p] as readonly string[])]))];
  const { env } = proc;
  const absolute = values.get("vm_memory_high_watermark.absolute");
  const memoryLimit = absolute === undefined ? 0 : sizeOf(absolute);
  if (Number.isNaN(memoryLimit)) return `vm_memory_high_watermark.absolute invalid, should be a size`;
  return {
    files,
    port: Number(env["RABBITMQ_NODE_PORT"] || values.get("listeners.tcp.default") || 5672),
    managementPort: Number(values.get("management.tcp.port") ?? values.get("management.listener.port") ?? 15_672),
    prometheusPort: Number(values.get("prometheus.tcp.port") ?? 15_692),
    user: env["RABBITMQ_DEFAULT_USER"] || (values.get("default_user") ?? "guest"),
    password: env["RABBITMQ_DEFAULT_PASS"] || (values.get("default_pass") ?? "guest"),
    vhost: env["RABBITMQ_DEFAULT_VHOST"] || (values.get("default_vhost") ?? "/"),
    guestEverywhere: values.get("loopback_users.guest") === "false" || values.get("loopback_users") === "none",
    plugins,
    memoryLimit,
  };
}
