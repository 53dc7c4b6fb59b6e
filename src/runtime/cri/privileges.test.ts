import { expect, it } from "vitest";
import { boundingSet } from "./privileges.ts";

const hex = (set: number): string => set.toString(16).padStart(16, "0");

it.each<readonly [string, Parameters<typeof boundingSet>[0], string]>([
  ["nothing is asked for", {}, "00000000a80425fb"],
  ["one is added", { capabilities: { add: ["NET_ADMIN"] } }, "00000000a80435fb"],
  ["one that it has is added", { capabilities: { add: ["CHOWN"] } }, "00000000a80425fb"],
  ["lower case is the same", { capabilities: { add: ["sys_time"] } }, "00000000aa0425fb"],
  ["a name with CAP_ in front is none", { capabilities: { add: ["CAP_SYS_TIME"] } }, "00000000a80425fb"],
  ["all are dropped", { capabilities: { drop: ["ALL"] } }, "0000000000000000"],
  ["all are dropped but one", { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }, "0000000000000400"],
  ["what is added and dropped is dropped", { capabilities: { drop: ["KILL"], add: ["KILL"] } }, "00000000a80425db"],
  ["all but one", { capabilities: { add: ["ALL"], drop: ["SYS_ADMIN"] } }, "000001ffffdfffff"],
  ["privileged has everything, whatever is dropped", { privileged: true, capabilities: { drop: ["ALL"] } }, "000001ffffffffff"],
])("the bounding set when %s", (_, config, set) => {
  expect(hex(boundingSet(config))).toBe(set);
});
