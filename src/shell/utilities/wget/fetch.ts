import { type Answer, hostPort, parseUrl, request, type Target } from "../http.ts";
import type { Socket } from "../network-error.ts";
import type { Tool } from "../tool.ts";

/** One exchange as wget makes it; by the address, with the name in the Host header. Rejects HttpFailure. */
export function fetchUrl(
  t: Tool,
  target: Target,
  address: string,
  agent: string,
  secure?: (socket: Socket) => Promise<Socket>,
): Promise<Answer> {
  const body = t.value("post") ?? (t.has("postFile") ? t.proc.fs.readText(t.value("postFile") as string) : undefined);
  const seconds = t.has("timeout") ? Number(t.value("timeout")) * 1000 : undefined;
  const named = (name: string): boolean => t.values("header").some((h) => h.toLowerCase().startsWith(`${name}:`));
  return request(
    t,
    { ...target, host: address },
    {
      method: t.has("spider") ? "HEAD" : body !== undefined ? "POST" : "GET",
      headers: [
        ...(named("host") ? [] : [`Host: ${hostOf(target)}`]),
        `User-Agent: ${t.value("agent") ?? agent}`,
        ...(t.busybox ? [] : ["Accept: */*", "Accept-Encoding: identity"]),
        `Connection: ${t.busybox ? "close" : "Keep-Alive"}`,
        ...t.values("header"),
        ...(body !== undefined
          ? ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${new TextEncoder().encode(body).length}`]
          : []),
      ],
      ...(body !== undefined && { body }),
      timeout: seconds,
      connectTimeout: seconds,
      secure: target.scheme === "https" ? secure : undefined,
    },
  );
}

export const hostOf = hostPort;

/** Where a redirection leads; undefined: this is none. */
export function redirection(answer: Answer, from: Target): Target | undefined {
  const next = answer.headers.get("location");
  if (next === undefined || ![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  return /^[a-z]+:\/\//.test(next) ? parseUrl(next) : { ...from, path: next.startsWith("/") ? next : from.path.replace(/[^/]*$/, next) };
}
