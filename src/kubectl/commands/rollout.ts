import { semanticEqual } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { ApiFailure, CliError, isNotFound } from "../errors.ts";
import { Page } from "../describe/page.ts";
import { describePodTemplate } from "../describe/pod.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "../describe/types.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag } from "../flags/groups.ts";
import { bool, duration, int, type FlagTable } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, typedPrinterFor } from "../printers/printer.ts";
import { groupResourceOf } from "../rest/discovery.ts";
import { withType, type Target } from "../rest/resources.ts";
import { pathOf, type Session } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import { isCurrent, isRevisioned, pastRevisions, type Revisioned, revisionToRestore, templateOf } from "../workloads/past-revisions.ts";
import { replicaSetsOf, revisionOf, withoutHash } from "../workloads/replicasets.ts";
import { rolloutStatus } from "../workloads/status.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import { dryRunOf, eachLiveObject } from "./each.ts";
import type { Command, Invocation, Resource } from "../types.ts";

type Named = Target & { readonly name: string };
const common: FlagTable = { ...fileFlags, ...selectorFlag };
const printing: FlagTable = { ...common, ...printFlags };
const REQUIRED = "required resource not specified";

/** Prints what a subcommand did, or the object as -o says. */
async function report(invocation: Invocation, target: Named, object: Resource, operation: string, dryRun = "none"): Promise<void> {
  const printer = invocation.flags.has("output")
    ? typedPrinterFor(invocation.flags.string("output"), invocation.flags, invocation.proc.fs, OBJECT_FORMATS)
    : undefined;
  await invocation.out(printer ? printer(withType(object, target.type)) : operationLine(target.type, target.name, operation, dryRun));
}

const patch = (invocation: Invocation, target: Named, body: object): Promise<object> =>
  invocation.session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
    body,
    contentType: "application/strategic-merge-patch+json",
    query: { fieldManager: invocation.flags.string("field-manager") },
  });

function requireArguments({ args, flags }: Invocation): void {
  if (args.length === 0 && flags.list("filename").length === 0 && !flags.string("kustomize") && !flags.string("selector"))
    throw new CliError(REQUIRED);
}

const ROLLED = ["deployment", "daemonset", "statefulset"];

const status: Command = {
  name: "status",
  short: "Show the status of the rollout",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  offers: ROLLED,
  offersOne: true,
  arguments: "resources",
  flags: {
    ...common,
    revision: int("Pin to a specific revision for showing its status. Defaults to 0 (last revision).", 0),
    timeout: duration("The length of time to wait before ending watch, zero means never."),
    watch: bool("Watch the status of the rollout until it's done.", "w", true),
  },
  async run(invocation) {
    const { flags, proc, session } = invocation;
    requireArguments(invocation);
    const timeout = flags.duration("timeout");
    const until = timeout > 0 ? proc.clock.now() + timeout : Infinity;
    const count = await eachLiveObject(invocation, { all: true }, async (target, object) => {
      const show = async (o: Resource): Promise<boolean> => {
        const { text, done } = rolloutStatus(withType(o, target.type), flags.int("revision"));
        await invocation.out(text);
        return done;
      };
      if (await show(object)) return;
      if (!flags.bool("watch")) return;
      let { resourceVersion } = object.metadata;
      for (;;) {
        const query = { fieldSelector: `metadata.name=${target.name}`, ...(resourceVersion ? { resourceVersion } : {}) };
        for await (const event of watchEvents(session, pathOf(target.type, target.namespace), query, undefined, proc, until)) {
          if (event.type === "DELETED") throw new CliError("object has been deleted");
          if (event.type === "ERROR") break;
          if (event.type === "BOOKMARK") continue;
          resourceVersion = (event.object as Resource).metadata.resourceVersion;
          if (await show(event.object as Resource)) return;
        }
        if (proc.signal.aborted) return;
        if (proc.clock.now() >= until) throw new CliError("timed out waiting for the condition");
        await proc.clock.sleep(200);
        resourceVersion = (await session.get(target.type, target.namespace, target.name)).metadata.resourceVersion;
      }
    });
    if (count === 0) await invocation.err(`No resources found in ${session.namespace} namespace.\n`);
  },
};

const CHANGE_CAUSE = "kubernetes.io/change-cause";
/** The head of the column and two spaces, where a table of `get` has three. */
const REVISION_WIDTH = 10;

interface PastRevision {
  readonly number: number;
  readonly cause: string | undefined;
  readonly template: PodTemplate;
  /** What remembers it. */
  readonly object: Resource;
}

/** What runs pods, but is not rolled (k8s: apps.GroupKindElement). */
const VISITED: ReadonlySet<string> = new Set(["Job.batch", "CronJob.batch", "Pod", "ReplicaSet.apps", "ReplicationController"]);
function unvisited({ type: { kind, group } }: Named, what: string, who: string): CliError {
  const name = group ? `${kind}.${group}` : kind;
  return new CliError(
    VISITED.has(name)
      ? `no ${who} has been implemented for ${JSON.stringify(name)}`
      : `error retrieving ${what} for ${JSON.stringify(name)}, no visitor method exists for {${group} ${kind}}`,
  );
}

