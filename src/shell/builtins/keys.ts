import { loadLater } from "../../runtime/index.ts";
import type { Builtin } from "./builtin.ts";

const later = loadLater(() => import("../readline/bind.ts"));

/** Keys and variables of the line editor (bash: bind). */
export const keyBuiltins: Readonly<Record<string, Builtin>> = {
  bind: { bashOnly: true, run: async (sh, args) => (await sh.proc.code(later)).bind(sh, args) },
};
