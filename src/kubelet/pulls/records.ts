import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { SecretSource, TrackedLogin } from "../credentials/keyring.ts";

/** A Secret whose login has pulled an image. */
interface PullingSecret extends SecretSource {
  readonly hash: string;
}
/** Who has shown that they may have an image: anybody on the node, or pods with one of these Secrets. */
interface Accessible {
  readonly everybody: boolean;
  readonly secrets: readonly PullingSecret[];
}

/**
 * By image reference, then by repository: with whose logins an image came here. A pod that has none of them must ask the
 * registry first, though the image is on the machine; one that the kubelet has not pulled is everybody's
 * (k8s: images/pullmanager/image_pull_manager.go; imagePullCredentialsVerificationPolicy NeverVerifyPreloadedImages).
 */
export class PulledRecords {
  readonly #records = new Map<string, Map<string, Accessible>>();

  /** Undefined: it goes by the logins that the pod has. */
  mustPull(imageRef: string, repository: string): boolean | undefined {
    const record = this.#records.get(imageRef);
    if (!record) return false;
    const known = record.get(repository);
    if (!known) return true;
    return known.everybody ? false : undefined;
  }
  /** Whether one of a pod's logins is known: the same Secret, or the same content. */
  knows(imageRef: string, repository: string, logins: readonly TrackedLogin[]): boolean {
    const known = this.#records.get(imageRef)?.get(repository);
    if (!known) return false;
    for (const login of logins) {
      const { secret } = login;
      if (!secret) continue;
      const hash = hashOf(login);
      if (!known.secrets.some((s) => s.hash === hash || sameSecret(s, secret))) continue;
      this.pulled(imageRef, repository, login);
      return true;
    }
    return false;
  }
  /** An image has come, with this login; without a Secret's, everybody here may have it. */
  pulled(imageRef: string, repository: string, login: TrackedLogin | undefined): void {
    let record = this.#records.get(imageRef);
    if (!record) this.#records.set(imageRef, (record = new Map()));
    const known = record.get(repository) ?? { everybody: false, secrets: [] };
    const secret = login?.secret;
    if (known.everybody) return;
    if (!secret) return void record.set(repository, { everybody: true, secrets: [] });
    const others = known.secrets.filter((s) => !sameSecret(s, secret));
    record.set(repository, { everybody: false, secrets: [...others, { ...secret, hash: hashOf(login) }] });
  }
  /** Forgets images that are not among these. */
  keep(imageRefs: ReadonlySet<string>): void {
    for (const imageRef of this.#records.keys()) if (!imageRefs.has(imageRef)) this.#records.delete(imageRef);
  }

  save(): unknown {
    return [...this.#records].map(([imageRef, record]) => [imageRef, [...record]]);
  }
  restore(stored: unknown): void {
    for (const [imageRef, record] of (stored ?? []) as readonly (readonly [string, readonly (readonly [string, Accessible])[]])[])
      this.#records.set(imageRef, new Map(record));
  }
}

const sameSecret = (a: SecretSource, b: SecretSource): boolean => a.uid === b.uid && a.namespace === b.namespace && a.name === b.name;
const hashOf = ({ username, password }: TrackedLogin): string =>
  bytesToHex(sha256(new TextEncoder().encode(JSON.stringify([username, password])))).slice(0, 16);
