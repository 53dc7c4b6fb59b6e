import type { ColumnDef } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { isDefaultNow, type Shape, type Table } from "../sql/table.ts";
import { type Row, type SqlType, textOf, type Value } from "../sql/values.ts";
import type { MysqlVersion } from "./versions.ts";

const WIDTHS: Readonly<Record<string, number>> = { tinyint: 4, smallint: 6, mediumint: 9, int: 11, bigint: 20 };

/** A type as DESCRIBE tells it: MariaDB with the width of whole numbers, MySQL 8 without. */
export function typeText(type: SqlType, v: MysqlVersion): string {
  const signless = type.unsigned ? " unsigned" : "";
  const width = WIDTHS[type.name];
  if (width !== undefined) {
    const shown = type.size ?? (type.unsigned ? (type.name === "bigint" ? 20 : width - 1) : width);
    return v.maria || v.version.startsWith("5") || (type.name === "tinyint" && type.size === 1)
      ? `${type.name}(${shown})${signless}`
      : `${type.name}${signless}`;
  }
  switch (type.name) {
    case "decimal":
      return `decimal(${type.size ?? 10},${type.scale ?? 0})${signless}`;
    case "char":
    case "varchar":
      return type.written === "varbinary" || type.written === "binary"
        ? `${type.written}(${type.size ?? 1})`
        : `${type.name}(${type.size ?? (type.name === "char" ? 1 : 255)})`;
    case "text":
    case "blob":
      return type.written && /^(tiny|medium|long)/.test(type.written) ? type.written : type.name;
    case "enum":
      return `enum(${type.values?.map((x) => `'${x}'`).join(",")})`;
    case "json":
      return v.maria ? "longtext" : "json";
    case "bool":
      return "tinyint(1)";
    case "datetime":
    case "timestamp":
    case "time":
      return type.size === undefined ? type.name : `${type.name}(${type.size})`;
    case "year":
      return "year(4)";
    default:
      return type.name;
  }
}

const NOW = (v: MysqlVersion): string => (v.maria ? "current_timestamp()" : "CURRENT_TIMESTAMP");

function defaultText(c: ColumnDef, v: MysqlVersion): Value {
  if (!c.default) return null;
  if (isDefaultNow(c.default)) return NOW(v);
  if (c.default.kind === "literal") return c.default.value === null ? null : textOf(c.default.value, false);
  return c.defaultText ?? null;
}

function extra(c: ColumnDef, v: MysqlVersion): string {
  if (c.auto) return "auto_increment";
  const generated = isDefaultNow(c.default) && !v.maria && !v.version.startsWith("5") ? "DEFAULT_GENERATED" : "";
  return c.onUpdateNow ? `${generated === "" ? "" : `${generated} `}on update ${NOW(v)}` : generated;
}

function keyMark(shape: Shape, c: ColumnDef): string {
  const first = (kind: string): boolean =>
    shape.indexes.some((i) => i.kind === kind && i.columns[0]?.toLowerCase() === c.name.toLowerCase());
  if (shape.indexes.some((i) => i.kind === "primary" && i.columns.some((n) => n.toLowerCase() === c.name.toLowerCase()))) return "PRI";
  if (shape.indexes.some((i) => i.kind === "unique" && i.columns.length === 1 && i.columns[0]?.toLowerCase() === c.name.toLowerCase()))
    return "UNI";
  return first("unique") || first("index") ? "MUL" : "";
}

export function createTableText(ctx: Context, table: Table, v: MysqlVersion): string {
  const { shape } = table;
  const quoted = (names: readonly string[]): string => names.map((n) => `\`${n}\``).join(",");
  const lines = shape.columns.map((c) => {
    const value = defaultText(c, v);
    const literal = c.default?.kind === "literal" && c.default.quoted === true;
    const number = c.default?.kind === "literal" && !c.default.quoted && value !== null;
    const text =
      value === null
        ? c.nullable && !/text|blob|json/.test(c.type.name)
          ? " DEFAULT NULL"
          : ""
        : ` DEFAULT ${literal || (number && !v.maria) ? `'${value as string}'` : (value as string)}`;
    return `  \`${c.name}\` ${typeText(c.type, v)}${c.nullable ? (c.type.name === "timestamp" ? " NULL" : "") : " NOT NULL"}${c.auto ? " AUTO_INCREMENT" : text}${c.onUpdateNow ? ` ON UPDATE ${NOW(v)}` : ""}${c.comment === undefined ? "" : ` COMMENT '${c.comment}'`}`;
  });
  for (const i of shape.indexes)
    lines.push(
      i.kind === "primary"
        ? `  PRIMARY KEY (${quoted(i.columns)})`
        : `  ${i.kind === "unique" ? "UNIQUE " : ""}KEY \`${i.name}\` (${quoted(i.columns)})`,
    );
  for (const f of shape.foreign)
    lines.push(
      `  CONSTRAINT \`${f.name}\` FOREIGN KEY (${quoted(f.columns)}) REFERENCES \`${f.table}\` (${quoted(f.references)})${f.onDelete === "no action" ? "" : ` ON DELETE ${f.onDelete.toUpperCase()}`}${f.onUpdate === "no action" ? "" : ` ON UPDATE ${f.onUpdate.toUpperCase()}`}`,
    );
  for (const c of shape.checks) lines.push(`  CONSTRAINT \`${c.name}\` CHECK (${c.text})`);
  const charset = shape.options["charset"] ?? ctx.setting("character_set_server") ?? "utf8mb4";
  const collation = ctx.setting("collation_server") ?? "";
  const auto = table.auto > 1 ? ` AUTO_INCREMENT=${table.auto}` : "";
  return `CREATE TABLE \`${table.name}\` (\n${lines.join(",\n")}\n) ENGINE=InnoDB${auto} DEFAULT CHARSET=${charset}${collation.startsWith(charset) ? ` COLLATE=${collation}` : ""}`;
}

export function columnRows(table: Table, v: MysqlVersion): readonly Row[] {
  return table.shape.columns.map((c) => [
    c.name,
    typeText(c.type, v),
    c.nullable ? "YES" : "NO",
    keyMark(table.shape, c),
    defaultText(c, v),
    extra(c, v),
  ]);
}
