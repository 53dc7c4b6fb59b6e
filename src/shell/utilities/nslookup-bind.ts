import { ask, type DnsRecord, type DnsReply, isAddress, type resolvConf, reverseName } from "./dns.ts";
import type { Tool } from "./tool.ts";

const bare = (name: string | undefined): string => (name ?? "").replace(/\.$/, "");

/** BIND's: the first name of the search list that there is; without a type, its addresses of both kinds (bind9: nslookup.c). */
export async function bind(
  t: Tool,
  conf: ReturnType<typeof resolvConf>,
  { host, server, types }: { readonly host: string; readonly server: string; readonly types: readonly string[] },
): Promise<number> {
  const reverse = isAddress(host) && types.length === 0;
  const asked = reverse ? reverseName(host) : bare(host);
  const searched = host.endsWith(".") || reverse ? [] : conf.search.map((domain) => `${asked}.${domain}`);
  const names = asked.split(".").length - 1 >= conf.ndots ? [asked, ...searched] : [...searched, asked];
  const [type = reverse ? "PTR" : "A"] = types.slice(-1);
  let reply: DnsReply | undefined;
  let found = asked;
  for (found of names) {
    reply = await ask(t, server, found, type);
    if (reply?.code !== "NXDOMAIN") break;
  }
  if (!reply) {
    await t.out(`${`;; communications error to ${server}#53: timed out\n`.repeat(3)};; no servers could be reached\n\n`);
    return 1;
  }
  if (types.length > 0 || !reverse) await t.out(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (reply.code !== "NOERROR") {
    await t.out(`** server can't find ${reverse ? asked : bare(host)}: ${reply.code}\n\n`);
    return 1;
  }
  const others = types.length > 0 || reverse ? undefined : await ask(t, server, found, "AAAA");
  const answers = [...reply.answers, ...(others?.answers ?? [])];
  if (!reply.flags.includes("aa")) await t.out("Non-authoritative answer:\n");
  await t.out(answers.length > 0 ? answers.map(shown).join("") : `*** Can't find ${bare(host)}: No answer\n`);
  await t.out("\n");
  return 0;
}

function shown({ name, type, fields }: DnsRecord): string {
  const [first, second] = fields;
  switch (type) {
    case "A":
    case "AAAA":
      return `Name:\t${name}\nAddress: ${first}\n`;
    case "CNAME":
      return `${name}\tcanonical name = ${first}\n`;
    case "PTR":
      return `${name}\tname = ${first}\n`;
    case "NS":
      return `${name}\tnameserver = ${first}\n`;
    case "TXT":
      return `${name}\ttext = ${first}\n`;
    case "MX":
      return `${name}\tmail exchanger = ${first} ${second}\n`;
    case "SRV":
      return `${name}\tservice = ${fields.join(" ")}\n`;
    case "SOA":
      return `${name}\n\torigin = ${bare(first)}\n\tmail addr = ${bare(second)}\n\tserial = ${fields[2]}\n\trefresh = ${fields[3]}\n\tretry = ${fields[4]}\n\texpire = ${fields[5]}\n\tminimum = ${fields[6]}\n`;
    default:
      return `${name}\trdata_${type} = ${fields.join(" ")}\n`;
  }
}
