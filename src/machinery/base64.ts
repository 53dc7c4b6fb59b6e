const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Digit by character code; 64 marks what is none. */
const VALUES = new Uint8Array(128).fill(64);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Standard base64, padded. Line breaks are skipped. A number is the offset of the first illegal byte, as Go names it. */
export function base64Decode(text: string): Uint8Array | number {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let quantum = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) continue;
    if (c === 61) {
      const rest = text.slice(i).replace(/[\r\n]/g, "");
      if (quantum < 2 || rest !== "=".repeat(4 - quantum)) return i;
      return out.slice(0, length);
    }
    const v = VALUES[c] ?? 64;
    if (v === 64) return i;
    bits = ((bits << 6) | v) & 0xffffff;
    held += 6;
    quantum = (quantum + 1) % 4;
    if (held >= 8) {
      held -= 8;
      out[length++] = (bits >> held) & 0xff;
    }
  }
  return quantum === 0 ? out.slice(0, length) : text.length - quantum;
}

export function base64Encode(bytes: Uint8Array): string {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const n = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out.push(ALPHABET.charAt(n >> 18), ALPHABET.charAt((n >> 12) & 63));
    out.push(left > 1 ? ALPHABET.charAt((n >> 6) & 63) : "=", left > 2 ? ALPHABET.charAt(n & 63) : "=");
  }
  return out.join("");
}

/** A text's UTF-8 in base64. */
export const base64Text = (text: string): string => base64Encode(new TextEncoder().encode(text));

/** The alphabet that stands in addresses, without padding (RFC 4648, section 5). */
export const base64Url = (bytes: Uint8Array): string => base64Encode(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
