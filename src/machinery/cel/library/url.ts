import { goQuote } from "../../fields.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, ListValue, MadeMap, Opaque } from "../values.ts";

/** A URL, or an absolute path, in parts, as Go's net/url takes it apart. */
class Url extends Opaque {
  readonly typeName = "kubernetes.URL";
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, parts: Pick<Url, "scheme" | "host" | "path" | "query">) {
    super();
    this.text = text;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.path = parts.path;
    this.query = parts.query;
  }

  equals(other: Opaque): boolean {
    return other instanceof Url && other.text === this.text;
  }

  override toString(): string {
    return this.text;
  }
}

const SHAPE =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:[^/?#@]*@)?(\[[^\]]*\](?::\d*)?|[^/?#:]*(?::[^/?#]*)?))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;

/** What is wrong with it as net/url.ParseRequestURI says, or its parts. */
function read(text: string): Url | string {
  const failed = (why: string) => `parse ${goQuote(text)}: ${why}`;
  if (text === "") return failed("empty url");
  if (/[\u0000-\u001f\u007f]/.test(text)) return failed("net/url: invalid control character in URL");
  if (text.startsWith(":")) return failed("missing protocol scheme");
  const [, scheme = "", host = "", path = "", query = ""] = SHAPE.exec(text) ?? [];
  if (scheme === "" && !text.startsWith("/")) return failed("invalid URI for request");
  const port = /^(?:\[[^\]]*\]|[^:]*):(.*)$/.exec(host)?.[1] ?? "";
  if (!/^\d*$/.test(port)) return failed(`invalid port ${goQuote(`:${port}`)} after host`);
  if (/[ "<>\\^`{|}]/.test(host)) return failed(`invalid character ${goQuote(/[ "<>\\^`{|}]/.exec(host)?.[0] ?? "")} in host name`);
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(path)?.[0];
  if (escape !== undefined) return failed(`invalid URL escape ${goQuote(escape)}`);
  // `mailto:someone` has no path to Go: it is opaque.
  const opaque = scheme !== "" && !path.startsWith("/");
  return new Url(text, { scheme: scheme.toLowerCase(), host, path: opaque ? "" : escaped(path), query });
}

/** With what may not stand in a path as %XX. */
const escaped = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu, (c) =>
    [...new TextEncoder().encode(c)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );

function url(text: string): Url {
  const parts = read(text);
  if (typeof parts === "string") throw new CelError(`URL parse error during conversion from string: ${parts}`);
  return parts;
}

export const uriProblems = (text: string): readonly string[] => {
  const parts = read(text);
  return typeof parts === "string" ? [parts] : [];
};

const hostname = ({ host }: Url): string => (host.startsWith("[") ? host.slice(1, host.indexOf("]")) : host.replace(/:\d*$/, ""));
const port = ({ host }: Url): string => /:(\d+)$/.exec(host.slice(host.indexOf("]") + 1))?.[1] ?? "";

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** Pairs that cannot be read are left out, as Go leaves them out. */
function query(value: Url): MadeMap {
  const found = new Map<string, string[]>();
  for (const pair of value.query.split("&").filter((p) => p !== "" && !p.includes(";"))) {
    const i = pair.indexOf("=");
    const [name, text] = [unescape(i < 0 ? pair : pair.slice(0, i)), unescape(i < 0 ? "" : pair.slice(i + 1))];
    if (name !== undefined && text !== undefined) found.set(name, [...(found.get(name) ?? []), text]);
  }
  const map = new MadeMap();
  for (const [name, texts] of found) map.insert(name, new ListValue(texts));
  return map;
}

/** k8s: cel/library/urls.go. */
export const urls: FunctionTable = {
  url: [["string_to_url", "(string) kubernetes.URL", url]],
  isURL: [["is_url_string", "(string) bool", (text: string) => typeof read(text) !== "string"]],
  getScheme: [["url_get_scheme", ".(kubernetes.URL) string", (value: Url) => value.scheme]],
  getHost: [["url_get_host", ".(kubernetes.URL) string", (value: Url) => value.host]],
  getHostname: [["url_get_hostname", ".(kubernetes.URL) string", hostname]],
  getPort: [["url_get_port", ".(kubernetes.URL) string", port]],
  getEscapedPath: [["url_get_escaped_path", ".(kubernetes.URL) string", (value: Url) => value.path]],
  getQuery: [["url_get_query", ".(kubernetes.URL) map(string, list(string))", query]],
};
