import { expect, it } from "vitest";
import { deleteOptions } from "./delete-options.ts";

it.each<[string, Parameters<typeof deleteOptions>[0], object]>([
  ["nothing said", {}, {}],
  ["a cascade", { cascade: "foreground" }, { propagationPolicy: "Foreground" }],
  ["an older way to say orphan", { cascade: "false" }, { propagationPolicy: "Orphan" }],
  ["no time to end in", { gracePeriod: 0 }, { gracePeriodSeconds: 0 }],
  ["a time of the object's own", { gracePeriod: -1 }, {}],
  ["a dry run of the server's", { dryRun: "server" }, { dryRun: ["All"] }],
  ["a dry run of the client's", { dryRun: "client" }, {}],
])("says of %s what the server has to know", (_, said, options) => {
  expect(deleteOptions(said)).toEqual({ kind: "DeleteOptions", apiVersion: "v1", ...options });
});

it("refuses a cascade that there is none of", () => {
  expect(() => deleteOptions({ cascade: "up" })).toThrow('invalid cascade value (up). Must be "background", "foreground", or "orphan"');
});
