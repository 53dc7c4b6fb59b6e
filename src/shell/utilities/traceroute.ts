import { isNetworkError } from "./network-error.ts";
import type { Utility } from "./tool.ts";

export const traceroute: Utility = {
  name: "traceroute",
  usage: "[-n] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-w WAIT_SEC] HOST",
  about: "Trace the route to HOST",
  flags: {
    four: { short: "4", help: "IPv4" },
    numeric: { short: "n", help: "Print numeric addresses" },
    first: { short: "f", value: "N", help: "First number of hops (default 1)" },
    most: { short: "m", value: "N", help: "Max number of hops (default 30)" },
    probes: { short: "q", value: "N", help: "Number of probes per hop (default 3)" },
    wait: { short: "w", value: "SEC", help: "Wait for a response (default 3)" },
    icmp: { short: "I", help: "Use ICMP ECHO instead of UDP datagrams" },
  },
  async run(t) {
    const [host] = t.args;
    if (host === undefined) return t.fail(t.busybox ? "a host is required" : 'Specify "host" missing argument.', t.busybox ? 1 : 2);
    const number = (flag: string, fallback: number): number => {
      const n = Number(t.value(flag) ?? fallback);
      return Number.isFinite(n) && n > 0 ? n : fallback;
    };
    let ip: string;
    try {
      ip = (await t.proc.net.lookup(host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      if (t.busybox) return t.fail(`bad address '${host}'`);
      await t.proc.stderr.write(`${host}: ${error.message}\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`);
      return 2;
    }
    const most = Math.min(255, number("most", 30));
    const wait = number("wait", t.busybox ? 3 : 5) * 1000;
    await t.out(`traceroute to ${host} (${ip}), ${most} hops max, ${t.busybox ? 46 : 60} byte packets\n`);
    for (let ttl = number("first", 1); ttl <= most; ttl++) {
      await t.out(`${String(ttl).padStart(2)}  `);
      let shown = "";
      let arrived = false;
      for (let probe = 0; probe < Math.min(10, number("probes", 3)); probe++) {
        const sent = t.proc.clock.now();
        try {
          const echo = await t.proc.net.echo(ip, { ttl, timeout: wait });
          if (echo.from !== shown)
            await t.out(`${shown === "" ? "" : " "}${t.has("numeric") ? echo.from : `${name(echo.from, ip, host)} (${echo.from})`}`);
          shown = echo.from;
          await t.out(`  ${(t.proc.clock.now() - sent).toFixed(3)} ms${echo.kind === "host unreachable" ? " !H" : ""}`);
          arrived ||= echo.kind !== "exceeded";
        } catch (error) {
          if (!isNetworkError(error)) throw error;
          if (error.code !== "ETIMEDOUT") return t.fail(`sendto: ${error.message}`);
          await t.out(shown === "" && probe === 0 ? "*" : "  *");
        }
        await t.flush();
      }
      await t.out("\n");
      if (arrived) break;
    }
    return 0;
  },
};

/** Nothing has a name but where the learner asked for one. */
const name = (from: string, ip: string, host: string): string => (from === ip ? host : from);
