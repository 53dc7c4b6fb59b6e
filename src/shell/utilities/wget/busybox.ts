import { TlsError } from "../../../pki/index.ts";
import { type Answer, HttpFailure, parseUrl } from "../http.ts";
import { isNetworkError } from "../network-error.ts";
import { baseName, joinPath } from "../paths.ts";
import { HANDSHAKE_CPU, tlsOf } from "../tls.ts";
import type { Tool } from "../tool.ts";
import { fetchUrl, hostOf, redirection } from "./fetch.ts";

export async function busyboxWget(t: Tool): Promise<number> {
  const say = async (text: string): Promise<void> => {
    if (t.has("quiet")) return;
    if (t.has("log")) t.proc.fs.writeFile(t.value("log") as string, `${text}\n`, { append: true });
    else await t.proc.stderr.write(`${text}\n`);
  };
  if (t.args.length === 0) return t.misuse("missing URL");
  for (const url of t.args) {
    const code = await one(t, url, say);
    if (code !== 0) return code;
  }
  return 0;
}

const REFUSED: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
};

async function one(t: Tool, url: string, say: (text: string) => Promise<void>): Promise<number> {
  let target = parseUrl(url);
  let answer: Answer;
  for (let hops = 0; ; hops++) {
    if (!target || (target.scheme !== "http" && target.scheme !== "https")) return t.fail(`not an http or ftp url: ${url}`);
    const host = hostOf(target);
    let address: string;
    try {
      address = (await t.proc.net.lookup(target.host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      return t.fail(`bad address '${host}'`);
    }
    await say(`Connecting to ${host} (${address}:${target.port})`);
    try {
      answer = await fetchUrl(t, target, address, "Wget", async (socket) => {
        // Its own TLS takes every certificate, and says so.
        if (!t.has("nocheck") && hops === 0) await t.proc.stderr.write("wget: note: TLS certificate validation not implemented\n");
        await t.proc.cpu(HANDSHAKE_CPU);
        return (await tlsOf(t)).connect(socket, { random: t.proc.random, serverName: target?.host ?? "" });
      });
    } catch (error) {
      if (error instanceof TlsError) return t.fail("error getting response: Connection reset by peer");
      if (!(error instanceof HttpFailure)) throw error;
      if (error.kind === "timeout")
        return t.fail(t.has("timeout") ? "download timed out" : `can't connect to remote host (${address}): Operation timed out`);
      if (error.kind === "connect" || error.kind === "resolve")
        return t.fail(`can't connect to remote host (${address}): ${REFUSED[error.code] ?? "Connection refused"}`);
      return t.fail("error getting response");
    }
    if (t.has("server")) for (const line of answer.head.split("\r\n").slice(0, -1)) await t.proc.stderr.write(`  ${line}\n`);
    const next = redirection(answer, target);
    if (!next) break;
    if (hops >= 5) return t.fail("too many redirections");
    target = next;
  }
  if (answer.status >= 400) return t.fail(`server returned error: HTTP/1.1 ${answer.status} ${answer.reason}`);
  if (t.has("spider")) {
    await say("remote file exists");
    return 0;
  }
  const given = t.value("output");
  const named = baseName(target.path.split("?", 1)[0] as string);
  const name = target.path.endsWith("/") || named === "/" ? "index.html" : named;
  const file = given ?? (t.has("prefix") ? joinPath(t.value("prefix") as string, name) : name);
  const bar = (label: string): string =>
    `${label.slice(0, 20).padEnd(20)} 100% |********************************| ${amount(answer.body.length)}  0:00:00 ETA`;
  if (file === "-") {
    await say("writing to stdout");
    await t.bytes(answer.body);
    await say(`${bar("-")}\nwritten to stdout`);
    return 0;
  }
  if (given === undefined && t.proc.fs.exists(file) && !t.has("resume")) return t.fail(`can't open '${file}': File exists`);
  await say(`saving to '${file}'`);
  try {
    t.proc.fs.writeFile(file, answer.body);
  } catch (error) {
    await t.complain("open", file, error);
    return 1;
  }
  await say(`${bar(baseName(file))}\n'${file}' saved`);
  return 0;
}

/** Five places: 4882k. */
function amount(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  return `${bytes < 10_240_000 ? `${Math.floor(bytes / 1024)}k` : `${(bytes / 1_048_576).toFixed(1)}M`}`.padStart(5);
}
