import type { Container } from "../../api/index.ts";
import { app } from "./containers.ts";
import type { Breakage } from "./types.ts";

const nginx = (more: Partial<Container> = {}): Container => {
  const { command: _, ...container } = app({ image: "nginx:1.27", ...more });
  return container;
};

/** What its image runs. */
const server = (more: Partial<Container>): Container => {
  const { command: _, ...container } = app(more);
  return more.command ? { ...container, command: more.command } : container;
};

/** Servers that may not do what they begin with. */
const refused = (name: string, source: string, pod: Breakage["pod"], more: Partial<Breakage> = {}): Breakage => ({
  name,
  source,
  pod: { restartPolicy: "Never", ...pod },
  seconds: 10,
  turns: [
    ["ContainerCreating", 0, 1],
    ["Running", 0, 2],
    ["Error", 0, 3],
  ],
  phase: "Failed",
  containers: ["app: ended Error 1"],
  ...more,
});

/** An image that no machine has yet takes its time to come. */
const fetched: typeof refused = (name, source, pod, more) =>
  refused(name, source, pod, {
    seconds: 60,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 58],
      ["Error", 0, 59],
    ],
    ...more,
  });

const paths = "nginx src/core/ngx_file.c ngx_create_paths: its exit code is 1";

export const servers: readonly Breakage[] = [
  refused("nginx runs as a user who may not make its folders", paths, { containers: [nginx({ securityContext: { runAsUser: 1000 } })] }),
  refused("nginx has a root that cannot be written to", paths, {
    containers: [nginx({ securityContext: { readOnlyRootFilesystem: true } })],
  }),
  refused("nginx has its folders, and no place for its pid", "nginx src/core/ngx_cycle.c ngx_create_pidfile: its exit code is 1", {
    containers: [
      nginx({ securityContext: { readOnlyRootFilesystem: true }, volumeMounts: [{ name: "cache", mountPath: "/var/cache/nginx" }] }),
    ],
    volumes: [{ name: "cache", emptyDir: {} }],
  }),
  refused(
    "nginx's configuration has a word that it does not know",
    "nginx src/core/ngx_conf_file.c ngx_conf_handler: its exit code is 1",
    {
      containers: [nginx({ volumeMounts: [{ name: "conf", mountPath: "/etc/nginx/conf.d" }] })],
      volumes: [{ name: "conf", configMap: { name: "conf" } }],
    },
    {
      with: [
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "conf" }, data: { "default.conf": "server { lissten 80; }" } } as never,
      ],
    },
  ),
  refused("its server is told to do what it does not know", "k8s test/images/agnhost/agnhost.go: cobra's unknown command exits 1", {
    containers: [app({ image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0", command: ["/agnhost", "netexek"] })],
  }),
  {
    name: "it is probed by HTTPS and speaks plain HTTP",
    source: "go net/http/transport.go: http: server gave HTTP response to HTTPS client; k8s pkg/probe/http/http.go DoHTTPProbe",
    pod: {
      containers: [
        {
          name: "app",
          image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
          args: ["netexec"],
          readinessProbe: { httpGet: { port: 8080, scheme: "HTTPS" }, periodSeconds: 2 },
        },
      ],
    },
    seconds: 9,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 4],
    ],
    phase: "Running",
    conditions: "PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    events: [
      "Normal Scheduled: Successfully assigned <ns>/it to node-1",
      'Normal Pulled spec.containers{app}: Container image "registry.k8s.io/e2e-test-images/agnhost:2.63.0" already present on machine and can be accessed by the pod',
      "Normal Created spec.containers{app}: Container created",
      "Normal Started spec.containers{app}: Container started",
      'Warning Unhealthy spec.containers{app}: Readiness probe failed: Get "https://<ip>:8080/": http: server gave HTTP response to HTTPS client',
    ],
  },
  {
    name: "it is probed by plain HTTP and speaks HTTPS",
    source: "go net/http/server.go: Client sent an HTTP request to an HTTPS server; k8s pkg/probe/http/http.go DoHTTPProbe",
    pod: {
      containers: [
        {
          name: "app",
          image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
          args: ["netexec", "--tls-cert-file=/localhost.crt", "--tls-private-key-file=/localhost.key"],
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 2 },
        },
      ],
    },
    seconds: 9,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 4],
    ],
    phase: "Running",
    conditions: "PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    events: [
      "Normal Scheduled: Successfully assigned <ns>/it to node-1",
      'Normal Pulled spec.containers{app}: Container image "registry.k8s.io/e2e-test-images/agnhost:2.63.0" already present on machine and can be accessed by the pod',
      "Normal Created spec.containers{app}: Container created",
      "Normal Started spec.containers{app}: Container started",
      "Warning Unhealthy spec.containers{app}: Readiness probe failed: HTTP probe failed with statuscode: 400",
    ],
  },
  fetched("mongo is given its first user's name and no password", "docker-library/mongo docker-entrypoint.sh", {
    containers: [server({ image: "mongo:7.0", env: [{ name: "MONGO_INITDB_ROOT_USERNAME", value: "root" }] })],
  }),
  fetched(
    "mongod has a folder that it may not write to",
    "mongo src/mongo/db/storage/storage_engine_lock_file_posix.cpp open: IllegalOperation, and main's exit code 100 (EXIT_UNCAUGHT)",
    {
      containers: [
        server({
          image: "mongo:7.0",
          securityContext: { runAsUser: 999 },
          volumeMounts: [{ name: "data", mountPath: "/data/db", readOnly: true }],
        }),
      ],
      volumes: [{ name: "data", emptyDir: {} }],
    },
    { containers: ["app: ended Error 100"] },
  ),
  fetched(
    "mongod is told to do what it does not know",
    "mongo src/mongo/util/options_parser/options_parser_init.cpp: its exit code is 2 (EXIT_BADOPTIONS)",
    { containers: [server({ image: "mongo:7.0", args: ["--nosuchoption"] })] },
    { containers: ["app: ended Error 2"] },
  ),
  fetched(
    "rabbitmq is told by a variable that is no longer read",
    "docker-library/rabbitmq docker-entrypoint.sh: deprecated environment variables",
    {
      containers: [server({ image: "rabbitmq:4.1", env: [{ name: "RABBITMQ_VM_MEMORY_HIGH_WATERMARK", value: "0.4" }] })],
    },
  ),
  fetched(
    "etcd is told to do what it does not know",
    "etcd server/etcdmain/config.go parse: its exit code is 2",
    { containers: [server({ image: "quay.io/coreos/etcd:v3.5.21", command: ["etcd", "--data=/data"] })] },
    { containers: ["app: ended Error 2"] },
  ),
];
