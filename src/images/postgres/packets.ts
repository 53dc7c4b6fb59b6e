/** PostgreSQL's wire, version 3: messages of binary strings. */
export const i32 = (n: number): string => String.fromCharCode((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
export const i16 = (n: number): string => String.fromCharCode((n >>> 8) & 255, n & 255);
export const message = (type: string, body: string): string => type + i32(body.length + 4) + body;
export const readI32 = (text: string, at: number): number =>
  ((text.charCodeAt(at) << 24) | (text.charCodeAt(at + 1) << 16) | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3)) >>> 0;
export const readI16 = (text: string, at: number): number => (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);

export interface Message {
  readonly type: string;
  readonly body: string;
  readonly end: number;
}
/** `bare`: the first one has no type. Undefined: there is more to come. */
export function readMessage(text: string, from: number, bare = false): Message | undefined {
  const head = bare ? 0 : 1;
  if (text.length < from + head + 4) return undefined;
  const end = from + head + readI32(text, from + head);
  if (text.length < end) return undefined;
  return { type: bare ? "" : (text[from] as string), body: text.slice(from + head + 4, end), end };
}
/** Fields of an error or a notice by their letters. */
export const errorFields = (fields: Readonly<Record<string, string | undefined>>): string =>
  `${Object.entries(fields)
    .flatMap(([k, v]) => (v === undefined ? [] : [`${k}${v}\0`]))
    .join("")}\0`;
export const readFields = (body: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    body
      .split("\0")
      .filter(Boolean)
      .map((f) => [f[0] as string, f.slice(1)]),
  );
export const SSL_REQUEST = 80_877_103;
export const CANCEL_REQUEST = 80_877_102;
export const PROTOCOL = 196_608;
