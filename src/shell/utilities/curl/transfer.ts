import { Errno } from "../../../runtime/index.ts";
import { TlsError } from "../../../pki/index.ts";
import { type Answer, hostPort, HttpFailure, parseUrl, request, type Target } from "../http.ts";
import { isNetworkError, type Socket } from "../network-error.ts";
import { baseName } from "../paths.ts";
import type { Tool } from "../tool.ts";
import { Meter } from "./meter.ts";
import { asked, headersOf } from "./request.ts";
import { Insecure, secure, tlsFailure } from "./secure.ts";
import { type Report, writeOut } from "./write-out.ts";

/** Why a transfer failed, with curl's number for it. */
class Failed extends Error {
  readonly code: number;
  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

interface Progress {
  readonly url: string;
  readonly started: number;
  lookup: number;
  connect: number;
  first: number;
  socket: Socket | undefined;
  connects: number;
  redirects: number;
  redirectUrl: string;
  method: string;
  sent: number;
  answer: Answer | undefined;
  size: number;
  filename: string;
  scheme: string;
  requestSize: number;
}

/** One URL, with its retries; the exit code. */
export async function transfer(t: Tool, url: string, output: string | undefined, number: number): Promise<number> {
  const began = t.proc.clock.now();
  const most = t.has("retryMax") ? Number(t.value("retryMax")) * 1000 : Infinity;
  const retries = Number(t.value("retry") ?? 0) || 0;
  for (let attempt = 0; ; attempt++) {
    const { code, again } = await once(t, url, output, { retries: attempt < retries && t.proc.clock.now() - began < most, number });
    if (!again) return code;
    const wait = t.has("retryDelay") ? Number(t.value("retryDelay")) : Math.min(600, 2 ** attempt);
    if (!t.has("silent"))
      await t.proc.stderr.write(
        `Warning: Problem : ${again}. Will retry in ${wait} seconds. ${retries - attempt} \nWarning: retries left.\n`,
      );
    await t.proc.clock.sleep(wait * 1000);
  }
}

async function once(
  t: Tool,
  url: string,
  output: string | undefined,
  { retries: mayRetry, number }: { readonly retries: boolean; readonly number: number },
): Promise<{ readonly code: number; readonly again?: string }> {
  const { clock } = t.proc;
  const p: Progress = {
    url,
    started: clock.now(),
    lookup: 0,
    connect: 0,
    first: 0,
    socket: undefined,
    connects: 0,
    redirects: 0,
    redirectUrl: "",
    method: "GET",
    sent: 0,
    answer: undefined,
    size: 0,
    filename: "",
    scheme: "",
    requestSize: 0,
  };
  const toFile = output !== undefined && output !== "-";
  const meter = new Meter(t, !t.has("silent") && !t.has("noProgress") && !t.has("progress") && (toFile || !t.proc.stdout.tty));
  let failure: Failed | undefined;
  try {
    await run(t, p, output, meter);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    failure = error;
  }
  const code = failure?.code ?? 0;
  const transient =
    code === 28 ||
    (code === 7 && t.has("retryRefused")) ||
    (code !== 0 && t.has("retryAll")) ||
    [408, 429, 500, 502, 503, 504].includes(p.answer?.status ?? 0);
  if (failure && (!t.has("silent") || t.has("show"))) {
    await t.flush();
    await t.proc.stderr.write(`curl: (${code}) ${failure.message}\n`);
  }
  if (mayRetry && transient) {
    const why = p.answer ? "HTTP error" : code === 28 ? "timeout" : code === 7 ? "connection refused" : "(retrying all errors)";
    return { code, again: why };
  }
  if (t.has("write")) {
    const given = t.value("write") as string;
    const format = given.startsWith("@") ? await formatIn(t, given.slice(1)) : given;
    const { text, errors, unknown } = writeOut(format, { ...report(p, failure, clock.now()), number });
    await t.out(text);
    await t.flush();
    await t.proc.stderr.write(errors);
    for (const name of unknown) await t.proc.stderr.write(`curl: unknown --write-out variable: '${name}'\n`);
  }
  return { code };
}

/** -w @file. */
async function formatIn(t: Tool, path: string): Promise<string> {
  try {
    return path === "-" ? new TextDecoder().decode(await t.all("-")) : t.proc.fs.readText(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await t.proc.stderr.write(`Warning: Failed to open ${path}\n`);
    return "";
  }
}

function report(p: Progress, failure: Failed | undefined, now: number): Omit<Report, "number"> {
  return {
    status: p.answer?.status ?? 0,
    exit: failure?.code ?? 0,
    error: failure?.message ?? "",
    url: p.answer === undefined || p.redirects === 0 ? fullUrl(p.url) : p.redirectUrl,
    method: p.method,
    contentType: p.answer?.headers.get("content-type") ?? "",
    redirects: p.redirects,
    redirectUrl: p.redirects === 0 ? p.redirectUrl : "",
    size: p.size,
    sent: p.sent,
    headerSize: p.answer?.head.length ?? 0,
    connects: p.connects,
    remote: p.socket?.remote,
    local: p.socket?.local,
    times: { lookup: p.lookup, connect: p.connect, first: p.first, total: now - p.started },
    filename: p.filename,
    headers: p.answer?.headers ?? new Map(),
    scheme: p.scheme,
    requestSize: p.requestSize,
  };
}

/** As curl writes what it was given. */
function fullUrl(url: string): string {
  const whole = /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`;
  return /^[a-z]+:\/\/[^/?#]+$/i.test(whole) ? `${whole}/` : whole;
}

async function run(t: Tool, p: Progress, output: string | undefined, meter: Meter): Promise<void> {
  let target = parseUrl(p.url);
  let question;
  try {
    question = await asked(t);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new Failed(26, "Failed to open/read local data from file/application");
  }
  if (target && question.query !== "")
    target = { ...target, path: `${target.path}${target.path.includes("?") ? "&" : "?"}${question.query}` };
  const talk = async (text: string): Promise<void> => {
    if (t.has("verbose")) await t.proc.stderr.write(text);
  };
  const most = Number(t.value("hops") ?? 50);
  for (;;) {
    if (!target || target.port > 65535) throw new Failed(3, "URL using bad/illegal format or missing URL");
    if ((target.scheme !== "http" && target.scheme !== "https") || !allowed(t, target.scheme))
      throw new Failed(1, `Protocol "${target.scheme}" not supported or disabled in libcurl`);
    p.method = question.method;
    const answer = await exchange(t, p, target, question, meter, talk);
    p.answer = answer;
    const next = answer.headers.get("location");
    const moved = next !== undefined && answer.status >= 300 && answer.status < 400;
    if (moved) p.redirectUrl = absolute(target, next);
    if (!moved || !t.has("location")) break;
    if (p.redirects >= most) throw new Failed(47, `Maximum (${most}) redirects followed`);
    if (t.has("include")) await t.out(answer.head);
    p.redirects++;
    if (answer.status !== 307 && answer.status !== 308 && question.method === "POST" && !t.has("method"))
      question = { ...question, method: "GET", body: undefined };
    await talk(
      `* Connection #${p.connects - 1} to host ${target.host} left intact\n* Issue another request to this URL: '${p.redirectUrl}'\n`,
    );
    target = parseUrl(p.redirectUrl);
  }
  const answer = p.answer as Answer;
  if (t.has("fail") && answer.status >= 400) {
    await meter.end(0, p.sent, t.proc.clock.now() - p.started);
    throw new Failed(22, `The requested URL returned error: ${answer.status}`);
  }
  if (t.has("dump")) {
    const where = t.value("dump") as string;
    if (where === "-") await t.out(answer.head);
    else t.proc.fs.writeFile(where, answer.head);
  }
  await save(t, p, answer, target, output, meter);
  await talk(`* Connection #${p.connects - 1} to host ${(target as Target).host} left intact\n`);
  if (t.has("failBody") && answer.status >= 400) throw new Failed(22, `The requested URL returned error: ${answer.status}`);
}

