import { describe, expect, it } from "vitest";
import { kindTable, type Container, type Pod, type PodSpec } from "../../../index.ts";
import { fieldErrorMessage } from "../../../../machinery/index.ts";

const kind = kindTable.pods;
const context = { namespace: "default", now: 0 };

/** As admission leaves it. */
function make(spec: Partial<PodSpec>, metadata: Pod["metadata"] = {}): Pod {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default", ...metadata },
    spec: { containers: [{ name: "c", image: "nginx:1.27" }], serviceAccountName: "default", ...spec },
  };
  const defaulted = kind.defaults?.(pod) ?? pod;
  return kind.prepareForCreate?.(defaulted, 0) ?? defaulted;
}

const of = (container: Partial<Container>, spec: Partial<PodSpec> = {}): Partial<PodSpec> => ({
  containers: [{ name: "c", image: "nginx:1.27", ...container }],
  ...spec,
});
const refusals = (pod: Pod): string[] => kind.validate(pod, context).map(fieldErrorMessage);

const table: readonly (readonly [what: string, spec: Partial<PodSpec>, ...errors: string[]])[] = [
  [
    "a Windows pod says nothing of Linux",
    of({ securityContext: { runAsUser: 1 } }, { os: { name: "windows" }, hostPID: true, securityContext: { fsGroup: 1 } }),
    "spec.hostPID: Forbidden: cannot be set for a windows pod",
    "spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod",
    "spec.containers[0].securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
  ],
  [
    "a Linux pod says nothing of Windows",
    { os: { name: "linux" }, securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } } },
    "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
  ],
  ["there is no third system", { os: { name: "plan9" } }, 'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
  [
    "host processes need the host's network",
    { securityContext: { windowsOptions: { hostProcess: true } } },
    "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers",
  ],
  [
    "AppArmor's own profile has a name",
    of({ securityContext: { appArmorProfile: { type: "Localhost" } } }),
    "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost",
  ],
  [
    "kernel parameters are named, once, and not the host's",
    {
      hostNetwork: true,
      securityContext: {
        sysctls: [
          { name: "net.core.somaxconn", value: "1" },
          { name: "kernel.sem", value: "1" },
          { name: "kernel.sem", value: "2" },
        ],
      },
    },
    "spec.securityContext.sysctls[0].name: Invalid value: \"net.core.somaxconn\": may not be specified when 'hostNetwork' is true",
    'spec.securityContext.sysctls[2].name: Duplicate value: "kernel.sem"',
  ],
  [
    "the whole is not less than its parts",
    of({ resources: { requests: { cpu: "2" }, limits: { cpu: "4" } } }, { resources: { requests: { cpu: "1" }, limits: { cpu: "3" } } }),
    'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    'spec.resources.containers[0][cpu].limits: Invalid value: "4": must be less than or equal to pod limits of 3',
  ],
  [
    "restart rules go with a policy",
    of({ restartPolicyRules: [{ action: "Restart" }] }),
    "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
    "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
  ],
  [
    "what never restarts is resized in place",
    of({ resizePolicy: [{ resourceName: "cpu", restartPolicy: "RestartContainer" }] }, { restartPolicy: "Never" }),
    "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
  ],
  [
    "a device is a claim's",
    of({ volumeDevices: [{ name: "v", devicePath: "/dev/x" }] }, { volumes: [{ name: "v", emptyDir: {} }] }),
    'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
  ],
  [
    "spread over a topology once in a way",
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: {} },
        { maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: {} },
      ],
    },
    'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"',
  ],
  [
    "a gated pod has no node",
    { schedulingGates: [{ name: "g" }], nodeName: "n" },
    "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
  ],
  [
    "an image is not padded",
    of({ image: " nginx" }),
    'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
  ],
  [
    "a variable of a resource is counted in units that there are",
    of({ env: [{ name: "E", valueFrom: { resourceFieldRef: { resource: "limits.ephemeral-storage", divisor: "3" } } }] }),
    'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.ephemeral-storage": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource',
  ],
  [
    "a variable of a file is in a volume, under a name",
    of({ env: [{ name: "E", valueFrom: { fileKeyRef: { volumeName: "", path: "../a", key: "" } } }] }),
    "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value",
    "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"../a\": must not contain '..'",
    "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value",
  ],
  [
    "a new pod has no ephemeral containers",
    { ephemeralContainers: [{ name: "debug", image: "busybox", imagePullPolicy: "Always", terminationMessagePolicy: "File" }] },
    "spec.ephemeralContainers: Forbidden: cannot be set on create",
  ],
  [
    "a token is an account's",
    {
      serviceAccountName: "",
      volumes: [{ name: "t", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
    },
    "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set",
  ],
];

describe("a new pod", () => {
  it.each(table.map(([what, spec, ...errors]) => ({ what, spec, errors })))("$what", ({ spec, errors }) =>
    expect(refusals(make(spec))).toEqual(errors),
  );

  it.each([
    ["controller.kubernetes.io/pod-deletion-cost", "+1", "must be a 32bit integer"],
    ["kubernetes.io/config.mirror", "x", "must set spec.nodeName if mirror pod annotation is set"],
  ])("is annotated with %s=%s in vain", (key, value, why) => {
    const pod = make({}, { annotations: { [key]: value } });
    expect(refusals(pod)).toEqual([`metadata.annotations[${key}]: Invalid value: "${value}": ${why}`]);
  });
});

const changes = (before: Partial<PodSpec>, after: Partial<PodSpec>): string[] => {
  const old = make(before);
  const pod = make(after);
  return (kind.validateUpdate?.(pod, old, context) ?? []).map((e) => fieldErrorMessage(e).split("\n")[0] as string);
};

describe("a gated pod", () => {
  const gated = { schedulingGates: [{ name: "g" }] };

  it("may be narrowed to some nodes, and let go", () =>
    expect(changes({ ...gated, nodeSelector: { a: "1" } }, { nodeSelector: { a: "1", b: "2" } })).toEqual([]));

  it("is not widened, nor gated again", () =>
    expect(changes({ ...gated, nodeSelector: { a: "1" } }, { schedulingGates: [{ name: "h" }], nodeSelector: { b: "2" } })).toEqual([
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'",
      'spec.nodeSelector: Invalid value: {"b":"2"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]));
});

describe("a pod's status", () => {
  const problems = (now: Pod["status"], before: Pod["status"]): string[] => {
    const old = { ...make({ restartPolicy: "Never" }), status: before } as Pod;
    return (kind.validateStatusUpdate?.({ ...old, status: now } as Pod, old) ?? []).map(fieldErrorMessage);
  };

  it("does not start again what has ended", () => {
    const container = { name: "c", image: "i", imageID: "", ready: false, restartCount: 0 };
    const ended = { containerStatuses: [{ ...container, state: { terminated: { exitCode: 1 } } }] };
    const runs = { containerStatuses: [{ ...container, state: { running: {} } }] };
    expect(problems(runs, ended)).toEqual([
      "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
    ]);
  });

  it("has one address of each family", () => {
    const podIPs = [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }];
    expect(problems({ podIP: "10.0.0.1", podIPs }, {})).toEqual([
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ]);
  });
});
