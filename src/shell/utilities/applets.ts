import type { Flavour } from "./flavour.ts";
import { utilityNames } from "./names.ts";
import { APPLETS, MORE_APPLETS } from "./places.ts";

/** The applets of a build of BusyBox, sorted: those of the real one that are here. */
export function appletNames(flavour: Flavour): readonly string[] {
  return [...appletPlaces(flavour).keys()].sort();
}

/** The same, each with the folder that Alpine has it in. */
export function appletPlaces(flavour: Flavour): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const put = (folder: string, names: string): void => {
    for (const name of names.split(" ")) if (name === "sh" || name === "ash" || utilityNames.includes(name)) places.set(name, folder);
  };
  for (const [folder, names] of Object.entries(APPLETS)) put(folder, names);
  if (flavour === "busybox") put("/bin", MORE_APPLETS);
  return places;
}

/** Commands that are here, of a list of a distribution's. */
export const known = (names: string): readonly string[] =>
  names.split(" ").filter((name) => utilityNames.includes(name) || ["sh", "bash", "dash"].includes(name));
