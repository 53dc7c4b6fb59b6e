import { header, type ServerRequest } from "../../network/index.ts";
import type { Peer } from "../serving.ts";
import { accessTime } from "../times.ts";
import type { Location, Server } from "./model.ts";

/** A request on its way through the configuration. */
export interface Exchange {
  readonly request: ServerRequest;
  readonly peer: Peer;
  readonly server: Server;
  readonly hostname: string;
  readonly version: string;
  readonly started: number;
  uri: string;
  args: string;
  location: Location;
  status: number;
  sent: number;
  readonly set: Map<string, string>;
  /** Groups of the last regular expression: $1 to $9. */
  groups: readonly string[];
  upstream: string | undefined;
  /** What the upstream answered: status, bytes and milliseconds. */
  answered: { readonly status: number; readonly bytes: number; readonly took: number } | undefined;
  /** 16 random bytes, made when first asked for. */
  readonly id: () => string;
}

/** Puts variables into text: $name and ${name}. What nobody knows is empty. */
export function expand(text: string, x: Exchange, now: number): string {
  if (!text.includes("$")) return text;
  return text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced: string | undefined, bare: string | undefined) => variable((braced ?? bare) as string, x, now) ?? "",
  );
}

function variable(name: string, x: Exchange, now: number): string | undefined {
  const { request, peer } = x;
  const of = (n: string): string | undefined => header(request.headers, n);
  if (/^[1-9]$/.test(name)) return x.groups[Number(name)];
  const own = x.set.get(name);
  if (own !== undefined) return own;
  if (name.startsWith("http_")) return of(name.slice(5).replaceAll("_", "-"));
  if (name.startsWith("arg_")) return new URLSearchParams(x.args).get(name.slice(4)) ?? undefined;
  if (name.startsWith("cookie_")) return new RegExp(`(?:^|; )${name.slice(7)}=([^;]*)`).exec(of("cookie") ?? "")?.[1];
  switch (name) {
    case "uri":
    case "document_uri":
      return x.uri;
    case "request_uri":
      return request.target;
    case "args":
    case "query_string":
      return x.args;
    case "is_args":
      return x.args === "" ? "" : "?";
    case "request":
      return request.line;
    case "request_method":
      return request.method;
    case "request_time":
      return ((now - x.started) / 1000).toFixed(3);
    case "host":
      return (of("host") ?? x.server.names[0] ?? "").replace(/:\d+$/, "").toLowerCase();
    case "hostname":
      return x.hostname;
    case "server_name":
      return x.server.names[0] ?? "";
    case "server_port":
      return String(peer.socket.local.port);
    case "server_addr":
      return peer.socket.local.ip;
    case "server_protocol":
      return `HTTP/${request.version}`;
    case "remote_addr":
      return peer.socket.remote.ip;
    case "remote_port":
      return String(peer.socket.remote.port);
    case "proxy_add_x_forwarded_for": {
      const before = of("x-forwarded-for");
      return before === undefined ? peer.socket.remote.ip : `${before}, ${peer.socket.remote.ip}`;
    }
    case "scheme":
      return x.peer.tls ? "https" : "http";
    case "https":
      return x.peer.tls ? "on" : "";
    case "ssl_protocol":
      return x.peer.tls ? "TLSv1.3" : "";
    case "ssl_server_name":
      return x.peer.tls?.serverName ?? "";
    case "ssl_client_verify":
      return x.peer.tls ? (x.peer.tls.peer.length > 0 ? "SUCCESS" : "NONE") : "";
    case "status":
      return String(x.status);
    case "body_bytes_sent":
    case "bytes_sent":
      return String(x.sent);
    case "time_local":
      return accessTime(now);
    case "msec":
      return (now / 1000).toFixed(3);
    case "connection":
      return String(peer.connection);
    case "document_root":
      return x.location.settings.root;
    case "content_type":
      return of("content-type");
    case "content_length":
      return of("content-length");
    case "nginx_version":
      return x.version;
    case "upstream_addr":
      return x.upstream;
    case "upstream_status":
      return x.answered && String(x.answered.status);
    case "upstream_response_length":
      return x.answered && String(x.answered.bytes);
    case "upstream_response_time":
      return x.answered && (x.answered.took / 1000).toFixed(3);
    case "request_id":
      return x.id();
    case "request_length":
      return String(requestLength(request));
    default:
      return undefined;
  }
}

/** Line, headers and body. */
function requestLength({ line, headers }: ServerRequest): number {
  const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, line.length + 4);
  return head + Number(header(headers, "content-length") ?? 0);
}

/** As `expand`, but "-" for what is empty, as access logs have it. */
export function logLine(format: string, x: Exchange, now: number): string {
  return format.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const value = variable((braced ?? bare) as string, x, now);
    // Bytes that would break the line are written as nginx writes them.
    return value === undefined
      ? "-"
      : value.replace(/["\\\p{Cc}]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  });
}
