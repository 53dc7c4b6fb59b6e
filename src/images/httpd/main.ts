import { header, NetError, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { CONF, ROOT } from "../httpd.ts";
import { nextSignal, readIfThere } from "../process.ts";
import { HttpService } from "../serving.ts";
import { extension, lookUp, MEDIA_TYPES, normalPath } from "../static-files.ts";
import { accessTime, apacheTime, httpDate } from "../times.ts";

/** Apache's httpd with the official image's configuration: Listen, DocumentRoot, DirectoryIndex and ServerName are read, other directives are accepted as they are. */
export const httpd: Program = async (proc) => {
  const args = proc.argv.slice(1);
  const version = versionOf(proc);
  if (args.includes("-v")) {
    await proc.stdout.write(`Server version: Apache/${version} (Unix)\nServer built:   Jul 22 2025 00:00:00\n`);
    return 0;
  }
  const conf = readIfThere(proc, CONF);
  if (conf === undefined) {
    await proc.stderr.write(`httpd: Could not open configuration file ${CONF}: No such file or directory\n`);
    return 1;
  }
  const config = readConfig(conf);
  if (args.includes("-t")) {
    await proc.stderr.write("Syntax OK\n");
    return 0;
  }
  const say = (module: string, message: string): Promise<void> =>
    proc.stderr.write(`[${apacheTime(proc.clock.now())}] [${module}:notice] [pid ${proc.pid}:tid ${proc.pid}] ${message}\n`);
  if (proc.restored === undefined) {
    await proc.cpu(8);
    proc.memory(8 * 1024 * 1024);
    const unnamed = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${proc.net.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    if (config.serverName === undefined) await proc.stderr.write(unnamed + unnamed);
  }
  const service = new HttpService((request) => answer(proc, config, request.method, request.path, request.headers), {
    idle: () => proc.checkpoint({ running: true }),
    sent: async (request, response, bytes, { socket }) => {
      await proc.stdout.write(
        `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes === 0 ? "-" : bytes}\n`,
      );
    },
  });
  const stop = nextSignal(proc, ["TERM", "INT", "WINCH"]);
  for (const port of config.ports) {
    try {
      void service.accept(await proc.net.listen(port));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      await proc.stderr.write(
        `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      return 1;
    }
  }
  if (proc.restored === undefined) {
    await say("mpm_event", `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`);
    await say("core", "AH00094: Command line: 'httpd -D FOREGROUND'");
  }
  proc.checkpoint({ running: true });
  const signal = await stop;
  if (signal === "WINCH") {
    await say("mpm_event", "AH00492: caught SIGWINCH, shutting down gracefully");
    await service.drain();
  } else await say("mpm_event", "AH00491: caught SIGTERM, shutting down");
  return 0;
};

interface HttpdConfig {
  readonly ports: readonly number[];
  readonly root: string;
  readonly index: readonly string[];
  readonly serverName: string | undefined;
}

function readConfig(text: string): HttpdConfig {
  const all = (name: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^[ \\t]*${name}[ \\t]+(.+?)[ \\t]*$`, "gim"))].map((m) => (m[1] as string).replace(/^"(.*)"$/, "$1"));
  const ports = all("Listen").map((l) =>
    Number(
      l
        .split(/[: ]/)
        .filter((p) => /^\d+$/.test(p))
        .at(-1) ?? 80,
    ),
  );
  return {
    ports: ports.length > 0 ? ports : [80],
    root: all("DocumentRoot")[0] ?? `${ROOT}/htdocs`,
    index: (all("DirectoryIndex")[0] ?? "index.html").split(/\s+/),
    serverName: all("ServerName")[0],
  };
}

const versionOf = (proc: ProcessContext): string => proc.env["HTTPD_VERSION"] ?? "2.4.65";

function answer(
  proc: ProcessContext,
  config: HttpdConfig,
  method: string,
  path: string,
  headers: Parameters<typeof header>[0],
): ServerResponse {
  const version = versionOf(proc);
  const common = [
    ["Date", httpDate(proc.clock.now())],
    ["Server", `Apache/${version} (Unix)`],
  ] as const;
  const page = (status: number, title: string, text: string, more: readonly (readonly [string, string])[] = []): ServerResponse => ({
    status,
    headers: [...common, ...more, ["Content-Type", "text/html; charset=iso-8859-1"]],
    body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`,
  });
  const normal = normalPath(path);
  if (normal === undefined) return page(400, "Bad Request", "Your browser sent a request that this server could not understand.<br />");
  if (method !== "GET" && method !== "HEAD")
    return page(405, "Method Not Allowed", `The requested method ${method} is not allowed for this URL.`, [
      ["Allow", "HEAD,GET,POST,OPTIONS,TRACE"],
    ]);
  let file = config.root + normal;
  if (lookUp(proc.fs, file).kind === "directory") {
    if (!normal.endsWith("/"))
      return page(301, "Moved Permanently", `The document has moved <a href="${normal}/">here</a>.`, [
        ["Location", `http://${header(headers, "host") ?? ""}${normal}/`],
      ]);
    const index = config.index.find((name) => lookUp(proc.fs, file + name).kind === "file");
    if (index === undefined) return page(403, "Forbidden", "You don't have permission to access this resource.");
    file += index;
  }
  const found = lookUp(proc.fs, file);
  if (found.kind === "forbidden") return page(403, "Forbidden", "You don't have permission to access this resource.");
  if (found.kind !== "file") return page(404, "Not Found", "The requested URL was not found on this server.");
  const body = proc.fs.readFile(file);
  const etag = `"${body.length.toString(16)}-${Math.floor(found.stat.mtime * 1000).toString(16)}"`;
  const modified = httpDate(found.stat.mtime);
  const validators = [
    ["Last-Modified", modified],
    ["ETag", etag],
  ] as const;
  if (
    header(headers, "if-none-match") === etag ||
    (header(headers, "if-none-match") === undefined && header(headers, "if-modified-since") === modified)
  )
    return { status: 304, headers: [...common, ...validators] };
  const type = MEDIA_TYPES[extension(file)];
  return {
    status: 200,
    headers: [...common, ...validators, ["Accept-Ranges", "bytes"], ...(type === undefined ? [] : [["Content-Type", type] as const])],
    body,
  };
}
