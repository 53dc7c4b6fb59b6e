import { ApiFailure, CliError, Failures, isNotFound } from "../errors.ts";
import { allNamespacesFlag, fieldSelectorFlag, deepFileFlags, printFlags, selectorFlag } from "../flags/groups.ts";
import { array, bool, duration } from "../flags/parse.ts";
import { compile, relaxed } from "../printers/jsonpath.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { liveObjects, targets, withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import { waitForDeletion } from "./delete.ts";
import { waitLocally } from "./wait-local.ts";
import type { Condition } from "../describe/types.ts";
import type { Command, Invocation, Resource } from "../types.ts";

type Named = Target & { readonly name: string };
type Goal =
  | { readonly kind: "create" }
  | { readonly kind: "delete" }
  | { readonly kind: "met"; readonly test: (object: Resource) => boolean };

/** --for. */
function goalOf(text: string): Goal {
  if (text.toLowerCase() === "create") return { kind: "create" };
  if (text.toLowerCase() === "delete") return { kind: "delete" };
  const [what = "", ...rest] = text.split("=");
  if (what === "condition") {
    const [type = "", ...value] = rest;
    const wanted = (value.join("=") || "true").toLowerCase();
    return {
      kind: "met",
      test: (o) => {
        const found = (
          o as unknown as { status?: { conditions?: readonly (Condition & { observedGeneration?: number })[] } }
        ).status?.conditions?.find((c) => c.type.toLowerCase() === type.toLowerCase());
        if (!found) return false;
        const status = (o as unknown as { status: { observedGeneration?: number } }).status;
        const observed = found.observedGeneration ?? status.observedGeneration;
        if (observed !== undefined && observed < (o.metadata.generation ?? 0)) return false;
        return found.status.toLowerCase() === wanted;
      },
    };
  }
  if (what === "jsonpath") {
    const expression = text.slice("jsonpath=".length);
    if (expression === "") throw new CliError("jsonpath expression cannot be empty");
    const end = expression.indexOf("}=");
    const path = end >= 0 ? expression.slice(0, end + 1) : expression.includes("}") ? expression : (expression.split("=")[0] as string);
    const value = path.length < expression.length ? expression.slice(path.length + 1) : undefined;
    if (value === "")
      throw new CliError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
    const find = compile(relaxed(path.replace(/^['"]|['"]$/g, "")));
    return {
      kind: "met",
      test: (o) => {
        const values = find(o, true);
        if (values.length === 0) return false;
        if (values.length > 1) throw new CliError("given jsonpath expression matches more than one value");
        if (value === undefined) return true;
        const [found] = values;
        if (typeof found === "object" && found !== null)
          throw new CliError("jsonpath leads to a nested object or list which is not supported");
        return String(found).trim() === value.replace(/^['"]|['"]$/g, "").trim();
      },
    };
  }
  throw new CliError(`unrecognized condition: ${JSON.stringify(text)}`);
}

/** Whether an object that nobody has to be asked about meets a goal. */
const heldBy = (goal: Goal): ((object: Resource) => boolean) => (goal.kind === "met" ? goal.test : () => goal.kind === "create");

export const wait: Command = {
  name: "wait",
  group: "Advanced Commands",
  short: "Wait for a specific condition on one or many resources",
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  arguments: "none",
  flags: {
    ...deepFileFlags,
    ...printFlags,
    ...selectorFlag,
    ...fieldSelectorFlag,
    ...allNamespacesFlag,
    all: bool("Select all resources in the namespace of the specified resource types"),
    for: {
      ...array(
        "The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]].",
      ),
      complete: ["create", "delete", "condition=Ready", "condition=Available", "jsonpath="],
    },
    local: bool("If true, the objects of the files are looked at as they are, and no server is asked."),
    timeout: duration(
      "The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week.",
      "30s",
    ),
  },
  async run(invocation) {
    const { flags, proc } = invocation;
    const conditions = flags.list("for");
    if (conditions.length === 0) throw new CliError("unrecognized condition: []");
    const goals = conditions.map(goalOf);
    if (flags.bool("local")) return waitLocally(invocation, goals.map(heldBy));
    const timeout = flags.duration("timeout") < 0 ? 7 * 24 * 3_600_000 : flags.duration("timeout");
    const until = proc.clock.now() + timeout;
    const errors: unknown[] = [];
    for (const goal of goals) {
      let any = false;
      for (const target of await targets(invocation, {})) {
        for (const found of await named(invocation, target, goal, until)) {
          any = true;
          try {
            // What comes after the time has run out is not looked at any more.
            if (timeout > 0 && errors.length > 0 && proc.clock.now() >= until) throw timedOut(found);
            await waitFor(invocation, found, goal, until);
          } catch (error) {
            if (!(error instanceof CliError) && !(error instanceof ApiFailure)) throw error;
            errors.push(error);
          }
        }
      }
      // One condition that is not met is enough (k8s: wait.go RunWaitContext).
      if (errors.length > 0) throw new Failures(errors);
      if (!any && goal.kind !== "delete") throw new CliError("no matching resources found");
    }
  },
};

async function named(invocation: Invocation, target: Target, goal: Goal, until: number): Promise<readonly Named[]> {
  if (target.name !== undefined) return [target as Named];
  for (;;) {
    const found = (await liveObjects(invocation, [target])).map((f) => f.target as Named);
    if (found.length > 0 || goal.kind !== "create" || invocation.proc.clock.now() >= until) return found;
    await invocation.proc.clock.sleep(1000);
  }
}

const timedOut = (target: Named): CliError => new CliError(`timed out waiting for the condition on ${target.type.name}/${target.name}`);

async function waitFor(invocation: Invocation, target: Named, goal: Goal, until: number): Promise<void> {
  const { session, proc, flags } = invocation;
  const say = async (object: Resource, text: string): Promise<void> => {
    const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    await invocation.out(printer ? printer(withType(object, target.type)) : operationLine(target.type, target.name, text));
  };
  if (goal.kind === "create") {
    for (;;) {
      const object = await session
        .get(target.type, target.namespace, target.name)
        .catch((e: unknown) => (isNotFound(e) ? undefined : Promise.reject(e)));
      if (object) return say(object, "condition met");
      if (proc.clock.now() >= until) throw new CliError("timed out waiting for the condition");
      await proc.clock.sleep(1000);
    }
  }
  if (goal.kind === "delete") {
    const object = await session
      .get(target.type, target.namespace, target.name)
      .catch((e: unknown) => (isNotFound(e) ? undefined : Promise.reject(e)));
    if (!object) return;
    if (!(await waitForDeletion(invocation, { target, uid: object.metadata.uid ?? "" }, until))) throw timedOut(target);
    return say(object, "condition met");
  }
  for (;;) {
    const list = await session.list(target.type, target.namespace, { fieldSelector: `metadata.name=${target.name}` });
    const [live] = list.items;
    if (!live) {
      await session.get(target.type, target.namespace, target.name);
      throw timedOut(target);
    }
    if (goal.test(live)) return say(live, "condition met");
    // Asked to look once, it does not say that time has run out.
    if (flags.duration("timeout") === 0) throw new CliError(`condition not met for ${target.type.name}/${target.name}`);
    if (proc.clock.now() >= until) throw timedOut(target);
    const query = { fieldSelector: `metadata.name=${target.name}`, resourceVersion: list.resourceVersion };
    for await (const event of watchEvents(session, pathOf(target.type, target.namespace), query, undefined, proc, until)) {
      if (event.type === "ERROR") break;
      if (event.type === "DELETED") break;
      if (event.type !== "BOOKMARK" && goal.test(event.object as Resource)) return say(event.object as Resource, "condition met");
    }
    if (proc.signal.aborted) return;
    if (proc.clock.now() < until) await proc.clock.sleep(200);
  }
}
