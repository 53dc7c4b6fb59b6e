import { type MysqlVersion, since } from "./versions.ts";

/** What the isolation level is called: the name that is shown, and others that are understood. */
export function isolationNames(v: MysqlVersion): readonly string[] {
  if (v.maria) return since(v.version, "11.1") ? ["transaction_isolation", "tx_isolation"] : ["tx_isolation", "transaction_isolation"];
  return v.version.startsWith("5") ? ["tx_isolation", "transaction_isolation"] : ["transaction_isolation"];
}

/** Variables of the server with their defaults. Those that nothing here obeys are fixed or left out. */
export function defaults(v: MysqlVersion): Record<string, string> {
  const utf8 = v.maria ? "utf8mb4_general_ci" : v.version.startsWith("5") ? "latin1_swedish_ci" : "utf8mb4_0900_ai_ci";
  const charset = v.maria || !v.version.startsWith("5") ? "utf8mb4" : "latin1";
  return {
    autocommit: "ON",
    basedir: "/usr/",
    bind_address: v.maria ? "" : "*",
    character_set_client: charset,
    character_set_connection: charset,
    character_set_database: charset,
    character_set_results: charset,
    character_set_server: charset,
    character_set_system: "utf8mb3",
    collation_connection: utf8,
    collation_database: utf8,
    collation_server: utf8,
    datadir: "/var/lib/mysql/",
    default_storage_engine: "InnoDB",
    foreign_key_checks: "ON",
    hostname: "",
    innodb_buffer_pool_size: "134217728",
    innodb_flush_log_at_trx_commit: "1",
    innodb_lock_wait_timeout: "50",
    interactive_timeout: "28800",
    lock_wait_timeout: v.maria ? "86400" : "31536000",
    log_bin: v.maria || v.version.startsWith("5") ? "OFF" : "ON",
    lower_case_table_names: "0",
    max_allowed_packet: v.maria ? "16777216" : "67108864",
    max_connections: "151",
    pid_file: "/run/mysqld/mysqld.pid",
    port: "3306",
    read_only: "OFF",
    server_id: "1",
    skip_name_resolve: "OFF",
    skip_networking: "OFF",
    slow_query_log: "OFF",
    socket: v.maria ? "/run/mysqld/mysqld.sock" : "/var/run/mysqld/mysqld.sock",
    sql_mode: v.maria
      ? "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"
      : "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    system_time_zone: "UTC",
    time_zone: "SYSTEM",
    sql_notes: "ON",
    transaction_read_only: "OFF",
    [isolationNames(v)[0] as string]: "REPEATABLE-READ",
    unique_checks: "ON",
    version: v.full,
    version_comment: v.comment,
    version_compile_machine: "x86_64",
    version_compile_os: v.maria ? "debian-linux-gnu" : "Linux",
    wait_timeout: "28800",
  };
}
/** Flags that are accepted and change nothing that can be seen here. */
const ACCEPTED = new Set(
  "user,symbolic_links,host_cache_size,expire_logs_days,default_authentication_plugin,mysql_native_password,authentication_policy,console,datadir,innodb_log_file_size,innodb_log_buffer_size,innodb_file_per_table,innodb_io_capacity,innodb_flush_method,key_buffer_size,query_cache_size,query_cache_type,query_cache_limit,table_open_cache,thread_cache_size,thread_stack,sort_buffer_size,join_buffer_size,read_buffer_size,tmp_table_size,max_heap_table_size,long_query_time,slow_query_log_file,log_error,general_log,general_log_file,secure_file_priv,performance_schema,myisam_recover_options,explicit_defaults_for_timestamp,local_infile,log_bin,binlog_format,binlog_expire_logs_seconds,relay_log,log_slave_updates,gtid_mode,enforce_gtid_consistency,default_time_zone,init_connect,open_files_limit,back_log,ssl,skip_ssl,tls_version,require_secure_transport,skip_external_locking,lc_messages,lc_messages_dir,tmpdir,pid_file,basedir,ignore_db_dir,transaction_isolation,innodb_use_native_aio,skip_host_cache,character_set_client_handshake,net_read_timeout,net_write_timeout,connect_timeout,log_warnings,wsrep_on,event_scheduler,skip_log_bin,report_host,mysqlx,max_connect_errors,group_concat_max_len".split(
    ",",
  ),
);
const BARE: Readonly<Record<string, readonly [string, string]>> = {
  skip_name_resolve: ["skip_name_resolve", "ON"],
  skip_networking: ["skip_networking", "ON"],
  read_only: ["read_only", "ON"],
  skip_character_set_client_handshake: ["character_set_client_handshake", "OFF"],
};

