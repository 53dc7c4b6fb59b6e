import { beforeAll, describe, expect, it } from "vitest";
import type { LessonFiles, Saved } from "../lessons/index.ts";
import { loadCel } from "../machinery/index.ts";
import { createLessonClusters, createPlayer, playForProof, readLesson, verdictOn } from "./lessons.ts";
import { PLATFORM } from "./testing.ts";

const LESSON = `
format: 1
id: pods.scale
minutes: 5
level: beginner
cluster: {preset: reference}
setup: {apply: files/web.yaml}
steps:
- id: guess
  quiz: {type: number, answer: {resource: deployment/web, jsonpath: "{.spec.replicas}"}}
- id: scale
  points: 4
  checks:
  - {id: three, resource: deployment/web, cel: "self.status.readyReplicas == 3", shows: "{.status.readyReplicas}"}
  - {id: noted, file: notes.txt, equals: three}
  - {id: kept, history: "deployments.exists(d, d.metadata.name == 'web')"}
  - {id: reach, script: checks/reach.sh}
  solution: kubectl scale deployment web --replicas=3 && echo three > notes.txt
  mustFail:
  - {run: kubectl scale deployment web --replicas=2, check: three, says: found 2}
  - {run: kubectl delete deployment web, check: kept}
`;
const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;
const EN = `---\ntitle: Scale\n---\n## guess\nHow many?\n## scale\nMake it three.\n`;

const filesOf = (texts: Readonly<Record<string, string>>): LessonFiles =>
  new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));
const FILES = {
  "lesson.yaml": LESSON,
  "en.md": EN,
  "files/web.yaml": WEB,
  "checks/reach.sh": 'n=$(cat notes.txt); rm notes.txt; [ "$n" = three ]',
};

beforeAll(async () => void (await loadCel()));

const clusters = createLessonClusters();
const start = (seed: number) => clusters.start({ platform: PLATFORM, preset: "reference", seed, epoch: Date.UTC(2026, 0, 1) });

async function playing(saved?: Saved) {
  const { lesson, files, problems } = readLesson("", filesOf(FILES));
  expect(problems).toEqual([]);
  if (!lesson) throw new Error("no lesson");
  const host = await start(1);
  const player = createPlayer(host, lesson, files, saved);
  await player.begin();
  const step = () => player.view().steps.find(({ id }) => id === player.view().current);
  const passed = () => step()?.checks.map(({ id, verdict }) => `${id} ${verdict ? (verdict.passed ? "passed" : "open") : "unknown"}`);
  return { host, player, step, passed };
}

describe("a lesson that is played", () => {
  it("asks from what is there, goes on when all is true, and credits what is done", async () => {
    const { host, player, step, passed } = await playing();
    expect(player.view()).toMatchObject({ current: "guess", points: 5, earned: 0, finished: false });
    player.answer(["7"]);
    expect(step()).toMatchObject({ state: "current", quiz: { right: false, tries: 1 } });
    player.answer([" 1 "]);
    expect(step()).toMatchObject({ state: "done", earned: 0.5 });
    player.next();
    expect(player.tick()).toBe(true);
    expect(passed()).toEqual(["three open", "noted open", "kept passed", "reach unknown"]);
    expect(player.tick()).toBe(false);

    await host.run("kubectl scale deployment web --replicas=3");
    await host.until(() => player.tick() && passed()?.[0] === "three passed", 60_000);
    expect(player.view().earned).toBe(1.5);
    expect(step()?.checks[1]?.verdict).toEqual({
      passed: false,
      expected: "three",
      actual: { kind: "missing", what: "file", name: "notes.txt" },
    });

    await host.run("echo three > notes.txt");
    await host.until(() => (player.tick(), step()?.state === "done"), 60_000);
    expect(passed()).toEqual(["three passed", "noted passed", "kept passed", "reach passed"]);
    expect(player.view().earned).toBe(4.5);
    // The script ran on a copy.
    expect((await host.run("cat notes.txt")).out).toBe("three\n");
    player.next();
    expect(player.view()).toMatchObject({ finished: true, earned: 4.5 });
    host.stop();
  });

  it("tells what it was that broke an invariant, also after it was put away", async () => {
    const { host, player, step } = await playing();
    player.answer(["1"]);
    player.next();
    await host.run("kubectl delete deployment web");
    player.tick();
    const broken = step()?.checks[2]?.verdict;
    expect(broken).toMatchObject({ passed: false, actual: { kind: "broken" } });
    await host.run("kubectl apply -f web.yaml");

    const { lesson, files } = readLesson("", filesOf(FILES));
    if (!lesson) throw new Error("no lesson");
    const again = createPlayer(host, lesson, files, JSON.parse(JSON.stringify(player.save())) as Saved);
    await again.begin();
    again.tick();
    expect(again.view().current).toBe("scale");
    expect(again.view().steps[1]?.checks[2]?.verdict).toEqual(broken);
    host.stop();
  });

  it("gives hints without a price, and nothing more for what is done after the solution was shown", async () => {
    const { host, player, step } = await playing();
    player.hint();
    player.answer(["1"]);
    expect(step()).toMatchObject({ hints: 1, earned: 1 });
    player.next();
    expect(step()?.solution).toBeUndefined();
    player.reveal();
    const { solution = "" } = step() ?? {};
    await host.run(solution);
    await host.until(() => (player.tick(), step()?.state === "done"), 60_000);
    expect(step()).toMatchObject({ state: "done", earned: 0 });
    host.stop();
  });

  it("begins anew where the lesson is of another version", async () => {
    const { host, player } = await playing({ ...(await oldSave()), version: 0 });
    expect(player.view()).toMatchObject({ current: "guess", earned: 0 });
    host.stop();
  });
});

