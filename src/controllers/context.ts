import type { ServiceAccount } from "../api/index.ts";
import type { Controller, EventRecorder, Informers, Retry } from "../client/index.ts";
import type { CertificateSigner } from "../pki/index.ts";
import type { Clock, Random } from "../sim/index.ts";

/** What every controller is built from. */
export interface ControllerContext {
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** One recorder a component, as `source.component` names it. */
  readonly recorder: (component: string) => EventRecorder;
  /** PEM text for kube-root-ca.crt. */
  readonly rootCa: string;
  /** Signs certificates; absent: nobody does. */
  readonly signer?: CertificateSigner;
  /** Signs a token of a service account for a Secret; absent: nobody does. */
  readonly accountToken?: (account: ServiceAccount, secretName: string) => string;
  /** The pod range of a node, `10.244.1.0/24`, undefined when there is none for it; absent: nobody assigns ranges. */
  readonly allocateNodeCidr?: (nodeName: string) => string | undefined;
  /** The node is gone, and its range free again. */
  readonly releaseNodeCidr?: (nodeName: string) => void;
}

/** How often one key may reconcile: a bucket of `burst` tokens, refilled at `perSecond` of virtual time, of which a turn takes its weight. */
export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/** A controller whose keys attract many events (a ReplicaSet of a thousand pods) says how often they are worth a turn. */
export interface PacedController extends Controller {
  readonly pace?: Pace;
  /** How many keys it reconciles at the same time; as the runner thinks best when absent. */
  readonly workers?: number;
  /** How heavy a turn of this key is, in tokens of the pace; 1 when absent. What reads ten thousand pods runs less often than what reads ten. */
  weight?(key: string): number;
}

/** Objects that a turn reads for the price of one more token. */
const OBJECTS_A_TOKEN = 1000;
export const weightOf = (objects: number): number => 1 + Math.floor(objects / OBJECTS_A_TOKEN);

/** k8s: --kube-api-burst and --kube-api-qps of kube-controller-manager, which bound its writes in the same way. */
export const MANAGER_PACE: Pace = { burst: 30, perSecond: 20 };

/** k8s: maxRetries of the controllers of Deployments and Endpoints: what cannot be done waits for news. */
export const FIFTEEN_TIMES: Retry = { firstMs: 5, mostMs: 1_000_000, times: 15 };
