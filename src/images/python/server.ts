import type { ProcessContext } from "../../runtime/index.ts";
import { HttpService } from "../serving.ts";
import { lookUp, MEDIA_TYPES, normalPath } from "../static-files.ts";
import { accessTime, httpDate } from "../times.ts";

interface Options {
  readonly port: number;
  readonly bind: string;
  readonly directory: string;
  readonly version: string;
  /** Standard output is written at once, not when the program ends. */
  readonly unbuffered: boolean;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const listing = (path: string, names: readonly string[]): string =>
  `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Directory listing for ${escaped(path)}</title>\n</head>\n<body>\n<h1>Directory listing for ${escaped(path)}</h1>\n<hr>\n<ul>\n${names.map((name) => `<li><a href="${encodeURI(name)}">${escaped(name)}</a></li>\n`).join("")}</ul>\n<hr>\n</body>\n</html>\n`;

const ERRORS = {
  404: ["File not found", "Nothing matches the given URI"],
  501: ["Unsupported method", "Server does not support this operation"],
} as const;

const page = (status: number, message: string, why: string): string =>
  `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${status}</p>\n        <p>Message: ${message}.</p>\n        <p>Error code explanation: ${status} - ${why}.</p>\n    </body>\n</html>\n`;

/** python -m http.server (cpython: Lib/http/server.py). */
export async function serveFolder(proc: ProcessContext, { port, bind, directory, version, unbuffered }: Options): Promise<number> {
  const any = bind === "" || bind === "::" || bind === "0.0.0.0";
  let listener;
  try {
    listener = await proc.net.listen(port, any ? {} : { address: bind });
  } catch {
    await proc.stderr.write(`Traceback (most recent call last):\n  ...\nOSError: [Errno 98] Address already in use\n`);
    return 1;
  }
  const shown = any ? "0.0.0.0" : bind;
  const greeting = `Serving HTTP on ${shown} port ${listener.port} (http://${shown}:${listener.port}/) ...\n`;
  if (unbuffered && proc.restored === undefined) await proc.stdout.write(greeting);
  const log = (ip: string, text: string): Promise<void> =>
    proc.stderr.write(
      `${ip} - - [${accessTime(proc.clock.now())
        .replace(/:/, " ")
        .replace(/ \+0000$/, "")}] ${text}\n`,
    );
  const service = new HttpService(
    async (request, { socket }) => {
      const server = [
        ["Server", `SimpleHTTP/0.6 Python/${version}`],
        ["Date", httpDate(proc.clock.now())],
      ] as const;
      const { ip } = socket.remote;
      const fail = async (
        status: 404 | 501,
        more = "",
      ): Promise<{ status: number; reason: string; headers: readonly (readonly [string, string])[]; body: string; close: true }> => {
        const [words, why] = ERRORS[status];
        await log(ip, `code ${status}, message ${words}${more}`);
        await log(ip, `"${request.line}" ${status} -`);
        return {
          status,
          reason: `${words}${more}`,
          headers: [...server, ["Content-Type", "text/html;charset=utf-8"]],
          body: page(status, `${words}${more}`, why),
          close: true,
        };
      };
      if (request.method !== "GET" && request.method !== "HEAD") return fail(501, ` ('${request.method}')`);
      const path = normalPath(request.path) ?? "/";
      const at = `${directory}${path}`;
      const found = lookUp(proc.fs, at);
      if (found.kind === "none" || found.kind === "forbidden") return fail(404);
      if (found.kind === "directory" && !path.endsWith("/")) {
        await log(ip, `"${request.line}" 301 -`);
        return { status: 301, headers: [...server, ["Location", `${request.path}/`]], body: "", close: true };
      }
      await log(ip, `"${request.line}" 200 -`);
      const index = ["index.html", "index.htm"].map((name) => lookUp(proc.fs, `${at}${name}`)).find((f) => f.kind === "file");
      const file = found.kind === "file" ? found : index;
      if (file?.kind === "file") {
        const type = MEDIA_TYPES[/\.(\w+)$/.exec(file.path)?.[1] ?? ""] ?? "application/octet-stream";
        const headers = [...server, ["Content-type", type], ["Last-Modified", httpDate(file.stat.mtime)]] as const;
        return { status: 200, headers, body: proc.fs.readFile(file.path), close: true };
      }
      const names = proc.fs.readdir(at).toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
      const marked = names.map((name) => (lookUp(proc.fs, `${at}${name}`).kind === "directory" ? `${name}/` : name));
      return {
        status: 200,
        headers: [...server, ["Content-type", "text/html; charset=utf-8"]],
        body: listing(request.path, marked),
        close: true,
      };
    },
    { idle: () => proc.checkpoint({ serving: true }) },
  );
  const interrupted = new Promise<void>((resolve) => proc.on("INT", resolve));
  const serving = service.accept(listener);
  proc.checkpoint({ serving: true });
  await Promise.race([serving, interrupted]);
  if (!unbuffered) await proc.stdout.write(greeting);
  await proc.stdout.write("\nKeyboard interrupt received, exiting.\n");
  return 0;
}
