import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage, type ToolRow } from "./later-image.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Servers that say who they are and what they were asked: what courses show Services and Ingresses with. */
const ROWS: readonly ToolRow[] = [
  ...["docker.io/traefik/whoami", "docker.io/containous/whoami", "ghcr.io/traefik/whoami"].map((repository) => ({
    repository,
    tags: [
      "latest",
      "v1.11",
      "v1.11.0",
      "v1.10",
      "v1.10.4",
      "v1.10.3",
      "v1.10.2",
      "v1.10.1",
      "v1.10.0",
      "v1.9",
      "v1.8",
      "v1.8.7",
      "v1.5.0",
    ],
    size: 2_900_000,
    config: { entrypoint: ["/whoami"], exposedPorts: [80] },
    files: { "/whoami": { program: "traefik-whoami" } },
  })),
  {
    repository: "docker.io/library/hello-world",
    tags: ["latest", "linux"],
    size: 2_500,
    config: { cmd: ["/hello"], env: { PATH } },
    files: { "/hello": { program: "hello-world" } },
  },
  ...[
    "registry.k8s.io/echoserver",
    "k8s.gcr.io/echoserver",
    "gcr.io/google_containers/echoserver",
    "gcr.io/google-containers/echoserver",
  ].flatMap((repository): readonly ToolRow[] => [
    {
      repository,
      tags: ["1.4", "1.3"],
      size: 43_000_000,
      config: { cmd: ["nginx", "-g", "daemon off;"], exposedPorts: [80, 443], env: { PATH } },
      on: "debian",
      files: { "/usr/sbin/nginx": { program: "echoserver-1.4" } },
    },
    {
      repository,
      tags: ["1.10", "1.9", "1.8"],
      size: 43_200_000,
      config: { cmd: ["/bin/run.sh"], env: { PATH } },
      on: "alpine",
      files: { "/bin/run.sh": { program: "echoserver-1.10" } },
    },
  ]),
  {
    repository: "docker.io/ealen/echo-server",
    tags: ["latest", "0.9.2", "0.8.12", "0.7.0", "0.6.0", "0.5.1"],
    size: 33_000_000,
    config: { entrypoint: ["node", "webserver"], workingDir: "/app", exposedPorts: [80], env: { PATH } },
    on: "alpine",
    files: { "/usr/local/bin/node": { program: "ealen-echo-server" } },
  },
  ...["gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"].flatMap((repository) =>
    (["1.0", "2.0"] as const).map((tag) => ({
      repository,
      tags: [tag],
      size: 11_500_000,
      config: { cmd: ["/hello-app"], user: "nonroot:nonroot", env: { PORT: "8080" } },
      files: {
        "/hello-app": { program: `hello-app-${tag}` },
        "/etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
        "/etc/group": "root:x:0:\nnonroot:x:65532:\n",
      },
    })),
  ),
  ...[
    "gcr.io/google-samples/kubernetes-bootcamp",
    "docker.io/jocatalin/kubernetes-bootcamp",
    "gcr.io/k8s-minikube/kubernetes-bootcamp",
  ].flatMap((repository) =>
    ([1, 2] as const).map((version): ToolRow => ({
      repository,
      tags: [`v${version}`],
      size: 83_600_000,
      config: {
        cmd: ["/bin/sh", "-c", "node server.js"],
        exposedPorts: [8080],
        env: { PATH, NPM_CONFIG_LOGLEVEL: "info", NODE_VERSION: "6.3.1" },
      },
      on: "debian",
      packages: ["curl"],
      files: { "/usr/local/bin/node": { program: `kubernetes-bootcamp-v${version}` }, "/server.js": serverJs(version) },
    })),
  ),
];

export const echoImages: readonly LaterImage[] = ROWS.map(laterImage);

/** The tutorial's script, for who looks: the program does what it says. */
function serverJs(version: number): string {
  return `var http = require('http');
var requests = 0;
var startTime;
var host = process.env.HOSTNAME;

http.createServer(function (request, response) {
  response.setHeader('Content-Type', 'text/plain');
  response.writeHead(200);
  response.end("Hello Kubernetes bootcamp! | Running on: " + host + " | v=${version}\\n");
  console.log("Running On:", host, "| Total Requests:", ++requests, "| App Uptime:", (new Date() - startTime) / 1000, "seconds", "| Log Time:", new Date());
}).listen(8080, function () {
  startTime = new Date();
  console.log("Kubernetes Bootcamp App Started At:", startTime, "| Running On: ", host, "\\n");
});
`;
}

const hello = () => import("./echoes/hello.ts");

export const echoPrograms: Readonly<Record<string, LaterProgram>> = {
  "traefik-whoami": loadLater(async () => (await import("./echoes/whoami.ts")).whoami),
  "hello-world": loadLater(async () => (await hello()).helloWorld),
  "hello-app-1.0": loadLater(async () => (await hello()).helloApp("1.0.0")),
  "hello-app-2.0": loadLater(async () => (await hello()).helloApp("2.0.0")),
  "kubernetes-bootcamp-v1": loadLater(async () => (await hello()).bootcamp(1)),
  "kubernetes-bootcamp-v2": loadLater(async () => (await hello()).bootcamp(2)),
  "echoserver-1.4": loadLater(async () => (await import("./echoes/echoserver.ts")).echoserver("1.4")),
  "echoserver-1.10": loadLater(async () => (await import("./echoes/echoserver.ts")).echoserver("1.10")),
  "ealen-echo-server": loadLater(async () => (await import("./echoes/ealen.ts")).ealen),
};
