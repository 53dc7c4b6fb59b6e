import type { Container, PodSpec } from "../../api/index.ts";
import { agnhost, busybox, configMap, secret, data, mounted, perms, mode, content, resources, type Outcome } from "./outcome.ts";

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

export const ofVolumes: readonly Outcome[] = [...emptyDirs, ...files, ...downward, ...volumes];
