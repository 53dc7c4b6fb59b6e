import type { LaterImage } from "../runtime/index.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";
import { NODE_VERSIONS } from "./node/versions.ts";

const VARIANTS = ["", "-slim", "-bookworm", "-bookworm-slim", "-bullseye", "-bullseye-slim", "-buster", "-buster-slim"];

/** docker.io/library/node, on Debian and on Alpine. */
export function nodeImages(): readonly LaterImage[] {
  return NODE_VERSIONS.flatMap(([version, names]) => {
    const number = version.slice(1);
    const tags = [...new Set([...names, number, number.replace(/\.\d+$/, "")])];
    const named = (tag: string, variant: string): string => (tag === "latest" && variant !== "" ? variant.slice(1) : `${tag}${variant}`);
    const row = (alpine: boolean): LaterImage => ({
      repository: "docker.io/library/node",
      tags: tags.flatMap((tag) => (alpine ? ["-alpine"] : VARIANTS).map((variant) => named(tag, variant))),
      size: alpine ? 55_000_000 : 399_000_000,
      base: alpine ? ALPINE : BOOKWORM,
      load: async () => (await import("./node/contents.ts")).contents(version, alpine),
    });
    return [row(false), row(true)];
  });
}
