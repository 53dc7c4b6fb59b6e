import { humanDuration } from "../machinery/index.ts";
import { parseTime } from "../sim/index.ts";
import type { Column } from "./kind.ts";
import type { KubeObject } from "./meta.ts";

const NONE = "<none>";

/** `5m12s`, or `<unknown>` for an absent time (k8s: printers translateTimestampSince). `now` in virtual milliseconds. */
export function since(time: string | null | undefined, now: number): string {
  if (!time) return "<unknown>";
  const ms = parseTime(time);
  return Number.isNaN(ms) ? "<invalid>" : humanDuration(now - ms);
}

/** `<none>` for what is empty. */
export const orNone = (text: string | undefined): string => (text ? text : NONE);

export const ageColumn: Column<KubeObject> = {
  name: "Age",
  description: "Time since the object was created.",
  cell: (object, now) => since(object.metadata?.creationTimestamp, now),
};

/** k8s: printers printBoolPtr. */
export function booleanWord(value: boolean | undefined): string {
  if (value === undefined) return "<unset>";
  return value ? "True" : "False";
}

interface WithContainers {
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
}

/** Names and images of a template's containers, with `-o wide` (k8s: printers layoutContainerCells). */
export function templateColumns<T extends KubeObject>(podSpec: (object: T) => WithContainers | undefined): readonly [Column<T>, Column<T>] {
  const joined = (object: T, key: "name" | "image"): string =>
    (podSpec(object)?.containers ?? []).map((container) => container[key] ?? "").join(",");
  return [
    { name: "Containers", description: "Names of the template's containers.", wide: true, cell: (object) => joined(object, "name") },
    { name: "Images", description: "Images of the template's containers.", wide: true, cell: (object) => joined(object, "image") },
  ];
}

/** The only column of kinds that upstream has no printer for (k8s: registry/rest NewDefaultTableConvertor). */
export const createdAtColumn: Column<KubeObject> = {
  name: "Created At",
  type: "date",
  description: "When the object was created.",
  cell: (object) => object.metadata?.creationTimestamp ?? "",
};