/** What a workload was before, lowest number first: a Deployment in its ReplicaSets, the others in ControllerRevisions. */
async function historyOf(session: Session, target: Named, object: Resource): Promise<readonly PastRevision[]> {
  const { kind } = target.type;
  if (isRevisioned(kind))
    return (await pastRevisions(session, object as Revisioned)).map((r) => ({
      number: r.revision,
      cause: r.metadata.annotations?.[CHANGE_CAUSE],
      template: templateOf(r),
      // What it was then: the object with the template of that time.
      object: { ...object, apiVersion: "apps/v1", kind, spec: { ...(object as Revisioned).spec, template: templateOf(r) } } as Resource,
    }));
  if (kind !== "Deployment") throw unvisited(target, "history", "history viewer");
  return (await replicaSetsOf(session, object as Deployment)).all
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .map((r) => {
      const cause = r.metadata.annotations?.[CHANGE_CAUSE];
      const { template } = r.spec;
      const annotations = { ...template.metadata?.annotations, ...(cause ? { [CHANGE_CAUSE]: cause } : {}) };
      return {
        number: revisionOf(r),
        cause,
        object: { ...r, apiVersion: "apps/v1", kind: "ReplicaSet" } as Resource,
        template: cause ? { ...template, metadata: { ...template.metadata, annotations } } : template,
      };
    });
}

function templateText(session: Session, template: PodTemplate): string {
  const page = new Page(session.now);
  describePodTemplate(page, template);
  return page.tabbed();
}

const history: Command = {
  name: "history",
  short: "View rollout history",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  offers: ROLLED,
  arguments: "resources",
  flags: { ...printing, revision: int("See the details, including podTemplate of the revision specified", 0) },
  async run(invocation) {
    const { flags, session } = invocation;
    requireArguments(invocation);
    if (flags.int("revision") < 0) throw new CliError("revision must be a positive integer: " + flags.int("revision"));
    const printer = typedPrinterFor(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS);
    await eachLiveObject(invocation, { all: true }, async (target, object) => {
      const past = await historyOf(session, target, object);
      const revision = flags.int("revision");
      if (printer) {
        const shown = past.filter((r) => revision === 0 || r.number === revision);
        if (shown.length === 0 && revision > 0) throw new CliError(`unable to find the specified revision`);
        for (const r of shown) await invocation.out(printer(r.object));
        return;
      }
      const head = `${target.type.kind.toLowerCase()}${target.type.group ? `.${target.type.group}` : ""}/${target.name}`;
      if (revision > 0) {
        const found = past.find((r) => r.number === revision);
        if (!found) throw new CliError(`unable to find the specified revision`);
        await invocation.out(`${head} with revision #${revision}\n${templateText(session, found.template)}\n`);
        return;
      }
      const rows = past.map((r) => `${String(r.number).padEnd(REVISION_WIDTH)}${r.cause || "<none>"}\n`);
      await invocation.out(
        rows.length === 0
          ? `${head} \nNo rollout history found.\n`
          : `${head} \n${"REVISION".padEnd(REVISION_WIDTH)}CHANGE-CAUSE\n${rows.join("")}\n`,
      );
    });
  },
};

