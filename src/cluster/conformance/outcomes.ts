import type { Container, KubeObject, PodSpec } from "../../api/index.ts";

/** A pod of the official tests that runs to its end, and what its output must hold. */
export interface Outcome {
  /** The test's name in conformance.yaml, without its groups. */
  readonly test: string;
  readonly with?: readonly KubeObject[];
  readonly spec: Partial<PodSpec> & { readonly containers: readonly Container[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly holds: readonly (string | RegExp)[];
}

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.59";
const BUSYBOX = "registry.k8s.io/e2e-test-images/busybox:1.37.0-1";
const agnhost = (args: readonly string[], more: Partial<Container> = {}): Container => ({ name: "test", image: AGNHOST, args, ...more });
const busybox = (script: string, more: Partial<Container> = {}): Container => ({
  name: "test",
  image: BUSYBOX,
  command: ["sh", "-c", script],
  ...more,
});
const configMap = (name: string, data: Readonly<Record<string, string>>): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }) as KubeObject;
const secret = (name: string, stringData: Readonly<Record<string, string>>): KubeObject =>
  ({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData }) as KubeObject;
const data = { "data-1": "value-1", "data-2": "value-2", "data-3": "value-3" };
const mounted = (mountPath: string, name = "v", more: object = {}) => ({ volumeMounts: [{ name, mountPath, ...more }] });
const perms = (path: string, bits: string): string => `perms of file "${path}": ${bits}`;
const mode = (path: string, bits: string): string => `mode of file "${path}": ${bits}`;
const content = (path: string, text: string): string => `content of file "${path}": ${text}`;
const resources = { requests: { cpu: "250m", memory: "32Mi" }, limits: { cpu: "1250m", memory: "64Mi" } };

const emptyDirs: Outcome[] = [1001, 0].flatMap((uid) =>
  ["0644", "0666", "0777"].flatMap((bits) =>
    [{ medium: "Memory" }, {}].map((emptyDir): Outcome => {
      const shown = { "0644": "-rw-r--r--", "0666": "-rw-rw-rw-", "0777": "-rwxrwxrwx" }[bits] as string;
      const path = "/test-volume/test-file";
      return {
        test: `EmptyDir volumes should support (${uid === 0 ? "root" : "non-root"},${bits},${"medium" in emptyDir ? "tmpfs" : "default"})`,
        spec: {
          ...(uid === 0 ? {} : { securityContext: { runAsUser: uid } }),
          volumes: [{ name: "v", emptyDir }],
          containers: [
            agnhost(["mounttest", "--fs_type=/test-volume", `--new_file_${bits}=${path}`, `--file_perm=${path}`], mounted("/test-volume")),
          ],
        },
        holds: [
          perms(path, shown),
          content(path, "mount-tester new file"),
          ...("medium" in emptyDir ? ['mount type of "/test-volume": tmpfs'] : []),
        ],
      };
    }),
  ),
);

const projectedOr = (kind: "ConfigMap" | "Secret", name: string, projected: boolean, more: object = {}) => {
  const { defaultMode, ...rest } = more as { defaultMode?: number };
  if (projected)
    return {
      name: "v",
      projected: {
        ...(defaultMode === undefined ? {} : { defaultMode }),
        sources: [kind === "Secret" ? { secret: { name, ...rest } } : { configMap: { name, ...rest } }],
      },
    };
  return kind === "Secret" ? { name: "v", secret: { secretName: name, ...more } } : { name: "v", configMap: { name, ...more } };
};
const path2 = "/etc/v/path/to/data-2";
const files: Outcome[] = (["ConfigMap", "Secret"] as const).flatMap((kind) =>
  [false, true].flatMap((projected): Outcome[] => {
    const name = `files-${kind.toLowerCase()}-${projected ? "p" : "d"}`;
    const made = [kind === "Secret" ? secret(name, data) : configMap(name, data)];
    const title = `${projected ? "Projected " : ""}${kind}`;
    const row = (test: string, volume: object, args: readonly string[], holds: Outcome["holds"], spec: Partial<PodSpec> = {}): Outcome => ({
      test: `${title} should be ${test}`,
      with: made,
      spec: {
        ...spec,
        volumes: [projectedOr(kind, name, projected, volume)],
        containers: [agnhost(["mounttest", ...args], mounted("/etc/v", "v", { readOnly: true }))],
      },
      holds,
    });
    const one = "/etc/v/data-1";
    return [
      row(
        "consumable from pods in volume",
        {},
        [`--file_content=${one}`, `--file_mode=${one}`],
        [content(one, "value-1"), mode(one, "-rw-r--r--")],
      ),
      row(
        "consumable from pods in volume with defaultMode set",
        { defaultMode: 0o400 },
        [`--file_content=${one}`, `--file_mode=${one}`],
        [content(one, "value-1"), mode(one, "-r--------")],
      ),
      row(
        "consumable from pods in volume as non-root with defaultMode and fsGroup set",
        { defaultMode: 0o440 },
        [`--file_content=${one}`, `--file_mode=${one}`],
        [content(one, "value-1"), mode(one, "-r--r-----")],
        { securityContext: { runAsUser: 1000, fsGroup: 1001 } },
      ),
      row(
        "consumable from pods in volume with mappings",
        { items: [{ key: "data-2", path: "path/to/data-2" }] },
        [`--file_content=${path2}`, `--file_mode=${path2}`],
        [content(path2, "value-2"), mode(path2, "-rw-r--r--")],
      ),
      row(
        "consumable from pods in volume with mappings and Item mode set",
        { items: [{ key: "data-2", path: "path/to/data-2", mode: 0o400 }] },
        [`--file_content=${path2}`, `--file_mode=${path2}`],
        [content(path2, "value-2"), mode(path2, "-r--------")],
      ),
      row("consumable from pods in volume as non-root", {}, [`--file_content=${one}`], [content(one, "value-1")], {
        securityContext: { runAsUser: 1000 },
      }),
    ];
  }),
);

