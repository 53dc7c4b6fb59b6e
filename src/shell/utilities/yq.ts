import { loadLater } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

/** Its expressions and formats are fetched when they are first used. */
const later = loadLater(() => import("./yq/main.ts"));

export const yq: Utility = {
  name: "yq",
  usage: "[eval|eval-all] [flags] EXPRESSION [FILE]...",
  about: "Read and write YAML, JSON, XML, CSV and properties with expressions",
  flags: {},
  parse: "raw",
  async run(t) {
    const { runYq } = await t.proc.code(later);
    return runYq(t);
  },
};
