/** All warnings together may be this long, in characters; when they are longer each is cut (k8s: endpoints/filters/warning.go). */
const MOST_IN_ALL = 4 * 1024;
const MOST_EACH = 256;

/** `299 - "text"` for each warning, once, as header values: UTF-8, a character a byte. */
export function warningHeaders(warnings: readonly string[]): readonly string[] {
  const texts = [...new Set(warnings)].filter((text) => text !== "");
  const total = texts.reduce((sum, text) => sum + [...text].length, 0);
  return (total > MOST_IN_ALL ? truncated(texts) : texts).filter((text) => !/\p{Cc}/u.test(text)).map(header);
}

function truncated(texts: readonly string[]): readonly string[] {
  const out: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= MOST_IN_ALL) break;
    const cut = [...text].slice(0, MOST_EACH);
    written += cut.length;
    out.push(cut.join(""));
  }
  return out;
}

const encoder = new TextEncoder();

function header(text: string): string {
  const quoted = `299 - "${text.replace(/["\\]/g, "\\$&")}"`;
  return Array.from(encoder.encode(quoted), (byte) => String.fromCharCode(byte)).join("");
}
