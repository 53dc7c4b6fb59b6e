import type { Program } from "../../runtime/index.ts";
import { shellProgram } from "../run/main.ts";
import { appletNames } from "./applets.ts";
import { busyboxProgram } from "./busybox.ts";
import type { Flavour } from "./flavour.ts";
import { utilities } from "./index.ts";
import { utilityProgram } from "./tool.ts";

const rows = new Map(utilities.map((u) => [u.name, u]));

/** The program of a utility; throws for a name that is none. */
export function utilityPrograms(name: string, flavour: Flavour): Program {
  const row = rows.get(name);
  if (!row) throw new Error(`no utility is named ${name}`);
  return utilityProgram(row, flavour);
}

export const busybox = (flavour: Flavour): Program => busyboxProgram(flavour, appletNames(flavour), rows, shellProgram("ash"));
