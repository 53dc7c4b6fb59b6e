import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { homedir } from "node:os";
import type { AdmissionChoice, AuthorizationMode } from "../cluster/index.ts";
import { createCluster, type PresetName } from "../cluster/index.ts";
import { kubeconfig, servingCertificates } from "./certificates.ts";
import { serveHttps } from "./https.ts";
import { watchParent } from "./parent.ts";
import { nodePlatform } from "./platform.ts";
import { readTokenFile, TokenFileError } from "./token-file.ts";

export interface ServeOptions {
  readonly port: number;
  readonly preset: PresetName;
  readonly nodes: number | undefined;
  readonly seed: number;
  readonly speed: number | "max";
  /** Where to write; undefined: ~/.kube/timonel.yaml. */
  readonly kubeconfig: string | undefined;
  readonly admission: AdmissionChoice;
  readonly authorizationModes: readonly AuthorizationMode[] | undefined;
  /** A CSV file of bearer tokens. */
  readonly tokenAuthFile: string | undefined;
}

/** Runs the cluster behind HTTPS until it is told to stop or its parent ends. In memory only, and says so. */
export async function serve(options: ServeOptions, cwd: string): Promise<number> {
  const token = randomBytes(24).toString("base64url");
  let more: ReturnType<typeof readTokenFile>;
  try {
    more = options.tokenAuthFile === undefined ? new Map() : readTokenFile(readFileSync(resolve(cwd, options.tokenAuthFile), "utf8"));
  } catch (error) {
    if (!(error instanceof TokenFileError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    process.stderr.write(`timonel: --token-auth-file: ${(error as Error).message}\n`);
    return 1;
  }
  const cluster = createCluster({
    platform: nodePlatform,
    preset: options.preset,
    seed: options.seed,
    epoch: Date.now(),
    speed: options.speed,
    admission: options.admission,
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    ...(options.authorizationModes === undefined ? {} : { authorizationModes: options.authorizationModes }),
    secret: randomBytes(32),
    tokens: new Map([...more, [token, { name: "kubernetes-admin", groups: ["system:masters"] }]]),
  });
  await cluster.start();
  const certificates = servingCertificates(cluster.authority(), cluster.clock.now());
  let listening: Awaited<ReturnType<typeof serveHttps>>;
  try {
    listening = await serveHttps(cluster.api, certificates, options.port);
  } catch (error) {
    cluster.stop();
    const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    process.stderr.write(taken ? `timonel: port ${options.port} is taken; choose another with --port\n` : `timonel: ${String(error)}\n`);
    return 1;
  }
  // Where the API server has ended nobody listens.
  cluster.onApi((up) => {
    if (up) return void listening.server.listen(listening.port, "127.0.0.1");
    listening.server.close();
    listening.server.closeAllConnections();
  });
  const file = options.kubeconfig ? resolve(cwd, options.kubeconfig) : `${homedir()}/.kube/timonel.yaml`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, kubeconfig(`https://127.0.0.1:${listening.port}`, certificates.ca, token), { mode: 0o600 });
  process.stdout.write(
    `Timonel: a ${options.preset} cluster at https://127.0.0.1:${listening.port}, kept in memory only\nexport KUBECONFIG=${file}\nready\n`,
  );
  return new Promise((done) => {
    const stop = (): void => {
      listening.server.close();
      listening.server.closeAllConnections();
      cluster.stop();
      done(0);
      // Open watches and intervals must not keep the process.
      setImmediate(() => process.exit(0));
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    process.stdout.on("error", stop);
    watchParent(stop);
  });
}
