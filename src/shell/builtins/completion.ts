import { loadLater } from "../../runtime/index.ts";
import type { Builtin } from "./builtin.ts";

/** Programmable completion: fetched when it is first spoken of. */
const later = loadLater(() => import("../completion/builtins.ts"));

const builtin = (name: "complete" | "compgen" | "compopt"): Builtin => ({
  bashOnly: true,
  run: async (sh, args) => (await sh.proc.code(later))[name](sh, args),
});
export const completionBuiltins: Readonly<Record<string, Builtin>> = {
  compgen: builtin("compgen"),
  complete: builtin("complete"),
  compopt: builtin("compopt"),
};
