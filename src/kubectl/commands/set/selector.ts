import { CliError } from "../../errors.ts";
import { str } from "../../flags/parse.ts";
import type { Command, Resource } from "../../types.ts";
import { changeEach, deep, subjects } from "./change.ts";

export const selector: Command = {
  name: "selector",
  short: "Set the selector on a resource",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  arguments: "none",
  flags: {
    ...deep,
    "resource-version": str("If non-empty, the selectors update will only succeed if this is the current resource-version for the object."),
  },
  async run(invocation) {
    const { args, flags } = invocation;
    const expressions = args.at(-1);
    if (expressions === undefined) throw new CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    const list = await subjects(invocation, args.slice(0, -1));
    const wanted = Object.fromEntries(
      expressions.split(",").map((pair) => {
        const [key = "", value] = pair.split("=");
        if (value === undefined) throw new CliError(`unable to parse requirement: ${JSON.stringify(pair)} is no KEY=VALUE`);
        return [key, value];
      }),
    );
    await changeEach(invocation, list, {
      past: "selector updated",
      failing: "",
      bare: true,
      always: true,
      work(object) {
        if (object.kind !== "Service") throw new CliError("setting a selector is only supported for Services");
        const spec = (object as Resource & { spec?: { selector?: Readonly<Record<string, string>> } }).spec;
        const version = flags.string("resource-version");
        return {
          ...object,
          metadata: { ...object.metadata, ...(version ? { resourceVersion: version } : {}) },
          spec: { ...spec, selector: wanted },
        };
      },
    });
  },
};
