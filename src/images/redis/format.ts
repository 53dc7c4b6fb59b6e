import type { Reply } from "./resp.ts";

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u0007": "\\a",
  "\b": "\\b",
};

/** A binary string as redis-cli quotes it (redis: sds.c sdscatrepr). */
export function quoted(text: string): string {
  let out = '"';
  for (const c of text) {
    const code = c.charCodeAt(0);
    out += NAMED[c] ?? (code >= 32 && code < 127 ? c : `\\x${code.toString(16).padStart(2, "0")}`);
  }
  return `${out}"`;
}

/** As people read it on a terminal. */
export function forTerminal(reply: Reply, prefix = ""): string {
  switch (reply.type) {
    case "nil":
      return "(nil)\n";
    case "status":
      return `${reply.text}\n`;
    case "error":
      return `(error) ${reply.text}\n`;
    case "integer":
      return `(integer) ${reply.text}\n`;
    case "bulk":
      return `${quoted(reply.text)}\n`;
    case "array": {
      if (reply.items.length === 0) return "(empty array)\n";
      const width = String(reply.items.length).length;
      const inner = prefix + " ".repeat(width + 2);
      return reply.items.map((item, i) => `${i === 0 ? "" : prefix}${String(i + 1).padStart(width)}) ${forTerminal(item, inner)}`).join("");
    }
  }
}

/** As scripts read it. */
export function raw(reply: Reply): string {
  switch (reply.type) {
    case "nil":
      return "";
    case "error":
      return `${reply.text}\n`;
    case "array":
      return reply.items.map(raw).join("\n");
    default:
      return reply.text;
  }
}

export function csv(reply: Reply): string {
  switch (reply.type) {
    case "nil":
      return "NULL";
    case "error":
      return `ERROR,${quoted(reply.text)}`;
    case "integer":
      return reply.text;
    case "array":
      return reply.items.map(csv).join(",");
    default:
      return quoted(reply.text);
  }
}
