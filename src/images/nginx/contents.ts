import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles, debianFiles } from "../base.ts";
import { helloFiles, nginxFiles, unprivilegedFiles } from "./files.ts";
import type { NginxVersion } from "./versions.ts";

export const nginx = (v: NginxVersion): ImageContents => ({
  config: {
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    stopSignal: "QUIT",
    exposedPorts: [80],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NGINX_VERSION: v.version },
  },
  files: {
    ...(v.alpine ? alpineFiles(undefined, ["curl"]) : debianFiles("debian", "13", "trixie", ["curl"])),
    ...nginxFiles(v),
    "/usr/lib/nginx/build": `${v.version}${v.alpine ? "-alpine" : ""}\n`,
  },
});

export function hello(v: NginxVersion, kind: "html" | "plain-text"): ImageContents {
  const { config, files } = nginx(v);
  return { config, files: { ...files, ...helloFiles(kind) } };
}

/** On a port that anybody may have, with what it writes in /tmp. */
export function unprivileged({ config, files }: ImageContents): ImageContents {
  const port = 8080;
  return { config: { ...config, user: "101", exposedPorts: [port] }, files: { ...files, ...unprivilegedFiles(files, port) } };
}
