import type { LaterImage } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";
import { NODE_VERSIONS } from "./node/versions.ts";

const VARIANTS = ["", "-slim", "-bookworm", "-bookworm-slim", "-bullseye", "-bullseye-slim", "-buster", "-buster-slim"];

/** docker.io/library/node, on Debian and on Alpine. */
export function nodeImages(): readonly LaterImage[] {
  return NODE_VERSIONS.flatMap(([version, names]) => {
    const number = version.slice(1);
    const tags = [...new Set([...names, number, number.replace(/\.\d+$/, "")])];
    const named = (tag: string, variant: string): string => (tag === "latest" && variant !== "" ? variant.slice(1) : `${tag}${variant}`);
    const row = (alpine: boolean): LaterImage =>
      laterImage({
        repository: "docker.io/library/node",
        tags: tags.flatMap((tag) => (alpine ? ["-alpine"] : VARIANTS).map((variant) => named(tag, variant))),
        size: alpine ? 55_000_000 : 399_000_000,
        base: alpine ? ALPINE : BOOKWORM,
        on: alpine ? "alpine" : "debian",
        config: {
          entrypoint: ["docker-entrypoint.sh"],
          cmd: ["node"],
          env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NODE_VERSION: number },
        },
        files: {
          "/usr/local/bin/node": { program: "node" },
          "/usr/local/bin/nodejs": { link: "node" },
          "/usr/local/bin/npm": { program: "npm" },
          "/usr/local/bin/npx": { program: "npm" },
          "/usr/local/bin/docker-entrypoint.sh": { program: "node-entrypoint" },
          "/usr/local/include/node/version": `${version}\n`,
          "/home/node": { directory: true, uid: 1000 },
          "/etc/passwd":
            "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
          "/etc/group": "root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n",
        },
      });
    return [row(false), row(true)];
  });
}
