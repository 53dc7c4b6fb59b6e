import { header, HttpError, httpRequest } from "../../network/index.ts";
import { normalPath } from "../static-files.ts";
import type { NginxState, Raw } from "./handle.ts";
import type { Location } from "./model.ts";
import { balanced } from "./balance.ts";
import { expand, type Exchange } from "./variables.ts";

/** Passes a request on to the servers of `proxy_pass`, one after the other until one answers. */
export async function proxy(state: NginxState, x: Exchange, location: Location, pass: string): Promise<Raw> {
  const now = state.proc.clock.now();
  const url = expand(pass, x, now);
  const match = /^http:\/\/([^/:?]+)(?::(\d+))?([/?].*)?$/.exec(url);
  if (!match) {
    await state.error(`invalid URL prefix in "${url}"`, x);
    return { status: 500 };
  }
  const [, host = "", port, path] = match;
  const servers = state.config.balanced.has(host)
    ? balanced(state.proc, x)
    : (state.config.upstreams.get(host) ?? [{ host, port: Number(port ?? 80) }]);
  if (servers.length === 0) return { status: 503 };
  const rest = location.match?.kind === "regex" || location.match?.kind === "named" ? x.uri : x.uri.slice(location.match?.text.length ?? 0);
  const target =
    path === undefined
      ? x.uri === normalPath(x.request.path)
        ? x.request.target
        : encodeURI(x.uri) + (x.args === "" ? "" : `?${x.args}`)
      : encodeURI(pass.includes("$") ? path : path + rest) + (x.args === "" ? "" : `?${x.args}`);
  const headers = new Map<string, readonly [string, string]>();
  for (const [name, value] of x.request.headers)
    if (!["host", "connection", "keep-alive", "transfer-encoding", "content-length", "expect", "upgrade"].includes(name.toLowerCase()))
      headers.set(name.toLowerCase(), [name, value]);
  let hostHeader = port === undefined || port === "80" ? host : `${host}:${port}`;
  for (const [name, value] of location.settings.proxyHeaders) {
    const expanded = value === "$proxy_host" ? hostHeader : expand(value, x, now);
    if (name.toLowerCase() === "host") hostHeader = expanded;
    else if (expanded === "") headers.delete(name.toLowerCase());
    else if (name.toLowerCase() !== "connection" && name.toLowerCase() !== "upgrade") headers.set(name.toLowerCase(), [name, expanded]);
  }
  const body = await x.request.body.bytes();
  const first = state.next(host, servers.length);
  let timedOut = false;
  for (let i = 0; i < servers.length; i++) {
    const server = servers[(first + i) % servers.length] as (typeof servers)[number];
    x.upstream = `${server.host}:${server.port}`;
    try {
      const socket = await state.proc.net.connect(server.host, server.port, { timeout: location.settings.proxyTimeout });
      x.upstream = `${socket.remote.ip}:${server.port}`;
      const response = await httpRequest(socket, {
        method: x.request.method,
        target,
        host: hostHeader,
        headers: [...headers.values(), ["Connection", "close"]],
        ...(body.length > 0 && { body }),
      });
      const dropped = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date", "server", "content-type"]);
      const kept = response.headers.filter(([name]) => !dropped.has(name.toLowerCase()));
      const data = x.request.method === "HEAD" ? new Uint8Array(0) : await response.body.bytes();
      socket.end();
      x.answered = { status: response.status, bytes: data.length, took: state.proc.clock.now() - now };
      const type = header(response.headers, "content-type");
      return { status: response.status, body: data, headers: kept, ...(type !== undefined && { type }) };
    } catch (error) {
      timedOut = await proxyFailed(state, x, error, `http://${x.upstream}${target}`);
    }
  }
  return { status: timedOut ? 504 : 502 };
}

/** Says in the log what went wrong with an upstream; true for a timeout. */
async function proxyFailed(state: NginxState, x: Exchange, error: unknown, url: string): Promise<boolean> {
  const code = (error as { readonly code?: string }).code;
  const upstream = `, upstream: "${url}"`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    await state.error(
      `${x.upstream?.split(":")[0]} could not be resolved (${code === "ENOTFOUND" ? "3: Host not found" : "2: Server failure"})`,
      x,
    );
  else if (code === "ETIMEDOUT")
    await state.error(`upstream timed out (110: Operation timed out) while connecting to upstream${upstream}`, x);
  else if (code === "ECONNREFUSED")
    await state.error(`connect() failed (111: Connection refused) while connecting to upstream${upstream}`, x);
  else if (code === "EHOSTUNREACH")
    await state.error(`connect() failed (113: Host is unreachable) while connecting to upstream${upstream}`, x);
  else if (code === "ECONNRESET")
    await state.error(`recv() failed (104: Connection reset by peer) while reading response header from upstream${upstream}`, x);
  else if (error instanceof HttpError && error.status === 0)
    await state.error(`upstream prematurely closed connection while reading response header from upstream${upstream}`, x);
  else await state.error(`upstream sent invalid header while reading response header from upstream${upstream}`, x);
  return code === "ETIMEDOUT";
}
