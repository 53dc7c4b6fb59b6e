import { strftime } from "../strftime.ts";
import { ask, type DnsRecord, type DnsReply, isAddress, resolvConf, reverseName, TYPES } from "./dns.ts";
import type { Utility } from "./tool.ts";

const SWITCHES = new Set([
  "short",
  "noall",
  "answer",
  "search",
  "nosearch",
  "recurse",
  "notcp",
  "nocomments",
  "nocmd",
  "noquestion",
  "nostats",
  "cmd",
  "stats",
  "question",
  "comments",
  "all",
]);

/** Of the real one. */
const NOT_HERE = new Set(
  "tcp vc trace dnssec subnet edns bufsize ndots cookie identify multiline keepopen nssearch tls https split ttlid nottlid ttlunits idnout yaml".split(
    " ",
  ),
);

export const dig: Utility = {
  name: "dig",
  usage: "[@SERVER] [-p PORT] [-t TYPE] [-x ADDRESS] NAME [TYPE] [+short] [+search] [+noall +answer]",
  about: "DNS lookup utility",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = [...t.args];
    const switches = new Set<string>();
    let [seconds, tries] = [5, 3];
    let [server, name, type, port]: [string | undefined, string | undefined, string, number] = [undefined, undefined, "A", 53];
    while (args.length > 0) {
      const word = args.shift() as string;
      if (word.startsWith("@")) server = word.slice(1);
      else if (word.startsWith("+")) {
        const [option = "", value] = word.slice(1).split("=", 2);
        if (["time", "timeout", "tries", "retry"].includes(option) && /^\d+$/.test(value ?? "")) {
          if (option.startsWith("time") || option === "timeout") seconds = Math.max(1, Number(value));
          else tries = Math.max(1, Number(value) + (option === "retry" ? 1 : 0));
          continue;
        }
        if (NOT_HERE.has(option)) return t.fail(`Invalid option: ${word} (not simulated)`);
        if (!SWITCHES.has(option)) return t.fail(`Invalid option: ${word}`);
        switches.add(word.slice(1));
      } else if (word === "-x") {
        name = reverseName(args.shift() ?? "");
        type = "PTR";
      } else if (word === "-t") type = (args.shift() ?? "").toUpperCase();
      else if (word === "-p") port = Number(args.shift());
      else if (word === "-q") name = args.shift();
      else if (word.startsWith("-")) return t.fail(`Invalid option: ${word}`);
      // A type stands before the name or behind it.
      else if (TYPES[word.toUpperCase()] !== undefined && (name !== undefined || args.some((a) => !/^[@+-]/.test(a))))
        type = word.toUpperCase();
      else if (name === undefined) name = word;
    }
    if (TYPES[type] === undefined) return t.fail(`unknown query type ${type}`);
    const conf = resolvConf(t);
    server ??= conf.servers[0] ?? "127.0.0.1";
    let address = server;
    if (!isAddress(address)) {
      try {
        address = (await t.proc.net.lookup(server))[0] ?? server;
      } catch {
        return t.fail(`couldn't get address for '${server}': not found`, 10);
      }
    }
    const asked = (name ?? ".").replace(/(?<=.)\.$/, "");
    // The search list is for +search only; then the first name that has an answer is it.
    const names = switches.has("search") && !name?.endsWith(".") ? [...conf.search.map((s) => `${asked}.${s}`), asked] : [asked];
    const began = t.proc.clock.now();
    let reply: DnsReply | undefined;
    let found = asked;
    for (found of names) {
      reply = await ask(t, address, found, type, { port, seconds, tries });
      if (!reply || reply.code !== "NXDOMAIN") break;
    }
    const banner = `\n; <<>> DiG 9.18.28 (simulated by Timonel) <<>> ${t.args.join(" ")}\n`;
    if (!reply) {
      await t.out(
        `${switches.has("short") ? "" : `${banner};; global options: +cmd\n`}${`;; communications error to ${address}#${port}: timed out\n`.repeat(tries)};; no servers could be reached\n`,
      );
      return 9;
    }
    if (switches.has("short")) {
      for (const record of reply.answers) await t.out(`${record.fields.join(" ")}\n`);
      return 0;
    }
    const all = !switches.has("noall");
    const shows = (part: string): boolean => switches.has(part) || (all && !switches.has(`no${part}`));
    if (shows("cmd")) await t.out(`${banner};; global options: +cmd\n`);
    if (shows("comments"))
      await t.out(
        `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${reply.code}, id: ${reply.id}\n;; flags: ${reply.flags.join(" ")}; QUERY: 1, ANSWER: ${reply.answers.length}, AUTHORITY: ${reply.authority.length}, ADDITIONAL: ${reply.additional.length}\n\n`,
      );
    if (shows("question")) await t.out(`;; QUESTION SECTION:\n;${`${found === "." ? "" : found}.`.padEnd(30)} IN\t${type}\n\n`);
    const section = async (title: string, records: readonly DnsRecord[]): Promise<void> => {
      if (records.length === 0) return;
      if (shows("comments")) await t.out(`;; ${title} SECTION:\n`);
      for (const r of records) await t.out(`${`${r.name}.`.padEnd(23)}\t${r.ttl}\tIN\t${r.type}\t${r.fields.join(" ")}\n`);
      if (shows("comments")) await t.out("\n");
    };
    if (all || switches.has("answer")) await section("ANSWER", reply.answers);
    if (all) await section("AUTHORITY", reply.authority);
    if (all) await section("ADDITIONAL", reply.additional);
    if (shows("stats"))
      await t.out(
        `;; Query time: ${Math.floor(t.proc.clock.now() - began)} msec\n;; SERVER: ${address}#${port}(${server}) (UDP)\n;; WHEN: ${strftime("%a %b %d %H:%M:%S %Z %Y", t.proc.clock.now())}\n;; MSG SIZE  rcvd: ${reply.size}\n\n`,
      );
    return 0;
  },
};
