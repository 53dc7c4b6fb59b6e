import type { Container, KubeObject } from "../../api/index.ts";
import type { Breakage } from "./types.ts";

const app = (image: string, more: Partial<Container> = {}): Container => ({ name: "app", image, ...more });
const manager = "k8s pkg/kubelet/images/image_manager.go EnsureImageExists";
const denied = "pull access denied, repository does not exist or may require authorization";
const failed = (what: string): string => `Warning Failed spec.containers{app}: ${what}`;
const LATE: Breakage["turns"] = [
  ["ContainerCreating", 0, 1],
  ["ErrImagePull", 0, 4],
  ["ImagePullBackOff", 10, 16],
];

const DIGEST = /[0-9a-f]{64}/g;

interface Pull {
  readonly image: string;
  /** containerd's words after the image's name; gRPC's code is told where it is not Unknown. */
  readonly why: string;
  readonly code?: string;
  readonly source?: string;
}

/** A pull that fails, of a pod that is on its node from the start. */
function failing(
  name: string,
  { image: reference, why, code, source = "core/remotes/docker/resolver.go Resolve" }: Pull,
  more: Partial<Breakage> = {},
): Breakage {
  // An account shortens digests.
  const image = reference.replace(DIGEST, "<id>");
  const desc = `failed to pull and unpack image "${image}": ${why.replaceAll(DIGEST, "<id>")}`;
  const message = code ? `rpc error: code = ${code} desc = ${desc}` : desc;
  const back = `Back-off pulling image "${image}"`;
  return {
    name,
    source: `containerd ${source}; ${manager}`,
    preset: "default",
    pod: { terminationGracePeriodSeconds: 0, containers: [app(reference)] },
    seconds: 18,
    turns: LATE,
    phase: "Pending",
    containers: [`app: waiting ImagePullBackOff: ${back}: ErrImagePull: ${message}`],
    events: [
      `Normal Pulling spec.containers{app}: Pulling image "${image}"`,
      failed(`Failed to pull image "${image}": ${message}`),
      failed("Error: ErrImagePull"),
      `Normal BackOff spec.containers{app}: ${back}`,
      failed("Error: ImagePullBackOff"),
    ],
    ...more,
  };
}
const unresolved = (image: string, why: string): Pull => ({ image, why: `failed to resolve reference "${image}": ${why}` });
const gone = (image: string): Pull => ({ ...unresolved(image, `${image}: not found`), code: "NotFound" });

/** Registries and images that are made for a row. */
const simulated = (kind: string, name: string, spec: object): KubeObject =>
  ({ apiVersion: "sim.timonel.dev/v1alpha1", kind, metadata: { name }, spec }) as KubeObject;

const OURS = "my-registry.io/images/janedoe/awesomeapp:v1";
const ours = failing(
  "its registry lets nobody in who has not signed in",
  unresolved(OURS, `${denied}: authorization failed: no basic auth credentials`),
);
const login = (server: string): string =>
  `kubectl create secret docker-registry key --docker-server=${server} --docker-username=janedoe --docker-password=wonderland`;
const HUB = "docker.io/library/nginx:1.27";

