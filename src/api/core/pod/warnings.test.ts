import { expect, it } from "vitest";
import { kindTable, type Container, type PodSpec } from "../../index.ts";

const warnings = (spec: Partial<PodSpec>, annotations: Readonly<Record<string, string>> = {}): readonly string[] =>
  kindTable.pods.warnings?.({ metadata: { name: "p", annotations }, spec: { containers: [], ...spec } }, undefined) ?? [];
const c = (container: Partial<Container>): Partial<PodSpec> => ({ containers: [{ name: "c", image: "i", ...container }] });
const file = (...paths: string[]) => paths.map((path) => ({ key: "k", path }));

type Row = readonly [spec: Partial<PodSpec>, ...texts: string[]];
const rows: readonly Row[] = [
  [
    { nodeSelector: { "beta.kubernetes.io/os": "linux" } },
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
  ],
  [
    { topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: "x", topologyKey: "failure-domain.beta.kubernetes.io/zone" }] },
    'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
  ],
  [
    {
      affinity: {
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: "z" } }] },
      },
    },
    "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod",
  ],
  [{ volumes: [{ name: "v", rbd: { monitors: [], image: "i" } }] }, "spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+"],
  [
    { volumes: [{ name: "v", configMap: { name: "m", items: file("a/b", "a", "c") } }] },
    'volume "v" (ConfigMap "m"): overlapping paths: "a" with "a/b"',
  ],
  [
    {
      volumes: [
        {
          name: "v",
          projected: { sources: [{ secret: { name: "s", items: file("token") } }, { serviceAccountToken: { path: "token" } }] },
        },
      ],
    },
    'volume "v" (Projected ServiceAccountToken): overlapping paths: "token" with "token"',
  ],
  [{ hostAliases: [{ ip: "1.2.3.4" }, { ip: "1.2.3.4" }] }, 'spec.hostAliases[1].ip: duplicate ip "1.2.3.4"'],
  [{ imagePullSecrets: [{ name: "a" }, { name: "" }] }, 'spec.imagePullSecrets[1].name: invalid empty name ""'],
  [
    c({ resources: { requests: { memory: "100m" } } }),
    'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
  ],
  [
    c({
      env: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
        { name: "A", value: "$(A)3" },
      ],
    }),
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ],
  [
    c({
      ports: [
        { containerPort: 80 },
        { containerPort: 80 },
        { containerPort: 80, hostPort: 8080 },
        { containerPort: 81, hostIP: "1.2.3.4", protocol: "TCP" },
      ],
    }),
    "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
    "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]",
    "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]",
    "spec.containers[0].ports[3]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}",
  ],
  [
    { terminationGracePeriodSeconds: -1 },
    "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
  ],
  [
    { dnsConfig: { nameservers: ["2001:DB8::1", "10.0.0.1"] } },
    'spec.dnsConfig.nameservers[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ],
];
it.each(rows.map(([spec, ...texts]) => ({ spec, texts })))("warns of $spec", ({ spec, texts }) => expect(warnings(spec)).toEqual(texts));

it("warns of annotations that fields have replaced", () => {
  const key = "container.apparmor.security.beta.kubernetes.io/c";
  const pod = { "seccomp.security.alpha.kubernetes.io/pod": "unconfined", [key]: "unconfined" };
  expect(warnings(c({}), pod)).toEqual([
    'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
  ]);
  const template = { metadata: { annotations: { [key]: "unconfined" } }, spec: c({}) as PodSpec };
  const deployment = { metadata: { name: "d" }, spec: { selector: {}, template } };
  expect(kindTable.deployments.warnings?.(deployment, undefined)).toEqual([
    `spec.template.metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
  ]);
  expect(kindTable.deployments.warnings?.(deployment, deployment)).toEqual([]);
});
