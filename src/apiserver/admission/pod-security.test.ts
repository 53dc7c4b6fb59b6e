import { describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/index.ts";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { testServer } from "../testing/server.ts";
import { detailText, type LevelVersion, policyOf, violations } from "./pod-security/policy.ts";

const BASELINE: LevelVersion = { level: "baseline", minor: "latest" };
const RESTRICTED: LevelVersion = { level: "restricted", minor: "latest" };

const SAFE = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};
const spec = (security: object = {}, rest: object = {}): PodSpec => ({
  containers: [{ name: "a", image: "a:1", securityContext: security }],
  ...rest,
});

describe("pod security", () => {
  const rows: readonly [string, LevelVersion, PodSpec, string, annotations?: Record<string, string>][] = [
    ["lets a safe pod be", RESTRICTED, spec(SAFE), ""],
    ["lets an ordinary pod be", BASELINE, spec(), ""],
    [
      "wants what restricted pods say",
      RESTRICTED,
      { containers: [{ name: "a" }, { name: "b" }] },
      'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      "asks less of Windows",
      RESTRICTED,
      spec({}, { os: { name: "windows" } }),
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
    ],
    [
      "asks less of pods with users of their own",
      RESTRICTED,
      spec({ ...SAFE, runAsNonRoot: false, runAsUser: 0 }, { hostUsers: false }),
      "",
    ],
    [
      "but not as of 1.34",
      { level: "restricted", minor: 34 },
      spec({ ...SAFE, runAsNonRoot: false, runAsUser: 0 }, { hostUsers: false }),
      'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "a" must not set runAsUser=0)',
    ],
    [
      "of capabilities says the stricter thing only",
      RESTRICTED,
      spec({ ...SAFE, capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "SYS_ADMIN"] } }),
      'unrestricted capabilities (container "a" must not include "SYS_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      "limits volumes",
      RESTRICTED,
      spec(SAFE, {
        volumes: [
          { name: "h", hostPath: { path: "/" } },
          { name: "n", nfs: { server: "s", path: "/" } },
        ],
      }),
      'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")',
    ],
    [
      "keeps the host to itself",
      BASELINE,
      spec(
        { privileged: true, capabilities: { add: ["NET_ADMIN"] }, procMount: "Unmasked" },
        { hostNetwork: true, hostPID: true, volumes: [{ name: "h", hostPath: { path: "/" } }] },
      ),
      'non-default capabilities (container "a" must not include "NET_ADMIN" in securityContext.capabilities.add), host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volume "h"), privileged (container "a" must not set securityContext.privileged=true), procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      "limits ports, sysctls, profiles and labels",
      BASELINE,
      {
        securityContext: {
          sysctls: [{ name: "kernel.msgmax", value: "1" }],
          seccompProfile: { type: "Unconfined" },
          seLinuxOptions: { user: "u", type: "t" },
          windowsOptions: { hostProcess: true },
          appArmorProfile: { type: "Unconfined" },
        },
        containers: [
          {
            name: "a",
            ports: [
              { containerPort: 80, hostPort: 80 },
              { containerPort: 81, hostPort: 443 },
            ],
            livenessProbe: { httpGet: { port: 80, host: "127.0.0.1" } },
          },
        ],
      },
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined"), hostPort (container "a" uses hostPorts 443, 80), probe or lifecycle host (container "a" uses probe or lifecycle host "127.0.0.1"), seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "t"; user may not be set), seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined"), forbidden sysctls (kernel.msgmax), hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      "knew profiles as annotations once",
      { level: "baseline", minor: 18 },
      spec({ seccompProfile: { type: "Unconfined" } }),
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined""), seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
      {
        "container.apparmor.security.beta.kubernetes.io/a": "unconfined",
        "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
      },
    ],
  ];
  it.each(rows)("%s", (_, level, pod, expected, annotations) => expect(detailText(violations(level, pod, annotations))).toBe(expected));

  it("reads a namespace's labels, and errs on the safe side", () => {
    const key = "pod-security.kubernetes.io/";
    const { policy, errors } = policyOf({ [`${key}enforce`]: "strict", [`${key}warn`]: "loud", [`${key}audit-version`]: "1.2" });
    expect(policy).toEqual({
      enforce: { level: "restricted", minor: "latest" },
      audit: { level: "privileged", minor: "latest" },
      warn: { level: "privileged", minor: "latest" },
    });
    expect(errors.map(fieldErrorMessage)).toEqual([
      `metadata.labels[${key}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted`,
      `metadata.labels[${key}audit-version]: Invalid value: "1.2": must be "latest" or "v1.x"`,
      `metadata.labels[${key}warn]: Invalid value: "loud": must be one of privileged, baseline, restricted`,
    ]);
    // Who enforces is warned too.
    const warned = policyOf({ [`${key}enforce`]: "baseline", [`${key}enforce-version`]: "v1.30" }).policy.warn;
    expect(warned).toEqual({ level: "baseline", minor: 30 });
  });
});

