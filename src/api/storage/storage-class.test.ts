import { expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import type { StorageClass } from "../index.ts";
import { storageClass } from "./storage-class.ts";

const made = (more: Partial<StorageClass> = {}): StorageClass => {
  const given = { metadata: { name: "standard" }, provisioner: "disks.example.com", ...more };
  return storageClass.defaults?.(given) ?? given;
};

it.each<[string, Partial<StorageClass>, string[]]>([
  ["no provisioner", { provisioner: "" }, ["provisioner: Required value"]],
  [
    "a policy for volumes only",
    { reclaimPolicy: "Recycle" },
    ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ],
  [
    "a mode that is none",
    { volumeBindingMode: "Late" },
    ['volumeBindingMode: Unsupported value: "Late": supported values: "Immediate", "WaitForFirstConsumer"'],
  ],
  [
    "one topology twice",
    {
      allowedTopologies: [
        { matchLabelExpressions: [{ key: "z", values: ["a", "b"] }] },
        { matchLabelExpressions: [{ key: "z", values: ["b", "a"] }] },
      ],
    },
    ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
  ],
])("a StorageClass with %s is refused", (_what, more, errors) =>
  expect(storageClass.validate(made(more), { namespace: "", now: 0 }).map(fieldErrorMessage)).toEqual(errors),
);

// scenarios/storage-pv-pvc-storageclass.yaml
it.each<[Partial<StorageClass>, string[]]>([
  [{ reclaimPolicy: "Retain" }, ['reclaimPolicy: Invalid value: "Retain": field is immutable']],
  [{ provisioner: "x.example.com" }, ['provisioner: Invalid value: "x.example.com": field is immutable']],
  [{ parameters: { a: "b" } }, ['parameters: Invalid value: {"a":"b"}: field is immutable']],
  [{ allowVolumeExpansion: true }, []],
])("a change to %j", (more, errors) =>
  expect(storageClass.validateUpdate?.(made(more), made(), { namespace: "", now: 0 }).map(fieldErrorMessage)).toEqual(errors),
);

it("says which is the default", () => {
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  expect(storageClass.displayName?.(made({ metadata: { name: "standard", annotations } }))).toBe("standard (default)");
  expect(storageClass.displayName?.(made())).toBe("standard");
});
