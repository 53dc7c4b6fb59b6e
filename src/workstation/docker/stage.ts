import { type ImageContents, parseReference } from "../../runtime/index.ts";
import { words } from "./dockerfile.ts";
import type { DockerEngine, MadeFile } from "./engine.ts";
import { bytesIn, configFrom, fileOfImage, type HistoryEntry, idOf, layered, type LocalConfig, type LocalImage } from "./image.ts";
import type { DockerStore } from "./store.ts";

/** What is being built: a base, and what the instructions so far have made of it. */
export interface Stage {
  readonly name: string;
  from: string;
  below: ImageContents;
  files: readonly MadeFile[];
  config: LocalConfig;
  history: HistoryEntry[];
  size: number;
  readonly variables: Map<string, string>;
  /** All that it has come from so far, for the cache. */
  ground: string;
  shell: readonly string[];
}

export const NOTHING: ImageContents = { config: {}, files: {} };
export const SHELL = ["/bin/sh", "-c"];

/** Every file of a stage, its base's included. */
export function filesOf({ below, files }: Pick<Stage, "below" | "files">): readonly MadeFile[] {
  const lower = Object.entries(below.files).map(([path, file]) => fileOfImage(path, file));
  return layered(lower, files).filter(({ removed }) => !removed);
}

export function addFiles(stage: Stage, files: readonly MadeFile[], createdBy: string, now: number): void {
  stage.files = layered(stage.files, files);
  const size = bytesIn(files);
  stage.size += size;
  stage.history.push({ createdBy, created: now, size });
}

export const imageOf = ({ from, files, config, history, size }: Stage, created: number): LocalImage => ({
  created,
  from,
  files,
  config,
  history,
  size,
});

/** A stage on an image that is here, or is fetched; answers what it is called with its digest. Throws Error with the registry's words. */
export async function beginStage(
  engine: DockerEngine,
  store: DockerStore,
  from: string,
  name: string,
): Promise<{ readonly stage: Stage; readonly title: string }> {
  const stage = (image: LocalImage, below: ImageContents): Stage => ({
    name,
    from: image.from,
    below,
    files: image.files,
    config: image.config,
    history: [...image.history],
    size: image.size,
    variables: new Map(Object.entries(image.config.env)),
    ground: image.from === "scratch" && image.files.length === 0 ? "scratch" : idOf(image),
    shell: SHELL,
  });
  if (from === "scratch") {
    const config: LocalConfig = { env: {}, ports: [], labels: {}, volumes: [] };
    return { stage: stage({ created: 0, from, files: [], config, history: [], size: 0 }, NOTHING), title: "scratch" };
  }
  const reference = parseReference(from);
  if (!reference) throw new Error("invalid reference format");
  const { normalised, registry } = reference;
  const here = store.get(store.names[normalised] ?? "");
  const below = here && (here.from === "scratch" ? NOTHING : await engine.open(here.from));
  if (here && below) return { stage: stage(here, below), title: normalised };
  const { repository, digest, size, contents } = await engine.pull(normalised, store.login(registry));
  const pinned = `${repository}@${digest}`;
  const history = [{ createdBy: pinned, created: 0, size }];
  const image = { created: 0, from: pinned, files: [], config: configFrom(contents), history, size };
  return { stage: stage(image, contents), title: `${normalised.replace(/@.*/, "")}@${digest}` };
}

/** `KEY=value KEY2="v w"`, or the old form `KEY value`. */
export function pairs(rest: string, variables: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const list = words(rest, variables);
  if (!list[0]?.includes("="))
    return [
      [
        list[0] ?? "",
        rest
          .trim()
          .slice((list[0] ?? "").length)
          .trim(),
      ],
    ];
  return list.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]);
}
