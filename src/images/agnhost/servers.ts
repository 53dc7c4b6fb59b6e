import { goAnswer, goError } from "../go-http.ts";
import { goExit } from "../process.ts";
import { runServer } from "../run-server.ts";
import { HttpService } from "../serving.ts";
import { extension, lookUp, MEDIA_TYPES, normalPath } from "../static-files.ts";
import { httpDate } from "../times.ts";
import { log, ok, serve, type Subcommand } from "./common.ts";

const text = new TextEncoder();

export const serveHostname: Subcommand = async (proc, { values }) => {
  const port = Number(values["port"] ?? 9376);
  if (values["udp"] === "true") {
    proc.net.bind(port, async () => text.encode(`${proc.hostname}\n`));
    return goExit(proc);
  }
  if (values["tcp"] === "true") {
    const killed = goExit(proc);
    const listener = await proc.net.listen(port);
    const accepting = (async () => {
      for (;;) {
        const socket = await listener.accept();
        await log(proc, `TCP request from ${socket.remote.ip}:${socket.remote.port}`);
        await socket.write(text.encode(`${proc.hostname}\n`));
        socket.end();
      }
    })();
    return Promise.race([killed, accepting]);
  }
  return serve(proc, port, async (_, { socket }) => {
    await log(proc, `HTTP request from ${socket.remote.ip}:${socket.remote.port}`);
    return { ...ok(proc, proc.hostname), close: values["close"] === "true" };
  });
};

/** Healthy for ten seconds: the documentation's liveness example. */
export const liveness: Subcommand = async (proc) => {
  const state = (proc.restored as { readonly started?: number } | undefined)?.started;
  const started = state ?? proc.clock.now();
  const killed = goExit(proc);
  const service = new HttpService(
    async (request) => {
      const ms = proc.clock.now() - started;
      if (request.path === "/started") return ok(proc, `${(ms / 1000).toString()}`);
      if (request.path === "/healthz") return ms > 10_000 ? ok(proc, `error: ${ms / 1000}`, 500) : ok(proc, "ok");
      return ok(proc, "404 page not found\n", 404);
    },
    { idle: () => proc.checkpoint({ started }) },
  );
  void service.accept(await proc.net.listen(8080));
  proc.checkpoint({ started });
  return killed;
};

/** Says the value of each SERVE_PORT_<n> on that port (k8s: test/images/agnhost/porter). */
export const porter: Subcommand = async (proc, { values }) => {
  const served = new Map<number, string>();
  for (const [name, value] of Object.entries(proc.env)) {
    const [, kind, number] = /^SERVE_(?:(TCP|UDP|TLS|SCTP)_)?PORT_(\d+)$/.exec(name) ?? [];
    const port = Number(number);
    if (number === undefined) continue;
    if (kind === "TLS" || kind === "SCTP") await log(proc, `agnhost porter: ${kind} on port ${port} is not simulated by Timonel`);
    else if (kind !== "UDP") served.set(port, value);
    else {
      proc.net.bind(port, async () => text.encode(value));
      if (proc.restored === undefined) await log(proc, `Started UDP server on port ${port}`);
    }
  }
  return runServer(proc, {
    ports: [...served.keys()],
    handle({ method }, { socket }) {
      const now = proc.clock.now();
      const body = served.get(socket.local.port) ?? "";
      if (values["json-response"] !== "true") return goAnswer(now, body);
      return goAnswer(now, JSON.stringify({ Method: method, Body: body }), { headers: [["Content-Type", "application/json"]] });
    },
  });
};

