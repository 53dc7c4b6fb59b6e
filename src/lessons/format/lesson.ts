import { compileRegex } from "../checks/pattern.ts";
import type { Check, Condition, Lesson, Level, Quiz, Setup, Step, Wrong } from "../types.ts";
import type { Cursor } from "./cursor.ts";
import {
  defaulted,
  duration,
  either,
  flag,
  list,
  object,
  oneOf,
  oneOrMore,
  optional,
  required,
  type Shape,
  text,
  whole,
} from "./shapes.ts";

const HOUR = 3_600_000;
/** What a check may take after the solution, unless it says. */
const WITHIN = 60_000;

const identifier = (what: string): Shape<string> =>
  text(`Id of ${what}`, { pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/, what: "lower-case words joined by dashes" });
const lessonId = text("Id: area.topic, the folder's name", {
  pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)*$/,
  what: "lower-case words joined by dots and dashes",
});
const path = text("A file of the lesson's folder", {
  pattern: /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\\0]+$/,
  what: "a path inside the lesson's folder",
});
const script = text("A script for bash in the learner's shell");
const resource = text("kind/name, or kind/namespace/name", {
  pattern: /^[^/\s]+\/[^/\s]+(\/[^/\s]+)?$/,
  what: "kind/name or kind/namespace/name",
});
const cel = text("A CEL expression: `self` is the resource; without one, each kind's plural is the list of its objects");
const jsonpath = text("A JSONPath as kubectl's: {.spec.replicas}", { pattern: /\{.*\}/s, what: "a JSONPath in braces" });
const pattern: Shape<string> = {
  ...text("A regular expression (RE2)"),
  read(at) {
    const value = text("").read(at);
    if (value === undefined) return undefined;
    const problem = compileRegex(value).problem;
    return problem === undefined
      ? value
      : at.fail(
          `${JSON.stringify(value)} is no pattern: ${problem}`,
          "Write a regular expression as RE2 knows them (no look-around, no back-references).",
        );
  },
};

const condition: Shape<Condition> = object(
  "Something to look up in the cluster",
  { resource: optional(resource), cel: optional(cel), jsonpath: optional(jsonpath) },
  ({ resource: of, cel: expression, jsonpath: lookup }, at) => {
    if ((expression === undefined) === (lookup === undefined))
      return at.fail("needs cel or jsonpath, and one of them alone", "Keep one of the two.");
    if (lookup !== undefined && of === undefined) return at.fail("jsonpath needs a resource", "Add resource: kind/name.");
    return { resource: of, cel: expression, jsonpath: lookup, line: at.line };
  },
);

const setup: Shape<Setup> = object(
  "What there is when the lesson begins",
  {
    apply: defaulted(oneOrMore(path, "Manifests of the folder, applied in order", 50), []),
    run: optional(path),
    until: optional(condition),
    within: defaulted(duration("How long that may take", HOUR), 5 * 60_000),
  },
  (value, at) => ({ ...value, line: at.line }),
);

const answer: Shape<readonly string[] | Condition> = either(
  { when: (at: Cursor) => at.kind === "mapping", shape: condition },
  oneOrMore(text("An option's id, or what must be typed"), "Ids of the right options", 20),
);
const quiz: Shape<Quiz> = object(
  "A question: a prediction, or what is to be found out",
  {
    type: required(oneOf("How it is answered", ["single", "multiple", "number", "text"] as const)),
    options: defaulted(list("Ids of options; their words are in the prose", identifier("an option"), 20), []),
    answer: required(answer),
  },
  (value, at) => {
    const { type, options, answer: right } = value;
    const choice = type === "single" || type === "multiple";
    if (choice && options.length < 2) return at.fail("a choice needs two options or more", "Add options.");
    if (!choice && options.length > 0) return at.fail(`${type} has no options`, "Drop options, or make it single.");
    if (Array.isArray(right)) {
      const strange = choice ? (right as readonly string[]).find((id) => !options.includes(id)) : undefined;
      if (strange !== undefined) return at.fail(`answer ${strange} is no option`, `Options are ${options.join(", ")}.`);
      if (type === "single" && right.length !== 1) return at.fail("a single choice has one answer", "Make it multiple, or keep one.");
    }
    return value;
  },
);

