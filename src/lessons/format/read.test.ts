import { expect, it } from "vitest";
import { readLesson } from "./read.ts";

const files = (entries: Readonly<Record<string, string>>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, new TextEncoder().encode(text)]));

const LESSON = `format: 1
id: images.pull-backoff
cluster: {preset: two-node, seed: 7}
minutes: 12
level: beginner
requires: [pods.first]
tags: [images, ckad]
setup:
  apply: [files/web.yaml]
  until: {resource: pod/web, cel: "self.status.phase == 'Pending'"}
steps:
- id: diagnose
  quiz: {type: single, options: [wrong-tag, no-node], answer: wrong-tag}
- id: fix
  points: 5
  checks:
  - {id: ready, resource: pod/web, within: 60s, cel: "self.status.conditions.exists(c, c.type == 'Ready')"}
  - {id: image, resource: pod/web, jsonpath: "{.spec.containers[0].image}", matches: '^nginx:1\\.\\d+$'}
  - {id: saved, file: web.yaml, jsonpath: "{.spec.containers[0].image}", matches: '^nginx:1\\.\\d+$'}
  - {id: reach, script: checks/reach.sh, timeout: 5s}
  - {id: steady, history: "pods.all(p, p.metadata.name == 'web')", since: step}
  - {id: looked, command: '^kubectl (describe|events)', advisory: true}
  solution: kubectl apply -f web.yaml
  mustFail: ["kubectl delete pod web", {run: kubectl set image pod/web web=httpd, check: image, says: httpd}]
`;
const prose = (title: string) => `---
title: ${title}
---
Intro.
## diagnose: First
Why does \`kubectl get pods\`{exec} fail?
- wrong-tag: the *tag* is wrong
- no-node: no node
## fix
Mend it.
> [!HINT] Look at \`kubectl describe\`{exec}
> [!HINT]
> More.

> [!CHECK image] I see {{actual}}.

> [!WHY] Because.
`;
const good = {
  "lesson.yaml": LESSON,
  "en.md": prose("A pod"),
  "es.md": prose("Un pod"),
  "files/web.yaml": "a: 1",
  "checks/reach.sh": "true",
  "assets/a.svg": "<svg/>",
};

it("reads the format's own example", () => {
  const { lesson, prose: words, problems } = readLesson("images.pull-backoff", files(good));
  expect(problems).toEqual([]);
  expect(lesson).toMatchObject({
    id: "images.pull-backoff",
    cluster: { preset: "two-node", seed: 7 },
    setup: { apply: ["files/web.yaml"] },
  });
  expect(lesson?.steps[1]?.checks.map((c) => [c.id, c.kind, c.advisory])).toEqual([
    ["ready", "resource", false],
    ["image", "resource", false],
    ["saved", "file", false],
    ["reach", "script", false],
    ["steady", "history", false],
    ["looked", "command", true],
  ]);
  expect(lesson?.steps[1]?.mustFail[1]).toMatchObject({ check: "image", says: "httpd" });
  const fix = words.get("es")?.steps.get("fix");
  expect([words.get("es")?.title, fix?.hints.length, [...(fix?.feedback.keys() ?? [])], fix?.explanation.length]).toEqual([
    "Un pod",
    2,
    ["image"],
    1,
  ]);
  expect([...(words.get("en")?.steps.get("diagnose")?.options.keys() ?? [])]).toEqual(["wrong-tag", "no-node"]);
});

it.each<[what: string, change: Readonly<Record<string, string | undefined>>, problem: string]>([
  ["broken YAML", { "lesson.yaml": "format: 1\nid: [a" }, "lesson.yaml:2"],
  ["an unknown field", { "lesson.yaml": LESSON.replace("minutes: 12", "minuts: 12") }, "lesson.yaml:4: minuts: is no field here"],
  ["a missing field", { "lesson.yaml": LESSON.replace("minutes: 12\n", "") }, "lesson.yaml:1: minutes is missing"],
  [
    "a field of another kind",
    { "lesson.yaml": LESSON.replace("minutes: 12", "minutes: long") },
    "lesson.yaml:4: minutes: expected a whole number from 1 to 240, found text",
  ],
  [
    "an answer that is no option",
    { "lesson.yaml": LESSON.replace("answer: wrong-tag", "answer: wrong") },
    "lesson.yaml:13: steps[0].quiz: answer wrong is no option",
  ],
  [
    "a pattern beyond linear time",
    { "lesson.yaml": LESSON.replace("'^kubectl (describe|events)'", "'(a)\\1'") },
    'lesson.yaml:22: steps[1].checks[5].command: "(a)\\\\1" is no pattern',
  ],
  [
    "a path that leaves the folder",
    { "lesson.yaml": LESSON.replace("checks/reach.sh", "../reach.sh") },
    'lesson.yaml:20: steps[1].checks[3].script: "../reach.sh" is not a path inside the lesson\'s folder',
  ],
  ["a file that is not there", { "files/web.yaml": undefined }, "lesson.yaml:9: files/web.yaml is not in the folder"],
  ["a stray file", { "notes.txt": "x" }, "notes.txt:1: is used by nothing"],
  [
    "checks without a solution",
    { "lesson.yaml": LESSON.replace("  solution: kubectl apply -f web.yaml\n", "") },
    "lesson.yaml:14: steps[1]: has checks and no solution",
  ],
  ["a step without prose", { "es.md": prose("Un pod").replace("## fix\n", "## mend\n") }, "es.md:1: has no section for step fix"],
  [
    "an option without words",
    { "es.md": prose("Un pod").replace("- no-node: no node\n", "") },
    "es.md:5: option no-node of diagnose has no words",
  ],
  ["another number of hints", { "es.md": prose("Un pod").replace("> [!HINT]\n> More.\n", "") }, "es.md:9: fix has 1 hints, en.md 2"],
  ["feedback of no check", { "en.md": prose("A pod").replace("CHECK image", "CHECK img") }, "en.md:9: [!CHECK img] is no check of fix"],
  ["an unknown mark", { "en.md": prose("A pod").replace("[!WHY]", "[!WHO]") }, "en.md:17: [!WHO] is not known"],
  ["no title", { "en.md": prose("A pod").replace("title: A pod", "titel: A pod") }, "en.md:1: has no title"],
  [
    "an alias bomb",
    {
      "lesson.yaml": `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    },
    "lesson.yaml:1: Excessive alias count",
  ],
  [
    "an id that is not the folder's",
    { "lesson.yaml": LESSON.replace("id: images.pull-backoff", "id: images.other") },
    "lesson.yaml:1: id images.other is not the folder's name",
  ],
])("tells of %s with file and line", (_, change, problem) => {
  const changed = Object.fromEntries(Object.entries({ ...good, ...change }).filter((e): e is [string, string] => e[1] !== undefined));
  const told = readLesson("images.pull-backoff", files(changed)).problems;
  expect(told.map((p) => `${p.file}:${p.line}: ${p.message}`).join("\n")).toContain(problem);
  for (const { fix } of told) expect(fix).toMatch(/\.$/);
});

it("refuses what is too much to carry", () => {
  const { problems } = readLesson("a", new Map([["lesson.yaml", new Uint8Array(6 * 2 ** 20)]]));
  expect(problems[0]?.message).toBe("1 files of 6 MiB");
});