/** --proto: `=https`, `-http`, `+ftp`. */
function allowed(t: Tool, scheme: string): boolean {
  let may = true;
  for (const word of t.values("proto").flatMap((list) => list.split(","))) {
    const [, sign = "", name = ""] = /^([=+-]?)(\w+)$/.exec(word.trim()) ?? [];
    const fits = name === "all" || name === scheme;
    if (sign === "=") may = fits;
    else if (fits) may = sign !== "-";
  }
  return may;
}

function absolute(from: Target, location: string): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  const base = `${from.scheme}://${hostPort(from)}`;
  return base + (location.startsWith("/") ? location : from.path.replace(/[^/]*$/, location));
}

async function save(
  t: Tool,
  p: Progress,
  answer: Answer,
  target: Target | undefined,
  output: string | undefined,
  meter: Meter,
): Promise<void> {
  const named = t.has("remote") && output === undefined ? baseName((target?.path ?? "").split("?", 1)[0] as string) : output;
  const file = t.has("folder") && named !== undefined && named !== "-" && named !== "/" ? `${t.value("folder")}/${named}` : named;
  const head = t.has("head") || t.has("include") ? answer.head : "";
  p.size = answer.body.length;
  const limit = Number(t.value("maxSize") ?? Infinity);
  if (p.size > limit) throw new Failed(63, "Maximum file size exceeded");
  const encoding = answer.headers.get("content-encoding")?.toLowerCase();
  if (t.has("compressed") && encoding !== undefined && encoding !== "identity" && p.size > 0)
    throw new Failed(61, `Unrecognized content encoding type. libcurl understands identity content encodings.`);
  const done = (): Promise<void> => meter.end(p.size, p.sent, t.proc.clock.now() - p.started);
  if (file === undefined || file === "-") {
    await done();
    await t.out(head);
    await t.bytes(answer.body);
    return;
  }
  if (file === "/") throw new Failed(23, "Failed writing received data to disk/application");
  p.filename = file;
  try {
    if (t.has("folders")) t.proc.fs.mkdir(file.replace(/\/?[^/]*$/, "") || ".", { recursive: true });
    const to = t.proc.open(file, "w");
    await to.write(head);
    await to.write(answer.body);
    t.proc.close(to);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (!t.has("silent")) await t.proc.stderr.write(`Warning: Failed to open the file ${file}: ${error.message}\n`);
    throw new Failed(23, "Failure writing output to destination");
  }
  await done();
}