const undo: Command = {
  name: "undo",
  short: "Undo a previous rollout",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  offers: ROLLED,
  arguments: "resources",
  flags: { ...printing, ...dryRunFlag, "to-revision": int("The revision to rollback to. Default to 0 (last revision).", 0) },
  async run(invocation) {
    const { flags, session } = invocation;
    requireArguments(invocation);
    const to = flags.int("to-revision");
    const dryRun = dryRunOf(invocation);
    if (to < 0) throw new CliError("unable to find specified revision " + to + " in history");
    await eachLiveObject(invocation, { all: true }, async (target, object) => {
      const { kind } = target.type;
      if (object.metadata.annotations?.[LAST_APPLIED] !== undefined) {
        await invocation.err(
          `Warning: resource ${target.type.name}/${target.name} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
        );
      }
      if (kind !== "Deployment" && !isRevisioned(kind)) throw unvisited(target, "rollbacker", "rollbacker");
      if (isRevisioned(kind)) return restore(invocation, target, object as Revisioned, to, dryRun);
      const d = object as Deployment;
      const { all } = await replicaSetsOf(session, d);
      const found = revisionToUndo(all, to, d);
      if (d.spec.paused)
        throw new CliError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
      if (dryRun === "client") return report(invocation, target, object, templateText(session, found.spec.template), dryRun);
      const template = withoutHash(found.spec.template);
      if (semanticEqual(template, withoutHash(d.spec.template)))
        return report(invocation, target, object, `skipped rollback (current template already matches revision ${to})`, "none");
      // Annotations of the deployment's own stay; those of the ReplicaSet come back (k8s: rollback.go).
      const kept = Object.entries(d.metadata.annotations ?? {}).filter(([k]) => OWN_ANNOTATIONS.has(k));
      const back = Object.entries(found.metadata.annotations ?? {}).filter(([k]) => !OWN_ANNOTATIONS.has(k));
      const body = [
        { op: "replace", path: "/spec/template", value: template },
        { op: "replace", path: "/metadata/annotations", value: Object.fromEntries([...back, ...kept]) },
      ];
      await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
        body,
        contentType: "application/json-patch+json",
        query: { fieldManager: "kubectl-rollout", ...(dryRun === "server" ? { dryRun: "All" } : {}) },
      });
      await report(invocation, target, object, "rolled back", dryRun);
    });
  },
};

/** Puts a template back as its ControllerRevision remembers it (k8s: StatefulSetRollbacker, DaemonSetRollbacker). */
async function restore(invocation: Invocation, target: Named, object: Revisioned, to: number, dryRun: string): Promise<void> {
  const { session } = invocation;
  const found = revisionToRestore(await pastRevisions(session, object), to);
  if (dryRun === "client") {
    const text = templateText(session, templateOf(found));
    return report(invocation, target, object, `will roll back to ${text}`, dryRun);
  }
  if (isCurrent(object, found))
    return report(invocation, target, object, `skipped rollback (current template already matches revision ${to})`);
  await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
    body: found.data,
    contentType: "application/strategic-merge-patch+json",
    query: { fieldManager: "kubectl-rollout", ...(dryRun === "server" ? { dryRun: "All" } : {}) },
  });
  await report(invocation, target, object, "rolled back", dryRun);
}

const OWN_ANNOTATIONS = new Set([
  LAST_APPLIED,
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

function revisionToUndo(all: readonly ReplicaSet[], to: number, d: Deployment): ReplicaSet {
  const sorted = all.filter((r) => revisionOf(r) > 0).sort((a, b) => revisionOf(b) - revisionOf(a));
  if (to > 0) {
    const found = sorted.find((r) => revisionOf(r) === to);
    if (!found) throw new CliError(`unable to find specified revision ${to} in history`);
    return found;
  }
  const [, previous] = sorted;
  if (!previous) throw new CliError(`no rollout history found for deployment ${JSON.stringify(d.metadata.name)}`);
  return previous;
}

const restart: Command = {
  name: "restart",
  short: "Restart a resource",
  usage: "RESOURCE",
  offers: ROLLED,
  arguments: "resources",
  flags: { ...printing, ...fieldManagerFlag("kubectl-rollout") },
  async run(invocation) {
    requireArguments(invocation);
    const count = await eachLiveObject(invocation, { all: true }, async (target, object) => {
      const { kind } = target.type;
      if (kind === "Deployment" && (object as Deployment).spec.paused)
        throw new CliError(
          `error: ${groupResourceOf(target.type)} ${JSON.stringify(target.name)} can't restart paused deployment (run rollout resume first)`,
        );
      if (kind !== "Deployment" && kind !== "DaemonSet" && kind !== "StatefulSet")
        throw new CliError(`${groupResourceOf(target.type)} ${JSON.stringify(target.name)} restarting is not supported`);
      const annotations = { "kubectl.kubernetes.io/restartedAt": rfc3339(invocation.session.now) };
      const body = { spec: { template: { metadata: { annotations } } } };
      const result = (await patch(invocation, target, body).catch((error: unknown) => {
        throw error instanceof ApiFailure && !isNotFound(error) ? new CliError(`failed to patch: ${error.message}`) : error;
      })) as Resource;
      await report(invocation, target, result, "restarted");
    });
    if (count === 0) throw new CliError("No resources found");
  },
};

const pausing = (name: "pause" | "resume", paused: boolean): Command => ({
  name,
  short: paused ? "Mark the provided resource as paused" : "Resume a paused resource",
  usage: "RESOURCE",
  offers: ["deployment"],
  arguments: "resources",
  flags: { ...printing, ...fieldManagerFlag("kubectl-rollout") },
  async run(invocation) {
    requireArguments(invocation);
    await eachLiveObject(invocation, { all: true }, async (target, object) => {
      const what = `${groupResourceOf(target.type)} ${JSON.stringify(target.name)}`;
      if (target.type.kind !== "Deployment") throw new CliError(`error: ${what} ${paused ? "pausing" : "resuming"} is not supported`);
      const now = (object as Deployment).spec.paused === true;
      if (now === paused) throw new CliError(paused ? `error: ${what} is already paused` : `error: ${what} is not paused`);
      const result = (await patch(invocation, target, { spec: { paused: paused ? true : null } })) as Resource;
      await report(invocation, target, result, `${name}d`);
    });
  },
});

export const rollout: Command = {
  name: "rollout",
  group: "Deploy Commands",
  short: "Manage the rollout of a resource",
  usage: "SUBCOMMAND",
  subcommands: [history, pausing("pause", true), restart, pausing("resume", false), status, undo],
};
