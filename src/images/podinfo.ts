import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { ALPINE } from "./layers.ts";

const PODINFO_VERSIONS = [
  "6.9.2",
  "6.9.1",
  "6.9.0",
  "6.8.0",
  "6.7.1",
  "6.7.0",
  "6.6.0",
  "6.5.4",
  "6.5.0",
  "6.4.0",
  "6.3.5",
  "6.2.0",
  "6.1.0",
  "6.0.0",
  "5.2.1",
  "5.0.0",
];

/** stefanprodan/podinfo: a build a version, since it says which it is. */
export const podinfoImages: readonly LaterImage[] = ["docker.io/stefanprodan/podinfo", "ghcr.io/stefanprodan/podinfo"].flatMap(
  (repository) =>
    PODINFO_VERSIONS.map((version, i) => ({
      repository,
      tags: [version, ...(i === 0 ? ["latest"] : [])],
      size: 23_000_000,
      base: ALPINE,
      load: async () => ({
        config: {
          cmd: ["./podinfo"],
          workingDir: "/home/app",
          user: "app",
          exposedPorts: [9898],
          env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
        },
        files: {
          ...(await import("./base.ts")).alpineFiles(undefined, ["curl"]),
          "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:100:101:Linux User,,,:/home/app:/sbin/nologin\n",
          "/etc/group": "root:x:0:root\napp:x:101:app\n",
          "/home/app": { directory: true, uid: 100 },
          "/home/app/podinfo": { program: `podinfo-${version}` },
          "/home/app/podcli": { program: "not-simulated" },
          "/data": { directory: true, mode: 0o777 },
        },
      }),
    })),
);

export const podinfoPrograms: Readonly<Record<string, LaterProgram>> = Object.fromEntries(
  PODINFO_VERSIONS.map((version) => [`podinfo-${version}`, loadLater(async () => (await import("./podinfo/main.ts")).podinfo(version))]),
);
