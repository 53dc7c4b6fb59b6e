import { backslashEscapes } from "../../expand/escapes.ts";

/** What -w can tell of a transfer. */
export interface Report {
  readonly status: number;
  readonly exit: number;
  readonly error: string;
  readonly url: string;
  readonly method: string;
  readonly contentType: string;
  readonly redirects: number;
  readonly redirectUrl: string;
  readonly size: number;
  readonly sent: number;
  readonly headerSize: number;
  readonly connects: number;
  readonly remote: { readonly ip: string; readonly port: number } | undefined;
  readonly local: { readonly ip: string; readonly port: number } | undefined;
  /** Milliseconds from the start. */
  readonly times: { readonly lookup: number; readonly connect: number; readonly first: number; readonly total: number };
  readonly filename: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** The text, and the variables that are none. */
export function writeOut(format: string, r: Report): { readonly text: string; readonly unknown: readonly string[] } {
  const seconds = (ms: number): string => (ms / 1000).toFixed(6);
  const variables: Readonly<Record<string, string>> = {
    http_code: String(r.status).padStart(3, "0"),
    response_code: String(r.status).padStart(3, "0"),
    exitcode: String(r.exit),
    errormsg: r.error,
    url: r.url,
    url_effective: r.url,
    method: r.method,
    content_type: r.contentType,
    num_redirects: String(r.redirects),
    redirect_url: r.redirectUrl,
    size_download: String(r.size),
    size_upload: String(r.sent),
    size_header: String(r.headerSize),
    speed_download: String(r.times.total > 0 ? Math.floor((r.size * 1000) / r.times.total) : 0),
    num_connects: String(r.connects),
    num_headers: String(r.headers.size),
    remote_ip: r.remote?.ip ?? "",
    remote_port: String(r.remote?.port ?? 0),
    local_ip: r.local?.ip ?? "",
    local_port: String(r.local?.port ?? 0),
    scheme: r.remote ? "HTTP" : "",
    http_version: r.status > 0 ? "1.1" : "0",
    http_connect: "000",
    time_namelookup: seconds(r.times.lookup),
    time_connect: seconds(r.times.connect),
    time_appconnect: seconds(0),
    time_pretransfer: seconds(r.times.connect),
    time_starttransfer: seconds(r.times.first),
    time_redirect: seconds(0),
    time_total: seconds(r.times.total),
    filename_effective: r.filename,
    ssl_verify_result: "0",
  };
  const unknown: string[] = [];
  const text = format.replace(/%(?:\{(\w+)\}|header\{([^}]+)\}|%)/g, (all, name: string | undefined, header: string | undefined) => {
    if (all === "%%") return "%";
    if (header !== undefined) return r.headers.get(header.toLowerCase()) ?? "";
    const value = variables[name as string];
    if (value === undefined) unknown.push(name as string);
    return value ?? "";
  });
  return { text: backslashEscapes(text).text, unknown };
}