const rows: readonly Breakage[] = [
  failing(
    "its registry's name leads nowhere",
    unresolved(
      "registry.internal/app:1",
      'failed to do request: Head "https://registry.internal/v2/app/manifests/1": dial tcp: lookup registry.internal on 192.0.2.53:53: no such host',
    ),
  ),
  failing(
    "its registry is said to be on the node itself",
    unresolved(
      "localhost:5000/app:1",
      'failed to do request: Head "http://localhost:5000/v2/app/manifests/1": dial tcp [::1]:5000: connect: connection refused',
    ),
  ),
  failing(
    "nobody at Docker Hub has its image",
    unresolved("docker.io/janedoe/ngnix:1", `${denied}: server message: insufficient_scope: authorization failed`),
  ),
  failing("Docker Hub has its image and not its tag", gone("docker.io/library/nginx:99")),
  failing("nothing has its digest", gone(`registry.k8s.io/pause@sha256:${"0".repeat(64)}`)),
  failing("a registry of Kubernetes does not have its image", gone("registry.k8s.io/none:1")),
  failing(
    "GitHub's registry tells nobody what there is not",
    unresolved(
      "ghcr.io/janedoe/app:1",
      "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ajanedoe%2Fapp%3Apull&service=ghcr.io: 403 Forbidden",
    ),
  ),
  failing(
    "Red Hat's registry tells nobody what there is not",
    unresolved(
      "quay.io/janedoe/app:1",
      "unexpected status from HEAD request to https://quay.io/v2/janedoe/app/manifests/1: 401 UNAUTHORIZED",
    ),
  ),
  ours,
  {
    ...ours,
    name: "its pull secret does not exist",
    source: `k8s pkg/kubelet/kubelet_pods.go getPullSecretsForPod; ${manager}`,
    pod: { ...ours.pod, imagePullSecrets: [{ name: "key" }] },
    events: [
      "Warning FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (key); attempting to pull the image may not succeed.",
      ...(ours.events ?? []),
    ],
    repair: { script: login("my-registry.io"), status: "Running", within: 320 },
  },
  {
    ...ours,
    name: "its pull secret is for another registry",
    source: `k8s pkg/credentialprovider/keyring.go URLsMatch; ${manager}`,
    pod: { ...ours.pod, imagePullSecrets: [{ name: "key" }] },
    with: [
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "key" },
        type: "kubernetes.io/dockerconfigjson",
        stringData: { ".dockerconfigjson": '{"auths":{"my-registry.io:5000":{"username":"janedoe","password":"wonderland"}}}' },
      } as never,
    ],
    repair: { script: `kubectl delete secret key; ${login("https://*.io/v1/")}`, status: "Running", within: 320 },
  },
  {
    ...failing(
      "Docker Hub does not know who its pull secret names, though its image is for everybody",
      unresolved(
        HUB,
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Alibrary%2Fnginx%3Apull&service=registry.docker.io: 401 Unauthorized",
      ),
    ),
    pod: {
      terminationGracePeriodSeconds: 0,
      imagePullSecrets: [{ name: "key" }],
      containers: [app(HUB)],
    },
    with: [
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "key" },
        type: "kubernetes.io/dockercfg",
        stringData: { ".dockercfg": '{"https://index.docker.io/v1/":{"username":"janedoe","password":"wonderland"}}' },
      } as never,
    ],
    repair: { script: "kubectl delete secret key", status: "Running", within: 320 },
  },
  failing(
    "its image is for no machine of the node's kind",
    {
      image: "docker.io/me/index:1",
      why: "no match for platform in manifest: not found",
      code: "NotFound",
      source: "core/images/handlers.go LimitManifests",
    },
    { with: [simulated("Image", "index", { reference: "docker.io/me/index:1", from: "busybox:1.36", architectures: ["arm64"] })] },
  ),
  {
    name: "its image's programs are for another kind of machine, and nothing says so before they run",
    source: "opencontainers/runc libcontainer/init_linux.go Init",
    preset: "default",
    with: [
      simulated("Image", "plain", {
        reference: "docker.io/me/plain:1",
        from: "busybox:1.36",
        architectures: ["arm64"],
        singlePlatform: true,
      }),
    ],
    pod: {
      terminationGracePeriodSeconds: 0,
      restartPolicy: "Never",
      containers: [app("docker.io/me/plain:1", { command: ["sleep", "9"] })],
    },
    seconds: 10,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Error", 0, 5],
    ],
    phase: "Failed",
    containers: ["app: ended Error 255"],
  },
  failing(
    "its registry speaks no TLS",
    unresolved(
      "plain.example:5000/app:1",
      'failed to do request: Head "https://plain.example:5000/v2/app/manifests/1": http: server gave HTTP response to HTTPS client',
    ),
    {
      with: [simulated("ImageRegistry", "plain.example", { host: "plain.example:5000", trouble: "PlainHTTP" })],
      repair: {
        script: `kubectl patch imageregistry plain.example --type=json -p '[{"op":"remove","path":"/spec/trouble"}]'; kubectl create -f - <<'END'
${JSON.stringify(simulated("Image", "app", { reference: "plain.example:5000/app:1", from: "busybox:1.36", script: "sleep 100" }))}
END`,
        status: "Running",
        within: 320,
      },
    },
  ),
];

/** Each node pulls one image at a time. */
export const images = rows.map((row, i): Breakage => ({
  ...row,
  pod: { ...row.pod, nodeName: row.pod.nodeName ?? `node-${1 + (i % 3)}` },
}));
