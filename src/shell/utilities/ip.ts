import { addressText, linkText, type LinkStyle } from "./ip/links.ts";
import { interfaces, neighbours } from "./interfaces.ts";
import { json } from "./ip/json.ts";
import type { Tool, Utility } from "./tool.ts";

interface Request {
  readonly verb: string;
  readonly rest: readonly string[];
  readonly style: LinkStyle;
}

const OBJECTS: Readonly<Record<string, (t: Tool, r: Request) => Promise<number>>> = {
  address: (t, r) => links(t, r, true),
  link: (t, r) => links(t, r, false),
  route: routes,
  neighbor: neigh,
  neighbour: neigh,
  rule,
};

export const ip: Utility = {
  name: "ip",
  usage: "[OPTIONS] address|route|link|neigh|rule [ARGS]",
  about: "Show addresses, routes and neighbours; they cannot be changed in a container",
  flags: {},
  parse: "raw",
  async run(t) {
    const first = t.args.findIndex((a) => !a.startsWith("-"));
    const options = t.args.slice(0, first < 0 ? undefined : first);
    const words = first < 0 ? [] : t.args.slice(first);
    const known = t.busybox
      ? ["-4", "-6", "-o", "-oneline"]
      : ["-4", "-6", "-br", "-brief", "-o", "-oneline", "-c", "-color", "-j", "-json", "-p", "-pretty", "-d", "-details"];
    const bad = options.find((o) => !known.includes(o.replace(/^--/, "-")));
    if (bad !== undefined) {
      if (!t.busybox && ["-s", "-stats", "-statistics"].includes(bad)) return t.fail("traffic is not counted in this simulator", 255);
      return t.busybox ? usage(t) : t.fail(`Option "${bad}" is unknown, try "ip -help".`, 255).then(() => 255);
    }
    const on = (...names: string[]): boolean => options.some((o) => names.includes(o.replace(/^--/, "-")));
    const [object, verb = "show", ...rest] = words;
    if (object === undefined) return usage(t);
    const row = Object.entries(OBJECTS).find(([name]) => name.startsWith(object))?.[1];
    if (!row) {
      if (t.busybox) return usage(t);
      await t.proc.stderr.write(`Object "${object}" is unknown, try "ip help".\n`);
      return 1;
    }
    const style = { brief: on("-br", "-brief"), oneline: on("-o", "-oneline"), json: on("-j", "-json"), busybox: t.busybox };
    // No namespace here has IPv6.
    if (on("-6")) return 0;
    const shows = ["show", "list", "ls", "lst", "s", "l", "sh"];
    if (["add", "a", "del", "delete", "set", "flush", "replace", "change", "append"].includes(verb)) {
      await t.proc.stderr.write(`${t.busybox ? "ip: " : ""}RTNETLINK answers: Operation not permitted\n`);
      return 2;
    }
    if (verb === "get" && row === routes) return route(t, rest[0] ?? "", style.json);
    if (!shows.includes(verb) && !["dev", "to"].includes(verb)) {
      // `ip addr eth0` asks for that device.
      if (interfaces(t.proc).some((i) => i.name === verb)) return row(t, { verb: "show", rest: [verb, ...rest], style });
      await t.proc.stderr.write(
        t.busybox ? `ip: invalid argument '${verb}' to 'ip'\n` : `Command "${verb}" is unknown, try "ip ${object} help".\n`,
      );
      return t.busybox ? 1 : 255;
    }
    return row(t, { verb, rest: verb === "dev" ? [verb, ...rest] : rest, style });
  },
};

async function usage(t: Tool): Promise<number> {
  await t.proc.stderr.write(
    t.busybox
      ? `Usage: ip ${ip.usage}\n`
      : "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neighbor | route | rule }\n       OPTIONS := { -j[son] | -p[retty] | -4 | -6 | -br[ief] | -o[neline] | -c[olor]}\n",
  );
  return t.busybox ? 1 : 255;
}

async function links(t: Tool, r: Request, addresses: boolean): Promise<number> {
  const all = interfaces(t.proc);
  const device = r.rest[0] === "dev" ? r.rest[1] : r.rest.find((w) => !["up", "primary", "scope", "global"].includes(w));
  if (device !== undefined && !all.some((i) => i.name === device)) {
    await t.proc.stderr.write(t.busybox ? `ip: can't find device '${device}'\n` : `Device "${device}" does not exist.\n`);
    return 1;
  }
  const chosen = all.map((link, i) => ({ link, index: i + 1 })).filter(({ link }) => device === undefined || link.name === device);
  if (r.style.json) return json(t, addresses ? "address" : "link", chosen);
  for (const { link, index } of chosen) await t.out(addresses ? addressText(link, index, r.style) : linkText(link, index, r.style));
  return 0;
}

async function routes(t: Tool, r: Request): Promise<number> {
  const [, eth] = interfaces(t.proc);
  if (r.style.json) return json(t, "route", []);
  if (r.rest[0] === "table" && r.rest[1] === "local") {
    await t.out(`local ${eth.address} dev eth0 proto kernel scope host src ${eth.address} \n`);
    return 0;
  }
  const only = r.rest[0] === "default" || (r.rest[0] === "exact" && r.rest[1] === "default");
  if (eth.gateway !== undefined) await t.out(`default via ${eth.gateway} dev eth0 \n`);
  if (!only)
    await t.out(`${eth.network}/${eth.prefix} dev eth0 ${t.busybox ? "scope link  src" : "proto kernel scope link src"} ${eth.address} \n`);
  return 0;
}

/** `ip route get ADDRESS`. */
async function route(t: Tool, address: string, asJson: boolean): Promise<number> {
  const [, eth] = interfaces(t.proc);
  if (!/^\d+(\.\d+){3}$/.test(address)) {
    await t.proc.stderr.write(
      t.busybox ? `ip: invalid address '${address}'\n` : `Error: any valid prefix is expected rather than "${address}".\n`,
    );
    return 1;
  }
  if (asJson) return t.fail("-j is not supported by this simulator with route get", 255);
  const prefix = eth.network
    .split(".")
    .slice(0, eth.prefix / 8)
    .join(".");
  const local = address === eth.address || address.startsWith("127.");
  const via = local || address.startsWith(`${prefix}.`) || eth.gateway === undefined ? "" : ` via ${eth.gateway}`;
  const device = local ? "lo" : "eth0";
  const source = address.startsWith("127.") ? "127.0.0.1" : eth.address;
  await t.out(
    t.busybox
      ? `${local ? "local " : ""}${address}${via} dev ${device}  src ${source} \n`
      : `${local ? "local " : ""}${address}${via} dev ${device} src ${source} uid ${t.proc.uid} \n    cache ${local ? "<local> " : ""}\n`,
  );
  return 0;
}

async function neigh(t: Tool, r: Request): Promise<number> {
  if (r.style.json) return json(t, "neigh", []);
  for (const n of neighbours(t.proc))
    await t.out(
      t.busybox
        ? `${n.ip} dev eth0 lladdr ${n.mac} ref 1 used 0/0/0 probes 1 REACHABLE\n`
        : `${n.ip} dev eth0 lladdr ${n.mac} REACHABLE \n`,
    );
  return 0;
}

async function rule(t: Tool): Promise<number> {
  await t.out("0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n");
  return 0;
}
