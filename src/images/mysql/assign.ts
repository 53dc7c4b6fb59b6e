import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";

export const READ_ONLY =
  /^(version.*|hostname|port|datadir|socket|basedir|bind_address|skip_networking|system_time_zone|pid_file|log_bin|lower_case_table_names|skip_name_resolve|character_set_system)$/;
/** What nobody here does otherwise, whatever is set. */
const FIXED = /^(collation_.*|time_zone|default_storage_engine)$/;

const wrong = (name: string, value: string): SqlError =>
  new SqlError(1231, "42000", `Variable '${name}' can't be set to the value of '${value}'`);

export function flag(name: string, text: string): string {
  if (/^(1|on|true)$/i.test(text)) return "ON";
  if (/^(0|off|false)$/i.test(text)) return "OFF";
  throw wrong(name, text);
}

const MODES = new Set(
  "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_AUTO_VALUE_ON_ZERO,ONLY_FULL_GROUP_BY,ALLOW_INVALID_DATES".split(
    ",",
  ),
);
const REFUSED_MODES =
  /^(ANSI|ANSI_QUOTES|PIPES_AS_CONCAT|IGNORE_SPACE|NO_BACKSLASH_ESCAPES|TRADITIONAL|ORACLE|MSSQL|HIGH_NOT_PRECEDENCE|REAL_AS_FLOAT|PAD_CHAR_TO_FULL_LENGTH|NO_UNSIGNED_SUBTRACTION|TIME_TRUNCATE_FRACTIONAL|EMPTY_STRING_IS_NULL|SIMULTANEOUS_ASSIGNMENT)$/;

/** A value that is obeyed, as it is shown. Throws what is wrong with it, or that nobody would obey it. */
export function obeyed(ctx: Context, name: string, value: string): string {
  const not = (what: string): SqlError => ctx.words.notSimulated(`${what} is not simulated by Timonel`);
  if (name === "sql_mode") {
    const modes = value
      .toUpperCase()
      .split(",")
      .map((m) => m.trim())
      .filter((m) => m !== "");
    for (const mode of modes) {
      if (REFUSED_MODES.test(mode)) throw not(`sql_mode ${mode}`);
      if (!MODES.has(mode)) throw wrong(name, mode);
    }
    return modes.join(",");
  }
  if (/^(tx|transaction)_isolation$/.test(name)) {
    const level = value.toUpperCase();
    if (level === "SERIALIZABLE") throw not("the isolation level SERIALIZABLE");
    if (!/^(READ-UNCOMMITTED|READ-COMMITTED|REPEATABLE-READ)$/.test(level)) throw wrong(name, value);
    return level;
  }
  if (name === "time_zone" && /^(SYSTEM|\+00:00|UTC)$/i.test(value)) return value;
  if (name === "default_storage_engine" && /^innodb$/i.test(value)) return "InnoDB";
  if (name.startsWith("collation_") && /^utf8(mb[34])?_.*_ci$/.test(value)) return value;
  if (FIXED.test(name)) throw not(`${name} = ${value}`);
  if (/^character_set_(client|connection|results|server|database)$/.test(name)) return charset(ctx, value);
  return value;
}

function charset(ctx: Context, name: string): string {
  if (/^utf8(mb[34])?$/i.test(name)) return name.toLowerCase();
  if (/^(latin[1257]|binary|ascii|ucs2|utf16|utf32|cp12\d\d|koi8r|big5|gbk|sjis|greek|hebrew)$/i.test(name) || name === "")
    throw ctx.words.notSimulated(`the character set ${name} is not simulated by Timonel`);
  throw new SqlError(1115, "42000", `Unknown character set: '${name}'`);
}

/** SET NAMES and SET CHARACTER SET: what a client speaks, which is UTF-8. */
export function setNames(ctx: Context, s: Statement & { readonly kind: "set names" }): void {
  const { session } = ctx;
  if (s.charset === "") {
    const { character_set_client: _, character_set_connection: __, character_set_results: ___, ...rest } = session.settings;
    session.settings = rest;
    return;
  }
  const name = charset(ctx, s.charset);
  const collation = s.collation ?? (name === "utf8mb4" ? (ctx.setting("collation_server") ?? "") : `${name}_general_ci`);
  if (!collation.startsWith(name.replace(/mb3$/, "")))
    throw new SqlError(1253, "42000", `COLLATION '${collation}' is not valid for CHARACTER SET '${name}'`);
  session.settings = {
    ...session.settings,
    character_set_client: name,
    character_set_results: name,
    ...(s.results && { character_set_connection: name, collation_connection: collation }),
  };
}
