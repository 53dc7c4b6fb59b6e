import { quantityProblem } from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import type { Container } from "../../describe/types.ts";
import { str } from "../../flags/parse.ts";
import type { Command } from "../../types.ts";
import {
  changeEach,
  common,
  containersFlag,
  glob,
  podSpecOf,
  refuseAllAndSelector,
  refuseLocalResources,
  refuseLocalServer,
  showing,
  subjects,
  withPodSpec,
} from "./change.ts";

const HELP = "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.";

function quantities(text: string): Record<string, string> | undefined {
  if (text === "") return undefined;
  return Object.fromEntries(
    text.split(",").map((p) => {
      const [name = "", amount] = p.split("=");
      if (amount === undefined) throw new CliError(`Invalid argument syntax ${p}, expected <resource>=<value>`);
      const problem = quantityProblem(amount);
      if (problem !== null) throw new CliError(problem);
      return [name, amount];
    }),
  );
}

export const resources: Command = {
  name: "resources",
  short: "Update resource requests/limits on objects with pod templates",
  usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  arguments: "none",
  flags: { ...common, ...containersFlag, limits: str(HELP), requests: str(HELP) },
  async run(invocation) {
    const { flags, args } = invocation;
    const shown = showing(invocation);
    refuseLocalResources(invocation, args);
    const list = await subjects(invocation, args);
    refuseLocalServer(invocation, shown);
    refuseAllAndSelector(invocation);
    if (!flags.string("limits") && !flags.string("requests"))
      throw new CliError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    const match = glob(flags.string("containers"));
    const limits = quantities(flags.string("limits"));
    const requests = quantities(flags.string("requests"));
    await changeEach(invocation, shown, list, {
      past: "resource requirements updated",
      failing: "failed to patch resources update to pod template",
      work(object, _, told) {
        const spec = podSpecOf(object);
        if (![...spec.containers, ...(spec.initContainers ?? [])].some((c) => match(c.name))) {
          told.push(new CliError(`error: unable to find container named ${flags.string("containers")}`));
          return undefined;
        }
        const put = (c: Container): Container =>
          match(c.name)
            ? {
                ...c,
                resources: {
                  ...c.resources,
                  ...(limits ? { limits: { ...c.resources?.limits, ...limits } } : {}),
                  ...(requests ? { requests: { ...c.resources?.requests, ...requests } } : {}),
                },
              }
            : c;
        return withPodSpec(object, {
          ...spec,
          containers: spec.containers.map(put),
          ...(spec.initContainers ? { initContainers: spec.initContainers.map(put) } : {}),
        });
      },
    });
  },
};
