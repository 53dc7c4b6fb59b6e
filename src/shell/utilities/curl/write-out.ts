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
  /** HTTP or HTTPS; nothing before it has answered. */
  readonly scheme: string;
  readonly requestSize: number;
  /** Which of the URLs it is, from 0. */
  readonly number: number;
}

/** Of the real one's, numbers as JSON has them; and those that are not here. */
const NUMBERS =
  /^(http_code|response_code|exitcode|num_\w+|size_\w+|speed_\w+|time_\w+|http_connect|remote_port|local_port|ssl_verify_result|proxy_ssl_verify_result|urlnum)$/;
const MISSING = new Set(["certs", "num_certs", "proxy_used", "conn_id", "xfer_id", "tls_earlydata"]);

/** The text for each stream, and the variables that are none. */
export function writeOut(
  format: string,
  r: Report,
): { readonly text: string; readonly errors: string; readonly unknown: readonly string[] } {
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
    scheme: r.scheme,
    size_request: String(r.requestSize),
    speed_upload: String(r.times.total > 0 ? Math.floor((r.sent * 1000) / r.times.total) : 0),
    urlnum: String(r.number),
    referer: "",
    ftp_entry_path: "",
    proxy_ssl_verify_result: "0",
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
  // Text behind %{onerror} is for failures only; %{stderr} and %{stdout} turn what follows to a stream.
  const whole = r.exit === 0 ? (format.split("%{onerror}", 1)[0] as string) : format;
  const texts = { stdout: "", stderr: "" };
  let to: "stdout" | "stderr" = "stdout";
  const TOKEN = /%(?:\{(\w+)\}|header\{([^}]+)\}|%)/g;
  let at = 0;
  for (const found of whole.matchAll(TOKEN)) {
    const [all, name, header] = found;
    texts[to] += backslashEscapes(whole.slice(at, found.index)).text;
    at = found.index + all.length;
    if (all === "%%") texts[to] += "%";
    else if (header !== undefined) texts[to] += r.headers.get(header.toLowerCase()) ?? "";
    else if (name === "stdout" || name === "stderr") to = name;
    else if (name === "json") texts[to] += json(variables);
    else if (name !== "onerror") {
      const value = variables[name as string];
      if (value === undefined) unknown.push(`${name}${MISSING.has(name as string) ? " (not supported by this simulator)" : ""}`);
      texts[to] += value ?? "";
    }
  }
  texts[to] += backslashEscapes(whole.slice(at)).text;
  return { text: texts.stdout, errors: texts.stderr, unknown };
}

/** All of them, by name. */
function json(variables: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(variables)
    .filter(([name]) => name !== "url_effective" || variables["url_effective"] !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const plain = NUMBERS.test(name)
        ? String(name.startsWith("time_") ? value : Number(value))
        : JSON.stringify(value === "" ? null : value);
      return `${JSON.stringify(name)}:${plain}`;
    });
  return `{${pairs.join(",")}}`;
}
