import type { Lesson, Problem } from "../lessons/index.ts";
import { type PresetName, presetNames } from "./presets.ts";

export { createLessonClusters, hostOf } from "./lesson-host.ts";
export { createPlayer, playForProof, readLesson, verdictOn } from "../lessons/index.ts";

/** The default cluster with as many machines. */
const SIZES: Readonly<Record<string, number>> = { "one-node": 1, "two-node": 2, "three-node": 3 };

const places: readonly string[] = [...presetNames, ...Object.keys(SIZES)];

/** Where a lesson plays; undefined: its preset is not known. */
export function placeOf({
  cluster,
}: Pick<Lesson, "cluster">): { readonly preset: PresetName; readonly nodes?: number; readonly seed: number } | undefined {
  const { preset, seed } = cluster;
  if (!places.includes(preset)) return undefined;
  const nodes = cluster.nodes ?? SIZES[preset];
  return { preset: preset in SIZES ? "default" : (preset as PresetName), seed, ...(nodes !== undefined && { nodes }) };
}

export const unknownPlace = ({ cluster }: Pick<Lesson, "cluster">): Problem => ({
  file: "lesson.yaml",
  line: 1,
  message: `cluster.preset: ${cluster.preset} is not known`,
  fix: `Write one of ${places.join(", ")}.`,
});
