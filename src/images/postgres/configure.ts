import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";

/** Parameters that a session may change because they cannot make a difference here, or because somebody obeys them. */
const FREE =
  /^(application_name|search_path|row_security|check_function_bodies|xmloption|default_tablespace|default_table_access_method|escape_string_warning|synchronous_commit|work_mem|maintenance_work_mem|effective_cache_size|random_page_cost|extra_float_digits|enable_\w+|jit|quote_all_identifiers)$/;
const RESTART =
  /^(max_connections|port|listen_addresses|shared_buffers|wal_level|shared_preload_libraries|config_file|data_directory|hba_file|server_version|server_version_num|server_encoding)$/;
const TIMEOUT = /_timeout$/;

/** "5s", "1min", 250. */
export function milliseconds(text: string): number | undefined {
  const [, n, unit = "ms"] = /^\s*(\d+)\s*(us|ms|s|min|h|d)?\s*$/.exec(text) ?? [];
  return n === undefined
    ? undefined
    : Number(n) * ({ us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[unit] as number);
}

/** What a parameter becomes when it is set so. Throws what is wrong with it. */
export function settled(ctx: Context, name: string, value: string): string {
  const not = (what: string): SqlError => ctx.words.notSimulated(`${what} is not simulated by Timonel`);
  const invalid = (hint?: string): SqlError =>
    new SqlError(0, "22023", `invalid value for parameter "${name}": "${value}"`, hint === undefined ? {} : { hint });
  if (name.includes(".")) return value;
  if (RESTART.test(name)) throw new SqlError(0, "55P02", `parameter "${name}" cannot be changed without restarting the server`);
  if (TIMEOUT.test(name)) {
    const ms = milliseconds(value);
    if (ms === undefined) throw invalid();
    if (ms > 0 && !/^(statement|lock)_timeout$/.test(name)) throw not(`${name}`);
    return value;
  }
  switch (name) {
    case "timezone":
      if (!/^(etc\/)?(utc|gmt|zulu|universal|default)$/i.test(value)) throw not(`the time zone ${value}`);
      return value;
    case "client_encoding":
      if (!/^(utf-?8|unicode)$/i.test(value)) throw not(`the encoding ${value}`);
      return "UTF8";
    case "datestyle":
      if (!/^(iso)?(\s*,?\s*(mdy|us|noneuropean))?$/i.test(value)) throw not(`the DateStyle ${value}`);
      return "ISO, MDY";
    case "client_min_messages":
      if (!/^(debug[1-5]?|log|notice|warning|error)$/i.test(value))
        throw invalid("Available values: debug5, debug4, debug3, debug2, debug1, log, notice, warning, error.");
      return value.toLowerCase();
    case "standard_conforming_strings":
      if (!/^(on|true|yes|1)$/i.test(value)) throw not("standard_conforming_strings = off");
      return "on";
    case "default_transaction_isolation":
      if (/^serializable$/i.test(value)) throw not("the isolation level serializable");
      if (!/^(read uncommitted|read committed|repeatable read)$/i.test(value))
        throw invalid("Available values: serializable, repeatable read, read committed, read uncommitted.");
      return value.toLowerCase();
    case "default_transaction_read_only":
      return /^(on|true|yes|1)$/i.test(value) ? "on" : "off";
  }
  if (FREE.test(name)) return value;
  if (ctx.setting(name) === undefined) throw new SqlError(0, "42704", `unrecognized configuration parameter "${name}"`);
  throw not(`setting ${name} in a session`);
}

/** SET, SET LOCAL and set_config(): taken back when their transaction is, or ends. */
export function configure(ctx: Context, given: string, value: string | undefined, local: boolean): void {
  const name = given.toLowerCase();
  const { session, tx } = ctx;
  if (value === undefined && ctx.setting(name) === undefined)
    throw new SqlError(0, "42704", `unrecognized configuration parameter "${name}"`);
  const before = session.settings[name];
  const put = (text: string | undefined): void => {
    const { [name]: _, ...rest } = session.settings;
    session.settings = text === undefined ? rest : { ...rest, [name]: text };
  };
  put(value === undefined ? undefined : settled(ctx, name, value));
  tx.undo.push({ back: () => put(before) });
  if (!local) return;
  if (tx.explicit) tx.locals.push(() => put(before));
  else {
    put(before);
    ctx.warnings.push({ level: "Warning", code: 0, message: "SET LOCAL can only be used in transaction blocks" });
  }
}