export interface Read {
  readonly settings: Record<string, string>;
  /** What the server does not know, as it was written. */
  readonly unknown: string | undefined;
}
/** Options of files and of the command line, the later ones over the earlier. */
export function readOptions(v: MysqlVersion, options: readonly string[]): Read {
  const settings = defaults(v);
  for (const option of options) {
    const [, raw = "", value] = /^([^=]+?)(?:\s*=\s*(.*))?$/s.exec(option) ?? [];
    let name = raw.trim().replaceAll("-", "_");
    if (name === "bind_address" && value === "0.0.0.0") settings[name] = value;
    if (name === "character_set" || name === "charset") name = "character_set_server";
    if (name === "collation") name = "collation_server";
    const loose = name.startsWith("loose_");
    if (loose) name = name.slice(6);
    const bare = BARE[name];
    if (bare && (value === undefined || /^(1|on|true|)$/i.test(value))) settings[bare[0]] = bare[1];
    else if (name in settings && !/^(version|hostname|basedir|character_set_system)/.test(name)) settings[name] = sized(value ?? "ON");
    else if (!ACCEPTED.has(name) && !ACCEPTED.has(name.replace(/^skip_/, "")) && !loose)
      return { settings, unknown: value === undefined ? raw.trim() : `${raw.trim()}=${value}` };
  }
  const charset = settings["character_set_server"] as string;
  if (options.some((o) => /^character[-_]set[-_]server/.test(o)) && !options.some((o) => /^collation[-_]server/.test(o)))
    settings["collation_server"] =
      charset === "utf8mb4"
        ? defaults(v)["collation_server"]?.startsWith("utf8mb4")
          ? (defaults(v)["collation_server"] as string)
          : "utf8mb4_general_ci"
        : charset === "latin1"
          ? "latin1_swedish_ci"
          : `${charset}_general_ci`;
  settings["character_set_database"] = charset;
  settings["collation_database"] = settings["collation_server"] as string;
  return { settings, unknown: undefined };
}
function sized(value: string): string {
  const [, n, unit] = /^(\d+)([KMG])$/i.exec(value) ?? [];
  if (n === undefined) return value;
  return String(Number(n) * 1024 ** ("KMG".indexOf((unit as string).toUpperCase()) + 1));
}

/** The lines of these groups of an option file, and of the files that it includes. */
export function optionFile(
  text: string,
  groups: readonly string[],
  include: (path: string, folder: boolean) => readonly string[],
): readonly string[] {
  const found: string[] = [];
  let on = false;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/^\s*[#;].*$/, "").trim();
    if (line === "") continue;
    const [, directory, path] = /^!include(dir)?\s+(\S+)/.exec(line) ?? [];
    if (path !== undefined) for (const more of include(path, directory !== undefined)) found.push(...optionFile(more, groups, include));
    else if (line.startsWith("[")) on = groups.includes(line.slice(1, line.indexOf("]")));
    else if (on) found.push(line.replace(/\s+#.*$/, "").replace(/^([^=]+?)\s*=\s*(["']?)(.*?)\2$/, "$1=$3"));
  }
  return found;
}
