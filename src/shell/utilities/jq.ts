import { loadLater } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

/** Its language is fetched when it is first used. */
const later = loadLater(() => import("./jq/main.ts"));

export const jq: Utility = {
  name: "jq",
  usage: "[OPTIONS] FILTER [FILE]...",
  about: "Command-line JSON processor",
  flags: {},
  parse: "raw",
  async run(t) {
    const { runJq } = await t.proc.code(later);
    return runJq(t);
  },
};