const KINDS = ["file", "script", "history", "command"] as const;
const check: Shape<Check> = object(
  "Something that is true when the step is done",
  {
    id: required(identifier("the check")),
    resource: optional(resource),
    cel: optional(cel),
    jsonpath: optional(jsonpath),
    shows: optional(jsonpath),
    matches: optional(pattern),
    equals: optional(text("What the value must be")),
    file: optional(text("A file of the learner's, from the home folder")),
    script: optional(path),
    timeout: defaulted(duration("How long the script may take", 60_000), 5_000),
    history: optional(text("A CEL expression that holds at every revision of the step; each kind's plural is the list of its objects")),
    since: optional(oneOf("From when on", ["step"] as const)),
    command: optional(pattern),
    within: defaulted(duration("How long it may take to become true", HOUR), WITHIN),
    advisory: defaulted(flag("Shown, never required"), false),
  },
  (value, at) => {
    const { id, within, advisory, matches, equals } = value;
    const base = { id, within, advisory, line: at.line };
    const named = KINDS.filter((kind) => value[kind] !== undefined);
    const looks = value.resource !== undefined || value.cel !== undefined;
    if (named.length + (looks ? 1 : 0) !== 1)
      return at.fail(
        "needs one of resource or cel, file, script, history, command",
        "Keep one of them; split the rest into checks of their own.",
      );
    if (matches !== undefined && equals !== undefined) return at.fail("has matches and equals", "Keep one of the two.");
    const expected = { matches, equals };
    if (value.file !== undefined) {
      if (matches === undefined && equals === undefined) return at.fail("file needs matches or equals", "Say what the file must hold.");
      return { ...base, ...expected, kind: "file", file: value.file, jsonpath: value.jsonpath };
    }
    if (value.script !== undefined) return { ...base, kind: "script", script: value.script, timeout: value.timeout };
    if (value.history !== undefined) return { ...base, kind: "history", cel: value.history };
    if (value.command !== undefined) {
      return { ...base, kind: "command", pattern: value.command };
    }
    if (value.cel !== undefined && value.jsonpath !== undefined) return at.fail("has cel and jsonpath", "Keep one of the two.");
    if (value.cel === undefined && (value.jsonpath === undefined || value.resource === undefined))
      return at.fail("needs cel, or resource with jsonpath", "Say what must be true.");
    if (value.jsonpath !== undefined && matches === undefined && equals === undefined)
      return at.fail("jsonpath needs matches or equals", "Say what the value must be.");
    return {
      ...base,
      ...expected,
      kind: "resource",
      resource: value.resource,
      cel: value.cel,
      jsonpath: value.jsonpath,
      shows: value.shows,
    };
  },
);

const wrong: Shape<Wrong> = either(
  {
    when: (at: Cursor) => at.kind === "mapping",
    shape: object(
      "A plausible mistake, and what its feedback says",
      { run: required(script), check: optional(identifier("the check that tells of it")), says: optional(text("Part of its feedback")) },
      (value, at) => ({ ...value, line: at.line }),
    ),
  },
  {
    ...script,
    read: (at: Cursor) => {
      const run = script.read(at);
      return run === undefined ? undefined : { run, check: undefined, says: undefined, line: at.line };
    },
  },
);

const step: Shape<Step> = object(
  "A step: a question, a task, or both",
  {
    id: required(identifier("the step")),
    points: defaulted(whole("What it is worth", { min: 0, max: 100 }), 1),
    quiz: optional(quiz),
    checks: defaulted(list("What is true when it is done", check, 40), []),
    solution: optional(script),
    alternatives: defaulted(list("Other scripts that do it", script, 10), []),
    mustFail: defaulted(list("Scripts after which it is not done", wrong, 20), []),
  },
  (value, at) => {
    const needed = value.checks.filter((c) => !c.advisory);
    if (needed.length > 0 && value.solution === undefined)
      return at.fail("has checks and no solution", "Add a solution that passes them: the proof runs it.");
    const twice = value.checks.find((c, i) => value.checks.findIndex((o) => o.id === c.id) !== i);
    if (twice) return at.fail(`two checks are called ${twice.id}`, "Give each its own id.");
    return { ...value, line: at.line };
  },
);

/** The whole of lesson.yaml. */
export const lessonShape: Shape<Lesson> = object(
  "A lesson of Timonel",
  {
    format: required(whole("Version of this format", { min: 1, max: 1 })),
    id: required(lessonId),
    version: defaulted(whole("A bump resets progress", { min: 1, max: 10_000 }), 1),
    cluster: defaulted(
      object(
        "Where it plays",
        {
          preset: defaulted(text("A preset, or one-node, two-node, three-node"), "default"),
          seed: defaulted(whole("Where chance begins", { min: 0, max: 2 ** 31 }), 1),
          nodes: optional(whole("Machines, instead of the preset's", { min: 1, max: 10 })),
        },
        (value) => value,
      ),
      { preset: "default", seed: 1, nodes: undefined },
    ),
    minutes: required(whole("How long it takes a student", { min: 1, max: 240 })),
    level: required(oneOf<Level>("For whom", ["beginner", "intermediate", "advanced"])),
    requires: defaulted(list("Lessons that come before", lessonId, 20), []),
    tags: defaulted(list("For searching", identifier("a tag"), 20), []),
    setup: defaulted(setup, { apply: [], run: undefined, until: undefined, within: 0, line: 1 }),
    steps: required(list("In order", step, 40)),
  },
  ({ format: _, ...value }, at) => {
    if (value.steps.length === 0) return at.fail("has no steps", "Add one.");
    const twice = value.steps.find((s, i) => value.steps.findIndex((o) => o.id === s.id) !== i);
    return twice ? at.fail(`two steps are called ${twice.id}`, "Give each its own id.") : value;
  },
);
