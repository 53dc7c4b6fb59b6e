import { describe, expect, it } from "vitest";
import type { Status } from "../../machinery/index.ts";
import { testServer } from "../testing/server.ts";

type Server = Awaited<ReturnType<typeof testServer>>;

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const rule = (resources: string[], operations = ["CREATE", "UPDATE"], apiGroups = [""]) => ({
  apiGroups,
  apiVersions: ["v1"],
  operations,
  resources,
});

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const WEB = {
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};
const ADMIN = { name: "kubernetes-admin", groups: ["system:masters"] };
const CAUSES = [{ kind: "input" as const, at: 0, sequence: 0, what: "test" }];

/** Creates it. */
async function given(s: Server, plural: string, name: string, spec: object): Promise<void> {
  expect(await s.ask("POST", `${GROUP}/${plural}`, { body: { metadata: { name }, spec } })).toMatchObject({ status: 201 });
}

async function validating(s: Server, spec: object, binding: object = {}, name = "p"): Promise<void> {
  await given(s, "validatingadmissionpolicies", name, { matchConstraints: { resourceRules: [rule(["configmaps"])] }, ...spec });
  await given(s, "validatingadmissionpolicybindings", `${name}-b`, { policyName: name, validationActions: ["Deny"], ...binding });
}

/** `201`, or the refusal; warnings behind it. */
async function answer(
  s: Server,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  extra = {},
): Promise<string> {
  const { status, body: answered, warnings } = await s.ask(method, path, { body, ...extra });
  const text = status < 300 ? String(status) : `${status} ${(answered as Status).reason}: ${(answered as Status).message}`;
  return [text, ...(warnings ?? [])].join(" | ");
}
const map = (name: string, data: object = {}, labels: object = {}) => ({ metadata: { name, labels }, data });

