import { expect, it } from "vitest";
import type { Container } from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import { makePod } from "../testing/bench.ts";
import { observe } from "./observed.ts";
import { behindAll, mayRestartAll, ruleFor, since, wantsRestartOfAll } from "./restart-all.ts";

const rule = (operator: string, ...values: number[]) => ({ action: "RestartAllContainers", exitCodes: { operator, values } });
const container = (name: string, ...restartPolicyRules: ReturnType<typeof rule>[]): Container =>
  ({ name, image: "busybox", restartPolicy: "Never", restartPolicyRules }) as Container;
const status = (name: string, attempt: number, state: ContainerStatus["state"], exitCode = 0): ContainerStatus => ({
  id: `${name}-${attempt}`,
  sandbox: "s",
  name,
  attempt,
  image: "busybox",
  imageRef: "busybox",
  state,
  createdAt: 0,
  labels: {},
  annotations: {},
  ...(state === "exited" ? { exitCode } : {}),
});
const pod = makePod("p", [container("app"), container("watcher", rule("In", 88))]);

it.each([
  ["In", [3, 4], 4, true],
  ["In", [3, 4], 5, false],
  ["NotIn", [3, 4], 5, true],
  ["NotIn", [3, 4], 3, false],
] as const)("exit codes %s %j are met by %i: %s", (operator, values, code, met) => {
  expect(ruleFor(container("c", rule(operator, ...values)), code) !== undefined).toBe(met);
});

it("starts all anew when one has ended as its rule says, once", () => {
  const running = observe(undefined, [status("app", 0, "running"), status("watcher", 0, "running")]);
  const over = observe(undefined, [status("app", 0, "running"), status("watcher", 0, "exited", 88)]);
  expect([mayRestartAll(pod), wantsRestartOfAll(pod, running), wantsRestartOfAll(pod, over)]).toEqual([true, false, true]);
  const behind = behindAll(over);
  expect([...since(over, behind).containers.keys()]).toEqual([]);
  expect(wantsRestartOfAll(pod, since(over, behind))).toBe(false);
  const again = observe(undefined, [status("app", 1, "running"), status("watcher", 0, "exited", 88)]);
  expect([...since(again, behind).containers.keys()]).toEqual(["app"]);
});

it("is nothing that a pod without such a rule does", () => {
  expect(mayRestartAll(makePod("q", [container("app")]))).toBe(false);
});
