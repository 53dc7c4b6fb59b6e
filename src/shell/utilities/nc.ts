import { isNetworkError, type Socket } from "./network-error.ts";
import { listen } from "./nc/listen.ts";
import { relay } from "./nc/relay.ts";
import type { Tool, Utility } from "./tool.ts";

export const nc: Utility = {
  name: "nc",
  usage: "[-lvzuk] [-w SEC] [-p PORT] [-q SEC] [HOST PORT]",
  about: "Open a pipe to IP:PORT, or listen on PORT",
  flags: {
    listen: { short: "l", help: "Listen mode" },
    verbose: { short: "v", help: "Verbose" },
    zero: { short: "z", help: "Zero-I/O mode" },
    wait: { short: "w", value: "SEC", help: "Timeout" },
    port: { short: "p", value: "PORT", help: "Local port" },
    numeric: { short: "n", help: "No DNS" },
    datagrams: { short: "u", help: "UDP" },
    keep: { short: "k", help: "Keep listening" },
    quit: { short: "q", value: "SEC", help: "Quit after EOF on stdin and a delay" },
    shut: { short: "N", help: "Shut down the socket after EOF on stdin" },
    address: { short: "s", value: "ADDR", help: "Local address" },
    execute: { short: "e", value: "PROG", help: "Run PROG after connect" },
    four: { short: "4", help: "IPv4" },
  },
  async run(t) {
    if (t.has("listen")) return listen(t);
    const [host, ports] = t.args;
    if (host === undefined) return usage(t);
    if (ports === undefined) return t.busybox ? t.fail(`bad port ''`) : t.fail("missing port number");
    const range = /^(\d+)-(\d+)$/.exec(ports);
    const [first, last] = range ? [Number(range[1]), Number(range[2])] : [Number(ports), Number(ports)];
    if (!Number.isInteger(first) || first < 1 || last > 65535) {
      if (t.busybox) return t.fail(`bad port '${ports}'`);
      return t.fail(
        Number.isInteger(first) ? `port number too ${first < 1 ? "small" : "large"}: ${ports}` : `port number invalid: ${ports}`,
      );
    }
    let ip: string;
    try {
      ip = (await t.proc.net.lookup(host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      return t.busybox ? t.fail(`bad address '${host}'`) : t.fail(`getaddrinfo for host "${host}" port ${first}: ${error.message}`);
    }
    if (t.has("datagrams")) return datagrams(t, host, ip, first);
    let status = 1;
    for (let port = first; port <= Math.min(last, first + 1023); port++) {
      const socket = await dial(t, host, ip, port);
      if (!socket) continue;
      status = 0;
      if (t.has("zero")) {
        socket.end();
        continue;
      }
      return relay(t, socket);
    }
    return status;
  },
};

/** -v of BusyBox' bigger build, which Alpine and the busybox images have, and of OpenBSD's. */
async function dial(t: Tool, host: string, ip: string, port: number): Promise<Socket | undefined> {
  const shown = host === ip ? host : `${host} (${ip})`;
  try {
    const socket = await t.proc.net.connect(ip, port, t.has("wait") ? { timeout: Number(t.value("wait")) * 1000 } : {});
    if (t.has("verbose"))
      await t.proc.stderr.write(
        t.busybox ? `${host} (${ip}:${port}) open\n` : `Connection to ${shown} ${port} port [tcp/${service(port)}] succeeded!\n`,
      );
    return socket;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    const inTime = t.has("wait") && error.code === "ETIMEDOUT";
    if (t.busybox) {
      // A refusal is told only to who asks twice (-vv).
      if (inTime) await t.warn("timed out");
      else if (t.values("verbose").length > 1 || (t.has("verbose") && error.code !== "ECONNREFUSED"))
        await t.warn(`${host} (${ip}:${port}): ${error.code === "ETIMEDOUT" ? "Operation timed out" : error.message}`);
    } else if (t.has("verbose")) {
      if (inTime) await t.warn(`connect to ${shown} port ${port} (tcp) timed out: Operation now in progress`);
      else await t.warn(`connect to ${shown} port ${port} (tcp) failed: ${error.message}`);
    }
    return undefined;
  }
}

/** One datagram a line; a datagram that is refused is heard of, one that is lost is not. */
async function datagrams(t: Tool, host: string, ip: string, port: number): Promise<number> {
  const wait = t.has("wait") ? Number(t.value("wait")) * 1000 : 5000;
  const exchange = async (data: Uint8Array): Promise<boolean> => {
    try {
      const answer = await t.proc.net.query(ip, port, data, wait);
      await t.bytes(answer);
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      return error.code !== "ECONNREFUSED";
    }
    return true;
  };
  if (t.has("zero")) {
    // Nobody says that a datagram has arrived: only a refusal is heard of (OpenBSD: udptest).
    if (!(await exchange(new Uint8Array([88])))) return 1;
    if (t.has("verbose"))
      await t.proc.stderr.write(
        t.busybox ? `${host} (${ip}:${port}) open\n` : `Connection to ${host} ${port} port [udp/${service(port)}] succeeded!\n`,
      );
    return 0;
  }
  for await (const chunk of t.chunks([])) if (!(await exchange(chunk))) return t.busybox ? t.fail("read error: Connection refused") : 1;
  return 0;
}

const SERVICES: Readonly<Record<number, string>> = {
  21: "ftp",
  22: "ssh",
  23: "telnet",
  25: "smtp",
  53: "domain",
  80: "http",
  110: "pop3",
  143: "imap2",
  443: "https",
  993: "imaps",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
  11211: "*",
  27017: "*",
};
const service = (port: number): string => SERVICES[port] ?? "*";

async function usage(t: Tool): Promise<number> {
  await t.proc.stderr.write(
    t.busybox
      ? `Usage: nc ${nc.usage}\n`
      : "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n",
  );
  return 1;
}
