import type { Container, PodSpec } from "../../api/index.ts";
import { AGNHOST, BUSYBOX, agnhost, busybox, configMap, secret, data, resources, type Outcome } from "./outcome.ts";

const from = (name: string, key: string, kind: "configMapKeyRef" | "secretKeyRef") => ({ valueFrom: { [kind]: { name, key } } });
const env = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } });
const size = (name: string, resource: string) => ({ name, valueFrom: { resourceFieldRef: { resource } } });
const IP = String.raw`(\d+\.){3}\d+`;
const environment: Outcome[] = [
  {
    test: "ConfigMap should be consumable via environment variable",
    with: [configMap("env-cm", data)],
    spec: { containers: [busybox("env", { env: [{ name: "CONFIG_DATA_1", ...from("env-cm", "data-1", "configMapKeyRef") }] })] },
    holds: ["CONFIG_DATA_1=value-1"],
  },
  {
    test: "ConfigMap should be consumable as environment variable names with various prefixes",
    with: [configMap("env-from", { data_1: "value-1", "data-2": "value-2", "1-data": "x" })],
    spec: {
      containers: [
        busybox("", {
          command: ["env"],
          envFrom: [{ configMapRef: { name: "env-from" } }, { prefix: "p-", configMapRef: { name: "env-from" } }],
        }),
      ],
    },
    holds: ["data_1=value-1", "data-2=value-2", "p-data_1=value-1", "p-data-2=value-2"],
  },
  {
    test: "Secrets should be consumable from pods in env vars",
    with: [secret("env-s", data)],
    spec: { containers: [busybox("env", { env: [{ name: "SECRET_DATA", ...from("env-s", "data-1", "secretKeyRef") }] })] },
    holds: ["SECRET_DATA=value-1"],
  },
  {
    test: "Secrets should be consumable as environment variable names variable names with various prefixes",
    with: [secret("env-sf", { "data-1": "value-1", data_2: "value-2" })],
    spec: {
      containers: [
        busybox("", {
          command: ["env"],
          envFrom: [{ secretRef: { name: "env-sf" } }, { prefix: "p-", secretRef: { name: "env-sf" } }],
        }),
      ],
    },
    holds: ["data-1=value-1", "data_2=value-2", "p-data-1=value-1", "p-data_2=value-2"],
  },
  {
    test: "Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars",
    spec: {
      containers: [
        busybox("env", {
          resources,
          env: [
            size("CPU_LIMIT", "limits.cpu"),
            size("MEMORY_LIMIT", "limits.memory"),
            size("CPU_REQUEST", "requests.cpu"),
            size("MEMORY_REQUEST", "requests.memory"),
          ],
        }),
      ],
    },
    holds: ["CPU_LIMIT=2", "MEMORY_LIMIT=67108864", "CPU_REQUEST=1", "MEMORY_REQUEST=33554432"],
  },
  {
    test: "Downward API should provide default limits.cpu/memory from node allocatable",
    spec: { containers: [busybox("env", { env: [size("CPU_LIMIT", "limits.cpu"), size("MEMORY_LIMIT", "limits.memory")] })] },
    holds: [/CPU_LIMIT=[1-9]/, /MEMORY_LIMIT=[1-9]\d{8,}/],
  },
  {
    test: "Downward API should provide host IP as an env var, hostIPs, pod UID, pod name, namespace and IP address as env vars",
    spec: {
      containers: [
        busybox("env", {
          env: [
            env("HOST_IP", "status.hostIP"),
            env("HOST_IPS", "status.hostIPs"),
            env("POD_UID", "metadata.uid"),
            env("POD_NAME", "metadata.name"),
            env("POD_NAMESPACE", "metadata.namespace"),
            env("POD_IP", "status.podIP"),
          ],
        }),
      ],
    },
    holds: [
      new RegExp(`HOST_IP=${IP}`),
      new RegExp(`HOST_IPS=${IP}`),
      /POD_UID=[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{12}/,
      /POD_NAME=outcome-\d+/,
      "POD_NAMESPACE=default",
      new RegExp(`POD_IP=${IP}`),
    ],
  },
  {
    test: "Variable Expansion should allow composing env vars into new env vars",
    spec: {
      containers: [
        busybox("env", {
          env: [
            { name: "FOO", value: "foo-value" },
            { name: "BAR", value: "bar-value" },
            { name: "FOOBAR", value: "$(FOO);;$(BAR)" },
          ],
        }),
      ],
    },
    holds: ["FOO=foo-value", "BAR=bar-value", "FOOBAR=foo-value;;bar-value"],
  },
  {
    test: "Variable Expansion should allow substituting values in a container's command",
    spec: { containers: [busybox('TEST_VAR=wrong echo "$(TEST_VAR)"', { env: [{ name: "TEST_VAR", value: "test-value" }] })] },
    holds: ["test-value"],
  },
  {
    test: "Variable Expansion should allow substituting values in a container's args",
    spec: {
      containers: [
        {
          name: "test",
          image: BUSYBOX,
          command: ["sh", "-c"],
          args: ['TEST_VAR=wrong echo "$(TEST_VAR)"'],
          env: [{ name: "TEST_VAR", value: "test-value" }],
        },
      ],
    },
    holds: ["test-value"],
  },
  {
    test: "Variable Expansion should allow substituting values in a volume subpath",
    spec: {
      volumes: [{ name: "v", emptyDir: {} }],
      containers: [
        busybox("test -d /testcontainer/outcome-$(N); touch /testcontainer/f; ls /whole/x", {
          env: [{ name: "N", value: "x" }],
          volumeMounts: [
            { name: "v", mountPath: "/testcontainer", subPathExpr: "$(N)" },
            { name: "v", mountPath: "/whole" },
          ],
        }),
      ],
    },
    holds: [/^f$/m],
  },
];

const tester = (args: readonly string[], more: Partial<Container> = {}): Partial<PodSpec> & { containers: Container[] } => ({
  containers: [{ name: "test", image: AGNHOST, args, ...more }],
});
const programs: Outcome[] = [
  {
    test: "Containers should use the image defaults if command and args are blank",
    spec: { containers: [{ name: "test", image: "hello-world" }] },
    holds: ["Hello from Docker!"],
  },
  {
    test: "Containers should be able to override the image's default arguments (container cmd)",
    spec: tester(["entrypoint-tester", "override", "arguments"]),
    holds: ["[/agnhost entrypoint-tester override arguments]"],
  },
  {
    test: "Containers should be able to override the image's default command (container entrypoint)",
    spec: tester([], { command: ["/agnhost-2", "entrypoint-tester"] }),
    holds: ["[/agnhost-2 entrypoint-tester]"],
  },
  {
    test: "Containers should be able to override the image's default command and arguments",
    spec: tester(["entrypoint-tester", "override", "arguments"], { command: ["/agnhost-2"] }),
    holds: ["[/agnhost-2 entrypoint-tester override arguments]"],
  },
  {
    test: "Kubelet when scheduling a busybox command in a pod should print the output to logs",
    spec: { containers: [busybox("echo 'Hello World' ; sleep 1")] },
    holds: ["Hello World"],
  },
  {
    test: "Kubelet when scheduling a read only busybox container should not write to root filesystem",
    spec: {
      containers: [
        busybox("echo test > /file; sleep 1; test -e /file || echo none", { securityContext: { readOnlyRootFilesystem: true } }),
      ],
    },
    holds: ["Read-only file system", "none"],
  },
  {
    test: "Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts",
    spec: { hostAliases: [{ ip: "123.45.67.89", hostnames: ["foo", "bar"] }], containers: [agnhost(["etc-hosts"])] },
    holds: ["# Kubernetes-managed hosts file.", "# Entries added by HostAliases.", /^123\.45\.67\.89\tfoo\tbar$/m],
  },
  {
    test: "Pods should contain environment variables for services",
    with: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "fooservice" },
        spec: { ports: [{ port: 8765, targetPort: 8080 }], selector: { name: "x" } },
      } as never,
    ],
    spec: { containers: [busybox("env")] },
    holds: [
      "FOOSERVICE_SERVICE_HOST=",
      "FOOSERVICE_SERVICE_PORT=8765",
      "FOOSERVICE_PORT=tcp://",
      "FOOSERVICE_PORT_8765_TCP_PORT=8765",
      "FOOSERVICE_PORT_8765_TCP_PROTO=tcp",
      "FOOSERVICE_PORT_8765_TCP=",
      "FOOSERVICE_PORT_8765_TCP_ADDR=",
    ],
  },
  {
    test: "Security Context When creating a container with runAsUser should run the container with uid 65534",
    spec: { containers: [busybox("id", { securityContext: { runAsUser: 65534 } })] },
    holds: ["uid=65534(nobody)"],
  },
  {
    test: "Security Context When creating a pod with privileged should run the container as unprivileged when false",
    spec: { containers: [busybox("ip link add dummy0 type dummy || true", { securityContext: { privileged: false } })] },
    holds: ["ip: RTNETLINK answers: Operation not permitted"],
  },
  {
    test: "Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs when readOnlyRootFilesystem=false",
    spec: { containers: [busybox("touch checkfile && echo made", { securityContext: { readOnlyRootFilesystem: false } })] },
    holds: ["made"],
  },
  {
    test: "Security Context should support container.SecurityContext.RunAsUser And container.SecurityContext.RunAsGroup",
    spec: { containers: [busybox("id", { securityContext: { runAsUser: 1001, runAsGroup: 2002 } })] },
    holds: ["uid=1001 gid=2002"],
  },
  {
    test: "Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup",
    spec: { securityContext: { runAsUser: 1001, runAsGroup: 2002 }, containers: [busybox("id")] },
    holds: ["uid=1001 gid=2002"],
  },
  {
    test: "Security Context when creating containers with AllowPrivilegeEscalation should not allow privilege escalation when false",
    spec: {
      containers: [
        {
          name: "test",
          image: "registry.k8s.io/e2e-test-images/nonewprivs:1.4",
          securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false },
        },
      ],
    },
    holds: ["Effective uid: 1000"],
  },
  {
    test: "Sysctls should support sysctls",
    spec: {
      securityContext: { sysctls: [{ name: "kernel.shm_rmid_forced", value: "1" }] },
      containers: [busybox("/bin/sysctl kernel.shm_rmid_forced")],
    },
    holds: ["kernel.shm_rmid_forced = 1"],
  },
];

export const ofPrograms: readonly Outcome[] = [...programs, ...environment];
