import type { ImageContents, LaterImage } from "../runtime/index.ts";
import { ALPINE } from "./layers.ts";
import type * as Contents from "./systems/contents.ts";

/** What these images hold is in a chunk of its own. */
const later = (contents: (all: typeof Contents) => ImageContents) => async (): Promise<ImageContents> =>
  contents(await import("./systems/contents.ts"));

function busybox(): LaterImage {
  const versions = [
    "1",
    "1.28",
    "1.28.0",
    "1.28.1",
    "1.28.2",
    "1.28.3",
    "1.28.4",
    "1.29",
    "1.29.3",
    "1.30",
    "1.30.0",
    "1.30.1",
    "1.31",
    "1.31.0",
    "1.31.1",
    "1.32",
    "1.32.0",
    "1.32.1",
    "1.33",
    "1.33.0",
    "1.33.1",
    "1.34",
    "1.34.0",
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
  return { repository: "docker.io/library/busybox", tags, size: 2_200_000, load: later((all) => all.busybox()) };
}

function alpine(): LaterImage {
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
    base: ALPINE,
    load: later((all) => all.alpine()),
  };
}

function debian(): LaterImage {
  const suites = ["trixie", "bookworm", "bullseye", "buster", "stable"];
  const tags = ["latest", "13", "12", "11", "10", "stable-slim", ...suites.flatMap((s) => [s, `${s}-slim`])];
  return {
    repository: "docker.io/library/debian",
    tags: [...new Set(tags)],
    size: 48_500_000,
    load: later((all) => all.debian("13", "trixie")),
  };
}

/** What Kubernetes builds on, and what empties a recycled volume. */
function debianBase(): LaterImage {
  const tags = ["bookworm-v1.0.6", ...["v1.0.8", "v1.0.7", "v1.0.5", "v1.0.4", "v1.0.3", "v1.0.2"].map((v) => `bookworm-${v}`)];
  return {
    repository: "registry.k8s.io/build-image/debian-base",
    tags,
    size: 16_800_000,
    load: later((all) => all.debianBase()),
  };
}

function ubuntu(): LaterImage {
  const tags = ["latest", "26.04", "25.10", "24.04", "22.04", "20.04", "18.04", "noble", "jammy", "focal", "bionic"];
  return {
    repository: "docker.io/library/ubuntu",
    tags,
    size: 29_700_000,
    load: later((all) => all.ubuntu()),
  };
}

/** curl and its entry point; the shell's curl is the program. */
function curl(): LaterImage {
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
    base: ALPINE,
    load: later((all) => all.curl()),
  };
}

function netshoot(): LaterImage {
  return {
    repository: "docker.io/nicolaka/netshoot",
    tags: ["latest", "v0.14", "v0.13", "v0.12", "v0.11"],
    size: 204_000_000,
    base: ALPINE,
    load: later((all) => all.netshoot()),
  };
}

/** The same tools under the names that Kubernetes' own pages use. */
const kubernetesBusybox = (): readonly LaterImage[] =>
  ["registry.k8s.io/busybox", "k8s.gcr.io/busybox", "gcr.io/google-containers/busybox", "gcr.io/google_containers/busybox"].map(
    (repository) => ({
      ...busybox(),
      repository,
      tags: ["latest", "1.24", "1.26.2", "1.27", "1.27.2"],
      size: 700_000,
    }),
  );

export const systems = (): readonly LaterImage[] => [
  busybox(),
  ...kubernetesBusybox(),
  alpine(),
  debian(),
  debianBase(),
  ubuntu(),
  curl(),
  netshoot(),
];
