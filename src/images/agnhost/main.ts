import { httpRequest, REASONS, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import { parseDuration } from "../../machinery/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { goExit } from "../process.ts";
import { HttpService, type Peer } from "../serving.ts";
import { logTime } from "../times.ts";
import { review, webhookHandlers } from "./webhook.ts";

type Subcommand = (proc: ProcessContext, flags: Flags) => Promise<number>;
interface Flags {
  readonly values: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

const text = new TextEncoder();
const decoder = new TextDecoder();

/** The Kubernetes project's test image. Subcommands that are not simulated say so. */
export const agnhost: Program = async (proc) => {
  const [, name = "", ...args] = proc.argv;
  const command = SUBCOMMANDS[name];
  if (command) return command(proc, cobraFlags(args));
  if (KNOWN.has(name)) {
    await proc.stderr.write(`agnhost: the subcommand "${name}" is not simulated by Timonel\n`);
    return 1;
  }
  if (name === "" || name === "--help" || name === "-h") {
    await proc.stdout.write(
      `Usage:\n  app [command]\n\nAvailable Commands:\n${Object.keys(SUBCOMMANDS)
        .map((c) => `  ${c}\n`)
        .join("")}`,
    );
    return 0;
  }
  await proc.stderr.write(`Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.\n`);
  return 1;
};

/** Flags as pflag reads the ones that agnhost has: all take values but these. */
const BOOLEANS = new Set(["http", "tcp", "udp", "close"]);
function cobraFlags(args: readonly string[]): Flags {
  const values: Record<string, string> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(args[i] as string);
    if (!match) rest.push(args[i] as string);
    else if (match[2] !== undefined) values[match[1] as string] = match[2];
    else values[match[1] as string] = BOOLEANS.has(match[1] as string) ? "true" : (args[++i] ?? "");
  }
  return { values, rest };
}

function log(proc: ProcessContext, message: string): Promise<void> {
  return proc.stderr.write(`${logTime(proc.clock.now())} ${message}\n`);
}

const ok = (proc: ProcessContext, body: string, status = 200): ServerResponse => ({ status, headers: goHeaders(proc.clock.now()), body });
const query = (request: ServerRequest): URLSearchParams => new URLSearchParams(request.query);

/** Serves until a signal or until a handler says how to exit. */
async function serve(
  proc: ProcessContext,
  port: number,
  handle: (request: ServerRequest, peer: Peer, exit: (code: number) => void) => Promise<ServerResponse>,
): Promise<number> {
  let exit: (code: number) => void = () => {};
  const told = new Promise<number>((resolve) => (exit = resolve));
  const killed = goExit(proc);
  const service = new HttpService((request, peer) => handle(request, peer, exit), { idle: () => proc.checkpoint({ serving: port }) });
  const listener = await proc.net.listen(port);
  void service.accept(listener);
  proc.checkpoint({ serving: port });
  return Promise.race([killed, told]);
}

const netexec: Subcommand = async (proc, { values }) => {
  const port = Number(values["http-port"] ?? 8080);
  const udp = Number(values["udp-port"] ?? 8081);
  if (udp !== -1) proc.net.bind(udp, (data, from) => answerDatagram(proc, decoder.decode(data), from));
  if (proc.restored === undefined) await log(proc, `Started HTTP server on port ${port}`);
  return serve(proc, port, async (request, { socket }, exit) => {
    const q = query(request);
    switch (request.path) {
      case "/clientip":
        await log(proc, "GET /clientip");
        return ok(proc, `${socket.remote.ip}:${socket.remote.port}`);
      case "/echo": {
        const [msg, code] = [q.get("msg") ?? "", q.get("code") ?? ""];
        await log(proc, `GET /echo?msg=${msg}&code=${code}`);
        if (code !== "" && !/^\d+$/.test(code))
          return ok(proc, `argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`);
        return ok(proc, msg, code === "" ? 200 : Number(code));
      }
      case "/exit":
        return exitHandler(proc, q, exit);
      case "/healthz":
        await log(proc, "GET /healthz");
        return { status: udp === -1 ? 412 : 200, headers: goHeaders(proc.clock.now()).slice(0, 1) };
      case "/hostname":
        await log(proc, "GET /hostname");
        return ok(proc, proc.hostname);
      case "/hostName":
        await log(proc, "GET /hostName");
        return ok(proc, proc.hostname);
      case "/redirect": {
        const [location, code] = [q.get("location") ?? "", Number(q.get("code") ?? 302)];
        await log(proc, `GET /redirect?location=${location}&code=${q.get("code") ?? ""}`);
        return {
          status: code,
          headers: [["Location", location], ...goHeaders(proc.clock.now(), "text/html; charset=utf-8")],
          body: `<a href="${location}">${REASONS[code] ?? ""}</a>.\n\n`,
        };
      }
      case "/dial":
        return dial(proc, q);
      case "/shell":
        return shell(proc, q.get("shellCommand") || q.get("cmd") || "");
      case "/shutdown":
        await log(proc, "GET /shutdown");
        exit(0);
        return ok(proc, "");
      case "/upload":
        return ok(proc, "agnhost netexec: /upload is not simulated by Timonel\n", 501);
      default:
        await log(proc, "GET /");
        return ok(proc, `NOW: ${goTime(proc.clock.now())}`);
    }
  });
};

async function exitHandler(proc: ProcessContext, q: URLSearchParams, exit: (code: number) => void): Promise<ServerResponse> {
  const [code, timeout, wait] = [q.get("code") ?? "", q.get("timeout") ?? "", q.get("wait") ?? ""];
  await log(proc, `GET /exit?code=${code}&timeout=${timeout}&wait=${wait}`);
  let ms: number;
  try {
    ms = wait === "" ? 0 : parseDuration(wait);
  } catch {
    return ok(proc, `argument 'wait' must be a valid golang duration or empty, got ${JSON.stringify(wait)}\n`);
  }
  if (code !== "" && !/^\d+$/.test(code))
    return ok(proc, `argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(code)}\n`);
  await log(
    proc,
    `Will begin shutdown in ${wait || "0s"}, allowing ${timeout || "0s"} for connections to close, then will exit with ${Number(code)}`,
  );
  if (ms > 0) await proc.clock.sleep(ms);
  exit(Number(code));
  return ok(proc, "");
}

async function answerDatagram(proc: ProcessContext, message: string, from: string): Promise<Uint8Array | undefined> {
  const request = message.trim();
  const [word = "", ...rest] = request.split(" ");
  switch (word.toLowerCase()) {
    case "hostname":
      return text.encode(proc.hostname);
    case "echo":
      return text.encode(rest.join(" "));
    case "clientip":
      return text.encode(from);
    default:
      return undefined;
  }
}

async function dial(proc: ProcessContext, q: URLSearchParams): Promise<ServerResponse> {
  const [host, port, request, protocol, tries] = ["host", "port", "request", "protocol", "tries"].map((n) => q.get(n) ?? "") as [
    string,
    string,
    string,
    string,
    string,
  ];
  await log(proc, `GET /dial?host=${host}&protocol=${protocol}&port=${port}&request=${request}&tries=${tries}`);
  if (tries !== "" && !/^\d{1,4}$/.test(tries)) return ok(proc, "tries parameter is invalid.\n", 400);
  if (request === "") return ok(proc, "request parameter not specified. <nil>\n", 400);
  if (!["", "http", "udp"].includes(protocol.toLowerCase())) return ok(proc, `unsupported protocol. ${protocol}\n`, 400);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Number(tries || 1); i++) {
    try {
      if (protocol.toLowerCase() === "udp") {
        const [ip = host] = await proc.net.lookup(host);
        responses.push(decoder.decode(await proc.net.query(ip, Number(port), text.encode(request), 5000)));
      } else {
        const socket = await proc.net.connect(host, Number(port), { timeout: 5000 });
        const response = await httpRequest(socket, {
          target: `/${request}`,
          host: `${host}:${port}`,
          headers: [
            ["User-Agent", "Go-http-client/1.1"],
            ["Connection", "close"],
          ],
        });
        responses.push(await response.body.text());
        socket.end();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message.toLowerCase() : String(error);
      errors.push(
        protocol.toLowerCase() === "udp"
          ? `reading from udp connection failed. err:'${why}'`
          : `Get "http://${host}:${port}/${request}": dial tcp ${host}:${port}: connect: ${why}`,
      );
    }
  }
  return ok(proc, JSON.stringify({ ...(errors.length > 0 && { errors }), ...(responses.length > 0 && { responses }) }));
}

async function shell(proc: ProcessContext, command: string): Promise<ServerResponse> {
  await log(proc, `GET /shell?cmd=${command}`);
  const pipe = proc.pipe();
  const child = await proc.spawn({ argv: ["/bin/sh", "-c", command], fds: { 1: pipe.write, 2: pipe.write } });
  proc.close(pipe.write);
  let output = "";
  for (let data = await pipe.read.read(); data !== null; data = await pipe.read.read()) output += decoder.decode(data);
  proc.close(pipe.read);
  const { code } = await child.exited;
  const result = { ...(code !== 0 && { error: `exit status ${code}` }), ...(output !== "" && { output }) };
  await log(
    proc,
    `Output: map[${Object.entries(result)
      .map(([k, v]) => `${k}:${v}`)
      .join(" ")}]`,
  );
  return ok(proc, JSON.stringify(result));
}

const serveHostname: Subcommand = async (proc, { values }) => {
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
const liveness: Subcommand = async (proc) => {
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

const pauseCommand: Subcommand = async (proc) => {
  const ended = goExit(proc);
  await proc.stdout.write("Paused\n");
  return ended;
};

const entrypointTester: Subcommand = async (proc) => {
  await proc.stdout.write(`[${proc.argv.join(" ")}]\n`);
  return 0;
};

/** Exit codes and words of agnhost's connect: silent when it succeeds. */
const connect: Subcommand = async (proc, { values, rest }) => {
  const [host = "", port = ""] = (rest[0] ?? "").split(/:(?=\d+$)/);
  const timeout = values["timeout"] === undefined ? undefined : parseDuration(values["timeout"]);
  try {
    const socket = await proc.net.connect(host, Number(port), timeout === undefined ? {} : { timeout });
    socket.end();
    return 0;
  } catch (error) {
    const code = (error as { readonly code?: string }).code;
    const word =
      code === "ECONNREFUSED"
        ? "REFUSED"
        : code === "ETIMEDOUT"
          ? "TIMEOUT"
          : code === "ENOTFOUND" || code === "EAI_AGAIN"
            ? "DNS"
            : "OTHER";
    await proc.stderr.write(`${word}\n`);
    return 1;
  }
};

/** Flags that name a certificate and a key are taken and not read: there is no TLS in here (decision 006). */
const webhook: Subcommand = async (proc, { values }) => {
  const around = { sleep: (ms: number) => proc.clock.sleep(ms), sidecarImage: values["sidecar-image"] ?? "" };
  return serve(proc, Number(values["port"] ?? 443), async (request) => {
    if (request.path === "/readyz") return ok(proc, "ok");
    const handler = webhookHandlers[request.path];
    if (!handler) return ok(proc, "404 page not found\n", 404);
    const answer = await review(await request.body.text(), handler, around);
    if (typeof answer === "string") return ok(proc, `${answer}\n`, 400);
    return { status: 200, headers: goHeaders(proc.clock.now(), "application/json"), body: JSON.stringify(answer) };
  });
};

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  netexec,
  pause: pauseCommand,
  "serve-hostname": serveHostname,
  liveness,
  connect,
  "entrypoint-tester": entrypointTester,
  webhook,
};
const KNOWN = new Set([
  ...[
    "audit-proxy",
    "crd-conversion-webhook",
    "dns-server-hosts",
    "dns-suffix",
    "etc-hosts",
    "fake-gitserver",
    "fakeregistryserver",
    "grpc-health-checking",
  ],
  ...[
    "guestbook",
    "help",
    "inclusterclient",
    "logs-generator",
    "mounttest",
    "mtlsclient",
    "mtlsserver",
    "net",
    "nettest",
    "no-snat-test",
    "no-snat-test-proxy",
  ],
  ...[
    "openidmetadata",
    "podcertificatesigner",
    "port-forward-tester",
    "resource-consumer-controller",
    "stress",
    "tcp-reset",
    "test-webserver",
    "tunnel",
  ],
]);

function goTime(ms: number): string {
  return `${logTime(ms).replaceAll("/", "-")}.${String(Math.floor(ms % 1000)).padStart(3, "0")}000000 +0000 UTC m=+0.000000000`;
}
