import { type Cursor, NotSimulated } from "./cursor.ts";
import type { SqlType, TypeName } from "./values.ts";

const NAMES: Readonly<Record<string, TypeName>> = {
  tinyint: "tinyint",
  smallint: "smallint",
  int2: "smallint",
  mediumint: "mediumint",
  int: "int",
  integer: "int",
  int4: "int",
  bigint: "bigint",
  int8: "bigint",
  serial: "int",
  bigserial: "bigint",
  smallserial: "smallint",
  decimal: "decimal",
  numeric: "decimal",
  dec: "decimal",
  float: "float",
  real: "float",
  float4: "float",
  float8: "double",
  double: "double",
  char: "char",
  character: "char",
  nchar: "char",
  bpchar: "char",
  varchar: "varchar",
  nvarchar: "varchar",
  varbinary: "varchar",
  binary: "char",
  text: "text",
  tinytext: "text",
  mediumtext: "text",
  longtext: "text",
  blob: "blob",
  tinyblob: "blob",
  mediumblob: "blob",
  longblob: "blob",
  bytea: "blob",
  bool: "bool",
  boolean: "bool",
  bit: "tinyint",
  date: "date",
  time: "time",
  datetime: "datetime",
  timestamp: "timestamp",
  timestamptz: "timestamptz",
  year: "year",
  json: "json",
  jsonb: "json",
  uuid: "uuid",
  enum: "enum",
  name: "name",
  regclass: "name",
  signed: "bigint",
  unsigned: "bigint",
  interval: "interval",
};

export const isSerial = (word: string): boolean => /^(small|big)?serial[248]?$/.test(word);

export function parseType(c: Cursor): SqlType {
  const token = c.next();
  let name = NAMES[token.lower];
  if (token.kind !== "word" && token.kind !== "name") c.fail();
  if (name === undefined) throw new UnknownType(token.lower, token.at);
  let size: number | undefined;
  let scale: number | undefined;
  let values: readonly string[] | undefined;
  if (token.lower === "double") c.takes("precision");
  if (token.lower === "character" && c.takes("varying")) name = "varchar";
  if (name === "enum") values = c.inParens(() => c.string());
  else if (c.takesOp("(")) {
    size = c.integer();
    if (c.takesOp(",")) scale = c.integer();
    c.wantsOp(")");
  }
  if (c.pg && (name === "timestamp" || name === "time")) {
    if (c.takes("with", "time", "zone") && name === "timestamp") name = "timestamptz";
    else c.takes("without", "time", "zone");
  }
  if (c.pg && name === "datetime") throw new UnknownType("datetime", token.at);
  if (c.pg && c.takesOp("[")) throw new NotSimulated("arrays are not simulated by Timonel");
  if (!c.pg && name === "bool") [name, size] = ["tinyint", 1];
  let unsigned = token.lower === "unsigned";
  for (;;) {
    if (c.takes("unsigned")) unsigned = true;
    else if (c.takes("signed") || c.takes("zerofill")) continue;
    else if ((c.takes("character", "set") || c.takes("charset")) && c.next()) continue;
    else if (c.takes("integer") && (token.lower === "signed" || token.lower === "unsigned")) continue;
    else break;
  }
  if (!c.pg && name === "decimal") [size, scale] = [size ?? 10, scale ?? 0];
  return {
    name,
    ...(size !== undefined && { size }),
    ...(scale !== undefined && { scale }),
    ...(unsigned && { unsigned: true as const }),
    ...(token.lower !== name && { written: token.lower }),
    ...(values && { values }),
  };
}

export class UnknownType extends Error {
  readonly at: number;
  constructor(name: string, at: number) {
    super(name);
    this.at = at;
  }
}
