import { type PostgresVersion, serverVersion } from "./versions.ts";

export function defaults(v: PostgresVersion): Record<string, string> {
  return {
    application_name: "",
    autovacuum: "on",
    client_encoding: "UTF8",
    client_min_messages: "notice",
    config_file: "",
    data_directory: "",
    DateStyle: "ISO, MDY",
    datestyle: "ISO, MDY",
    check_function_bodies: "on",
    default_table_access_method: "heap",
    default_tablespace: "",
    default_transaction_isolation: "read committed",
    default_transaction_read_only: "off",
    escape_string_warning: "on",
    idle_in_transaction_session_timeout: "0",
    idle_session_timeout: "0",
    lock_timeout: "0",
    effective_cache_size: "4GB",
    extra_float_digits: "1",
    hba_file: "",
    is_superuser: "on",
    lc_collate: "en_US.utf8",
    listen_addresses: "*",
    log_connections: "off",
    log_statement: "none",
    logging_collector: "off",
    maintenance_work_mem: "64MB",
    max_connections: "100",
    max_wal_size: "1GB",
    password_encryption: "scram-sha-256",
    port: "5432",
    search_path: '"$user", public',
    server_encoding: "UTF8",
    server_version: serverVersion(v),
    server_version_num: String(Number(v.version.split(".")[0]) * 10_000 + Number(v.version.split(".")[1])),
    shared_buffers: "128MB",
    shared_preload_libraries: "",
    standard_conforming_strings: "on",
    statement_timeout: "0",
    synchronous_commit: "on",
    timezone: "Etc/UTC",
    row_security: "on",
    transaction_isolation: "read committed",
    transaction_read_only: "off",
    transaction_timeout: "0",
    xmloption: "content",
    wal_level: "replica",
    work_mem: "4MB",
  };
}
const ACCEPTED =
  /^(log_|autovacuum|checkpoint_|wal_|max_wal|min_wal|archive_|hot_standby|effective_io|random_page|seq_page|default_|dynamic_|lc_|max_worker|max_parallel|max_locks|max_replication|huge_pages|jit|ssl|tcp_|unix_|fsync|full_page|track_|temp_|bgwriter|idle_|lock_timeout|statement_timeout|deadlock|superuser_reserved|include|cluster_name|external_pid|event_source|stats_|pg_stat|commit_|vacuum_|logging_collector|hba_file|ident_file|data_directory|maintenance_io)/;

/** Lines of postgresql.conf and -c flags over the defaults; the first that is no parameter. */
export function readSettings(
  v: PostgresVersion,
  lines: readonly string[],
): { readonly settings: Record<string, string>; readonly unknown: string | undefined } {
  const settings = defaults(v);
  for (const raw of lines) {
    const [, name, value = ""] = /^\s*([A-Za-z_][\w.]*)\s*(?:=|\s)\s*(.*?)\s*$/.exec(raw.replace(/#[^']*$/, "")) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (key in settings) settings[key] = value.replace(/^'(.*)'$/, "$1").replaceAll("''", "'");
    else if (!ACCEPTED.test(key) && !key.includes(".")) return { settings, unknown: name };
  }
  return { settings, unknown: undefined };
}
