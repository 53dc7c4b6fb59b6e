import { CliError } from "../errors.ts";
import { dryRunFlag, fileFlags, printFlags, selectorFlag } from "../flags/groups.ts";
import { bool, duration, int, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { type Target, withType } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, eachObject } from "./each.ts";
import type { Command, Resource } from "../types.ts";

interface Scale {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
  readonly metadata: { readonly resourceVersion?: string };
}

export const scale: Command = {
  name: "scale",
  group: "Deploy Commands",
  short: "Set a new size for a deployment, replica set, or replication controller",
  usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  offers: ["deployment", "replicaset", "replicationcontroller", "statefulset"],
  arguments: "resources",
  required: ["replicas"],
  flags: {
    ...fileFlags,
    ...printFlags,
    ...selectorFlag,
    ...dryRunFlag,
    all: bool("Select all resources in the namespace of the specified resource types"),
    "current-replicas": int(
      "Precondition for current size. Requires that the current size of the resource match this value in order to scale.",
      -1,
    ),
    replicas: int("The new desired number of replicas. Required.", 0),
    "resource-version": str("Precondition for resource version."),
    timeout: duration("The length of time to wait before giving up on a scale operation, zero means don't wait."),
  },
  async run(invocation) {
    const { flags, session, proc } = invocation;
    const replicas = flags.int("replicas");
    const wanted = flags.int("current-replicas");
    const dryRun = dryRunOf(invocation);
    const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    if (replicas < 0) throw new CliError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    if (wanted < -1) throw new CliError("The --current-replicas must specify an integer of -1 or greater");
    const subjects: { readonly target: Target & { readonly name: string }; readonly object: Resource }[] = [];
    const missing = await eachObject(invocation, async (target, object) => void subjects.push({ target, object })).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (flags.string("resource-version") && subjects.length > 1)
      throw new CliError("cannot use --resource-version with multiple resources");
    // What could be found is scaled, up to the first that cannot be; what could not be found is told after.
    for (const { target, object } of subjects) {
      const path = pathOf(target.type, target.namespace, target.name, "scale");
      if (dryRun !== "client") {
        const current = (await session.object("GET", path)) as Scale;
        const now = current.spec?.replicas ?? 0;
        if (wanted >= 0 && now !== wanted) throw new CliError(`Expected replicas to be ${wanted}, was ${now}`);
        if (flags.string("resource-version") && current.metadata.resourceVersion !== flags.string("resource-version")) {
          throw new CliError(
            `Expected resource version to be ${flags.string("resource-version")}, was ${current.metadata.resourceVersion}`,
          );
        }
        const query = dryRun === "server" ? { dryRun: "All" } : {};
        if (wanted >= 0 || flags.string("resource-version"))
          await session.object("PUT", path, { query, body: { ...current, spec: { ...current.spec, replicas } } });
        else await session.object("PATCH", path, { query, contentType: "application/merge-patch+json", body: { spec: { replicas } } });
      }
      const timeout = flags.duration("timeout");
      const until = proc.clock.now() + timeout;
      while (timeout > 0 && dryRun === "none" && ((await session.object("GET", path)) as Scale).status?.replicas !== replicas) {
        if (proc.clock.now() >= until) throw new CliError(`timed out waiting for ${JSON.stringify(target.name)} to be synced`);
        await proc.clock.sleep(500);
      }
      const shown = withType(scaled(object, target, replicas), target.type);
      await invocation.out(printer ? printer(shown) : operationLine(target.type, target.name, "scaled", dryRun));
    }
    if (missing !== undefined) throw missing;
    if (subjects.length === 0) throw new CliError("no objects passed to scale");
    return 0;
  },
};

/** What is shown has the new number where kinds of Kubernetes have it (k8s: scale.go updateReplicas). */
const scaled = (object: Resource, { type }: Target, replicas: number): Resource =>
  type.group === "apps" || type.group === "" ? { ...object, spec: { ...(object["spec"] as object | undefined), replicas } } : object;
