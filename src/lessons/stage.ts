import { ready } from "./checks/evaluate.ts";
import { invariant } from "./checks/history.ts";
import { compileExpression, selfOf } from "./checks/expression.ts";
import { compileRegex } from "./checks/pattern.ts";
import { PASSED, shown, type Verdict } from "./checks/verdict.ts";
import type { World, WorldKind } from "./checks/world.ts";
import type { LessonHost, Ran } from "./host.ts";
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
  /** Verdicts in the checks' order, anew where something has changed that they look at. Scripts are not among them: `scripts` runs those. */
  judge(): readonly Judged[];
  /** Runs the step's scripts on a copy of the cluster. */
  scripts(): Promise<readonly Judged[]>;
  /** Where it began. */
  readonly since: Since;
  end(): void;
}

export interface Judged {
  readonly check: Check;
  readonly verdict: Verdict;
}

/** The moment at which a step begins. */
export interface Since {
  readonly revision: number;
  /** Lines that had been typed. */
  readonly typed: number;
}

interface StageOptions {
  /** Nobody goes on with this cluster, and scripts may change it. */
  readonly disposable?: boolean;
  /** Default: now. */
  readonly since?: Since;
}

/** Throws an Error with the check's id where an expression is none. */
export function openStage(host: LessonHost, step: Step, files: LessonFiles, options: StageOptions = {}): Stage {
  const { kinds } = host.world();
  const since = options.since ?? { revision: host.revision(), typed: host.typed().length };
  const release = host.pin(since.revision);
  const judges = step.checks.flatMap((check) => {
    try {
      return judgeOf(check, kinds, host, since);
    } catch (error) {
      throw new Error(`${check.id}: ${(error as Error).message}`, { cause: error });
    }
  });
  const verdicts = new Map<string, Verdict>();
  let seen = since.revision;
  return {
    since,
    judge() {
      const changed = new Set<string>();
      host.replay(seen, ({ plural }) => changed.add(plural) !== undefined);
      seen = host.revision();
      return judges.map(({ check, looksAt, judge }) => {
        const before = verdicts.get(check.id);
        const verdict = before && looksAt && [...looksAt].every((plural) => !changed.has(plural)) ? before : judge();
        verdicts.set(check.id, verdict);
        return { check, verdict };
      });
    },
    async scripts() {
      const own = step.checks.flatMap((check) => (check.kind === "script" ? [check] : []));
      if (own.length === 0) return [];
      const copy = options.disposable ? host : await host.fork();
      try {
        const judged: Judged[] = [];
        for (const check of own)
          judged.push({ check, verdict: ended(await copy.run(new TextDecoder().decode(files.get(check.script)), check.timeout)) });
        return judged;
      } finally {
        if (copy !== host) copy.stop();
      }
    },
    end: release,
  };
}

/** What a script says is the feedback. */
function ended({ code, out, err }: Ran): Verdict {
  if (code === 0) return PASSED;
  const said = `${out}${err}`.trim();
  return { passed: false, expected: undefined, actual: shown(said === "" ? `exit status ${code}` : said) };
}

interface Judge {
  readonly check: Check;
  /** Plurals; without them it is judged each time. */
  readonly looksAt?: ReadonlySet<string>;
  readonly judge: () => Verdict;
}

function judgeOf(check: Check, kinds: readonly WorldKind[], host: LessonHost, since: Since): Judge[] {
  switch (check.kind) {
    case "script":
      return [];
    case "history": {
      const kept = invariant(check, kinds, since.revision);
      return [{ check, judge: () => kept.judge(host) }];
    }
    case "command": {
      const pattern = compileRegex(check.pattern);
      if (pattern.problem !== undefined) throw new Error(pattern.problem);
      const passed = (): boolean =>
        host
          .typed()
          .slice(since.typed)
          .some((line) => pattern.test(line));
      return [{ check, judge: () => (passed() ? PASSED : { passed: false, expected: check.pattern, actual: { kind: "nothing" } }) }];
    }
    default: {
      const made = ready(check, kinds);
      return [{ check, ...(made.file === undefined && { looksAt: made.kinds }), judge: () => made.judge(host.world()) }];
    }
  }
}
