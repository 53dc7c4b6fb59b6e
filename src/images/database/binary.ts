import type { ProcessContext } from "../../runtime/index.ts";

/** Bytes as a string of one character each: keys of maps, parts of messages, cheap to join. */
export function toBinary(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** UTF-8 of a text, as a binary string. */
export const utf8 = (text: string): string => (isAscii(text) ? text : toBinary(encoder.encode(text)));
/** What a terminal shows of a binary string. */
export const readable = (binary: string): string => (isAscii(binary) ? binary : decoder.decode(fromBinary(binary)));

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** Of a file: undefined when it cannot be read. */
export function readBinary(proc: ProcessContext, path: string): string | undefined {
  try {
    return toBinary(proc.fs.readFile(path));
  } catch {
    return undefined;
  }
}
