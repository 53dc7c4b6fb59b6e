import { header, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { apacheNotFound, apachePhp } from "../php-apache.ts";
import { readIfThere } from "../process.ts";
import { extension, lookUp, MEDIA_TYPES, normalPath } from "../static-files.ts";
import { apacheTime, httpDate } from "../times.ts";

const APACHE = "2.4.65";
const ROOT = "/var/www/html";
const versionOf = (proc: ProcessContext): string => (readIfThere(proc, "/etc/php-build") ?? "8.4.12").trim();

/** php: it says what it is, and that it runs nothing. */
export const php: Program = async (proc) => {
  await proc.cpu(8);
  const version = versionOf(proc);
  const [first = ""] = proc.argv.slice(1);
  if (/^(-v|--version)$/.test(first)) {
    await proc.stdout.write(
      `PHP ${version} (cli) (built: Sep 29 2025 22:06:10) (NTS)\nCopyright (c) The PHP Group\nZend Engine v${Number(version[0]) >= 8 ? `4.${version.slice(2)}` : `3.${version.slice(2)}`}, Copyright (c) Zend Technologies\n`,
    );
    return 0;
  }
  if (first !== "" && !first.startsWith("-") && !proc.fs.exists(first)) {
    await proc.stdout.write(`Could not open input file: ${first}\n`);
    return 1;
  }
  await proc.stderr.write("php: PHP's language is not simulated by Timonel\n");
  return 255;
};

/** Apache with PHP in it: files are served; a script is refused in its log and with an internal error. */
export const phpApache: Program = (proc) => {
  const version = versionOf(proc);
  return apachePhp(proc, { apache: APACHE, php: version }, (request) => answer(proc, request));
};

async function answer(proc: ProcessContext, { method, path, headers }: ServerRequest): Promise<ServerResponse> {
  await proc.cpu(0.5);
  const host = (header(headers, "host") ?? proc.net.ip).replace(/:\d+$/, "");
  const page = (status: number, title: string, text: string, more: readonly (readonly [string, string])[] = []): ServerResponse => ({
    status,
    headers: [...more, ["Content-Type", "text/html; charset=iso-8859-1"]],
    body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n<hr>\n<address>Apache/${APACHE} (Debian) Server at ${host} Port 80</address>\n</body></html>\n`,
  });
  const forbidden = (): ServerResponse => page(403, "Forbidden", "You don't have permission to access this resource.");
  const normal = normalPath(path);
  if (normal === undefined) return page(400, "Bad Request", "Your browser sent a request that this server could not understand.<br />");
  let file = ROOT + normal;
  if (lookUp(proc.fs, file).kind === "directory") {
    if (!normal.endsWith("/"))
      return page(301, "Moved Permanently", `The document has moved <a href="http://${host}${normal}/">here</a>.`, [
        ["Location", `http://${host}${normal}/`],
      ]);
    const index = ["index.php", "index.html"].find((name) => lookUp(proc.fs, file + name).kind === "file");
    if (index === undefined) {
      await complain(
        proc,
        `AH01276: Cannot serve directory ${file}: No matching DirectoryIndex (index.php,index.html) found, and server-generated directory index forbidden by Options directive`,
        "autoindex:error",
      );
      return forbidden();
    }
    file += index;
  }
  const found = lookUp(proc.fs, file);
  if (found.kind === "forbidden") return forbidden();
  if (found.kind !== "file") return apacheNotFound(APACHE, host);
  if (extension(file) === "php") {
    await complain(proc, `PHP's language is not simulated by Timonel: ${file} was not run`, "php:error");
    return {
      status: 500,
      headers: [
        ["X-Powered-By", `PHP/${versionOf(proc)}`],
        ["Content-Type", "text/html; charset=UTF-8"],
      ],
      body: "",
    };
  }
  if (method !== "GET" && method !== "HEAD" && method !== "POST")
    return page(405, "Method Not Allowed", `The requested method ${method} is not allowed for this URL.`);
  const body = proc.fs.readFile(file);
  const type = MEDIA_TYPES[extension(file)];
  return {
    status: 200,
    headers: [
      ["Last-Modified", httpDate(found.stat.mtime)],
      ["ETag", `"${body.length.toString(16)}-${Math.floor(found.stat.mtime * 1000).toString(16)}"`],
      ["Accept-Ranges", "bytes"],
      ...(type === undefined ? [] : [["Content-Type", type] as const]),
    ],
    body,
  };
}

const complain = (proc: ProcessContext, text: string, module: string): Promise<void> =>
  proc.stderr.write(`[${apacheTime(proc.clock.now())}] [${module}] [pid ${proc.pid}:tid ${proc.pid}] ${text}\n`);
