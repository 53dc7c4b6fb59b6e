import type { Utility } from "./tool.ts";
import { testBuiltins } from "../builtins/test.ts";
import { dialects } from "../dialect.ts";
import { Shell } from "../shell.ts";
import { ShellError } from "../state.ts";
const make = (name: "test" | "["): Utility => ({
  name,
  usage: "EXPRESSION",
  about: "Check file types, compare values etc.",
  flags: {},
  parse: "raw",
  async run(t) {
    const sh = new Shell(t.proc, dialects.ash, name);
    try {
      return await (testBuiltins[name] as (typeof testBuiltins)[string] & object).run(sh, t.args);
    } catch (error) {
      if (error instanceof ShellError)
        return t.fail(t.busybox ? error.message : error.message.replace(/^(.*): bad number$/s, "invalid integer ‘$1’"), 2);
      throw error;
    }
  },
});
export const testUtilities: readonly Utility[] = [make("test"), make("[")];
