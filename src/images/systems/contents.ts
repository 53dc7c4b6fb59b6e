import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles, busyboxFiles, debianFiles } from "../base.ts";

const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

export const busybox = (): ImageContents => ({ config: { cmd: ["sh"], env }, files: busyboxFiles() });
export const alpine = (): ImageContents => ({ config: { cmd: ["/bin/sh"], env }, files: alpineFiles() });
export const debian = (version: string, suite: string): ImageContents => ({
  config: { cmd: ["bash"], env },
  files: debianFiles("debian", version, suite),
});
export const debianBase = (): ImageContents => ({ config: { cmd: ["/bin/sh"], env }, files: debianFiles("debian", "12", "bookworm") });
export const ubuntu = (): ImageContents => ({ config: { cmd: ["/bin/bash"], env }, files: debianFiles("ubuntu", "24.04", "noble") });

/** curl and its entry point; the shell's curl is the program. */
export const curl = (): ImageContents => ({
  config: { entrypoint: ["curl"], cmd: ["--help"], user: "100:101", env },
  files: {
    ...alpineFiles(undefined, ["curl"]),
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\ncurl_user:x:100:101:Linux User,,,:/home/curl_user:/bin/sh\n",
    "/home/curl_user": { directory: true, uid: 100 },
  },
});
export const netshoot = (): ImageContents => ({
  config: { cmd: ["bash"], workingDir: "/root", env },
  files: alpineFiles(undefined, [
    "bash",
    "bind-tools",
    "curl",
    "iproute2",
    "iputils-ping",
    "jq",
    "netcat-openbsd",
    "net-tools",
    "openssl",
    "traceroute",
    "telnet",
    "lsof",
  ]),
});
