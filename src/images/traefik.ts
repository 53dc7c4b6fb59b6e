import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE } from "./layers.ts";

export const traefikImages: readonly LaterImage[] = ["docker.io/library/traefik", "docker.io/traefik/traefik"].map((repository) =>
  laterImage({
    repository,
    tags: ["latest", "3", "3.5", "v3", "v3.5", "v3.5.3"],
    size: 48_000_000,
    base: ALPINE,
    on: "alpine",
    config: {
      entrypoint: ["/entrypoint.sh"],
      cmd: ["traefik"],
      exposedPorts: [80],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    },
    files: {
      "/usr/local/bin/traefik": { program: "traefik" },
      // Puts `traefik` before what begins with a dash, as the official one does.
      "/entrypoint.sh": {
        text: '#!/bin/sh\nset -e\n\nif [ "${1#-}" != "$1" ]; then\n    set -- traefik "$@"\nfi\n\nexec "$@"\n',
        mode: 0o755,
      },
      "/etc/traefik": { directory: true },
    },
  }),
);

export const traefikPrograms: Readonly<Record<string, LaterProgram>> = {
  traefik: loadLater(async () => (await import("./traefik/main.ts")).traefik),
};
