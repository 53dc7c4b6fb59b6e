import type { Container } from "../../api/index.ts";
import type { Breakage } from "./types.ts";

const app = (image: string, more: Partial<Container> = {}): Container => ({ name: "app", image, ...more });
const manager = "k8s pkg/kubelet/images/image_manager.go EnsureImageExists";
const denied = "pull access denied, repository does not exist or may require authorization";
const failed = (what: string): string => `Warning Failed spec.containers{app}: ${what}`;
const LATE: Breakage["turns"] = [
  ["ContainerCreating", 0, 1],
  ["ErrImagePull", 0, 3],
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
    repair: { script: login("my-registry.io"), status: "Running", within: 60 },
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
    repair: { script: `kubectl delete secret key; ${login("https://*.io/v1/")}`, status: "Running", within: 60 },
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
    repair: { script: "kubectl delete secret key", status: "Running", within: 60 },
  },
];

/** Each node pulls one image at a time. */
export const images = rows.map((row, i): Breakage => ({ ...row, pod: { ...row.pod, nodeName: `node-${1 + (i % 3)}` } }));
