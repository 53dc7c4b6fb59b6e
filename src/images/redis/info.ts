import type { Server } from "./server.ts";
import { compatible, since } from "./versions.ts";

type Rows = readonly (readonly [string, string | number])[];

const human = (bytes: number): string =>
  bytes < 1024
    ? `${bytes}B`
    : bytes < 2 ** 20
      ? `${(bytes / 1024).toFixed(2)}K`
      : bytes < 2 ** 30
        ? `${(bytes / 2 ** 20).toFixed(2)}M`
        : `${(bytes / 2 ** 30).toFixed(2)}G`;

/** INFO's sections: what this server knows of itself, under redis' names. */
const SECTIONS: Readonly<Record<string, (server: Server) => Rows>> = {
  Server: ({ proc, product, version, config, birth }) => {
    const up = Math.floor((proc.clock.now() - birth.started) / 1000);
    return [
      ["redis_version", compatible(birth.build)],
      ...(product === "Valkey"
        ? ([
            ["server_name", "valkey"],
            ["valkey_version", version],
          ] as const)
        : []),
      ...(product === "Valkey" && since(version, "8.1") ? ([["valkey_release_stage", "ga"]] as const) : []),
      ["redis_git_sha1", "00000000"],
      ["redis_git_dirty", 0],
      [product === "Valkey" && since(version, "8.0") ? "server_mode" : "redis_mode", "standalone"],
      ["os", "Linux 6.1.0-timonel x86_64"],
      ["arch_bits", 64],
      ["monotonic_clock", "POSIX clock_gettime"],
      ["multiplexing_api", "epoll"],
      ["process_id", proc.pid],
      ["process_supervised", "no"],
      ["run_id", birth.runId],
      ["tcp_port", config.get("port")],
      ["server_time_usec", Math.floor(proc.clock.now() * 1000)],
      ["uptime_in_seconds", up],
      ["uptime_in_days", Math.floor(up / 86_400)],
      ["hz", config.get("hz")],
      ["configured_hz", config.get("hz")],
      ["executable", `/data/${product.toLowerCase()}-server`],
      ["config_file", birth.configFile],
      ["io_threads_active", 0],
    ];
  },
  Clients: ({ sessions, config }) => [
    ["connected_clients", sessions.all.filter((s) => s.state.kind === "client").length],
    ["maxclients", config.get("maxclients")],
    ["blocked_clients", sessions.all.filter((s) => s.state.blocked).length],
  ],
  Memory: ({ usedMemory, config }) => [
    ["used_memory", usedMemory],
    ["used_memory_human", human(usedMemory)],
    ["maxmemory", config.get("maxmemory")],
    ["maxmemory_human", human(config.number("maxmemory"))],
    ["maxmemory_policy", config.get("maxmemory-policy")],
    ["mem_allocator", "jemalloc-5.3.0"],
  ],
  Persistence: ({ engine, persistence, config, stats }) => [
    ["loading", 0],
    ["rdb_changes_since_last_save", engine.dirty],
    ["rdb_bgsave_in_progress", persistence.saving ? 1 : 0],
    ["rdb_last_save_time", Math.floor(persistence.lastSave / 1000)],
    ["rdb_last_bgsave_status", persistence.failed ? "err" : "ok"],
    ["rdb_saves", stats.saves],
    ["aof_enabled", config.is("appendonly") ? 1 : 0],
    ["aof_rewrite_in_progress", 0],
    ["aof_last_write_status", "ok"],
  ],
  Stats: ({ stats, engine, sessions }) => [
    ["total_connections_received", stats.connections],
    ["total_commands_processed", stats.commands],
    ["total_net_input_bytes", stats.input],
    ["total_net_output_bytes", stats.output],
    ["sync_full", stats.fullSyncs],
    ["expired_keys", engine.dbs.reduce((n, db) => n + db.expired, 0)],
    ["evicted_keys", stats.evicted],
    ["keyspace_hits", stats.hits],
    ["keyspace_misses", stats.misses],
    ["pubsub_channels", new Set(sessions.all.flatMap((s) => s.state.channels)).size],
    ["pubsub_patterns", new Set(sessions.all.flatMap((s) => s.state.patterns)).size],
    ["total_error_replies", Object.values(stats.errors).reduce((a, b) => a + b, 0)],
  ],
  Replication: ({ replication, proc, config }) => {
    const { master, replicas, offset, replId } = replication;
    const link: Rows = master
      ? [
          ["master_host", master.host],
          ["master_port", master.port],
          ["master_link_status", master.link === "up" ? "up" : "down"],
          ["master_sync_in_progress", master.link === "handshake" ? 1 : 0],
          ["slave_read_repl_offset", offset],
          ["slave_repl_offset", offset],
          ...(master.link === "up"
            ? []
            : [["master_link_down_since_seconds", Math.floor((proc.clock.now() - master.since) / 1000)] as const]),
          ["slave_priority", config.get("replica-priority")],
          ["slave_read_only", config.is("replica-read-only") ? 1 : 0],
        ]
      : [];
    return [
      ["role", master ? "slave" : "master"],
      ...link,
      ["connected_slaves", replicas.length],
      ...replicas.map(
        (s, i) =>
          [
            `slave${i}`,
            `ip=${s.socket.remote.ip},port=${s.state.port},state=${s.state.online ? "online" : "wait_bgsave"},offset=${s.state.online ? offset : 0},lag=0`,
          ] as const,
      ),
      ["master_failover_state", "no-failover"],
      ["master_replid", replId],
      ["master_replid2", "0".repeat(40)],
      ["master_repl_offset", offset],
      ["second_repl_offset", -1],
    ];
  },
  CPU: ({ proc }) => {
    const { own, children } = proc.usage();
    return [
      ["used_cpu_sys", "0.000000"],
      ["used_cpu_user", (own / 1000).toFixed(6)],
      ["used_cpu_sys_children", "0.000000"],
      ["used_cpu_user_children", (children / 1000).toFixed(6)],
    ];
  },
  Modules: () => [],
  Errorstats: ({ stats }) => Object.entries(stats.errors).map(([code, n]) => [`errorstat_${code}`, `count=${n}`]),
  Cluster: () => [["cluster_enabled", 0]],
  Keyspace: ({ engine, proc }) =>
    engine.dbs.flatMap((db, n) => {
      db.sweep();
      const mortal = [...db.entries.values()].flatMap((e) => (e.expires === undefined ? [] : [e.expires - proc.clock.now()]));
      const average = mortal.length === 0 ? 0 : Math.round(mortal.reduce((a, b) => a + b, 0) / mortal.length);
      return db.entries.size === 0 ? [] : [[`db${n}`, `keys=${db.entries.size},expires=${mortal.length},avg_ttl=${average}`] as const];
    }),
};

export function info(server: Server, asked: readonly string[]): string {
  const wanted = asked.map((a) => a.toLowerCase()).filter((a) => !/^(default|all|everything)$/.test(a));
  return Object.entries(SECTIONS)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name.toLowerCase()))
    .map(
      ([name, rows]) =>
        `# ${name}\r\n${rows(server)
          .map(([k, v]) => `${k}:${v}\r\n`)
          .join("")}`,
    )
    .join("\r\n");
}
