import { beforeAll, expect, it } from "vitest";
import { type CustomResourceDefinition, kinds, type ValidatingAdmissionPolicySpec } from "../../api/index.ts";
import { loadCel } from "../../machinery/index.ts";
import { world } from "../testing/world.ts";
import { typeWarnings } from "./decide.ts";
import { builtIn, custom } from "./types.ts";

beforeAll(loadCel);

const definition: CustomResourceDefinition = {
  spec: {
    group: "stable.example.com",
    scope: "Namespaced",
    names: { plural: "crontabs", kind: "CronTab" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: { spec: { type: "object", properties: { replicas: { type: "integer" }, foo: { type: "string" } } } },
          },
        },
      },
    ],
  },
};
const known = [...kinds.map(builtIn), ...custom(definition)];

const rule = (group: string, ...resources: string[]) => ({
  apiGroups: [group],
  apiVersions: ["v1"],
  operations: ["CREATE"],
  resources,
});
const apps = { resourceRules: [rule("apps", "deployments", "replicasets", "deployments/scale")] };
const warnings = (spec: ValidatingAdmissionPolicySpec) => typeWarnings({ metadata: { name: "p" }, spec }, known, 7);

/** What the documentation and Kubernetes' own tests show (k8s: typechecking_test.go). */
it.each<[string, ValidatingAdmissionPolicySpec, readonly (readonly [string, string])[]]>([
  ["what is right says nothing", { matchConstraints: apps, validations: [{ expression: "object.spec.replicas > 1" }] }, []],
  [
    "each kind says what it has not",
    { matchConstraints: apps, validations: [{ expression: "true" }, { expression: "object.replicas > 1" }] },
    [
      [
        "spec.validations[1].expression",
        "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n\n" +
          "apps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n",
      ],
    ],
  ],
  [
    "messages, types of fields, and what variables pass on",
    {
      matchConstraints: { resourceRules: [rule("apps", "deployments")] },
      variables: [
        { name: "replicas", expression: "object.spec.replicas" },
        { name: "broken", expression: "object.nothing" },
      ],
      validations: [
        { expression: "variables.replicas > 'a'", messageExpression: "'x' + object.metadata.creationTimestamp" },
        { expression: "variables.broken > 'a' && oldObject.metadata.labels['a'] == 'b'", messageExpression: "object.metadata.name" },
      ],
    },
    [
      [
        "spec.validations[0].expression",
        "apps/v1, Kind=Deployment: ERROR: <input>:1:20: found no matching overload for '_>_' applied to '(int, string)'\n | variables.replicas > 'a'\n | ...................^\n",
      ],
      [
        "spec.validations[0].messageExpression",
        "apps/v1, Kind=Deployment: ERROR: <input>:1:5: found no matching overload for '_+_' applied to '(string, timestamp)'\n | 'x' + object.metadata.creationTimestamp\n | ....^\n",
      ],
    ],
  ],
  [
    "structs have their own names",
    { matchConstraints: { resourceRules: [rule("apps", "deployments")] }, validations: [{ expression: "object.spec.template.spec > 1" }] },
    [
      [
        "spec.validations[0].expression",
        "apps/v1, Kind=Deployment: ERROR: <input>:1:27: found no matching overload for '_>_' applied to '(Deployment7.spec.template.spec, int)'\n | object.spec.template.spec > 1\n | ..........................^\n",
      ],
    ],
  ],
  [
    "custom resources, and parameters of a kind",
    {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      matchConstraints: { resourceRules: [rule("stable.example.com", "crontabs")] },
      validations: [
        { expression: "object.spec.replicas > 1 && object.metadata.labels.a == params.data.a" },
        { expression: "object.spec.foo < params.nothing" },
        { expression: "object.spec.foo > 1" },
      ],
    },
    [
      [
        "spec.validations[1].expression",
        "stable.example.com/v1, Kind=CronTab: ERROR: <input>:1:25: undefined field 'nothing'\n | object.spec.foo < params.nothing\n | ........................^\n",
      ],
      [
        "spec.validations[2].expression",
        "stable.example.com/v1, Kind=CronTab: ERROR: <input>:1:17: found no matching overload for '_>_' applied to '(string, int)'\n | object.spec.foo > 1\n | ................^\n",
      ],
    ],
  ],
  [
    "wildcards and unknown kinds are not looked at",
    {
      matchConstraints: {
        resourceRules: [rule("*", "pods"), { ...rule("", "pods"), apiVersions: ["*"] }, rule("", "*"), rule("none.example.com", "nones")],
      },
      validations: [{ expression: "object.nothing" }],
    },
    [],
  ],
])("%s", (_, spec, want) => {
  expect(warnings(spec).map(({ fieldRef, warning }) => [fieldRef, warning])).toEqual(want);
});

it("writes what it finds to the status, once a generation", async () => {
  const { client, clock } = await world();
  const created = await client.create("validatingadmissionpolicies", {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "p" },
    spec: { matchConstraints: { resourceRules: [rule("apps", "deployments")] }, validations: [{ expression: "object.replicas > 1" }] },
  });
  const status = async () => {
    // Code is fetched while the clock stands still.
    for (let i = 0; i < 20; i++) await clock.advance(100);
    return (await client.get("validatingadmissionpolicies", undefined, "p")).status;
  };
  const warning = "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n";
  const expressionWarnings = [{ fieldRef: "spec.validations[0].expression", warning }];
  expect(await status()).toEqual({ observedGeneration: 1, typeChecking: { expressionWarnings } });
  const now = await client.get("validatingadmissionpolicies", undefined, "p");
  await client.update("validatingadmissionpolicies", { ...now, spec: { ...created.spec, validations: [{ expression: "true" }] } });
  expect(await status()).toEqual({ observedGeneration: 2 });
});
