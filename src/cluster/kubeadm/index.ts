import { type ApiServer, admissionProblems, authorizationModes } from "../../apiserver/index.ts";
import type { Client } from "../../client/index.ts";
import type { MemoryStore } from "../../etcd/index.ts";
import {
  type CaName,
  COMPONENTS,
  type ControlPlaneLink,
  controlPlaneContents,
  imageOf,
  type KeyPair,
  type KeyTools,
  type KubernetesPlace,
  PAUSE,
  RELEASE,
  workerContents,
  writeControlPlane,
  writeKubeletCertificate,
} from "../../images/index.ts";
import { clusterCidr, nodeAddress, SERVICE_CIDR } from "../../network/index.ts";
import { type Authority, entropyOf, generateRsaKey, type loadCurves } from "../../pki/index.ts";
import type { FileSystem } from "../../runtime/index.ts";
import type { Cause, Clock, Persistent } from "../../sim/index.ts";
import { CONTROL_PLANE_NODE } from "../presets.ts";
import { ApiGate } from "./api-gate.ts";
import { initialize } from "./objects.ts";
import { ControlPlaneProcesses } from "./processes.ts";

export interface KubeadmOptions {
  readonly clock: Clock;
  readonly store: MemoryStore;
  readonly server: ApiServer;
  readonly authority: Authority;
  readonly secret: Uint8Array;
  readonly tools: KeyTools;
  readonly curves: Awaited<ReturnType<typeof loadCurves>>;
  /** The cluster's first moment. */
  readonly born: number;
  readonly fresh: boolean;
  readonly machines: number;
  readonly refill: (causes: readonly Cause[]) => Promise<void>;
  readonly changed: (causes: readonly Cause[]) => void;
}

/** A control plane that runs in containers of one of the cluster's machines, as kubeadm sets it up. */
export interface Kubeadm {
  readonly home: string;
  readonly gate: ApiGate;
  readonly link: ControlPlaneLink;
  readonly processes: Pick<ControlPlaneProcesses, "runs" | "server" | "port">;
  readonly persistent: Persistent;
  readonly contents: (machine: string) => typeof workerContents;
  readonly preloaded: (machine: string) => readonly string[];
  furnish(fs: FileSystem, machine: string): void;
  initialized(client: Client): Promise<void>;
}

export function createKubeadm(options: KubeadmOptions): Kubeadm {
  const { clock, store, server, authority, secret, tools, curves, born, fresh } = options;
  const address = nodeAddress(0);
  const place: KubernetesPlace = {
    node: CONTROL_PLANE_NODE,
    address,
    version: RELEASE,
    podSubnet: clusterCidr(options.machines),
    serviceSubnet: SERVICE_CIDR,
    server: `https://${address}:6443`,
    sans: ["localhost", "127.0.0.1"],
  };
  const gate = new ApiGate(server, clock, () => `https://${address}:${processes.port}`);
  const processes = new ControlPlaneProcesses({
    clock,
    store,
    gate,
    home: CONTROL_PLANE_NODE,
    address,
    fresh,
    problems: (authorization, admission) => [...modeProblems(authorization), ...admissionProblems(admission)],
    configure: (choice) => server.configure(choice),
    refill: (causes) => void options.refill(causes),
    changed: options.changed,
  });
  const entropy = (purpose: string) => entropyOf(secret, `kubeadm/${purpose}`);
  const pairOf = ({ certificate, key }: Authority): KeyPair => ({ certificate, key });
  const made = (commonName: CaName): KeyPair =>
    pairOf(curves.createAuthority({ entropy: entropyOf(secret, commonName), commonName, now: born }));
  return {
    home: CONTROL_PLANE_NODE,
    gate,
    link: processes,
    processes,
    persistent: processes,
    contents: (machine) => (machine === CONTROL_PLANE_NODE ? controlPlaneContents : workerContents),
    preloaded: (machine) =>
      machine === CONTROL_PLANE_NODE
        ? [...(["etcd", ...COMPONENTS] as const).map((name) => imageOf(name, RELEASE)), `registry.k8s.io/pause:${PAUSE}`]
        : [],
    furnish(fs, machine) {
      writeKubeletCertificate(fs, machine, tools, pairOf(authority), { entropy, now: born });
      if (machine !== CONTROL_PLANE_NODE) return;
      writeControlPlane(fs, place, {
        tools,
        authorities: { ca: pairOf(authority), "etcd-ca": made("etcd-ca"), "front-proxy-ca": made("front-proxy-ca") },
        accounts: tools.rsaPem(generateRsaKey(entropyOf(secret, "service-account-key"))),
        entropy,
        now: born,
      });
    },
    initialized: (client) => initialize(client, place, authority.certificate),
  };
}

/** k8s: kubeapiserver/options BuiltInAuthorizationOptions.Validate. */
function modeProblems(names: readonly string[]): readonly string[] {
  const known: readonly string[] = authorizationModes;
  if (names.length === 0) return ["at least one authorization-mode must be passed"];
  return names
    .filter((name) => !known.includes(name))
    .map((name) =>
      name === "ABAC" || name === "Webhook"
        ? `authorization-mode ${JSON.stringify(name)} is not simulated`
        : `authorization-mode ${JSON.stringify(name)} is not a valid mode`,
    );
}
