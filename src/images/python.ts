import type { LaterImage } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";

/** Releases that courses name. */
const VERSIONS: readonly (readonly [version: string, tags: readonly string[]])[] = [
  ["3.14.0", ["latest", "3", "3.14"]],
  ["3.13.9", ["3.13"]],
  ["3.12.12", ["3.12"]],
  ["3.11.14", ["3.11"]],
  ["3.10.19", ["3.10"]],
  ["3.9.25", ["3.9"]],
  ["3.8.20", ["3.8"]],
  ["3.7.17", ["3.7"]],
];
const VARIANTS = ["", "-slim", "-bookworm", "-slim-bookworm", "-bullseye", "-slim-bullseye"];

/** docker.io/library/python, on Debian and on Alpine. */
export const pythonImages: readonly LaterImage[] = VERSIONS.flatMap(([version, names]) => {
  const tags = [...names, version];
  const row = (alpine: boolean): LaterImage =>
    laterImage({
      repository: "docker.io/library/python",
      tags: tags.flatMap((tag) => (alpine ? ["-alpine"] : VARIANTS).map((v) => (tag === "latest" && v !== "" ? v.slice(1) : `${tag}${v}`))),
      size: alpine ? 17_300_000 : 387_000_000,
      base: alpine ? ALPINE : BOOKWORM,
      on: alpine ? "alpine" : "debian",
      config: {
        cmd: ["python3"],
        stopSignal: "TERM",
        env: {
          PATH: "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          PYTHON_VERSION: version,
          LANG: "C.UTF-8",
        },
      },
      files: {
        "/usr/local/bin/python3": { program: "python" },
        "/usr/local/bin/python": { link: "python3" },
        [`/usr/local/bin/python${version.replace(/\.\d+$/, "")}`]: { link: "python3" },
        "/usr/local/bin/pip": { program: "pip" },
        "/usr/local/bin/pip3": { link: "pip" },
        "/usr/local/lib/python3/version": `${version}\n`,
      },
    });
  return [row(false), row(true)];
});
