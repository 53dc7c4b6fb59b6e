import { toBytes } from "./bytes.ts";

const decoder = new TextDecoder();

export function encode(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? toBytes(data) : data;
}

/** Invalid UTF-8 becomes U+FFFD, as a terminal shows it. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
