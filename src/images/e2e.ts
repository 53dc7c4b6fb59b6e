import { type ImageContents, type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import type * as Contents from "./e2e/contents.ts";
import { ALPINE } from "./layers.ts";

const later = (contents: (all: typeof Contents) => ImageContents) => async (): Promise<ImageContents> =>
  contents(await import("./e2e/contents.ts"));

interface Row extends Omit<LaterImage, "repository"> {
  readonly name: string;
}

/** The images of the official tests besides agnhost (k8s: test/utils/image/manifest.go), by today's registry and by the one before. */
const ROWS: readonly Row[] = [
  {
    name: "busybox",
    tags: ["1.37.0-1", "1.36.1-1", "1.29-4", "1.29-2", "1.29-1", "1.29"],
    size: 732_000,
    load: later((all) => all.busybox()),
  },
  {
    name: "nginx",
    tags: ["1.14-4", "1.14-2", "1.14-1", "1.14-alpine"],
    size: 6_980_000,
    base: ALPINE,
    load: later((all) => all.nginx("1.14.2-alpine")),
  },
  {
    name: "nginx",
    tags: ["1.15-4", "1.15-2", "1.15-1", "1.15-alpine"],
    size: 7_000_000,
    base: ALPINE,
    load: later((all) => all.nginx("1.16.1-alpine")),
  },
  {
    name: "httpd",
    tags: ["2.4.38-4", "2.4.38-2", "2.4.38-1", "2.4.38-alpine"],
    size: 40_800_000,
    load: later((all) => all.httpd("2.4.38")),
  },
  {
    name: "httpd",
    tags: ["2.4.39-4", "2.4.39-2", "2.4.39-1", "2.4.39-alpine"],
    size: 41_900_000,
    load: later((all) => all.httpd("2.4.39")),
  },
  { name: "nonewprivs", tags: ["1.4", "1.3", "1.2", "1.0"], size: 1_600_000, load: later((all) => all.nonewprivs()) },
  { name: "nonroot", tags: ["1.4", "1.2", "1.1", "1.0"], size: 17_700_000, load: later((all) => all.nonroot()) },
  { name: "jessie-dnsutils", tags: ["1.7", "1.5", "1.4", "1.3", "1.0"], size: 112_000_000, load: later((all) => all.dnsutils()) },
  { name: "dnsutils", tags: ["1.3", "1.1"], size: 4_000_000, base: ALPINE, load: later((all) => all.dnsutils()) },
  ...(["nautilus", "kitten"] as const).map((name) => ({
    name,
    tags: ["1.7", "1.5", "1.4", "1.1", "1.0"],
    size: 49_000_000,
    load: later((all) => all.picture(name)),
  })),
  { name: "resource-consumer", tags: ["1.13", "1.10", "1.9", "1.5"], size: 60_000_000, load: later((all) => all.resourceConsumer()) },
  { name: "echoserver", tags: ["2.5", "2.4", "2.3"], size: 21_700_000, base: ALPINE, load: later((all) => all.echoserver()) },
  ...[
    "sample-apiserver",
    "apparmor-loader",
    "ipc-utils",
    "volume/nfs",
    "volume/iscsi",
    "regression-issue-74839",
    "metadata-concealment",
  ].map((name) => ({
    name,
    tags: ["1.29.2", "1.17.7", "1.17.4", "1.4", "1.3", "1.2", "1.6", "2.6", "2.2"],
    size: 20_000_000,
    load: later((all) => all.refused(name)),
  })),
];

export const e2eImages: readonly LaterImage[] = ["registry.k8s.io/e2e-test-images", "k8s.gcr.io/e2e-test-images"].flatMap((registry) =>
  ROWS.map(({ name, ...row }) => ({ ...row, repository: `${registry}/${name}` })),
);

/** Images without a shell: what one's own program is put on. */
const DISTROLESS = ["latest", "nonroot", "debug", "debug-nonroot", "latest-amd64"];
export const distrolessImages: readonly LaterImage[] = [
  "static",
  "static-debian11",
  "static-debian12",
  "base",
  "base-debian11",
  "base-debian12",
].flatMap((name) =>
  DISTROLESS.map((tag) => ({
    repository: `gcr.io/distroless/${name}`,
    tags: [tag],
    size: name.startsWith("static") ? 780_000 : 7_900_000,
    load: later((all) => all.distroless(tag.includes("nonroot"), tag.startsWith("debug"))),
  })),
);

const helpers = () => import("./e2e/programs.ts");
export const e2ePrograms: Readonly<Record<string, LaterProgram>> = {
  nonewprivs: loadLater(async () => (await helpers()).nonewprivs),
  "picture-server": loadLater(async () => (await helpers()).pictureServer),
  "not-simulated": loadLater(async () => (await helpers()).notSimulated),
  "resource-consumer": loadLater(async () => (await helpers()).resourceConsumer),
};
