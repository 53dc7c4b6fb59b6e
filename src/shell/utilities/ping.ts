import { isNetworkError } from "./network-error.ts";
import { Statistics } from "./ping/statistics.ts";
import type { Tool, Utility } from "./tool.ts";

export const ping: Utility = {
  name: "ping",
  usage: "[OPTIONS] HOST",
  about: "Send ICMP ECHO_REQUESTs to HOST",
  flags: {
    count: { short: "c", value: "CNT", help: "Send only CNT pings" },
    interval: { short: "i", value: "SECS", help: "Interval" },
    size: { short: "s", value: "SIZE", help: "Send SIZE data bytes in packets (default 56)" },
    ttl: { short: "t", value: "TTL", help: "Set TTL" },
    wait: { short: "W", value: "SEC", help: "Seconds to wait for the first response (default 10)" },
    deadline: { short: "w", value: "SEC", help: "Seconds until ping exits" },
    quiet: { short: "q", help: "Quiet, only display output at start/finish" },
    numeric: { short: "n", help: "Numeric output only" },
    four: { short: "4", help: "IPv4" },
    six: { short: "6", help: "IPv6" },
    device: { short: "I", value: "IFACE", help: "Source interface or IP address" },
    adaptive: { short: "A", help: "Ping as soon as reply is received" },
  },
  async run(t) {
    const host = t.args.at(-1);
    if (host === undefined) return t.fail(t.busybox ? "a host is required" : "usage error: Destination address required");
    if (t.has("six"))
      return t.fail(t.busybox ? `bad address '${host}'` : `${host}: Address family for hostname not supported`, t.busybox ? 1 : 2);
    const number = (flag: string, fallback: number): number => (t.has(flag) ? Number(t.value(flag)) : fallback);
    for (const flag of ["count", "interval", "size", "ttl", "wait", "deadline"]) {
      const text = t.value(flag);
      if (text !== undefined && !/^\d+(\.\d+)?$/.test(text))
        return t.fail(t.busybox ? `invalid number '${text}'` : `invalid argument: '${text}'`);
    }
    let ip: string;
    try {
      ip = (await t.proc.net.lookup(host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      return t.busybox ? t.fail(`bad address '${host}'`) : t.fail(`${host}: ${error.message}`, 2);
    }
    const size = number("size", 56);
    await t.out(t.busybox ? `PING ${host} (${ip}): ${size} data bytes\n` : `PING ${host} (${ip}) ${size}(${size + 28}) bytes of data.\n`);
    // BusyBox asks for a raw socket, which only root gets; Alpine's build asks for one that anybody may have.
    if (t.busybox && t.proc.uid !== 0 && !t.proc.fs.exists("/etc/alpine-release")) return t.fail("permission denied (are you root?)");
    await t.flush();
    return rounds(t, {
      host,
      ip,
      size,
      count: number("count", Infinity),
      interval: number("interval", 1) * 1000,
      wait: number("wait", 10) * 1000,
      deadline: number("deadline", Infinity) * 1000,
      ttl: number("ttl", 64),
    });
  },
};

interface Plan {
  readonly host: string;
  readonly ip: string;
  readonly size: number;
  readonly count: number;
  readonly interval: number;
  readonly wait: number;
  readonly deadline: number;
  readonly ttl: number;
}

async function rounds(t: Tool, plan: Plan): Promise<number> {
  const { clock } = t.proc;
  const stats = new Statistics(clock.now());
  const from = plan.host === plan.ip ? plan.ip : t.busybox ? plan.ip : `${plan.host} (${plan.ip})`;
  const open = new Set<Promise<void>>();
  let over = false;
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  t.proc.on("INT", stop);
  const line = async (text: string): Promise<void> => {
    if (over || t.has("quiet")) return;
    await t.out(`${text}\n`);
    await t.flush();
  };
  const one = async (seq: number): Promise<void> => {
    const sent = clock.now();
    stats.sent(sent);
    try {
      const echo = await t.proc.net.echo(plan.ip, { ttl: plan.ttl, timeout: Math.min(plan.wait, plan.deadline) });
      const ms = clock.now() - sent;
      if (over) return;
      if (echo.kind === "reply") {
        stats.received(ms, clock.now());
        await line(
          t.busybox
            ? `${plan.size + 8} bytes from ${plan.ip}: seq=${seq} ttl=${echo.ttl} time=${ms.toFixed(3)} ms`
            : `${plan.size + 8} bytes from ${from}: icmp_seq=${seq + 1} ttl=${echo.ttl} time=${shortTime(ms)} ms`,
        );
      } else if (!t.busybox) {
        // BusyBox hears of it too and says nothing: the message does not carry the number it looks for.
        stats.failed(clock.now());
        const what = {
          exceeded: "Time to live exceeded",
          "host unreachable": "Destination Host Unreachable",
          "port unreachable": "Destination Port Unreachable",
        }[echo.kind];
        await line(`From ${echo.from} icmp_seq=${seq + 1} ${what}`);
      }
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      if (error.code === "ENETUNREACH" && !over) {
        await t.warn(t.busybox ? "sendto: Network unreachable" : "sendmsg: Network is unreachable");
        stop();
      }
    }
  };
  const work = (async (): Promise<void> => {
    for (let seq = 0; seq < plan.count; seq++) {
      const flight = one(seq);
      open.add(flight);
      void flight.finally(() => open.delete(flight));
      if (seq + 1 < plan.count) await clock.sleep(plan.interval);
      if (over) return;
    }
    await Promise.all(open);
  })();
  const ends: Promise<unknown>[] = [work, stopped];
  if (plan.deadline !== Infinity) ends.push(clock.sleep(plan.deadline));
  await Promise.race(ends);
  over = true;
  await t.out(stats.text(plan.host, t.busybox, clock.now()));
  const short = plan.deadline !== Infinity && plan.count !== Infinity && stats.replies < plan.count;
  return stats.replies === 0 || short ? 1 : t.status;
}

/** iputils' three significant digits. */
function shortTime(ms: number): string {
  if (ms >= 100) return ms.toFixed(0);
  if (ms >= 10) return ms.toFixed(1);
  return ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}
