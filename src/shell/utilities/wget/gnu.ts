import { type Identity, type Tls, TlsError } from "../../../pki/index.ts";
import { strftime } from "../../strftime.ts";
import { type Answer, HttpFailure, parseUrl, type Target } from "../http.ts";
import { isNetworkError, type Socket } from "../network-error.ts";
import { baseName, humanSize, joinPath } from "../paths.ts";
import { HANDSHAKE_CPU, systemRoots, tlsOf } from "../tls.ts";
import type { Tool } from "../tool.ts";
import { fetchUrl, hostOf, redirection } from "./fetch.ts";

/** GNU's wget, which tells what it does as it does it: 4 is the network's refusal, 8 the server's. */
export async function gnuWget(t: Tool): Promise<number> {
  const letters = t.value("options") ?? "";
  const terse = t.has("terse") || letters.includes("v");
  const say = async (text: string): Promise<void> => {
    if (t.has("quiet") || terse) return;
    if (t.has("log")) t.proc.fs.writeFile(t.value("log") as string, text, { append: true });
    else await t.proc.stderr.write(text);
  };
  if (t.args.length === 0) {
    await t.proc.stderr.write("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
    return 1;
  }
  let status = 0;
  for (const url of t.args) status = Math.max(status, await one(t, url, say, terse, letters.includes("c")));
  return status;
}

async function one(t: Tool, url: string, say: (text: string) => Promise<void>, terse: boolean, keep: boolean): Promise<number> {
  const quotes = /utf-?8/i.test(t.proc.env["LC_ALL"] || t.proc.env["LANG"] || "") ? ["‘", "’"] : ["'", "'"];
  const quote = (text: string): string => `${quotes[0]}${text}${quotes[1]}`;
  const stamp = (): string => strftime("%Y-%m-%d %H:%M:%S", t.proc.clock.now());
  let target = parseUrl(url);
  if (t.has("spider")) await say("Spider mode enabled. Check if remote file exists.\n");
  let answer: Answer;
  for (let hops = 0; ; hops++) {
    if (!target) return t.fail(`${url}: Invalid host name.`, 1).then(() => 1);
    const full = `${target.scheme}://${hostOf(target)}${target.path}`;
    if (target.scheme !== "http" && target.scheme !== "https") {
      await t.proc.stderr.write(`${url}: Unsupported scheme ${quote(target.scheme)}.\n`);
      return 1;
    }
    await say(`--${stamp()}--  ${full}\n`);
    const reached = await reach(t, target, say, quote);
    if (typeof reached === "number") return reached;
    answer = reached;
    if (t.has("server")) for (const line of answer.head.split("\r\n").filter(Boolean)) await say(`  ${line}\n`);
    else await say(`${answer.status} ${answer.reason}\n`);
    const next = redirection(answer, target);
    if (!next) break;
    if (hops >= 20) {
      await say("20 redirections exceeded.\n");
      return 8;
    }
    await say(`Location: ${answer.headers.get("location")} [following]\n`);
    target = next;
  }
  if (answer.status >= 400) {
    if (t.has("spider")) await say("Remote file does not exist -- broken link!!!\n\n");
    else if (terse && !t.has("quiet")) await t.proc.stderr.write(`${url}:\n${stamp()} ERROR ${answer.status}: ${answer.reason}.\n`);
    else await say(`${stamp()} ERROR ${answer.status}: ${answer.reason}.\n\n`);
    return 8;
  }
  const size = answer.body.length;
  const declared = answer.headers.get("content-length");
  const kind = answer.headers.get("content-type")?.split(";", 1)[0];
  const length =
    declared === undefined ? "unspecified" : `${declared}${Number(declared) >= 1024 ? ` (${humanSize(Number(declared))})` : ""}`;
  await say(`Length: ${length}${kind === undefined ? "" : ` [${kind}]`}\n`);
  if (t.has("spider")) {
    await say("Remote file exists.\n\n");
    return 0;
  }
  const given = t.value("output");
  const named = target.path.endsWith("/") ? "index.html" : baseName(target.path);
  let file = given ?? (t.has("prefix") ? joinPath(t.value("prefix") as string, named) : named);
  if (given === undefined && t.proc.fs.exists(file)) {
    if (keep) {
      await say(`File ${quote(file)} already there; not retrieving.\n\n`);
      return 0;
    }
    let n = 1;
    while (t.proc.fs.exists(`${file}.${n}`)) n++;
    file = `${file}.${n}`;
  }
  await say(`Saving to: ${quote(file === "-" ? "STDOUT" : file)}\n`);
  if (file === "-") await t.bytes(answer.body);
  else {
    try {
      t.proc.fs.writeFile(file, answer.body);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await t.proc.stderr.write(`${file}: ${error.message}\n`);
      return 3;
    }
  }
  // What arrives here arrives at once: the rate is that of the whole.
  await say(`\n     0K${" ".repeat(55)} 100%     =0s\n\n`);
  if (terse && !t.has("quiet")) await t.proc.stderr.write(`${stamp()} URL:${url} [${size}/${size}] -> "${file}" [1]\n`);
  await say(
    `${stamp()} - ${file === "-" ? "written to stdout" : `${quote(file)} saved`} [${size}${declared === undefined ? "" : `/${declared}`}]\n\n`,
  );
  return 0;
}

class Distrusted extends Error {}

/** A handshake with what GnuTLS says of the certificate; it goes on all the same with --no-check-certificate. */
async function secured(
  t: Tool,
  socket: Socket,
  host: string,
  say: (text: string) => Promise<void>,
  quote: (text: string) => string,
): Promise<Socket> {
  const tls = await tlsOf(t);
  await t.proc.cpu(HANDSHAKE_CPU);
  const made = await tls.connect(socket, { random: t.proc.random, serverName: host, identity: clientIdentity(t, tls) });
  const file = t.value("ca");
  const roots = file === undefined ? systemRoots(t, tls) : tls.certificates(t.proc.fs.readText(file));
  const problem = tls.chainProblem(made.peer, { roots, now: t.proc.clock.now() });
  const lenient = t.has("nocheck");
  const severity = lenient ? "WARNING" : "ERROR";
  const about = `The certificate of ${quote(host)}`;
  if (problem) {
    const why = { 9: "is not yet activated", 10: "has expired", 7: "has an insecure signature" }[problem.code];
    await say(`${severity}: ${about} is not trusted.\n`);
    await say(why === undefined ? `${severity}: ${about} doesn't have a known issuer.\n` : `${severity}: ${about} ${why}.\n`);
  }
  const fits = tls.isFor(made.peer[0] as Uint8Array, host, { commonName: true });
  if (!fits) await say(`The certificate's owner does not match hostname ${quote(host)}\n`);
  if ((problem || !fits) && !lenient) {
    made.destroy();
    throw new Distrusted();
  }
  return made;
}

function clientIdentity(t: Tool, tls: Tls): Identity | undefined {
  const [certificate, key] = [t.value("certificate"), t.value("privateKey") ?? t.value("certificate")];
  if (certificate === undefined || key === undefined || !t.proc.fs.exists(certificate) || !t.proc.fs.exists(key)) return undefined;
  return tls.identity(t.proc.fs.readText(certificate), t.proc.fs.readText(key));
}

/** Looks up, connects and asks; a number is the exit code. */
async function reach(
  t: Tool,
  target: Target,
  say: (text: string) => Promise<void>,
  quote: (text: string) => string,
): Promise<Answer | number> {
  const literal = /^\d+(\.\d+){3}$/.test(target.host);
  let address = target.host;
  if (!literal) {
    await say(`Resolving ${target.host} (${target.host})... `);
    try {
      const all = await t.proc.net.lookup(target.host);
      address = all[0] as string;
      await say(`${all.join(", ")}\n`);
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      await say(`failed: ${error.message}.\n`);
      if (!t.has("quiet")) await t.proc.stderr.write(`wget: unable to resolve host address ${quote(target.host)}\n`);
      return 4;
    }
  }
  const authorities = t.value("ca");
  if (target.scheme === "https" && authorities !== undefined) {
    if (!t.proc.fs.exists(authorities)) {
      await say(`ERROR: Failed to open cert ${authorities}: (-64).\n`);
      return 5;
    }
    await say(`Loaded CA certificate '${authorities}'\n`);
  }
  const tries = Math.max(1, Number(t.value("tries") ?? 20) || 20);
  for (let n = 1; ; n++) {
    await say(`Connecting to ${target.host}${literal ? "" : ` (${target.host})|${address}|`}:${target.port}... `);
    try {
      let connected = false;
      const answer = await fetchUrl(t, target, address, "Wget/1.21.3", async (socket) => {
        connected = true;
        await say("connected.\n");
        return secured(t, socket, target.host, say, quote);
      });
      await say(connected ? "HTTP request sent, awaiting response... " : "connected.\nHTTP request sent, awaiting response... ");
      if (t.has("server")) await say("\n");
      return answer;
    } catch (error) {
      if (error instanceof Distrusted) return 5;
      if (error instanceof TlsError) {
        await say(
          `GnuTLS: ${error.reason === "plain" ? "An unexpected TLS packet was received." : "Error in the pull function."}\nUnable to establish SSL connection.\n\n`,
        );
        return 4;
      }
      if (!(error instanceof HttpFailure)) throw error;
      const refused = error.kind === "connect" || (error.kind === "timeout" && !error.connected);
      if (refused)
        await say(
          `failed: ${{ ECONNREFUSED: "Connection refused", EHOSTUNREACH: "No route to host", ENETUNREACH: "Network is unreachable" }[error.code] ?? "Connection timed out"}.\n`,
        );
      else
        await say(
          `connected.\nHTTP request sent, awaiting response... ${error.kind === "timeout" ? "Read error (Connection timed out) in headers." : error.kind === "empty" ? "No data received." : "Read error (Connection reset by peer) in headers."}\n`,
        );
      // A refused connection is given up at once, what may pass is tried again.
      if (refused && error.kind === "connect") return 4;
      if (n >= tries) {
        await say("Giving up.\n\n");
        return 4;
      }
      await say("Retrying.\n\n");
      await t.proc.clock.sleep(Math.min(n, 10) * 1000);
      await say(
        `--${strftime("%Y-%m-%d %H:%M:%S", t.proc.clock.now())}--  (try:${String(n + 1).padStart(2)})  ${target.scheme}://${hostOf(target)}${target.path}\n`,
      );
    }
  }
}
