import type { RegistryLogin } from "../../runtime/index.ts";
import type { DockerConfig } from "./docker-config.ts";
import { matchesGlob } from "./glob.ts";

/** A login, and the Secret that it comes from; the node's own have none. */
export interface TrackedLogin extends RegistryLogin {
  readonly secret?: SecretSource;
}
export interface SecretSource {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** Logins by the registries that they are for (k8s: credentialprovider/keyring.go BasicDockerKeyring). */
export class Keyring {
  readonly #logins = new Map<string, TrackedLogin[]>();

  add(config: DockerConfig, secret?: SecretSource): void {
    for (const [location, login] of config) {
      const key = keyOf(location);
      if (key === undefined) continue;
      const of = this.#logins.get(key);
      const tracked = secret ? { ...login, secret } : login;
      if (of) of.push(tracked);
      else this.#logins.set(key, [tracked]);
    }
  }

  /** All that may do for a repository ("docker.io/library/nginx"), the most particular first. */
  lookup(repository: string): readonly TrackedLogin[] {
    const keys = [...this.#logins.keys()].filter((key) => urlsMatch(key, repository)).toSorted((a, b) => (a < b ? 1 : -1));
    if (keys.length > 0) return keys.flatMap((key) => this.#logins.get(key) ?? []);
    return isDockerHub(repository) ? (this.#logins.get("index.docker.io") ?? []) : [];
  }
}

/** Scheme, `/v1/` and `/v2/` mean nothing; a host that cannot be one is passed over. */
function keyOf(location: string): string | undefined {
  const bare = location.replace(/^https?:\/\//, "");
  const { host, path } = split(bare);
  if (host === "" || /[\s%]/.test(host)) return undefined;
  const effective = /^\/v[12]\//.test(path) ? path.slice(3) : path;
  return effective === "" || effective === "/" ? host : host + effective;
}

function isDockerHub(repository: string): boolean {
  const [first = "", ...rest] = repository.split("/");
  if (first === "") return false;
  return rest.length === 0 || first === "docker.io" || first === "index.docker.io" || !/[.:]/.test(first);
}

/**
 * Whether a login's location covers a repository: the same port, as many parts of a host's name, each matching as a
 * glob, and its path is how the repository's begins (k8s: keyring.go URLsMatch).
 */
export function urlsMatch(glob: string, target: string): boolean {
  const [a, b] = [split(glob), split(target)];
  if (a.port !== b.port || a.parts.length !== b.parts.length || !b.path.startsWith(a.path)) return false;
  return a.parts.every((part, i) => matchesGlob(part, b.parts[i] as string));
}

function split(url: string): { readonly host: string; readonly parts: readonly string[]; readonly port: string; readonly path: string } {
  const slash = url.indexOf("/");
  const host = slash < 0 ? url : url.slice(0, slash);
  const colon = host.lastIndexOf(":");
  const [name, port] = colon < 0 ? [host, ""] : [host.slice(0, colon), host.slice(colon + 1)];
  return { host, parts: name.split("."), port, path: slash < 0 ? "" : url.slice(slash) };
}
