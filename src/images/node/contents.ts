import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles, debianFiles } from "../base.ts";

export function contents(version: string, alpine: boolean): ImageContents {
  return {
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["node"],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NODE_VERSION: version.slice(1) },
    },
    files: {
      ...(alpine ? alpineFiles() : debianFiles("debian", "12", "bookworm")),
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
  };
}