describe("ValidatingAdmissionPolicy", () => {
  it("refuses what breaks a rule, in the words of the policy", async () => {
    const s = await testServer();
    await validating(s, {
      validations: [
        { expression: "object.data.size() < 2", message: "too much data" },
        { expression: "!has(object.data.secret)", messageExpression: "'no ' + object.data.secret", reason: "Forbidden" },
        { expression: "object.data.n != '0'" },
      ],
    });
    expect(await answer(s, "POST", CONFIG_MAPS, map("ok", { n: "1" }))).toBe("201");
    expect(await answer(s, "POST", CONFIG_MAPS, map("big", { n: "1", m: "2" }))).toBe(
      `422 Invalid: configmaps "big" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: too much data`,
    );
    expect(await answer(s, "POST", CONFIG_MAPS, map("hid", { secret: "x" }))).toBe(
      `403 Forbidden: configmaps "hid" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: no x`,
    );
    expect(await answer(s, "POST", CONFIG_MAPS, map("zero", { n: "0" }))).toBe(
      `422 Invalid: configmaps "zero" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: failed expression: object.data.n != '0'`,
    );
    expect(await answer(s, "POST", CONFIG_MAPS, map("none", { a: "b" }))).toBe(
      `422 Invalid: configmaps "none" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: expression 'object.data.n != '0'' resulted in error: no such key: n`,
    );
    expect(await answer(s, "PATCH", `${CONFIG_MAPS}/ok`, { data: { m: "2" } }, { contentType: "application/merge-patch+json" })).toContain(
      "too much data",
    );
  });

  it("says nothing without a binding, and only warns when the binding says so", async () => {
    const s = await testServer();
    await validating(s, { validations: [{ expression: "false", message: "never" }] }, { validationActions: ["Warn", "Audit"] });
    expect(await answer(s, "POST", CONFIG_MAPS, map("a"))).toBe(
      "201 | Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p-b': never",
    );
    await s.ask("DELETE", `${GROUP}/validatingadmissionpolicybindings/p-b`);
    expect(await answer(s, "POST", CONFIG_MAPS, map("b"))).toBe("201");
  });

  it("matches by operation, selectors, name and conditions", async () => {
    const s = await testServer();
    const resourceRules = [{ ...rule(["configmaps"], ["DELETE"]), resourceNames: ["kept"] }];
    await validating(s, {
      matchConstraints: { resourceRules },
      validations: [{ expression: "oldObject.data.size() == 0 && object == null" }],
    });
    const objectSelector = { matchLabels: { checked: "yes" } };
    await validating(
      s,
      {
        matchConstraints: { resourceRules: [rule(["*"], ["CREATE"])], objectSelector },
        matchConditions: [{ name: "not-admin", expression: "!('system:masters' in request.userInfo.groups)" }],
        validations: [{ expression: "false", message: "not you" }],
      },
      {},
      "q",
    );
    for (const name of ["kept", "other"]) expect(await answer(s, "POST", CONFIG_MAPS, map(name, { a: "b" }))).toBe("201");
    expect(await answer(s, "DELETE", `${CONFIG_MAPS}/other`)).toBe("200");
    expect(await answer(s, "DELETE", `${CONFIG_MAPS}/kept`)).toContain("failed expression: oldObject.data.size() == 0 && object == null");
    expect(await answer(s, "POST", CONFIG_MAPS, map("by-admin", {}, { checked: "yes" }))).toBe("201");
    const user = { name: "system:apiserver", groups: ["system:authenticated"] };
    await given(s, "validatingadmissionpolicybindings", "unused", { policyName: "none", validationActions: ["Deny"] });
    await s.ask("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      body: {
        metadata: { name: "all" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "everything" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user.name }],
      },
    });
    await s.ask("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", {
      body: { metadata: { name: "everything" }, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] },
    });
    expect(await answer(s, "POST", CONFIG_MAPS, map("x", {}, { checked: "yes" }), { user })).toContain("denied request: not you");
    expect(await answer(s, "POST", CONFIG_MAPS, map("y"), { user })).toBe("201");
  });

  it("takes parameters by name or selector, from the request's namespace, and says when there are none", async () => {
    const s = await testServer();
    const policy = {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      matchConstraints: { resourceRules: [rule(["secrets"])] },
      validations: [
        { expression: "object.metadata.name.size() <= int(params.data.max)", messageExpression: "'at most ' + params.data.max" },
      ],
    };
    const secret = (name: string) => answer(s, "POST", "/api/v1/namespaces/default/secrets", { metadata: { name } });
    await validating(s, policy, { paramRef: { name: "limits", parameterNotFoundAction: "Deny" } });
    expect(await secret("abc")).toBe(
      `422 Invalid: secrets "abc" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
    );
    await s.ask("POST", CONFIG_MAPS, { body: map("limits", { max: "3" }, { role: "limits" }) });
    expect(await secret("abc")).toBe("201");
    expect(await secret("abcd")).toContain("denied request: at most 3");
    const selector = { matchLabels: { role: "limits" } };
    await validating(s, policy, { paramRef: { selector, parameterNotFoundAction: "Allow" }, validationActions: ["Warn"] }, "q");
    expect(await secret("abcde")).toContain("ValidatingAdmissionPolicy 'q' with binding 'q-b': at most 3");
  });

  it("gives expressions variables, the namespace and an authorizer", async () => {
    const s = await testServer();
    await validating(s, {
      variables: [
        { name: "team", expression: "namespaceObject.metadata.?labels['team'].orValue('none')" },
        { name: "greeting", expression: "'team ' + variables.team" },
        { name: "broken", expression: "object.data.missing" },
      ],
      validations: [
        { expression: "authorizer.group('').resource('secrets').namespace('kube-system').check('get').allowed()" },
        { expression: "variables.team == 'none' || variables.broken == ''" },
        { expression: "variables.team == 'a'", messageExpression: "variables.greeting" },
      ],
    });
    expect(await answer(s, "POST", CONFIG_MAPS, map("a"))).toContain("denied request: team none");
    await s.ask("PATCH", "/api/v1/namespaces/default", {
      body: { metadata: { labels: { team: "a" } } },
      contentType: "application/merge-patch+json",
    });
    expect(await answer(s, "POST", CONFIG_MAPS, map("a", { b: "c" }))).toContain(
      `expression 'variables.team == 'none' || variables.broken == ''' resulted in error: composited variable "broken" fails to evaluate: no such key: missing`,
    );
  });

  it("bounds what expressions cost, and fails open when the policy says so", async () => {
    const s = await testServer();
    const validations = [{ expression: "lists.range(1000).all(x, lists.range(1000).all(y, x >= 0))" }];
    await validating(s, { validations, failurePolicy: "Ignore" }, {}, "open");
    expect(await answer(s, "POST", CONFIG_MAPS, map("a"))).toBe("201");
    await validating(s, { validations }, {}, "shut");
    expect(await answer(s, "POST", CONFIG_MAPS, map("b"))).toContain("resulted in error: operation cancelled: actual cost limit exceeded");
  });

  it("asks for connections what they ask for", async () => {
    const s = await testServer();
    await validating(s, {
      matchConstraints: { resourceRules: [rule(["pods/exec", "services/proxy"], ["CONNECT"])] },
      validations: [
        {
          expression: "object.kind != 'PodExecOptions' || object.command[0] != 'sh' || object.container == 'toolbox'",
          message: "no shells",
        },
        { expression: "object.kind != 'ServiceProxyOptions' || !object.?path.orValue('').startsWith('admin')", message: "not for admins" },
      ],
    });
    const connect = async (path: string, query: Record<string, string | string[]>) => {
      const answered = await s.api.connect({ method: "POST", path, query, user: ADMIN, agent: "test", causes: CAUSES });
      return "body" in answered ? (answered.body as Status).message : "connected";
    };
    const pods = "/api/v1/namespaces/default/pods";
    expect(await connect(`${pods}/a/exec`, { command: ["sh", "-c", "x"], container: "web" })).toBe(
      `pods "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: no shells`,
    );
    expect(await connect(`${pods}/a/exec`, { command: "sh", container: "toolbox" })).toBe('pods "a" not found');
    expect(await connect(`${pods}/a/attach`, {})).toBe('pods "a" not found');
    expect(await answer(s, "GET", "/api/v1/namespaces/default/services/web/proxy/admin/x")).toBe(
      `422 Invalid: services "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: not for admins`,
    );
    expect(await answer(s, "GET", "/api/v1/namespaces/default/services/web/proxy/")).toContain("404");
  });

  it("is asked about the Scale, not about what is scaled", async () => {
    const s = await testServer();
    await s.ask("POST", DEPLOYMENTS, { body: WEB });
    await validating(s, {
      matchConstraints: { resourceRules: [rule(["deployments"], ["UPDATE"], ["apps"])] },
      validations: [{ expression: "object.spec.replicas < 2" }],
    });
    await validating(
      s,
      {
        matchConstraints: { resourceRules: [rule(["deployments/scale"], ["UPDATE"], ["apps"])] },
        validations: [
          {
            expression: "request.kind.kind != 'Scale' || object.spec.replicas - oldObject.spec.replicas < 5",
            messageExpression: "object.kind + ': ' + string(object.spec.replicas) + ' are too many'",
          },
        ],
      },
      {},
      "q",
    );
    const scaleTo = (replicas: number) =>
      answer(s, "PATCH", `${DEPLOYMENTS}/web/scale`, { spec: { replicas } }, { contentType: "application/merge-patch+json" });
    expect(await scaleTo(4)).toBe("200");
    expect(await scaleTo(9)).toBe(
      `422 Invalid: deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'q' with binding 'q-b' denied request: Scale: 9 are too many`,
    );
  });

  it("never decides about policies themselves", async () => {
    const s = await testServer();
    await validating(s, {
      matchConstraints: { resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }] },
      validations: [{ expression: "false" }],
    });
    expect(await answer(s, "POST", CONFIG_MAPS, map("a"))).toContain("denied request");
    expect(await answer(s, "DELETE", `${GROUP}/validatingadmissionpolicies/p`)).toBe("200");
    expect(await answer(s, "POST", CONFIG_MAPS, map("a"))).toBe("201");
  });
});

