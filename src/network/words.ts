import { NetError } from "./types.ts";

/** How Go words a failed dial. */
export function dialError(ip: string, port: number, error: unknown): string {
  const target = `dial tcp ${hostPort(ip, port)}`;
  if (!(error instanceof NetError)) return `${target}: ${error instanceof Error ? error.message : String(error)}`;
  switch (error.code) {
    case "ECONNREFUSED":
      return `${target}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `${target}: connect: no route to host`;
    case "ENETUNREACH":
      return `${target}: connect: network is unreachable`;
    case "ECONNRESET":
      return `${target}: connect: connection reset by peer`;
    case "ETIMEDOUT":
      return `${target}: i/o timeout`;
    default:
      return `${target}: ${error.message}`;
  }
}

/** `10.0.0.1:80`, `[::1]:80`. */
export const hostPort = (host: string, port: number): string => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
