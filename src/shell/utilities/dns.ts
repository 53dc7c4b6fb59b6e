import type { Tool } from "./tool.ts";

/** Types that can be asked for, by number (RFC 1035, 2782, 3596). */
export const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  ANY: 255,
};
const CODES: Readonly<Record<number, string>> = { 0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED" };

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  /** As a zone file has it: names end in a dot. */
  readonly fields: readonly string[];
}
export interface DnsReply {
  readonly id: number;
  readonly code: string;
  readonly flags: readonly string[];
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  readonly size: number;
}

function encode(id: number, name: string, type: number): Uint8Array {
  const out = [id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of name.replace(/\.$/, "").split(".")) {
    const bytes = new TextEncoder().encode(label);
    if (bytes.length > 0) out.push(bytes.length, ...bytes);
  }
  return Uint8Array.from([...out, 0, type >> 8, type & 255, 0, 1]);
}

function decode(data: Uint8Array): DnsReply {
  const word = (at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
  const nameAt = (from: number): { readonly name: string; readonly end: number } => {
    const labels: string[] = [];
    let [at, end] = [from, -1];
    // Each pointer goes back, so a message has fewer of them than bytes.
    for (let guard = 0; guard < 128; guard++) {
      const n = data[at] ?? 0;
      if (n === 0) return { name: labels.join("."), end: end < 0 ? at + 1 : end };
      if (n >= 192) {
        if (end < 0) end = at + 2;
        at = ((n & 63) << 8) | (data[at + 1] ?? 0);
      } else {
        labels.push(new TextDecoder().decode(data.subarray(at + 1, at + 1 + n)));
        at += n + 1;
      }
    }
    return { name: "", end: data.length };
  };
  let at = 12;
  for (let i = word(4); i > 0; i--) at = nameAt(at).end + 4;
  const section = (count: number): DnsRecord[] => {
    const out: DnsRecord[] = [];
    for (let i = count; i > 0 && at < data.length; i--) {
      const { name, end } = nameAt(at);
      const length = word(end + 8);
      const type = Object.keys(TYPES).find((t) => TYPES[t] === word(end)) ?? `TYPE${word(end)}`;
      out.push({ name, type, ttl: word(end + 4) * 65536 + word(end + 6), fields: fieldsAt(type, end + 10, length) });
      at = end + 10 + length;
    }
    return out;
  };
  const fieldsAt = (type: string, from: number, length: number): string[] => {
    const bytes = data.subarray(from, from + length);
    if (type === "A") return [[...bytes].join(".")];
    if (type === "AAAA")
      return [
        Array.from({ length: 8 }, (_, i) => word(from + 2 * i).toString(16))
          .join(":")
          .replace(/\b0(:0)+\b/, "")
          .replace(/^:?$|^:(?!:)|(?<!:):$/, "::"),
      ];
    if (type === "CNAME" || type === "PTR" || type === "NS") return [`${nameAt(from).name}.`];
    if (type === "SRV") return [String(word(from)), String(word(from + 2)), String(word(from + 4)), `${nameAt(from + 6).name}.`];
    if (type === "MX") return [String(word(from)), `${nameAt(from + 2).name}.`];
    if (type === "TXT") return [`"${new TextDecoder().decode(bytes.subarray(1))}"`];
    if (type !== "SOA") return [[...bytes].map((b) => b.toString(16).padStart(2, "0")).join("")];
    const first = nameAt(from);
    const second = nameAt(first.end);
    return [
      `${first.name}.`,
      `${second.name}.`,
      ...[0, 4, 8, 12, 16].map((n) => String(word(second.end + n) * 65536 + word(second.end + n + 2))),
    ];
  };
  const [high, low] = [data[2] ?? 0, data[3] ?? 0];
  const flags = [high & 128 && "qr", high & 4 && "aa", high & 2 && "tc", high & 1 && "rd", low & 128 && "ra"].filter(
    (f) => typeof f === "string",
  );
  const answers = section(word(6));
  const authority = section(word(8));
  return {
    id: word(0),
    code: CODES[low & 15] ?? `RCODE${low & 15}`,
    flags,
    answers,
    authority,
    additional: section(word(10)),
    size: data.length,
  };
}

/** One question to a server. Undefined when none answers. */
export async function ask(
  t: Tool,
  server: string,
  name: string,
  type: string,
  { port = 53, seconds = 5, tries = 1 }: { readonly port?: number; readonly seconds?: number; readonly tries?: number } = {},
): Promise<DnsReply | undefined> {
  const question = encode(t.proc.random.int(65536), name, TYPES[type] ?? 1);
  for (let left = tries; left > 0; left--) {
    try {
      return decode(await t.proc.net.query(server, port, question, seconds * 1000));
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
  return undefined;
}

/** Servers and search domains of /etc/resolv.conf. */
export function resolvConf(t: Tool): { readonly servers: readonly string[]; readonly search: readonly string[]; readonly ndots: number } {
  const lines = t.proc.fs.exists("/etc/resolv.conf")
    ? t.proc.fs
        .readText("/etc/resolv.conf")
        .split("\n")
        .map((l) => l.trim().split(/\s+/))
    : [];
  return {
    servers: lines.filter((l) => l[0] === "nameserver").map((l) => l[1] ?? ""),
    search: lines.findLast((l) => l[0] === "search")?.slice(1) ?? [],
    ndots: Number(/ndots:(\d+)/.exec(lines.findLast((l) => l[0] === "options")?.join(" ") ?? "")?.[1] ?? 1),
  };
}

/** 4.3.2.1.in-addr.arpa for 1.2.3.4. */
export function reverseName(ip: string): string {
  return `${ip.split(".").reverse().join(".")}.in-addr.arpa`;
}
export const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text);
