import { expect, it } from "vitest";
import { bootstrapObjects } from "../apiserver/index.ts";
import { createControllers, userOfController } from "./index.ts";

const informer = { on: () => () => {}, index: () => {}, by: () => [], list: () => [], get: () => undefined };
const nothing = new Proxy({}, { get: () => () => ({}) });

it("every controller works under a name that the bootstrap policy grants something", async () => {
  const controllers = createControllers({
    informers: { of: () => informer, synced: async () => {}, stop: () => {} },
    clock: nothing,
    random: nothing,
    recorder: () => ({ event: () => {} }),
    rootCa: "",
    allocateNodeCidr: () => undefined,
    accountToken: () => "",
    signer: nothing,
  } as never);
  const granted = (await bootstrapObjects(0)).flatMap(({ object }) => (object as { subjects?: { name: string }[] }).subjects ?? []);
  const known = new Set(granted.map((subject) => subject.name));
  const users = controllers.map(({ name }) => [name, userOfController(name)] as const);
  const without = users.filter(
    ([, { name, groups }]) =>
      !known.has(name.replace("system:serviceaccount:kube-system:", "")) &&
      !groups.some((group) => known.has(group) && group === "system:masters"),
  );
  expect(without.map(([name, { name: user }]) => `${name}: ${user}`)).toEqual([]);
});
