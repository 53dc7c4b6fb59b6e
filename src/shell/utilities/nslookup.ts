import { ask, type DnsRecord, isAddress, resolvConf, reverseName, TYPES } from "./dns.ts";
import { bind } from "./nslookup-bind.ts";
import type { Utility } from "./tool.ts";

const bare = (name: string | undefined): string => (name ?? "").replace(/\.$/, "");

/** BusyBox's: every name of the search list is asked for A, then for AAAA, and every reply is shown. */
export const nslookup: Utility = {
  name: "nslookup",
  usage: "[-type=QUERY_TYPE] HOST [DNS_SERVER]",
  about: "Query DNS about HOST",
  flags: {},
  parse: "raw",
  async run(t) {
    const types: string[] = [];
    for (const option of t.args.filter((a) => a.startsWith("-"))) {
      const type = /^-(?:q|ty|type|query|querytype)=(\w+)$/i.exec(option)?.[1]?.toUpperCase();
      if (type === undefined) return t.fail(`invalid option ${option}`);
      if (TYPES[type] === undefined) return t.fail(`invalid query type "${type.toLowerCase()}"`);
      types.push(type);
    }
    const [host, given] = t.args.filter((a) => !a.startsWith("-"));
    if (host === undefined) return t.fail("interactive mode is not supported by this simulator");
    const conf = resolvConf(t);
    let server = given ?? conf.servers[0] ?? "127.0.0.1";
    if (!isAddress(server)) {
      try {
        server = (await t.proc.net.lookup(server))[0] ?? server;
      } catch {
        return t.fail(`bad address '${server}'`);
      }
    }
    if (!t.busybox) return bind(t, conf, { host, server, types });
    await t.out(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
    const names = isAddress(host)
      ? [reverseName(host)]
      : host.includes(".") || conf.search.length === 0
        ? [bare(host)]
        : conf.search.map((s) => `${host}.${s}`);
    const wanted = types.length > 0 ? types : isAddress(host) ? ["PTR"] : ["A", "AAAA"];
    let status = 0;
    for (const type of wanted) {
      for (const name of names) {
        const reply = await ask(t, server, name, type);
        if (!reply) {
          await t.out(";; connection timed out; no servers could be reached\n\n");
          return 1;
        }
        if (reply.code !== "NOERROR") {
          status = 1;
          await t.out(`** server can't find ${name}: ${reply.code}\n`);
        }
        for (const record of reply.answers) await t.out(shown(record));
        await t.out("\n");
      }
    }
    return status;
  },
};

function shown({ name, type, fields }: DnsRecord): string {
  const [first, second] = fields;
  switch (type) {
    case "A":
    case "AAAA":
      return `Name:\t${name}\nAddress: ${first}\n`;
    case "CNAME":
      return `${name}\tcanonical name = ${bare(first)}\n`;
    case "PTR":
      return `${name}\tname = ${bare(first)}\n`;
    case "NS":
      return `${name}\tnameserver = ${bare(first)}\n`;
    case "TXT":
      return `${name}\ttext = ${first}\n`;
    case "MX":
      return `${name}\tmail exchanger = ${first} ${bare(second)}\n`;
    case "SRV":
      return `${name}\tservice = ${fields.slice(0, 3).join(" ")} ${bare(fields[3])}\n`;
    case "SOA":
      return `${name}\n\torigin = ${bare(first)}\n\tmail addr = ${bare(second)}\n\tserial = ${fields[2]}\n\trefresh = ${fields[3]}\n\tretry = ${fields[4]}\n\texpire = ${fields[5]}\n\tminimum = ${fields[6]}\n`;
    default:
      return `${name}\t${type} ${fields.join(" ")}\n`;
  }
}
