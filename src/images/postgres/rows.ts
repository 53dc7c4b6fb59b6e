import { utf8 } from "../database/binary.ts";
import type { Rows } from "../sql/context.ts";
import { textOf, type TypeName } from "../sql/values.ts";
import { i16, i32, message } from "./packets.ts";

/** Object ids of types in pg_type. */
const OIDS: Readonly<Partial<Record<TypeName, number>>> = {
  bool: 16,
  blob: 17,
  name: 19,
  bigint: 20,
  smallint: 21,
  tinyint: 21,
  int: 23,
  mediumint: 23,
  text: 25,
  json: 114,
  float: 700,
  double: 701,
  char: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  datetime: 1114,
  timestamptz: 1184,
  interval: 1186,
  decimal: 1700,
  uuid: 2950,
};
const RIGHT = new Set([20, 21, 23, 700, 701, 1700, 26]);
/** Whether psql puts it to the right. */
export const isRight = (oid: number): boolean => RIGHT.has(oid);

export function rowMessages({ fields, rows }: Rows): string {
  const head = fields
    .map((f) => `${utf8(f.name)}\0${i32(0)}${i16(0)}${i32(OIDS[f.type.name] ?? 25)}${i16(-1)}${i32(-1)}${i16(0)}`)
    .join("");
  const parts = [message("T", i16(fields.length) + head)];
  for (const row of rows) {
    const cells = fields.map((_, i) => {
      const value = row[i] ?? null;
      if (value === null) return i32(-1);
      const text = utf8(textOf(value, true));
      return i32(text.length) + text;
    });
    parts.push(message("D", i16(fields.length) + cells.join("")));
  }
  return parts.join("");
}