const oldSave = (): Promise<Saved> =>
  Promise.resolve({ id: "pods.scale", version: 0, step: "scale", since: { revision: 1, typed: 0 }, finished: false, steps: {} });

describe("the proof", () => {
  const prove = async (changes: Readonly<Record<string, string>>) => {
    const { lesson, files, problems } = readLesson("", filesOf({ ...FILES, ...changes }));
    if (!lesson || problems.length > 0) return problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    return verdictOn(lesson, [await playForProof(lesson, files, 1, start)]).map(({ file, line, message }) => `${file}:${line}: ${message}`);
  };

  it("finds nothing wrong with a good lesson", async () => {
    expect(await prove({})).toEqual([]);
  });

  it.each([
    [
      "a check that is true from the beginning",
      { "lesson.yaml": LESSON.replace("readyReplicas == 3", "readyReplicas >= 0 || true").replace(", check: three, says: found 2", "") },
      "lesson.yaml:14: scale.three passes before anything is done",
    ],
    [
      "a solution that does not solve it",
      { "lesson.yaml": LESSON.replace("--replicas=3 && echo", "--replicas=4 && echo") },
      "lesson.yaml:14: scale.three does not stay true after the solution: found 4",
    ],
    [
      "a mistake that passes",
      {
        "lesson.yaml": LESSON.replace(
          "run: kubectl scale deployment web --replicas=2",
          "run: kubectl scale deployment web --replicas=3; echo three > notes.txt",
        ),
      },
      'lesson.yaml:20: scale passes after "kubectl scale deployment web --replicas=3; echo three > notes.txt"',
    ],
    [
      "feedback that does not name the difference",
      { "lesson.yaml": LESSON.replace("says: found 2", "says: found 5") },
      'lesson.yaml:20: feedback does not say "found 5" after "kubectl scale deployment web --replicas=2": found 2',
    ],
    [
      "an invariant that nothing breaks",
      { "lesson.yaml": LESSON.replace("  - {run: kubectl delete deployment web, check: kept}\n", "") },
      "lesson.yaml:16: scale.kept: no mustFail breaks it",
    ],
    [
      "a script that is red for ever",
      { "checks/reach.sh": "echo nobody answers; exit 1" },
      "lesson.yaml:17: scale.reach fails after the solution: found nobody answers",
    ],
    ["a setup that fails", { "files/web.yaml": "kind: Nothing\n" }, "lesson.yaml:7: setup: kubectl apply -f files/web.yaml: error: "],
    [
      "a script without an end",
      { "checks/reach.sh": "while :; do :; done" },
      "lesson.yaml:17: scale.reach fails after the solution: found timed out after 5s",
    ],
  ])("tells of %s", async (_, changes, problem) => {
    const problems = await prove(changes);
    expect(problems.map((found) => found.slice(0, problem.length))).toEqual([problem]);
  });
});
