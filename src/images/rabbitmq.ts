import type { LaterImage } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { BOOKWORM } from "./layers.ts";

const ROWS: readonly (readonly [version: string, tags: string])[] = [
  ["4.2.0", "latest 4 4.2 4.2.0"],
  ["4.1.5", "4.1 4.1.5 4.1.4 4.1.2 4.1.0"],
  ["4.0.9", "4.0 4.0.9 4.0.5 4.0.4 4.0.3 4.0.2"],
  ["3.13.7", "3 3.13 3.13.7 3.13.6 3.13.3 3.13.2 3.13.1 3.13.0"],
  ["3.12.14", "3.12 3.12.14 3.12.12 3.12.10 3.12.4 3.12.2"],
  ["3.11.28", "3.11 3.11.28 3.11.13 3.11.5"],
  ["3.10.25", "3.10 3.10.25 3.10.7 3.10.2"],
  ["3.9.29", "3.9 3.9.29 3.9.13 3.9.12"],
  ["3.8.34", "3.8 3.8.34 3.8.9 3.8.5 3.8.2 3.8.0"],
];
const SIZES = [102_000_000, 118_000_000, 53_000_000, 86_000_000];

/** The official rabbitmq images, on Ubuntu and on Alpine, without and with the management plugin. */
const brokers: readonly LaterImage[] = ROWS.flatMap(([version, tags]) =>
  ["", "-management", "-alpine", "-management-alpine"].map((variant, i) => ({
    repository: "docker.io/library/rabbitmq",
    tags: tags.split(" ").map((t) => (t === "latest" ? variant.slice(1) || t : `${t}${variant}`)),
    size: SIZES[i] as number,
    load: async () => (await import("./rabbitmq/contents.ts")).rabbitmq(version, i % 2 === 1, i > 1),
  })),
);
/** What course material builds for itself from Debian's amqp-tools, for there is no public one: the name is ours. */
const clients = laterImage({
  repository: "docker.io/timonel/amqp-tools",
  tags: ["latest", "0.11.0"],
  size: 29_000_000,
  base: BOOKWORM,
  on: "debian",
  packages: ["curl"],
  config: { cmd: ["bash"] },
  files: Object.fromEntries(
    ["publish", "consume", "get", "declare-queue", "delete-queue"].map((t) => [`/usr/bin/amqp-${t}`, { program: "amqp-tool" }]),
  ),
});
export const rabbitmqImages: readonly LaterImage[] = [...brokers, clients];
