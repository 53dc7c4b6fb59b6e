import { parseDuration } from "../../machinery/index.ts";
import { header, REASONS, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { logTime } from "../times.ts";
import { GO_PLAIN } from "../secure-serving.ts";
import type { Peer } from "../serving.ts";
import { dialHttp, log, ok, serve, type Subcommand, tlsOf } from "./common.ts";

const text = new TextEncoder();
const decoder = new TextDecoder();

/** Servers with many endpoints, by which networks and pods are tried (k8s: test/images/agnhost/netexec). */
export const netexec: Subcommand = async (proc, { values }) => {
  const port = Number(values["http-port"] ?? 8080);
  const udp = Number(values["udp-port"] ?? 8081);
  if (udp !== -1) proc.net.bind(udp, (data, from) => answerDatagram(proc, decoder.decode(data), from));
  if (values["sctp-port"] !== undefined && values["sctp-port"] !== "-1") {
    await log(proc, "agnhost netexec: SCTP is not simulated by Timonel");
    return 1;
  }
  const override = values["http-override"];
  if (proc.restored === undefined) {
    await log(proc, `Started HTTP server on port ${port}`);
    if (udp !== -1) await log(proc, `Started UDP server on port ${values["udp-listen-addresses"] ?? ""} ${udp}`);
  }
  const secure = tlsOf(proc, values);
  const answer = async (request: ServerRequest, { socket, plain }: Peer, exit: (code: number) => void): Promise<ServerResponse> => {
    if (plain) return GO_PLAIN;
    const { pathname, searchParams: q } = new URL(override ?? request.target, "http://netexec");
    switch (decodeURIComponent(pathname)) {
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
        await log(proc, `${request.method} /redirect?msg=${location}&code=${q.get("code") ?? ""}`);
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
        return upload(proc, request);
      default:
        await log(proc, "GET /");
        return ok(proc, `NOW: ${goTime(proc.clock.now())}`);
    }
  };
  return serve(proc, port, answer, undefined, secure);
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
  const request = message.trim().toLowerCase();
  const echo = /^echo (.*)$/s.exec(request)?.[1];
  if (request === "hostname") await log(proc, "Sending udp hostName response");
  else if (request === "clientip") await log(proc, `Sending clientip back to UDP client ${from}`);
  else if (echo !== undefined) await log(proc, `Echoing ${echo} to UDP client ${from}`);
  else if (request !== "") await log(proc, `Unknown UDP command received from ${from}: ${request}`);
  const answers: Readonly<Record<string, string>> = { hostname: proc.hostname, clientip: from };
  const answer = echo ?? answers[request];
  return answer === undefined ? undefined : text.encode(answer);
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
  let ip: string;
  try {
    [ip = host] = await proc.net.lookup(host);
  } catch {
    return ok(proc, `host and/or port param are invalid. lookup ${host}: no such host\n`, 400);
  }
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Number(tries || 1); i++) {
    try {
      if (protocol.toLowerCase() === "udp")
        responses.push(decoder.decode(await proc.net.query(ip, Number(port), text.encode(request), 5000)));
      else responses.push(await dialHttp(proc, ip, Number(port), request));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      errors.push(
        protocol.toLowerCase() === "udp" ? `reading from udp connection failed. err:'${udpError(error, proc.net.ip, ip, port)}'` : why,
      );
    }
  }
  return ok(proc, JSON.stringify({ ...(errors.length > 0 && { errors }), ...(responses.length > 0 && { responses }) }));
}

/** Go's words for a datagram that got no answer. */
function udpError(error: unknown, from: string, ip: string, port: string): string {
  const refused = (error as { readonly code?: string }).code === "ECONNREFUSED";
  return `read udp ${from}->${ip}:${port}: ${refused ? "read: connection refused" : "i/o timeout"}`;
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

/** The first file of a form goes to /uploads. */
async function upload(proc: ProcessContext, request: ServerRequest): Promise<ServerResponse> {
  await log(proc, "GET /upload");
  const boundary = /boundary="?([^";]+)/.exec(header(request.headers, "content-type") ?? "")?.[1];
  const parts = boundary === undefined ? [] : (await request.body.text()).split(`--${boundary}`);
  const file = parts.find((part) => /name="file"/.test(part.split("\r\n\r\n")[0] ?? ""));
  if (file === undefined) return ok(proc, JSON.stringify({ error: "Unable to upload file." }));
  const path = `/uploads/upload${proc.random.int(2 ** 31)}`;
  try {
    proc.fs.writeFile(path, file.slice(file.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, ""), { mode: 0o700 });
  } catch (error) {
    await log(proc, `Unable to open file for write: ${(error as Error).message}`);
    return ok(proc, JSON.stringify({ error: "Unable to open file for write" }));
  }
  await log(proc, `Wrote upload to ${path}`);
  return ok(proc, JSON.stringify({ output: path }), 201);
}

function goTime(ms: number): string {
  return `${logTime(ms).replaceAll("/", "-")}.${String(Math.floor(ms % 1000)).padStart(3, "0")}000000 +0000 UTC m=+0.000000000`;
}
