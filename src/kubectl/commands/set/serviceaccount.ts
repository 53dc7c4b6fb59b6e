import { CliError } from "../../errors.ts";
import type { PodSpec } from "../../describe/types.ts";
import type { Command } from "../../types.ts";
import { dryRunOf } from "../each.ts";
import { changeEach, podSpecOf, showing, subjects, unselected, withPodSpec } from "./change.ts";

export const serviceaccount: Command = {
  name: "serviceaccount",
  aliases: ["sa"],
  short: "Update the service account of a resource",
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  arguments: "none",
  flags: unselected,
  async run(invocation) {
    const dryRun = dryRunOf(invocation);
    if (invocation.flags.bool("local") && dryRun === "server")
      throw new CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    const shown = showing(invocation);
    const name = invocation.args.at(-1);
    if (name === undefined) throw new CliError("serviceaccount is required");
    const list = await subjects(invocation, invocation.args.slice(0, -1));
    await changeEach(invocation, shown, list, {
      past: "serviceaccount updated",
      failing: "failed to patch ServiceAccountName",
      always: true,
      work: (object) => withPodSpec(object, { ...podSpecOf(object), serviceAccountName: name } as PodSpec),
    });
  },
};
