import type { LineEditor } from "./editor.ts";
import { variable } from "./variables.ts";

export async function bell(e: LineEditor): Promise<void> {
  if (variable(e.o.bindings, "bell-style") !== "none") await e.write("\x07");
}
