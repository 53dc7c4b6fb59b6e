import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../machinery/index.ts";
import { kinds, structureErrors, type KubeObject, type Pod } from "./index.ts";

interface Refusal {
  readonly from: string;
  readonly object: KubeObject;
  readonly errors: readonly string[];
}

// Recorded from a real v1.36.2 cluster; what metadata and allocators refuse is the API server's and left out.
const refusals = JSON.parse(readFileSync(new URL("./fixtures/refusals.json", import.meta.url), "utf8")) as readonly Refusal[];

/** A pod is validated with the account that admission gave it. */
const admitted = (object: KubeObject): KubeObject => {
  if (object.kind !== "Pod") return object;
  const pod = object as Pod;
  return { ...pod, spec: { serviceAccountName: "default", containers: [], ...pod.spec } } as KubeObject;
};

describe("what a real cluster refuses", () => {
  it.each(refusals.map((r) => [`${r.object.kind} ${r.object.metadata?.name} of ${r.from}: ${r.errors[0]?.slice(0, 60)}`, r] as const))(
    "%s",
    (_name, { object, errors }) => {
      const kind = kinds.find((k) => k.kind === object.kind);
      if (kind === undefined) throw new Error(`no kind ${object.kind}`);
      const { typeErrors, unknown, pruned } = structureErrors(kind, object);
      expect([...typeErrors, ...unknown]).toEqual([]);
      const named = { ...pruned, metadata: { namespace: "default", ...pruned.metadata } };
      const defaulted = admitted(kind.defaults?.(named) ?? named);
      const prepared = kind.prepareForCreate?.(defaulted, 0) ?? defaulted;
      expect(kind.validate(prepared, { namespace: "default", now: 0 }).map(fieldErrorMessage)).toEqual(errors);
    },
  );
});
