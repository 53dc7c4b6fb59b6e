import type { LaterImage } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";

/** Releases that courses name. */
const VERSIONS: readonly (readonly [version: string, tags: readonly string[]])[] = [
  ["1.25.4", ["latest", "1", "1.25"]],
  ["1.24.10", ["1.24"]],
  ["1.23.12", ["1.23"]],
  ["1.22.12", ["1.22"]],
  ["1.21.13", ["1.21"]],
  ["1.20.14", ["1.20"]],
];

/** docker.io/library/golang: the go command, which tells what it is; there is no compiler in it. */
export const golangImages: readonly LaterImage[] = VERSIONS.flatMap(([version, names]) => {
  const row = (alpine: boolean): LaterImage =>
    laterImage({
      repository: "docker.io/library/golang",
      tags: [...names, version].flatMap((tag) =>
        alpine ? [tag === "latest" ? "alpine" : `${tag}-alpine`] : tag === "latest" ? [tag, "bookworm"] : [tag, `${tag}-bookworm`],
      ),
      size: alpine ? 71_000_000 : 312_000_000,
      base: alpine ? ALPINE : BOOKWORM,
      on: alpine ? "alpine" : "debian",
      config: {
        cmd: [alpine ? "/bin/sh" : "bash"],
        workingDir: "/go",
        env: {
          PATH: "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          GOLANG_VERSION: version,
          GOTOOLCHAIN: "local",
          GOPATH: "/go",
        },
      },
      files: {
        "/go/src": { directory: true },
        "/go/bin": { directory: true },
        "/usr/local/go/bin/go": { program: "go" },
        "/usr/local/go/VERSION": `go${version}\ntime 2025-11-05T00:00:00Z\n`,
      },
    });
  return [row(false), row(true)];
});
