import type { ImageDefinition } from "../runtime/index.ts";
import { helloFiles, nginxFiles, unprivilegedFiles } from "./nginx/files.ts";
import { type NginxVersion, versionOf, VERSIONS } from "./nginx/versions.ts";

type Files = ImageDefinition["files"];

const image = (v: NginxVersion, files: Files): Omit<ImageDefinition, "repository"> => ({
  tags: v.tags,
  size: v.size,
  config: {
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    stopSignal: "QUIT",
    exposedPorts: [80],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NGINX_VERSION: v.version },
  },
  files: { ...files, ...nginxFiles(v), "/usr/lib/nginx/build": `${v.version}${v.alpine ? "-alpine" : ""}\n` },
});

/** One definition a build; `base` gives the utilities of Debian or Alpine. */
export function nginxImages(base: (alpine: boolean) => Files): readonly ImageDefinition[] {
  const small = image(versionOf("1.29.5-alpine"), base(true));
  return [
    ...VERSIONS.map((v) => ({ repository: "docker.io/library/nginx", ...image(v, base(v.alpine)) })),
    ...UNPRIVILEGED.flatMap((repository) =>
      VERSIONS.slice(0, UNPRIVILEGED_BUILDS).map((v) => unprivileged(repository, image(v, base(v.alpine)))),
    ),
    ...["docker.io/nginxdemos/hello", "docker.io/nginxdemos/nginx-hello"].flatMap((repository) =>
      (["html", "plain-text"] as const).map((kind) => {
        const hello = { ...small, repository, tags: HELLO_TAGS[kind], size: 17_900_000, files: { ...small.files, ...helloFiles(kind) } };
        return repository.endsWith("/hello") ? hello : unprivileged(repository, hello, 8080);
      }),
    ),
  ];
}

const HELLO_TAGS = { html: ["latest", "0.4", "0.3", "0.2"], "plain-text": ["plain-text", "0.4-plain-text", "0.3-plain-text"] };
const UNPRIVILEGED = ["docker.io/nginxinc/nginx-unprivileged", "ghcr.io/nginxinc/nginx-unprivileged", "quay.io/nginx/nginx-unprivileged"];
/** The newest ones: its builds began late. */
const UNPRIVILEGED_BUILDS = 20;

/** The same server as a user that may do little: on 8080, with what it writes in /tmp. */
function unprivileged(repository: string, from: Omit<ImageDefinition, "repository">, port = 8080): ImageDefinition {
  const files = { ...from.files, ...unprivilegedFiles(from.files, port) };
  return { ...from, repository, config: { ...from.config, user: "101", exposedPorts: [port] }, files };
}
