import { utf8 } from "../database/binary.ts";
import type { Outcome } from "../sql/session.ts";
import { isNumber, isTime, type SqlType, textOf } from "../sql/values.ts";
import { lenenc, lenencText, packet, u16, u32, u8 } from "./packets.ts";

const TYPES: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  int: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  bigint: 8,
  mediumint: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  decimal: 246,
  text: 252,
  blob: 252,
  json: 252,
  char: 254,
  enum: 254,
  bool: 1,
};

const lengthOf = (type: SqlType): number =>
  type.name === "text" ? 65_535 : isNumber(type) ? 20 : isTime(type) ? 19 : (type.size ?? 255) * 4;

export const errorBody = (code: number, state: string, message: string): string => `\xff${u16(code)}#${state}${utf8(message)}`;

export const okBody = (
  {
    affected,
    insertId = 0,
    info = "",
    warnings = [],
  }: { readonly affected: number; readonly insertId?: number; readonly info?: string; readonly warnings?: Outcome["warnings"] },
  status: number,
): string => `\0${lenenc(affected)}${lenenc(insertId)}${u16(status)}${u16(warnings.length)}${utf8(info)}`;

const eofBody = (warnings: number, status: number): string => `\xfe${u16(warnings)}${u16(status)}`;

export function rowsReply({ rows, warnings }: Outcome, status: number): string {
  const { fields = [], rows: all = [] } = rows ?? {};
  let sequence = 1;
  const parts = [packet(sequence++, lenenc(fields.length))];
  for (const { name, type, notNull } of fields) {
    const text = lenencText("def") + lenencText("").repeat(3) + lenencText(utf8(name)) + lenencText("");
    parts.push(
      packet(
        sequence++ & 0xff,
        `${text}\x0c${u16(isNumber(type) ? 63 : 45)}${u32(lengthOf(type))}${u8(TYPES[type.name] ?? 253)}${u16((isNumber(type) ? 0x8000 : 0) | (notNull ? 1 : 0))}${u8(type.scale ?? 0)}${u16(0)}`,
      ),
    );
  }
  parts.push(packet(sequence++ & 0xff, eofBody(warnings.length, status)));
  for (const row of all) {
    const body = fields.map((_, i) => {
      const value = row[i] ?? null;
      return value === null ? "\xfb" : lenencText(utf8(textOf(value, false)));
    });
    parts.push(packet(sequence++ & 0xff, body.join("")));
  }
  parts.push(packet(sequence & 0xff, eofBody(warnings.length, status)));
  return parts.join("");
}
