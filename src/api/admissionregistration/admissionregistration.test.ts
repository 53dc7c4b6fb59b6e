import { beforeAll, describe, expect, it } from "vitest";
import { fieldErrorMessage, loadCel, setIn } from "../../machinery/index.ts";
import type {
  MutatingAdmissionPolicy,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";
import { mutatingAdmissionPolicy } from "./mutating-admission-policy.ts";
import { validatingAdmissionPolicyBinding } from "./policy-bindings.ts";
import { validatingAdmissionPolicy } from "./validating-admission-policy.ts";
import { mutatingWebhookConfiguration, validatingWebhookConfiguration } from "./webhook-configurations.ts";

beforeAll(loadCel);

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** What is wrong with `object` after its defaults, with one field changed. */
function problems<T extends KubeObject>(kind: Kind<T>, object: T, [path, value]: Change): readonly string[] {
  const defaulted = kind.defaults?.(setIn(object, path, value)) ?? object;
  return kind.validate(defaulted, { namespace: "", now: 0 }).map(fieldErrorMessage);
}

const rule = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] };
const policy: ValidatingAdmissionPolicy = {
  metadata: { name: "replicas" },
  spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "object.spec.replicas <= 5" }] },
};

describe("ValidatingAdmissionPolicy", () => {
  it("is filled in as v1 does it", () => {
    expect(validatingAdmissionPolicy.defaults?.(policy).spec).toEqual({
      failurePolicy: "Fail",
      matchConstraints: {
        matchPolicy: "Equivalent",
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [{ ...rule, scope: "*" }],
      },
      validations: [{ expression: "object.spec.replicas <= 5" }],
    });
  });

  it.each<[Change, string[]]>([
    [[["spec", "failurePolicy"], "Open"], ['spec.failurePolicy: Unsupported value: "Open": supported values: "Fail", "Ignore"']],
    [[["spec", "matchConstraints"], undefined], ["spec.matchConstraints: Required value"]],
    [[["spec", "matchConstraints"], {}], ["spec.matchConstraints.resourceRules: Required value"]],
    [
      [
        ["spec", "matchConstraints", "resourceRules", 0, "operations"],
        ["*", "CREATE", "GET"],
      ],
      [
        `spec.matchConstraints.resourceRules[0].operations: Invalid value: ["*","CREATE","GET"]: if '*' is present, must not specify other operations`,
        'spec.matchConstraints.resourceRules[0].operations[2]: Unsupported value: "GET": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
      ],
    ],
    [
      [
        ["spec", "matchConstraints", "resourceRules", 0, "resources"],
        ["pods/*", "pods/log", "*", "pods"],
      ],
      [
        `spec.matchConstraints.resourceRules[0].resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
        `spec.matchConstraints.resourceRules[0].resources: Invalid value: ["pods/*","pods/log","*","pods"]: if '*' is present, must not specify other resources without subresources`,
      ],
    ],
    [
      [["spec", "validations"], []],
      [
        "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
        "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
      ],
    ],
    [
      [["spec", "validations"], [{ expression: "object.spec.replicas", reason: "Sad", message: "a\nb" }]],
      [
        'spec.validations[0].expression: Invalid value: "object.spec.replicas": must evaluate to bool but got dyn',
        'spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks',
        'spec.validations[0].reason: Unsupported value: "Sad": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      ],
    ],
    [
      [["spec", "validations"], [{ expression: "params.x == 1" }]],
      [
        "spec.validations[0].expression: Invalid value: \"params.x == 1\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x == 1\n | ^",
      ],
    ],
    [
      [["spec", "validations"], [{ expression: "true", messageExpression: "1" }]],
      ['spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string but got int'],
    ],
    [
      [["spec", "variables"], [{ name: "in", expression: "1" }]],
      ['spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier'],
    ],
    [
      [["spec", "paramKind"], { apiVersion: "a/b/c", kind: "X!" }],
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        "spec.paramKind.kind: Invalid value: \"X!\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    [
      [
        ["spec", "matchConditions"],
        [
          { name: "a", expression: "2 + " },
          { name: "a", expression: "true" },
        ],
      ],
      [
        "spec.matchConditions[0].expression: Invalid value: \"2 +\": compilation failed: ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 2 +\n | ...^",
        'spec.matchConditions[1].name: Duplicate value: "a"',
      ],
    ],
    [
      [["spec", "auditAnnotations"], [{ key: "k", valueExpression: "1" }]],
      ['spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int'],
    ],
  ])("refuses %j", (change, expected) => {
    expect(problems(validatingAdmissionPolicy, policy, change)).toEqual(expected);
  });

  it("lets expressions use the variables before them, with their types", () => {
    const spec = {
      ...policy.spec,
      variables: [
        { name: "low", expression: "5" },
        { name: "high", expression: "variables.low * 2" },
      ],
      validations: [{ expression: "variables.high > 'a'" }, { expression: "variables.low < variables.high" }],
    };
    expect(problems(validatingAdmissionPolicy, policy, [["spec"], spec])).toEqual([
      "spec.validations[0].expression: Invalid value: \"variables.high > 'a'\": compilation failed: ERROR: <input>:1:16: found no matching overload for '_>_' applied to '(int, string)'\n | variables.high > 'a'\n | ...............^",
    ]);
  });
});

describe("ValidatingAdmissionPolicyBinding", () => {
  const binding: ValidatingAdmissionPolicyBinding = {
    metadata: { name: "b" },
    spec: { policyName: "replicas", validationActions: ["Deny"] },
  };
  it.each<[Change, string[]]>([
    [[["spec", "policyName"], ""], ["spec.policyName: Required value"]],
    [
      [
        ["spec", "validationActions"],
        ["Deny", "Warn"],
      ],
      [
        'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
    [
      [["spec", "validationActions"], ["Shout"]],
      ['spec.validationActions[0]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"'],
    ],
    [
      [["spec", "paramRef"], { name: "x", selector: {} }],
      [
        "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
        "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
        "spec.paramRef.parameterNotFoundAction: Required value",
      ],
    ],
  ])("refuses %j", (change, expected) => {
    expect(problems(validatingAdmissionPolicyBinding, binding, change)).toEqual(expected);
  });
});

describe("MutatingAdmissionPolicy", () => {
  const expression = 'Object{metadata: Object.metadata{labels: {"a": "b"}}}';
  const mutation = { patchType: "ApplyConfiguration", applyConfiguration: { expression } };
  const mutating: MutatingAdmissionPolicy = {
    metadata: { name: "m" },
    spec: { matchConstraints: { resourceRules: [rule] }, mutations: [mutation], reinvocationPolicy: "Never" },
  };
  it.each<[Change, string[]]>([
    [[["metadata", "name"], "ok"], []],
    [[["spec", "mutations"], []], ["spec.mutations: Required value: mutations must contain at least one item"]],
    [[["spec", "reinvocationPolicy"], undefined], ["spec.reinvocationPolicy: Required value"]],
    [
      [["spec", "mutations"], [{ patchType: "JSONPatch", jsonPatch: { expression: "[JSONPatch{op: 1}]" } }]],
      [
        "spec.mutations[0].jsonPatch.expression: Invalid value: \"[JSONPatch{op: 1}]\": compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'\n | [JSONPatch{op: 1}]\n | .............^",
      ],
    ],
    [
      [["spec", "mutations"], [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: "[JSONPatch{op: 'add'}]" } }]],
      [
        "spec.mutations[0].applyConfiguration.expression: Invalid value: \"[JSONPatch{op: 'add'}]\": must evaluate to Object but got list(JSONPatch)",
      ],
    ],
    [
      [["spec", "mutations"], [{ ...mutation, patchType: "JSONPatch" }]],
      [
        "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
        'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      ],
    ],
  ])("refuses %j", (change, expected) => {
    expect(problems(mutatingAdmissionPolicy, mutating, change)).toEqual(expected);
  });
});

describe("webhook configurations", () => {
  const hook = {
    name: "a.example.com",
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    clientConfig: { service: { name: "svc", namespace: "ns" } },
    rules: [rule],
  };
  const configuration: ValidatingWebhookConfiguration = { metadata: { name: "c" }, webhooks: [hook] };

  it("are filled in as v1 does it", () => {
    const filled = {
      ...hook,
      clientConfig: { service: { name: "svc", namespace: "ns", port: 443 } },
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      rules: [{ ...rule, scope: "*" }],
      timeoutSeconds: 10,
    };
    expect(validatingWebhookConfiguration.defaults?.(configuration).webhooks).toEqual([filled]);
    const mutating = mutatingWebhookConfiguration.defaults?.(configuration as MutatingWebhookConfiguration);
    expect(mutating?.webhooks).toEqual([{ ...filled, reinvocationPolicy: "Never" }]);
  });

  it.each<[Change, string[]]>([
    [
      [["webhooks", 0, "name"], "a.b"],
      ['webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots'],
    ],
    [[["webhooks", 0, "sideEffects"], undefined], ["webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun"]],
    [
      [["webhooks", 0, "sideEffects"], "Some"],
      ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    ],
    [
      [["webhooks", 0, "timeoutSeconds"], 31],
      ["webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds"],
    ],
    [[["webhooks", 0, "clientConfig"], {}], ["webhooks[0].clientConfig: Required value: exactly one of url or service is required"]],
    [
      [["webhooks", 0, "clientConfig"], { url: "http://u@host/x?y#z" }],
      [
        "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
        'webhooks[0].clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "z": fragments are not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "y": query parameters are not permitted in the URL',
      ],
    ],
    [
      [["webhooks", 0, "admissionReviewVersions"], ["v0"]],
      ['webhooks[0].admissionReviewVersions: Invalid value: ["v0"]: must include at least one of v1, v1beta1'],
    ],
    [
      [["webhooks", 0, "matchConditions"], [{ name: "invalid-expression-1", expression: "... [] bad expression" }]],
      [
        "webhooks[0].matchConditions[0].expression: Invalid value: \"... [] bad expression\": compilation failed: ERROR: <input>:1:2: Syntax error: no viable alternative at input '..'\n | ... [] bad expression\n | .^",
      ],
    ],
  ])("refuses %j", (change, expected) => {
    expect(problems(validatingWebhookConfiguration, configuration, change)).toEqual(expected);
  });
});
