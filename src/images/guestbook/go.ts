import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { bulks, parseReply } from "../redis/resp.ts";
import { runServer } from "../run-server.ts";
import { formatDuration } from "../../machinery/index.ts";

const PAGE = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta content="text/html;charset=utf-8" http-equiv="Content-Type">
    <title>Guestbook</title>
  </head>
  <body>
    <div id="header"><h1>Guestbook</h1></div>
    <div id="guestbook-entries"><p>Waiting for database connection...</p></div>
    <div>
      <form id="guestbook-form"><input autocomplete="off" id="guestbook-entry-content" type="text"><a href="#" id="guestbook-submit">Submit</a></form>
    </div>
    <div><p><h2 id="guestbook-host-address"></h2></p><p><a href="env">/env</a><a href="info">/info</a></p></div>
  </body>
</html>
`;

/** The guestbook in Go: a list in Redis, behind an API (kubernetes/examples: guestbook-go/main.go). */
export const guestbookGo: Program = async (proc) =>
  runServer(proc, {
    ports: [3000],
    started: () => proc.stdout.write("[negroni] listening on :3000\n"),
    async handle({ method, path }) {
      const began = proc.clock.now();
      await proc.stdout.write(`[negroni] Started ${method} ${path}\n`);
      await proc.cpu(0.5);
      const { status, body, type } = await answer(proc, method, path);
      await proc.stdout.write(`[negroni] Completed ${status} ${REASONS[status]} in ${formatDuration(proc.clock.now() - began)}\n`);
      return { status, headers: [["Content-Type", type], ...goHeaders(proc.clock.now())], body };
    },
  });
const REASONS: Readonly<Record<number, string>> = { 200: "OK", 404: "Not Found", 500: "Internal Server Error" };
const PLAIN = "text/plain; charset=utf-8";

async function answer(
  proc: ProcessContext,
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly body: string; readonly type: string }> {
  const ok = (body: string, type = PLAIN): { readonly status: number; readonly body: string; readonly type: string } => ({
    status: 200,
    body,
    type,
  });
  if (path === "/" || path === "/index.html") return ok(PAGE, "text/html; charset=utf-8");
  const [, what, key = "", value = ""] = /^\/(lrange|rpush)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  try {
    if (method === "GET" && what === "rpush" && value !== "") await redis(proc, "redis-master", ["RPUSH", key, value]);
    if (method === "GET" && ((what === "lrange" && value === "") || (what === "rpush" && value !== "")))
      return ok(JSON.stringify(await redis(proc, "redis-slave", ["LRANGE", key, "0", "-1"]), null, "  "));
    if (method === "GET" && path === "/info") return ok((await redis(proc, "redis-master", ["INFO"])).join(""));
    if (method === "GET" && path === "/env")
      return ok(JSON.stringify(Object.fromEntries(Object.entries(proc.env).toSorted(([a], [b]) => (a < b ? -1 : 1))), null, "  "));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    await proc.stdout.write(`[negroni] PANIC: ${error.message}\n`);
    return { status: 500, body: `PANIC: ${error.message}`, type: PLAIN };
  }
  return { status: 404, body: "404 page not found\n", type: PLAIN };
}

/** One command to a Redis; its answer's texts. */
async function redis(proc: ProcessContext, host: string, command: readonly string[]): Promise<readonly string[]> {
  const socket = await proc.net.connect(host, 6379, { timeout: 10_000 });
  const bytes = command.map((part) => String.fromCharCode(...new TextEncoder().encode(part)));
  await socket.write(Uint8Array.from(bulks(bytes), (c) => c.charCodeAt(0)));
  const readable = (text: string): string => new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  let text = "";
  for (;;) {
    const parsed = parseReply(text);
    if (parsed) {
      socket.end();
      const { reply } = parsed;
      if (reply.type === "array") return reply.items.map((item) => ("text" in item ? readable(item.text) : ""));
      return "text" in reply ? [readable(reply.text)] : [];
    }
    const data = await socket.read();
    if (data === null) return [];
    for (const byte of data) text += String.fromCharCode(byte);
  }
}
