import { base64Decode } from "../../machinery/index.ts";
import type { RegistryLogin } from "../../runtime/index.ts";

/** Logins by registry: the `auths` of a config.json, or a whole .dockercfg. */
export type DockerConfig = readonly (readonly [location: string, login: RegistryLogin])[];

/** What is not as it must be, in the kubelet's words. */
export class BadDockerConfig extends Error {
  override readonly name = "BadDockerConfig";
}

/** The text of a config.json (k8s: credentialprovider/config.go DockerConfigJSON). */
export function dockerConfigJson(text: string): DockerConfig {
  const { auths } = record(json(text));
  return auths === undefined || auths === null ? [] : dockerConfig(auths);
}

/** The text of a .dockercfg, which has the registries at its top. */
export const dockercfg = (text: string): DockerConfig => dockerConfig(json(text));

const dockerConfig = (value: unknown): DockerConfig =>
  Object.entries(record(value)).map(([location, entry]) => [location, loginOf(record(entry))]);

/** `auth` says both, and wins (k8s: config.go DockerConfigEntry.UnmarshalJSON). */
function loginOf({ username, password, auth }: Readonly<Record<string, unknown>>): RegistryLogin {
  if (typeof auth !== "string" || auth === "") return { username: textOf(username), password: textOf(password) };
  const bytes = base64Decode(auth.padEnd(Math.ceil(auth.length / 4) * 4, "="));
  if (typeof bytes === "number") throw new BadDockerConfig(`illegal base64 data at input byte ${bytes}`);
  const decoded = new TextDecoder().decode(bytes);
  const colon = decoded.indexOf(":");
  if (colon < 0) throw new BadDockerConfig("unable to parse auth field, must be formatted as base64-encoded username:password");
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadDockerConfig("invalid character in a Docker configuration: it is no JSON");
  }
}
function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadDockerConfig("json: cannot unmarshal a Docker configuration that is no object");
  return value as Readonly<Record<string, unknown>>;
}
