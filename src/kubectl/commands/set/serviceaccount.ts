import { CliError } from "../../errors.ts";
import type { PodSpec } from "../../describe/types.ts";
import type { Command } from "../../types.ts";
import { changeEach, podSpecOf, subjects, unselected, withPodSpec } from "./change.ts";

export const serviceaccount: Command = {
  name: "serviceaccount",
  aliases: ["sa"],
  short: "Update the service account of a resource",
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  arguments: "none",
  flags: unselected,
  async run(invocation) {
    const name = invocation.args.at(-1);
    if (name === undefined) throw new CliError("serviceaccount is required");
    const resources = invocation.args.slice(0, -1);
    await changeEach(invocation, await subjects(invocation, resources), {
      past: "serviceaccount updated",
      failing: "failed to patch ServiceAccountName:",
      work: (object) => withPodSpec(object, { ...podSpecOf(object), serviceAccountName: name, serviceAccount: name } as PodSpec),
    });
  },
};
