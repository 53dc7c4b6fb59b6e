import { ask, type DnsRecord, isAddress, resolvConf, reverseName, TYPES } from "./dns.ts";
import type { Utility } from "./tool.ts";

const bare = (name: string | undefined): string => (name ?? "").replace(/\.$/, "");

/** bind's: names are looked up along the search list, and told in sentences. */
export const host: Utility = {
  name: "host",
  usage: "[-t type] [-W time] hostname [server]",
  about: "DNS lookup utility",
  flags: {
    type: { short: "t", value: "type", help: "specifies the query type" },
    verbose: { short: "v", help: "enables verbose output" },
    all: { short: "a", help: "is equivalent to -v -t ANY" },
    wait: { short: "W", value: "time", help: "specifies how long to wait for a reply" },
    four: { short: "4", help: "use IPv4 query transport only" },
  },
  async run(t) {
    const [name, server] = t.args;
    if (name === undefined) {
      await t.proc.stderr.write(
        "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n",
      );
      return 1;
    }
    const conf = resolvConf(t);
    const address =
      server === undefined
        ? (conf.servers[0] ?? "127.0.0.1")
        : isAddress(server)
          ? server
          : ((await t.proc.net.lookup(server))[0] as string);
    const type = (t.value("type") ?? "").toUpperCase();
    if (type !== "" && TYPES[type] === undefined) return t.fail(`invalid type: ${t.value("type")}`, 2);
    if (server !== undefined) await t.out(`Using domain server:\nName: ${server}\nAddress: ${address}#53\nAliases: \n\n`);
    const types = type !== "" ? [type] : isAddress(name) ? ["PTR"] : ["A", "AAAA", "MX"];
    const asked = isAddress(name) ? reverseName(name) : bare(name);
    const candidates =
      isAddress(name) || name.endsWith(".")
        ? [asked]
        : asked.split(".").length > 5
          ? [asked, ...conf.search.map((s) => `${asked}.${s}`)]
          : [...conf.search.map((s) => `${asked}.${s}`), asked];
    for (const [i, candidate] of candidates.entries()) {
      const reply = await ask(t, address, candidate, types[0] as string);
      if (!reply) {
        await t.out(";; communications error to " + `${address}#53: timed out\n;; no servers could be reached\n`);
        return 1;
      }
      if (reply.code === "NXDOMAIN" && i + 1 < candidates.length) continue;
      if (reply.code !== "NOERROR") {
        await t.out(
          `Host ${isAddress(name) ? `${asked}.` : candidates.length > 1 ? asked : candidate} not found: 3(NXDOMAIN)\n`.replace(
            "3(NXDOMAIN)",
            codeText(reply.code),
          ),
        );
        return 1;
      }
      let shown = 0;
      for (const [n, each] of types.entries()) {
        const more = n === 0 ? reply : await ask(t, address, candidate, each);
        for (const record of more?.answers ?? []) if (n === 0 || record.type === each) shown += await told(record, (line) => t.out(line));
      }
      if (shown === 0 && type !== "") await t.out(`${candidate} has no ${type} record\n`);
      return 0;
    }
    return 1;
  },
};

const CODES: Readonly<Record<string, number>> = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };
const codeText = (code: string): string => `${CODES[code] ?? 0}(${code})`;

async function told({ name, type, fields }: DnsRecord, out: (line: string) => Promise<void>): Promise<number> {
  const [first] = fields;
  const sentence: Readonly<Record<string, string>> = {
    A: `has address ${first}`,
    AAAA: `has IPv6 address ${first}`,
    CNAME: `is an alias for ${first}`,
    PTR: `domain name pointer ${first}`,
    MX: `mail is handled by ${fields.join(" ")}`,
    NS: `name server ${first}`,
    TXT: `descriptive text ${first}`,
    SRV: `has SRV record ${fields.join(" ")}`,
  };
  await out(`${name} ${sentence[type] ?? `has ${type} record ${fields.join(" ")}`}\n`);
  return 1;
}
