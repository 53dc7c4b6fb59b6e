import type { ImageContents, LaterImage } from "../runtime/index.ts";
import { ALPINE, BOOKWORM, TRIXIE } from "./layers.ts";
import { type NginxVersion, versionOf, VERSIONS } from "./nginx/versions.ts";
import type * as Contents from "./nginx/contents.ts";

const later = (contents: (all: typeof Contents) => ImageContents) => async (): Promise<ImageContents> =>
  contents(await import("./nginx/contents.ts"));

const baseOf = (v: NginxVersion) =>
  v.alpine ? ALPINE : v.built.includes("(Debian 12") ? BOOKWORM : v.built.includes("(Debian 14") ? TRIXIE : undefined;

function row(repository: string, v: NginxVersion): Omit<LaterImage, "load"> {
  const base = baseOf(v);
  return { repository, tags: v.tags, size: v.size, ...(base && { base }) };
}

/** One row a build. */
export function nginxImages(): readonly LaterImage[] {
  const small = versionOf("1.29.5-alpine");
  return [
    ...VERSIONS.map((v) => ({ ...row("docker.io/library/nginx", v), load: later((all) => all.nginx(v)) })),
    // The same server as a user that may do little. The newest ones: its builds began late.
    ...UNPRIVILEGED.flatMap((repository) =>
      VERSIONS.slice(0, UNPRIVILEGED_BUILDS).map((v) => ({
        ...row(repository, v),
        load: later((all) => all.unprivileged(all.nginx(v))),
      })),
    ),
    // What the StatefulSet tutorial runs.
    ...[
      "registry.k8s.io/nginx-slim",
      "k8s.gcr.io/nginx-slim",
      "gcr.io/google_containers/nginx-slim",
      "gcr.io/google-containers/nginx-slim",
    ].map((repository) => ({
      ...row(repository, small),
      tags: ["0.27", "0.26", "0.25", "0.24", "0.21", "0.20", "0.9", "0.8", "0.7"],
      load: later((all) => all.nginx(small)),
    })),
    ...["docker.io/nginxdemos/hello", "docker.io/nginxdemos/nginx-hello"].flatMap((repository) =>
      (["html", "plain-text"] as const).map((kind) => ({
        ...row(repository, small),
        tags: HELLO_TAGS[kind],
        size: 17_900_000,
        load: later((all) => (repository.endsWith("/hello") ? all.hello(small, kind) : all.unprivileged(all.hello(small, kind)))),
      })),
    ),
  ];
}

const HELLO_TAGS = { html: ["latest", "0.4", "0.3", "0.2"], "plain-text": ["plain-text", "0.4-plain-text", "0.3-plain-text"] };
const UNPRIVILEGED = ["docker.io/nginxinc/nginx-unprivileged", "ghcr.io/nginxinc/nginx-unprivileged", "quay.io/nginx/nginx-unprivileged"];
const UNPRIVILEGED_BUILDS = 20;