async function exchange(
  t: Tool,
  p: Progress,
  target: Target,
  question: Awaited<ReturnType<typeof asked>>,
  meter: Meter,
  talk: (text: string) => Promise<void>,
): Promise<Answer> {
  const { clock } = t.proc;
  const host = target.host.replace(/^\[|\]$/g, "");
  const fixed = t
    .values("resolve")
    .map((r) => /^([^:]+):(\d+):(.+)$/.exec(r))
    .find((m) => m && m[1] === host && Number(m[2]) === target.port)?.[3];
  const other = t
    .values("connectTo")
    .map((r) => /^([^:]*):(\d*):([^:]*):(\d*)$/.exec(r))
    .find((m) => m && (m[1] === "" || m[1] === host) && (m[2] === "" || Number(m[2]) === target.port));
  const port = other?.[4] ? Number(other[4]) : target.port;
  await meter.start();
  let ip = fixed?.replace(/^\[|\]$/g, "") ?? host;
  if (fixed === undefined) {
    try {
      ip = (await t.proc.net.lookup(other?.[3] || host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      await talk(`* Could not resolve host: ${host}\n* Closing connection ${p.connects}\n`);
      throw new Failed(6, `Could not resolve host: ${host}`);
    }
  }
  p.lookup = clock.now() - p.started;
  await talk(`*   Trying ${ip}:${target.port}...\n`);
  const headers = headersOf(t, target, question);
  const seconds = (flag: string): number | undefined => (t.has(flag) ? Number(t.value(flag)) * 1000 : undefined);
  const elapsed = (): number => Math.floor(clock.now() - p.started);
  const limit = seconds("max");
  const said: string[] = [];
  try {
    const answer = await request(
      t,
      { ...target, host: ip, port },
      {
        method: question.method,
        headers,
        ...(question.body !== undefined && { body: question.body }),
        timeout: limit === undefined ? undefined : Math.max(0, limit - elapsed()),
        connectTimeout: seconds("connect"),
        secure: target.scheme === "https" ? (socket) => secure(t, socket, host, (line) => said.push(`* ${line}\n`)) : undefined,
        connected: (socket) => {
          p.socket = socket;
          p.connects++;
          p.connect = clock.now() - p.started;
        },
      },
    );
    p.first = clock.now() - p.started;
    p.sent = question.body?.length ?? 0;
    p.scheme = target.scheme.toUpperCase();
    p.requestSize += `${question.method} ${target.path} HTTP/1.1\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`.length + p.sent;
    await talk(`* Connected to ${host} (${ip}) port ${target.port} (#${p.connects - 1})\n${said.join("")}`);
    if (t.has("user")) await talk(`* Server auth using Basic with user '${(t.value("user") as string).split(":", 1)[0]}'\n`);
    await talk(`> ${question.method} ${target.path} HTTP/1.1\r\n${headers.map((h) => `> ${h}\r\n`).join("")}> \r\n`);
    if (p.sent > 0) await talk(`} [${p.sent} bytes data]\n`);
    await talk(
      answer.head
        .split("\r\n")
        .slice(0, -1)
        .map((h) => `< ${h}\r\n`)
        .join(""),
    );
    if (answer.body.length > 0 && !t.proc.stdout.tty) await talk(`{ [${answer.body.length} bytes data]\n`);
    return answer;
  } catch (error) {
    const insecure = error instanceof TlsError ? tlsFailure(error, true) : error;
    if (insecure instanceof Insecure) {
      await meter.end(0, 0, elapsed());
      await talk(
        `* Connected to ${host} (${ip}) port ${target.port} (#${p.connects - 1})\n${said.join("")}* Closing connection ${p.connects - 1}\n`,
      );
      throw new Failed(insecure.code, insecure.message);
    }
    if (!(error instanceof HttpFailure) && !isNetworkError(error)) throw error;
    throw await refusal(t, p, error, { host, port: target.port, ms: elapsed(), talk, meter });
  }
}

/** What curl makes of the network's refusals. */
async function refusal(
  t: Tool,
  p: Progress,
  error: HttpFailure | (Error & { readonly code: string }),
  at: {
    readonly host: string;
    readonly port: number;
    readonly ms: number;
    readonly talk: (text: string) => Promise<void>;
    readonly meter: Meter;
  },
): Promise<Failed> {
  const { host, port, ms } = at;
  const kind = error instanceof HttpFailure ? error.kind : error.code === "ETIMEDOUT" ? "timeout" : "connect";
  const connected = error instanceof HttpFailure ? error.connected : false;
  await at.meter.end(0, 0, ms);
  if (kind === "timeout") {
    if (error.code === "ELAPSED" && connected) return new Failed(28, `Operation timed out after ${ms} milliseconds with 0 bytes received`);
    if (error.code === "ELAPSED") return new Failed(28, `Connection timed out after ${ms} milliseconds`);
    return new Failed(
      28,
      `Failed to connect to ${host} port ${port} after ${ms} ms: ${t.has("connect") ? "Timeout was reached" : "Couldn't connect to server"}`,
    );
  }
  if (kind === "empty") return new Failed(52, "Empty reply from server");
  if (kind === "reset") return new Failed(56, "Recv failure: Connection reset by peer");
  if (kind === "protocol") return new Failed(1, "Received HTTP/0.9 when not allowed");
  const text = `Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`;
  await at.talk(`* connect to ${host} port ${port} failed: Connection refused\n* ${text}\n* Closing connection ${p.connects}\n`);
  return new Failed(7, text);
}