describe("PodSecurity at the door", () => {
  const LAB = "/api/v1/namespaces/lab";
  const labelled = (labels: object): object => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "lab", labels },
  });
  const enforce = (level: string) => ({ "pod-security.kubernetes.io/enforce": level });
  const pod = (name: string, security: object = {}) => ({ metadata: { name }, spec: spec(security) });
  const lab = async (labels: object) => {
    const s = await testServer({ admission: { disable: ["ServiceAccount"] } });
    await s.ask("POST", "/api/v1/namespaces", { body: labelled(labels) });
    return s;
  };

  it("refuses pods, and warns of workloads that would make such pods", async () => {
    const s = await lab(enforce("baseline"));
    const detail = 'privileged (container "a" must not set securityContext.privileged=true)';
    expect(await s.ask("POST", `${LAB}/pods`, { body: pod("p", { privileged: true }) })).toMatchObject({
      status: 403,
      body: { message: `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${detail}` },
    });
    const template = { metadata: { labels: { a: "b" } }, spec: spec({ privileged: true }) };
    const body = { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } };
    expect(await s.ask("POST", "/apis/apps/v1/namespaces/lab/deployments", { body })).toMatchObject({
      status: 201,
      warnings: [`would violate PodSecurity "baseline:latest": ${detail}`],
    });
  });

  it("warns only, when that is what the namespace wants", async () => {
    const s = await lab({ "pod-security.kubernetes.io/warn": "baseline" });
    expect(await s.ask("POST", `${LAB}/pods`, { body: pod("p", { privileged: true }) })).toMatchObject({
      status: 201,
      warnings: ['would violate PodSecurity "baseline:latest": privileged (container "a" must not set securityContext.privileged=true)'],
    });
  });

  it("tells who relabels a namespace which of its pods could not be made again", async () => {
    const s = await lab({});
    for (const name of ["b", "a", "c"]) await s.ask("POST", `${LAB}/pods`, { body: pod(name, name === "c" ? {} : { privileged: true }) });
    const relabel = (labels: object) =>
      s.ask("PATCH", LAB, { body: { metadata: { labels } }, contentType: "application/merge-patch+json" });
    expect((await relabel(enforce("baseline"))).warnings).toEqual([
      'existing pods in namespace "lab" violate the new PodSecurity enforce level "baseline:latest"',
      "a (and 1 other pod): privileged",
    ]);
    expect((await relabel(enforce("privileged"))).warnings).toBeUndefined();
    expect((await relabel(enforce("bad"))).body).toMatchObject({
      message:
        'Namespace "lab" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "bad": must be one of privileged, baseline, restricted',
    });
  });

  it("lets what is there be changed in ways that do not matter to it", async () => {
    const s = await lab({});
    await s.ask("POST", `${LAB}/pods`, { body: pod("p", { privileged: true }) });
    await s.ask("PATCH", LAB, { body: { metadata: { labels: enforce("baseline") } }, contentType: "application/merge-patch+json" });
    const patch = (body: object) => s.ask("PATCH", `${LAB}/pods/p`, { body, contentType: "application/strategic-merge-patch+json" });
    expect(await patch({ metadata: { labels: { a: "b" } } })).toMatchObject({ status: 200 });
    expect(await patch({ spec: { containers: [{ name: "a", image: "a:2" }] } })).toMatchObject({ status: 403 });
  });

  it("notes in the audit log what it enforces, and what would not do", async () => {
    const key = "pod-security.kubernetes.io/";
    const s = await lab({ [`${key}enforce`]: "privileged", [`${key}audit`]: "baseline" });
    const made = await s.ask("POST", `${LAB}/pods`, { body: pod("p", { privileged: true }) });
    expect([made.status, made.warnings]).toEqual([201, undefined]);
    const log = (await s.ask("GET", "/timonel/requests")).body as { items: { annotations?: object; verb: string }[] };
    expect(log.items.findLast((event) => event.verb === "create")?.annotations).toMatchObject({
      [`${key}enforce-policy`]: "privileged:latest",
      [`${key}audit-violations`]:
        'would violate PodSecurity "baseline:latest": privileged (container "a" must not set securityContext.privileged=true)',
    });
  });
});