const field = (path: string, fieldPath: string, more: object = {}) => ({ path, fieldRef: { fieldPath }, ...more });
const amount = (path: string, resource: string) => ({ path, resourceFieldRef: { containerName: "test", resource } });
const downward: Outcome[] = [false, true].flatMap((projected) => {
  const volume = (items: readonly object[], more: object = {}) =>
    (projected
      ? { name: "v", projected: { ...more, sources: [{ downwardAPI: { items } }] } }
      : { name: "v", downwardAPI: { ...more, items } }) as never;
  const title = projected ? "Projected downwardAPI" : "Downward API volume";
  const shows = (
    test: string,
    item: object,
    holds: Outcome["holds"],
    more: Partial<Container> = {},
    args = ["--file_content=/etc/podinfo/it"],
    all = {},
  ): Outcome => ({
    test: `${title} should ${test}`,
    spec: { volumes: [volume([item], all)], containers: [agnhost(["mounttest", ...args], { ...mounted("/etc/podinfo"), ...more })] },
    holds,
  });
  const it = "/etc/podinfo/it";
  return [
    shows("provide podname only", field("it", "metadata.name"), [/content of file "\/etc\/podinfo\/it": \S+/]),
    shows("set DefaultMode on files", field("it", "metadata.name"), [mode(it, "-r--------")], {}, [`--file_mode=${it}`], {
      defaultMode: 0o400,
    }),
    shows("set mode on item file", field("it", "metadata.name", { mode: 0o400 }), [mode(it, "-r--------")], {}, [`--file_mode=${it}`]),
    shows("provide container's cpu limit", amount("it", "limits.cpu"), [content(it, "2")], { resources }),
    shows("provide container's memory limit", amount("it", "limits.memory"), [content(it, "67108864")], { resources }),
    shows("provide container's cpu request", amount("it", "requests.cpu"), [content(it, "1")], { resources }),
    shows("provide container's memory request", amount("it", "requests.memory"), [content(it, "33554432")], { resources }),
    shows("provide node allocatable (cpu) as default cpu limit if the limit is not set", amount("it", "limits.cpu"), [/: [1-9]\d*\n/]),
    shows("provide node allocatable (memory) as default memory limit if the limit is not set", amount("it", "limits.memory"), [
      /: [1-9]\d{8,}\n/,
    ]),
  ];
});

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

