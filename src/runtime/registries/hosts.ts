import type { RegistryLogin, RegistryRefusal } from "../types.ts";
import type { ImageReference } from "./reference.ts";
import type { RegistryHost } from "./registry.ts";
import { answered, connectionRefused, noCredentials, noSuchHost, plainHttp, timedOut, tooManyRequests, unknownAuthority } from "./words.ts";

/** What keeps a registry from answering as it should. */
export const TROUBLES = [
  "NoSuchHost",
  "ConnectionRefused",
  "Timeout",
  "UnknownAuthority",
  "PlainHTTP",
  "Forbidden",
  "ServerError",
  "RateLimited",
] as const;
export type Trouble = (typeof TROUBLES)[number];

const REFUSALS: Readonly<Record<Exclude<Trouble, "RateLimited">, (reference: ImageReference) => RegistryRefusal>> = {
  NoSuchHost: noSuchHost,
  ConnectionRefused: connectionRefused,
  Timeout: timedOut,
  UnknownAuthority: unknownAuthority,
  PlainHTTP: plainHttp,
  Forbidden: (reference) => answered(reference, "403 Forbidden"),
  ServerError: (reference) => answered(reference, "500 Internal Server Error"),
};

export interface HostSettings {
  /** Only for those who sign in. */
  readonly private?: boolean;
  /** Who may; without any, whoever has a name and a password. */
  readonly users?: readonly RegistryLogin[];
  readonly trouble?: Trouble;
  readonly latency?: number;
  readonly bandwidth?: number;
}

/** A registry that is as these say (registry:2 with basic authentication, where it is private). */
export function registryHost({ users = [], trouble, latency, bandwidth, ...settings }: HostSettings): RegistryHost {
  const mayEnter = ({ username, password }: RegistryLogin): boolean =>
    username !== "" && password !== "" && (users.length === 0 || users.some((u) => u.username === username && u.password === password));
  return {
    admit(reference, { credentials }) {
      if (trouble && trouble !== "RateLimited") return REFUSALS[trouble](reference);
      if (!settings.private) return undefined;
      if (!credentials) return noCredentials(reference);
      return mayEnter(credentials) ? undefined : answered(reference, "401 Unauthorized");
    },
    ...(trouble === "RateLimited" && { deliver: (reference, { digest }) => tooManyRequests(reference, digest) }),
    ...(latency !== undefined && { latency }),
    ...(bandwidth !== undefined && { bandwidth }),
  };
}
