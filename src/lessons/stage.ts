import { ready, type ReadyCheck } from "./checks/evaluate.ts";
import { type Invariant, invariant } from "./checks/history.ts";
import { compileExpression, selfOf } from "./checks/expression.ts";
import { compileRegex } from "./checks/pattern.ts";
import { PASSED, shown, type Verdict } from "./checks/verdict.ts";
import type { World, WorldKind } from "./checks/world.ts";
import type { LessonHost } from "./host.ts";
import { parseJsonPath } from "../machinery/index.ts";
import type { Check, Condition, Lesson, LessonFiles, Step } from "./types.ts";

/** Puts a lesson's things where the learner finds them, and waits until it may begin; answers what went wrong. */
export async function setTheStage(host: LessonHost, { setup }: Lesson, files: LessonFiles): Promise<string | undefined> {
  for (const [path, data] of files) if (path.startsWith(HOME)) host.write(path.slice(HOME.length), data);
  for (const path of setup.apply) {
    const { code, err } = await applied(host, files.get(path) as Uint8Array);
    if (code !== 0) return `kubectl apply -f ${path}: ${err.trim()}`;
  }
  if (setup.run !== undefined) {
    const { code, err } = await host.run(new TextDecoder().decode(files.get(setup.run)));
    if (code !== 0) return `${setup.run} ended with ${code}: ${err.trim()}`;
  }
  if (!setup.until) return undefined;
  const until = condition(setup.until, host.world().kinds);
  const met = await host.until(() => until(host.world()), setup.within);
  return met ? undefined : `until is not true after ${setup.within / 1000}s`;
}
const HOME = "files/";

/** By a file that the learner does not see. */
function applied(host: LessonHost, manifest: Uint8Array) {
  const path = "/tmp/.lesson.yaml";
  host.write(path, manifest);
  return host.run(`kubectl apply -f ${path} && rm ${path}`);
}

/** Whether a condition is true: CEL says true, a JSONPath finds something. Throws an Error where the expression is none. */
export function condition({ resource, cel, jsonpath }: Condition, kinds: readonly WorldKind[]): (world: World) => boolean {
  const path = jsonpath === undefined ? undefined : parseJsonPath(jsonpath);
  const compiled = cel === undefined ? undefined : compileExpression(cel, kinds, resource !== undefined);
  if (compiled && "problem" in compiled) throw new Error(compiled.problem);
  return (world) => {
    const of = selfOf(world, resource);
    if ("missing" in of) return false;
    if (path) return path.print(of.self) !== "";
    const outcome = compiled?.expression.value(world, of.self);
    return outcome !== undefined && "value" in outcome && outcome.value === true;
  };
}

/** A step that is being played: its checks, judged when asked. */
export interface Stage {
  /** Verdicts in the checks' order. Scripts are not among them: `scripts` runs those. */
  judge(): readonly { readonly check: Check; readonly verdict: Verdict }[];
  /** Runs the step's scripts on a copy of the cluster. */
  scripts(): Promise<readonly { readonly check: Check; readonly verdict: Verdict }[]>;
  end(): void;
}

/** Throws an Error with the check's id where an expression is none. `disposable`: nobody goes on with this cluster, and scripts may change it. */
export function openStage(host: LessonHost, step: Step, files: LessonFiles, disposable = false): Stage {
  const { kinds } = host.world();
  const from = host.revision();
  const since = host.now();
  const release = host.pin();
  const judges = step.checks.flatMap((check): { readonly check: Check; readonly judge: () => Verdict }[] => {
    try {
      return judgeOf(check);
    } catch (error) {
      throw new Error(`${check.id}: ${(error as Error).message}`, { cause: error });
    }
  });
  function judgeOf(check: Check): { readonly check: Check; readonly judge: () => Verdict }[] {
    if (check.kind === "script") return [];
    if (check.kind === "history") {
      const kept: Invariant = invariant(check, kinds, from);
      return [{ check, judge: () => kept.judge(host) }];
    }
    if (check.kind === "command") {
      const pattern = compileRegex(check.pattern);
      const passed = (): boolean => pattern.problem === undefined && host.commands(since).some((line) => pattern.test(line));
      return [{ check, judge: () => (passed() ? PASSED : { passed: false, expected: check.pattern, actual: { kind: "nothing" } }) }];
    }
    const made: ReadyCheck = ready(check, kinds);
    return [{ check, judge: () => made.judge(host.world()) }];
  }
  return {
    judge: () => judges.map(({ check, judge }) => ({ check, verdict: judge() })),
    async scripts() {
      const own = step.checks.flatMap((check) => (check.kind === "script" ? [check] : []));
      if (own.length === 0) return [];
      const copy = disposable ? host : await host.fork();
      try {
        const verdicts = [];
        for (const check of own) {
          const { code, out, err } = await copy.run(new TextDecoder().decode(files.get(check.script)), check.timeout);
          const said = `${out}${err}`.trim();
          verdicts.push({
            check,
            verdict:
              code === 0
                ? PASSED
                : { passed: false, expected: undefined, actual: said === "" ? shown(`exit status ${code}`) : shown(said) },
          });
        }
        return verdicts;
      } finally {
        if (!disposable) copy.stop();
      }
    },
    end: release,
  };
}
