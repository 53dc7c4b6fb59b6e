import { ApiFailure, CliError, Failures, isNotFound } from "../errors.ts";
import { describeObject } from "../describe/index.ts";
import { allNamespacesFlag, fileFlags, selectorFlag } from "../flags/groups.ts";
import { bool, int } from "../flags/parse.ts";
import { targets, liveObjects, withType, type Target } from "../rest/resources.ts";
import type { Command, Invocation, Resource } from "../types.ts";

export const describe: Command = {
  name: "describe",
  group: "Troubleshooting and Debugging Commands",
  short: "Show details of a specific resource or group of resources",
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  arguments: "resources",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...allNamespacesFlag,
    "chunk-size": int("Return large lists in chunks rather than all at once. Pass 0 to disable.", 500),
    "show-events": bool("If true, display events related to the described object.", undefined, true),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    if (args.length === 0 && flags.list("filename").length === 0 && !flags.string("kustomize")) {
      throw new CliError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    const errors: unknown[] = [];
    let first = true;
    let count = 0;
    const pageOf = (target: Target, object: Resource, showEvents: boolean): Promise<string> =>
      describeObject(withType(object, target.type), { session, type: target.type, showEvents, chunkSize: flags.int("chunk-size") });
    const show = async (target: Target, object: Resource): Promise<void> => {
      // Of several, events are shown only where they are asked for.
      const text = await pageOf(target, object, flags.bool("show-events") && (count === 1 || flags.changed("show-events")));
      await invocation.out(first ? text : `\n\n${text}`);
      first = false;
    };
    const list = await targets(invocation, { all: true });
    const live: { readonly target: Target; readonly object: Resource }[] = [];
    for (const target of list) {
      try {
        live.push(...(await liveObjects(invocation, [target])));
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        const matches = isNotFound(error) && target.name !== undefined && args.length === 2 ? await byPrefix(invocation, target) : [];
        // Each with a line after it (k8s: describe.go DescribeMatchingResources).
        const events = flags.changed("show-events") && flags.bool("show-events");
        for (const object of matches) await invocation.out(`${await pageOf(target, object, events)}\n`);
        if (matches.length === 0) errors.push(error);
        else first = false;
      }
    }
    count = live.length + errors.length;
    for (const { target, object } of live) await show(target, object);
    if (errors.length > 0) throw new Failures(errors);
    if (first)
      await invocation.err(
        flags.bool("all-namespaces") ? "No resources found\n" : `No resources found in ${session.namespace} namespace.\n`,
      );
    return 0;
  },
};

async function byPrefix({ session }: Invocation, target: Target): Promise<readonly Resource[]> {
  const { items } = await session.list(target.type, target.namespace);
  return items.filter((o) => o.metadata.name.startsWith(target.name ?? ""));
}
