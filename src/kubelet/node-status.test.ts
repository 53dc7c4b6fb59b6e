import { expect, it } from "vitest";
import { withAdvertised } from "./node-status.ts";

const own = { capacity: { cpu: "2", memory: "4Gi" }, allocatable: { cpu: "2", memory: "3Gi" } };

it.each([
  { of: "nothing but its own", said: own.capacity, gives: own },
  { of: "nothing at all yet", said: undefined, gives: own },
  { of: "its own, told otherwise", said: { cpu: "64" }, gives: own },
  {
    of: "a resource that somebody advertised",
    said: { ...own.capacity, "example.com/dongle": "4" },
    gives: {
      capacity: { ...own.capacity, "example.com/dongle": "4" },
      allocatable: { ...own.allocatable, "example.com/dongle": "4" },
    },
  },
])("lets pods have what the node's capacity says: $of", ({ said, gives }) => {
  expect(withAdvertised(own, said)).toEqual(gives);
});