/** Its own files over HTTP, as Go's FileServer gives them (k8s: test/images/agnhost/test-webserver). */
export const testWebserver: Subcommand = (proc, { values }) =>
  serve(proc, Number(values["port"] ?? 80), async ({ path }) => {
    const now = proc.clock.now();
    const normal = normalPath(path) ?? "/";
    const found = lookUp(proc.fs, normal);
    if (found.kind === "directory" && !normal.endsWith("/"))
      return {
        status: 301,
        headers: [
          ["Location", `${normal.slice(normal.lastIndexOf("/") + 1)}/`],
          ["Date", httpDate(now)],
        ],
      };
    if (found.kind === "directory") {
      const names = proc.fs.readdir(normal).map((name) => (proc.fs.stat(normal + name).type === "directory" ? `${name}/` : name));
      const list = names.map((name) => `<a href="${encodeURI(name)}">${name}</a>\n`).join("");
      return goAnswer(now, `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${list}</pre>\n`, {
        headers: [["Content-Type", "text/html; charset=utf-8"]],
      });
    }
    if (found.kind !== "file")
      return goError(now, found.kind === "forbidden" ? 403 : 404, found.kind === "forbidden" ? "403 Forbidden" : "404 page not found");
    const type = MEDIA_TYPES[extension(normal)];
    const headers = [["Accept-Ranges", "bytes"] as const, ["Last-Modified", httpDate(found.stat.mtime)] as const];
    return goAnswer(now, proc.fs.readFile(normal), { headers: type === undefined ? headers : [...headers, ["Content-Type", type]] });
  });

/** Burns what it is asked to (k8s: test/images/agnhost/resource-consumer). */
export const resourceConsumer: Subcommand = async (proc, { values }) => {
  const form = (body: string, target: string): URLSearchParams => new URLSearchParams(`${target.split("?")[1] ?? ""}&${body}`);
  const metrics = new Map<string, number>();
  let held = 0;
  const burn = async (millicores: number, seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) await Promise.all([proc.cpu(millicores), proc.clock.sleep(1000)]);
  };
  const hold = async (bytes: number, seconds: number): Promise<void> => {
    proc.memory((held += bytes));
    await proc.clock.sleep(seconds * 1000);
    proc.memory((held -= bytes));
  };
  return runServer(proc, {
    ports: [Number(values["port"] ?? 8080)],
    async handle(request) {
      const now = proc.clock.now();
      if (request.path === "/metrics")
        return ok(proc, [...metrics].map(([name, value]) => `# HELP ${name} ${name}\n# TYPE ${name} gauge\n${name} ${value}\n`).join(""));
      if (request.method !== "POST") return goError(now, 405, "Method not allowed");
      const q = form(await request.body.text(), request.target);
      const numbers = (...names: readonly string[]): readonly number[] | undefined => {
        const all = names.map((name) => Number(q.get(name) ?? Number.NaN));
        return all.every(Number.isFinite) ? all : undefined;
      };
      const work: Readonly<Record<string, () => string | undefined>> = {
        "/ConsumeCPU": () => {
          const [millicores = 0, seconds = 0] = numbers("millicores", "durationSec") ?? [];
          if (!numbers("millicores", "durationSec")) return undefined;
          void burn(millicores, seconds);
          return `ConsumeCPU\n${millicores} millicores\n${seconds} durationSec\n`;
        },
        "/ConsumeMem": () => {
          const [megabytes = 0, seconds = 0] = numbers("megabytes", "durationSec") ?? [];
          if (!numbers("megabytes", "durationSec")) return undefined;
          void hold(megabytes * 2 ** 20, seconds);
          return `ConsumeMem\n${megabytes} megabytes\n${seconds} durationSec\n`;
        },
        "/BumpMetric": () => {
          const [delta = 0] = numbers("delta") ?? [];
          const name = q.get("metric");
          if (name === null || !numbers("delta", "durationSec")) return undefined;
          metrics.set(name, (metrics.get(name) ?? 0) + delta);
          return "BumpMetric\n";
        },
      };
      const asked = work[request.path];
      if (!asked) return goError(now, 404, "Unknown function");
      const text = asked();
      return text === undefined ? goError(now, 400, "Not given function argument") : goAnswer(now, text);
    },
  });
};
