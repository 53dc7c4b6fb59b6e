import { parseDuration } from "../../machinery/index.ts";
import type { ServerRequest, ServerResponse } from "../../network/index.ts";
import type { Program } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { goExit, nextSignal } from "../process.ts";
import { type Flags, ok, serve, type Subcommand, tlsOf } from "./common.ts";
import { conversionWebhook } from "./conversion.ts";
import { dnsServerList, dnsSuffix, etcHosts, logsGenerator, mounttest } from "./files.ts";
import { guestbook } from "./guestbook.ts";
import { netexec } from "./netexec.ts";
import { liveness, porter, resourceConsumer, serveHostname, testWebserver } from "./servers.ts";
import { grpcHealthChecking } from "./grpc-health.ts";
import { review, webhookHandlers } from "./webhook.ts";

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
const BOOLEANS = new Set(["http", "tcp", "udp", "close", "json-response", "break_on_expected_content"]);
const SHORT: Readonly<Record<string, string>> = { t: "log-lines-total", d: "run-duration" };
function cobraFlags(args: readonly string[]): Flags {
  const values: Record<string, string> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = (args[i] as string).replace(/^-([td])(?==|$)/, (_, letter: string) => `--${SHORT[letter]}`);
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (!match) rest.push(args[i] as string);
    else if (match[2] !== undefined) values[match[1] as string] = match[2];
    else values[match[1] as string] = BOOLEANS.has(match[1] as string) ? "true" : (args[++i] ?? "");
  }
  return { values, rest };
}

const pauseCommand: Subcommand = async (proc) => {
  const signal = nextSignal(proc, ["TERM", "INT"]);
  if (proc.restored === undefined) await proc.stdout.write("Paused\n");
  proc.checkpoint({ paused: true });
  return (await signal) === "INT" ? 1 : 2;
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

/** It speaks TLS with the certificate that it is given, and plain HTTP with the API server (decision 006). */
const webhook: Subcommand = async (proc, { values }) => {
  const around = { sleep: (ms: number) => proc.clock.sleep(ms), sidecarImage: values["sidecar-image"] ?? "" };
  const secure = tlsOf(proc, values, true);
  const handle = async (request: ServerRequest): Promise<ServerResponse> => {
    if (request.path === "/readyz") return ok(proc, "ok");
    const handler = webhookHandlers[request.path];
    if (!handler) return ok(proc, "404 page not found\n", 404);
    const answer = await review(await request.body.text(), handler, around);
    if (typeof answer === "string") return ok(proc, `${answer}\n`, 400);
    return { status: 200, headers: goHeaders(proc.clock.now(), "application/json"), body: JSON.stringify(answer) };
  };
  return serve(proc, Number(values["port"] ?? 443), handle, undefined, secure);
};

/** One that handles no signals. */
function mortal(command: Subcommand): Subcommand {
  return (proc, flags) => Promise.race([goExit(proc), command(proc, flags)]);
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  netexec,
  pause: pauseCommand,
  "serve-hostname": serveHostname,
  liveness,
  connect,
  "entrypoint-tester": entrypointTester,
  webhook,
  "crd-conversion-webhook": conversionWebhook,
  "dns-suffix": dnsSuffix,
  "dns-server-list": dnsServerList,
  "etc-hosts": etcHosts,
  guestbook,
  "logs-generator": mortal(logsGenerator),
  mounttest: mortal(mounttest),
  porter,
  "resource-consumer": resourceConsumer,
  "test-webserver": testWebserver,
  "grpc-health-checking": (proc, { values }) =>
    grpcHealthChecking(proc, values, { answer: (body) => ok(proc, body), killed: () => goExit(proc) }),
};
const KNOWN = new Set([
  ...["audit-proxy", "external-metrics", "fake-gitserver", "fake-metrics-server", "fake-registry-server"],
  ...["h2c-server", "help", "http-echo", "inclusterclient", "mtlsclient", "mtlsserver", "net", "nettest", "no-snat-test"],
  ...["no-snat-test-proxy", "nonewprivs", "openidmetadata", "podcertificatesigner", "port-forward-tester"],
  ...["resource-consumer-controller", "stress", "tcp-reset", "test-service-account-issuer-discovery", "tunnel"],
]);
