import { createCluster } from "../cluster/index.ts";
import { kubeconfig, servingCertificates } from "./certificates.ts";
import { serveHttps } from "./https.ts";
import { nodePlatform } from "./platform.ts";

export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}
/** A cluster that a real kubectl and our own shell look at together. */
export interface Live {
  readonly kubeconfig: string;
  /** A line in our own shell, in the learner's home. */
  run(line: string): Promise<Answer>;
  write(name: string, text: string): void;
  stop(): void;
}

const TOKEN = "both";

export async function startLive(seed: number): Promise<Live> {
  const cluster = createCluster({
    platform: nodePlatform,
    preset: "reference-node",
    seed,
    epoch: Date.now(),
    speed: 1,
    tokens: new Map([[TOKEN, { name: "kubernetes-admin", groups: ["system:masters"] }]]),
  });
  await cluster.start();
  const certificates = servingCertificates(cluster.authority(), cluster.clock.now());
  const listening = await serveHttps(cluster.api, certificates, 0);
  return {
    // Our own learner knows the cluster by this name.
    kubeconfig: kubeconfig(`https://127.0.0.1:${listening.port}`, certificates.ca, TOKEN).replaceAll("timonel", "kubernetes"),
    run: (line) =>
      new Promise((resolve, reject) => {
        cluster.clock.input(async () => {
          await cluster.workstation.run(line, { cwd: cluster.workstation.home }).then(resolve, reject);
        });
      }),
    write: (name, text) => cluster.workstation.files.write(`${cluster.workstation.home}/${name}`, text),
    stop() {
      listening.server.close();
      listening.server.closeAllConnections();
      cluster.stop();
    },
  };
}
