import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE } from "./layers.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const CONFIG = (two: boolean): string => `version: 0.1
log:
  fields:
    service: registry
storage:
${two ? "  cache:\n    blobdescriptor: inmemory\n" : ""}  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

const image = (version: string, tags: readonly string[], size: number): LaterImage => {
  const two = version.startsWith("2");
  const file = two ? "/etc/docker/registry/config.yml" : "/etc/distribution/config.yml";
  return laterImage({
    repository: "docker.io/library/registry",
    tags,
    size,
    base: ALPINE,
    on: "alpine",
    config: {
      entrypoint: ["/entrypoint.sh"],
      cmd: [file],
      exposedPorts: [5000],
      env: { PATH, ...(two ? {} : { OTEL_TRACES_EXPORTER: "none" }) },
    },
    files: {
      // As the image has it (distribution/distribution-library-image).
      "/entrypoint.sh": {
        text: `#!/bin/sh\n\nset -e\n\ncase "$1" in\n    *.yaml|*.yml) set -- registry serve "$@" ;;\n    serve|garbage-collect|help|-*) set -- registry "$@" ;;\nesac\n\nexec "$@"\n`,
        mode: 0o755,
      },
      "/bin/registry": { program: "registry" },
      [file]: CONFIG(two),
      "/etc/registry-build": `${version}\n`,
      "/var/lib/registry": { directory: true },
    },
  });
};

/** The official registry images. */
export const registryImages: readonly LaterImage[] = [
  image("3.0.0", ["latest", "3", "3.0", "3.0.0"], 18_600_000),
  image("2.8.3", ["2", "2.8", "2.8.3", "2.8.2", "2.8.1", "2.7", "2.7.1", "2.7.0", "2.6"], 9_400_000),
];
export const registryPrograms: Readonly<Record<string, LaterProgram>> = {
  registry: loadLater(async () => (await import("./registry/main.ts")).registry),
};
