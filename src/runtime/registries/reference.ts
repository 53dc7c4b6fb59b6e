/** An image reference taken apart: "nginx" is docker.io / library/nginx : latest. */
export interface ImageReference {
  readonly registry: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** Registry and path: "docker.io/library/nginx". */
  readonly repository: string;
  /** As containerd names it: "docker.io/library/nginx:latest". */
  readonly normalised: string;
}

const PATH = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const DOMAIN = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Undefined when `text` is not a reference (distribution/reference ParseDockerRef). A first component with a dot, a colon or "localhost" is a registry. */
export function parseReference(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  const name = at < 0 ? text : text.slice(0, at);
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const written = tagged ? name.slice(colon + 1) : undefined;
  if (written !== undefined && !TAG.test(written)) return undefined;
  const bare = tagged ? name.slice(0, colon) : name;
  const slash = bare.indexOf("/");
  const head = slash < 0 ? "" : bare.slice(0, slash);
  const hasRegistry = head.includes(".") || head.includes(":") || head === "localhost" || head.toLowerCase() !== head;
  const registry = !hasRegistry || head === "index.docker.io" ? "docker.io" : head;
  const rest = hasRegistry ? bare.slice(slash + 1) : bare;
  const path = registry === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  if (!PATH.test(path) || !DOMAIN.test(registry)) return undefined;
  // A digest wins over a tag, as ParseDockerRef drops the tag.
  const tag = digest === undefined ? (written ?? "latest") : undefined;
  const repository = `${registry}/${path}`;
  return { registry, path, tag, digest, repository, normalised: digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}` };
}