const volumes: Outcome[] = [
  {
    test: "EmptyDir volumes volume on default medium should have the correct mode",
    spec: {
      volumes: [{ name: "v", emptyDir: {} }],
      containers: [agnhost(["mounttest", "--fs_type=/test-volume", "--file_perm=/test-volume"], mounted("/test-volume"))],
    },
    holds: [perms("/test-volume", "-rwxrwxrwx")],
  },
  {
    test: "EmptyDir volumes volume on tmpfs should have the correct mode",
    spec: {
      volumes: [{ name: "v", emptyDir: { medium: "Memory" } }],
      containers: [agnhost(["mounttest", "--fs_type=/test-volume", "--file_perm=/test-volume"], mounted("/test-volume"))],
    },
    holds: [perms("/test-volume", "-rwxrwxrwx"), 'mount type of "/test-volume": tmpfs'],
  },
  {
    test: "Projected combined should project all components that make up the projection API",
    with: [configMap("all-cm", { "configmap-data": "configmap-value-1" }), secret("all-s", { "secret-data": "secret-value-1" })],
    spec: {
      volumes: [
        {
          name: "v",
          projected: {
            sources: [
              { configMap: { name: "all-cm", items: [{ key: "configmap-data", path: "configmap-data" }] } },
              { secret: { name: "all-s", items: [{ key: "secret-data", path: "secret-data" }] } },
              { downwardAPI: { items: [field("podname", "metadata.name") as never] } },
            ],
          },
        },
      ],
      containers: [busybox("cat /all/podname && echo && cat /all/secret-data && echo && cat /all/configmap-data", mounted("/all"))],
    },
    holds: [/^outcome-\d+$/m, "secret-value-1", "configmap-value-1"],
  },
  {
    test: "ConfigMap binary data should be reflected in volume",
    with: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "binary" },
        data: { "data-1": "value-1" },
        binaryData: { "dump.bin": "3srQ9+S/" },
      } as never,
    ],
    spec: {
      volumes: [{ name: "v", configMap: { name: "binary" } }],
      containers: [busybox("hexdump -C /etc/v/dump.bin; cat /etc/v/data-1", mounted("/etc/v"))],
    },
    holds: ["de ca d0 f7 e4 bf", "value-1"],
  },
  ...(["configmap", "secret", "downward", "projected"] as const).map((kind): Outcome => ({
    test: `Subpath Atomic writer volumes should support subpaths with ${kind} pod`,
    with:
      kind === "configmap"
        ? [configMap("sub-cm", { "configmap-key": "configmap-value" })]
        : kind === "secret"
          ? [secret("sub-s", { "secret-key": "secret-value" })]
          : [],
    spec: {
      volumes: [
        (kind === "configmap"
          ? { name: "v", configMap: { name: "sub-cm" } }
          : kind === "secret"
            ? { name: "v", secret: { secretName: "sub-s" } }
            : kind === "downward"
              ? { name: "v", downwardAPI: { items: [field("downward/podname", "metadata.name")] } }
              : {
                  name: "v",
                  projected: { sources: [{ downwardAPI: { items: [field("projected/podname", "metadata.name")] } }] },
                }) as never,
      ],
      containers: [
        agnhost(["mounttest", "--file_content_in_loop=/test-volume", "--retry_time=3"], {
          volumeMounts: [
            {
              name: "v",
              mountPath: "/test-volume",
              subPath: { configmap: "configmap-key", secret: "secret-key", downward: "downward/podname", projected: "projected/podname" }[
                kind
              ],
            },
          ],
        }),
      ],
    },
    holds: [{ configmap: "configmap-value", secret: "secret-value", downward: /outcome-\d+/, projected: /outcome-\d+/ }[kind]],
  })),
  {
    test: "Subpath Atomic writer volumes should support subpaths with configmap pod with mountPath of existing file",
    with: [configMap("sub-over", { "configmap-key": "configmap-value" })],
    spec: {
      volumes: [{ name: "v", configMap: { name: "sub-over" } }],
      containers: [
        agnhost(["mounttest", "--file_content_in_loop=/etc/resolv.conf", "--retry_time=3"], {
          volumeMounts: [{ name: "v", mountPath: "/etc/resolv.conf", subPath: "configmap-key" }],
        }),
      ],
    },
    holds: ["configmap-value"],
  },
  {
    test: "EmptyDir volumes pod should support shared volumes between containers",
    spec: {
      volumes: [{ name: "v", emptyDir: {} }],
      containers: [
        busybox(
          "while ! test -f /usr/share/volumeshare/shareddata.txt; do sleep 1; done; cat /usr/share/volumeshare/shareddata.txt",
          mounted("/usr/share/volumeshare"),
        ),
        { ...busybox("echo Hello from the busy-box sub-container > /pod-data/shareddata.txt; sleep 2", mounted("/pod-data")), name: "sub" },
      ],
    },
    holds: ["Hello from the busy-box sub-container"],
  },
  {
    test: "Secrets should be consumable in multiple volumes in a pod",
    with: [secret("multi", data)],
    spec: {
      volumes: ["a", "b"].map((name) => ({ name, secret: { secretName: "multi" } })),
      containers: [
        agnhost(["mounttest", "--file_content=/etc/a/data-1", "--file_mode=/etc/b/data-1"], {
          volumeMounts: ["a", "b"].map((name) => ({ name, mountPath: `/etc/${name}`, readOnly: true })),
        }),
      ],
    },
    holds: [content("/etc/a/data-1", "value-1"), mode("/etc/b/data-1", "-rw-r--r--")],
  },
];

export const outcomes: readonly Outcome[] = [...programs, ...environment, ...emptyDirs, ...files, ...downward, ...volumes];
