import { header } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goHeaderMap } from "../go-http.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import type { HttpService } from "../serving.ts";
import { CaddyfileError, parseCaddyfile } from "./caddyfile.ts";
import { serveSite, type Site, sitesOf } from "./site.ts";

const VERSION = "v2.10.2 h1:g/gTYjGMD0dec+UgMw8SnfmJ3I9+M2TdvoRL/Ovu6U8=";

/** Caddy with a Caddyfile over plain HTTP: no automatic HTTPS, no admin API; directives that are not simulated are refused by name. */
export const caddy: Program = async (proc) => {
  const [, command = "", ...args] = proc.argv;
  const at = args.findIndex((a) => a === "--config" || a === "-c");
  const file = (at >= 0 ? args[at + 1] : args.find((a) => a.startsWith("--config="))?.slice(9)) ?? "/etc/caddy/Caddyfile";
  if (command === "version") {
    await proc.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (command !== "run" && command !== "validate") {
    await proc.stderr.write(`Error: the command ${JSON.stringify(command)} of caddy is not simulated by Timonel\n`);
    return 1;
  }
  const kept = (proc.restored as { readonly text?: string } | undefined)?.text;
  const text = kept ?? readIfThere(proc, file);
  let sites: readonly Site[];
  try {
    if (text === undefined) throw new CaddyfileError(`reading config from file: open ${file}: no such file or directory`);
    sites = sitesOf(parseCaddyfile(text, file, proc.env), file);
  } catch (error) {
    if (!(error instanceof CaddyfileError)) throw error;
    await proc.stderr.write(`Error: ${text === undefined ? "" : "adapting config using caddyfile: "}${error.message}\n`);
    return 1;
  }
  if (command === "validate") {
    await proc.stdout.write("Valid configuration\n");
    return 0;
  }
  return serve(proc, file, text, sites);
};

async function serve(proc: ProcessContext, file: string, text: string, sites: readonly Site[]): Promise<number> {
  const log = (level: string, more: object): Promise<void> =>
    proc.stderr.write(`${JSON.stringify({ level, ts: proc.clock.now() / 1000, ...more })}\n`);
  const ports = [...new Set(sites.map((s) => s.port))];
  const began = new WeakMap<object, number>();
  const siteOf = (port: number, host: string): Site | undefined =>
    sites.find((s) => s.port === port && s.host === host) ?? sites.find((s) => s.port === port && s.host === "");
  const end = (signal: string) => async (service: HttpService) => {
    await log("info", { msg: "shutting down apps, then terminating", signal });
    await log("info", { logger: "http", msg: "servers shutting down with eternal grace period" });
    await service.drain();
    await log("info", { msg: "shutdown complete", signal, exit_code: 0 });
    return 0;
  };
  return runServer(proc, {
    ports,
    state: () => ({ text }),
    async started() {
      await proc.cpu(30);
      proc.memory(14 * 1024 * 1024);
      await log("info", { msg: "using config from file", file });
      await log("info", { msg: "adapted config to JSON", adapter: "caddyfile" });
      for (const [i, port] of ports.entries())
        await log("warn", {
          logger: "http.auto_https",
          msg: "server is listening only on the HTTP port, so no automatic HTTPS will be applied to this server",
          server_name: `srv${i}`,
          http_port: port,
        });
      for (const i of ports.keys())
        await log("info", { logger: "http.log", msg: "server running", name: `srv${i}`, protocols: ["h1", "h2", "h3"] });
      await log("info", { msg: "serving initial configuration" });
    },
    taken: async (port) => {
      await proc.stderr.write(
        `Error: loading initial config: loading new config: http app module: start: listening on :${port}: listen tcp :${port}: bind: address already in use\n`,
      );
      return 1;
    },
    async handle(request, { socket }) {
      began.set(request, proc.clock.now());
      const host = (header(request.headers, "host") ?? "").replace(/:\d+$/, "");
      const site = siteOf(socket.local.port, host);
      return site ? serveSite(proc, site, request, socket.remote.ip) : { status: 200, headers: [["Server", "Caddy"]], body: "" };
    },
    async sent(request, response, size, { socket }) {
      const host = header(request.headers, "host") ?? "";
      if (siteOf(socket.local.port, host.replace(/:\d+$/, ""))?.logs !== true) return;
      const { ip, port } = socket.remote;
      await log(response.status >= 500 ? "error" : "info", {
        logger: "http.log.access",
        msg: "handled request",
        request: {
          remote_ip: ip,
          remote_port: String(port),
          client_ip: ip,
          proto: `HTTP/${request.version}`,
          method: request.method,
          host,
          uri: request.target,
          headers: goHeaderMap(request),
        },
        bytes_read: 0,
        user_id: "",
        duration: (proc.clock.now() - (began.get(request) ?? proc.clock.now())) / 1000,
        size,
        status: response.status,
        resp_headers: Object.fromEntries((response.headers ?? []).map(([name, value]) => [name, [value]])),
      });
    },
    stops: { TERM: end("SIGTERM"), INT: end("SIGINT") },
  });
}
