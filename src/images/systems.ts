import type { ImageDefinition } from "../runtime/index.ts";
import { alpineFiles, busyboxFiles, debianFiles } from "./base.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function busybox(): ImageDefinition {
  const versions = [
    "1",
    "1.28",
    "1.28.4",
    "1.29",
    "1.30",
    "1.31",
    "1.31.1",
    "1.32",
    "1.33",
    "1.34",
    "1.34.1",
    "1.35",
    "1.35.0",
    "1.36",
    "1.36.0",
    "1.36.1",
    "1.37",
    "1.37.0",
  ];
  const tags = [
    ...["latest", "stable", "musl", "glibc", "uclibc", "stable-musl", "stable-glibc"],
    ...versions.flatMap((v) => [v, `${v}-musl`, `${v}-glibc`, `${v}-uclibc`]),
  ];
  return { repository: "docker.io/library/busybox", tags, size: 2_200_000, config: { cmd: ["sh"], env: { PATH } }, files: busyboxFiles() };
}

function alpine(): ImageDefinition {
  const tags = [
    "latest",
    "edge",
    "3",
    ...["3.12", "3.13", "3.14", "3.15", "3.16", "3.17", "3.18", "3.19", "3.20", "3.21", "3.22", "3.22.2", "3.21.3", "3.20.3", "3.23"],
  ];
  return {
    repository: "docker.io/library/alpine",
    tags,
    size: 3_800_000,
    config: { cmd: ["/bin/sh"], env: { PATH } },
    files: alpineFiles(),
  };
}

function debian(): ImageDefinition {
  const suites = ["trixie", "bookworm", "bullseye", "buster", "stable"];
  const tags = ["latest", "13", "12", "11", "10", "stable-slim", ...suites.flatMap((s) => [s, `${s}-slim`])];
  return {
    repository: "docker.io/library/debian",
    tags: [...new Set(tags)],
    size: 48_500_000,
    config: { cmd: ["bash"], env: { PATH } },
    files: debianFiles("debian", "13", "trixie"),
  };
}

/** What Kubernetes builds on, and what empties a recycled volume. */
function debianBase(): ImageDefinition {
  const tags = ["bookworm-v1.0.6", ...["v1.0.8", "v1.0.7", "v1.0.5", "v1.0.4", "v1.0.3", "v1.0.2"].map((v) => `bookworm-${v}`)];
  return {
    repository: "registry.k8s.io/build-image/debian-base",
    tags,
    size: 16_800_000,
    config: { cmd: ["/bin/sh"], env: { PATH } },
    files: debianFiles("debian", "12", "bookworm"),
  };
}

function ubuntu(): ImageDefinition {
  const tags = ["latest", "26.04", "25.10", "24.04", "22.04", "20.04", "18.04", "noble", "jammy", "focal", "bionic"];
  return {
    repository: "docker.io/library/ubuntu",
    tags,
    size: 29_700_000,
    config: { cmd: ["/bin/bash"], env: { PATH } },
    files: debianFiles("ubuntu", "24.04", "noble"),
  };
}

/** curl and its entry point; the shell's curl is the program. */
function curl(): ImageDefinition {
  const tags = [
    "latest",
    "8.17.0",
    "8.16.0",
    "8.15.0",
    "8.14.1",
    "8.12.1",
    "8.11.1",
    "8.10.1",
    "8.9.1",
    "8.8.0",
    "8.7.1",
    "8.6.0",
    "8.5.0",
    "8.4.0",
    "8.1.2",
    "7.88.1",
    "7.87.0",
    "7.85.0",
  ];
  return {
    repository: "docker.io/curlimages/curl",
    tags,
    size: 9_500_000,
    config: { entrypoint: ["curl"], cmd: ["--help"], user: "100:101", env: { PATH } },
    files: {
      ...alpineFiles(),
      "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\ncurl_user:x:100:101:Linux User,,,:/home/curl_user:/bin/sh\n",
      "/home/curl_user": { directory: true, uid: 100 },
    },
  };
}

function netshoot(): ImageDefinition {
  const files = alpineFiles();
  return {
    repository: "docker.io/nicolaka/netshoot",
    tags: ["latest", "v0.14", "v0.13", "v0.12", "v0.11"],
    size: 204_000_000,
    config: { cmd: ["bash"], workingDir: "/root", env: { PATH } },
    files: { ...files, "/bin/bash": { program: "bash" } },
  };
}

export const systems = (): readonly ImageDefinition[] => [busybox(), alpine(), debian(), debianBase(), ubuntu(), curl(), netshoot()];