describe("MutatingAdmissionPolicy", () => {
  const mutating = async (s: Server, name: string, expressions: readonly string[], spec: object = {}): Promise<void> => {
    await given(s, "mutatingadmissionpolicies", name, {
      matchConstraints: { resourceRules: [rule(["configmaps"])] },
      reinvocationPolicy: "Never",
      mutations: expressions.map((expression) =>
        expression.startsWith("Object")
          ? { patchType: "ApplyConfiguration", applyConfiguration: { expression } }
          : { patchType: "JSONPatch", jsonPatch: { expression } },
      ),
      ...spec,
    });
    await given(s, "mutatingadmissionpolicybindings", `${name}-b`, { policyName: name });
  };
  const created = async (s: Server, path: string, body: object) => (await s.ask("POST", path, { body })).body as Record<string, unknown>;

  it("merges apply configurations and applies JSON patches, one after the other", async () => {
    const s = await testServer();
    await mutating(s, "m", [
      "Object{metadata: Object.metadata{labels: {'a': 'b'}}, data: {'size': string(object.data.size())}}",
      "[JSONPatch{op: 'test', path: '/data/size', value: '1'}, JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('x/y'), value: 'z'}]",
      "[JSONPatch{op: 'test', path: '/data/size', value: '9'}, JSONPatch{op: 'remove', path: '/data'}]",
    ]);
    expect(await created(s, CONFIG_MAPS, map("a", { k: "v" }, { c: "d" }))).toMatchObject({
      metadata: { labels: { a: "b", c: "d", "x/y": "z" } },
      data: { k: "v", size: "1" },
    });
  });

  it("merges lists by their keys, fills in defaults, and runs once more what asked for it", async () => {
    const s = await testServer();
    const matchConstraints = { resourceRules: [rule(["deployments"], ["CREATE"], ["apps"])] };
    const container =
      "Object.spec.template.spec.containers{name: 'proxy', image: 'envoy:1', ports: [Object.spec.template.spec.containers.ports{containerPort: 80}]}";
    await mutating(
      s,
      "a-count",
      ["Object{metadata: Object.metadata{annotations: {'containers': string(object.spec.template.spec.containers.size())}}}"],
      { matchConstraints, reinvocationPolicy: "IfNeeded" },
    );
    await mutating(
      s,
      "b-sidecar",
      [
        `Object{spec: Object.spec{replicas: 3, template: Object.spec.template{spec: Object.spec.template.spec{containers: [${container}]}}}}`,
      ],
      { matchConstraints },
    );
    expect(await created(s, DEPLOYMENTS, WEB)).toMatchObject({
      metadata: { annotations: { containers: "2" } },
      spec: {
        replicas: 3,
        template: {
          spec: {
            containers: [
              { name: "web", image: "nginx" },
              {
                name: "proxy",
                image: "envoy:1",
                ports: [{ containerPort: 80, protocol: "TCP" }],
                terminationMessagePath: "/dev/termination-log",
              },
            ],
          },
        },
      },
    });
  });

  it("changes the Scale", async () => {
    const s = await testServer();
    await s.ask("POST", DEPLOYMENTS, { body: WEB });
    await mutating(s, "m", ["Object{spec: Object.spec{replicas: object.spec.replicas * 2}}"], {
      matchConstraints: { resourceRules: [rule(["deployments/scale"], ["UPDATE"], ["apps"])] },
    });
    const { body } = await s.ask("PUT", `${DEPLOYMENTS}/web/scale`, {
      body: { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 3 } },
    });
    expect(body).toMatchObject({ kind: "Scale", spec: { replicas: 6 } });
    expect((await s.ask("GET", `${DEPLOYMENTS}/web`)).body).toMatchObject({ spec: { replicas: 6 } });
  });

  it.each<[string, string, string]>([
    [
      "wrong types of fields",
      "Object{metadata: Object.wrong{labels: {'a': 'b'}}}",
      'type mismatch: unexpected type name "Object.wrong", expected "Object.metadata", which matches field name path from root Object type',
    ],
    [
      "a patch that does not apply",
      "[JSONPatch{op: 'remove', path: '/spec'}]",
      "JSON Patch: error in remove for path: '/spec': Unable to remove nonexistent key: spec: missing value",
    ],
    [
      "an expression that fails",
      "Object{data: {'a': object.data.missing}}",
      "expression 'Object{data: {'a': object.data.missing}}' resulted in error: no such key: missing",
    ],
  ])("refuses for %s", async (_, expression, why) => {
    const s = await testServer();
    await mutating(s, "m", [expression]);
    const { status, body } = await s.ask("POST", CONFIG_MAPS, { body: map("a", { b: "c" }) });
    const message = `policy 'm' with binding 'm-b' denied request: ${why}`;
    expect([status, body]).toMatchObject([
      403,
      { reason: "Invalid", message, details: { name: "a", kind: "configmaps", causes: [{ message }] } },
    ]);
  });

  it("does not change what it would take away from: atomic lists and maps", async () => {
    const s = await testServer();
    await mutating(s, "m", ["Object{spec: Object.spec{containers: [Object.spec.containers{name: 'c', args: ['x']}]}}"], {
      matchConstraints: { resourceRules: [rule(["pods"])] },
    });
    const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i" }], serviceAccountName: "default" } };
    await s.ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "default" } } });
    expect(await answer(s, "POST", "/api/v1/namespaces/default/pods", pod)).toContain(
      "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[0].args",
    );
  });
});
