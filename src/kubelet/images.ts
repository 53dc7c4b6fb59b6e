import type { Pod } from "../api/index.ts";
import { formatDuration, goQuote } from "../machinery/index.ts";
import { RuntimeError, type ContainerRuntime } from "../runtime/index.ts";
import type { Clock } from "../sim/index.ts";
import type { Backoff } from "./kuberuntime/backoff.ts";
import { uidOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";

/** Why a container could not be started: a waiting reason and its message. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  readonly reason: string;
  /** When to try again; undefined: after the usual back-off. */
  readonly retryAt: number | undefined;
  constructor(reason: string, message: string, retryAt?: number) {
    super(message);
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

type Event = (type: "Normal" | "Warning", reason: string, message: string) => void;

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** An image name with its default tag, or what is wrong with it (distribution/reference's words). */
export function applyDefaultTag(image: string): { readonly reference: string } | { readonly error: string } {
  const bad = (why: string) => ({ error: `couldn't parse image name ${goQuote(image)}: invalid reference format${why}` });
  const at = image.indexOf("@");
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const name = tagged ? named.slice(0, colon) : named;
  if (name === "" || (tagged && !TAG.test(named.slice(colon + 1))) || (digest !== undefined && !DIGEST.test(digest))) return bad("");
  const slash = name.indexOf("/");
  const head = slash < 0 ? "" : name.slice(0, slash);
  const isHost = /[.:]/.test(head) || head === "localhost" || head !== head.toLowerCase();
  const path = isHost ? name.slice(slash + 1) : name.includes("/") ? name : `library/${name}`;
  if (path !== path.toLowerCase()) return bad(`: repository name (${path}) must be lowercase`);
  if (!REPOSITORY.test(path)) return bad("");
  return { reference: tagged || digest !== undefined ? image : `${image}:latest` };
}

/** Makes sure that a container's image is on the machine (k8s: images/image_manager.go EnsureImageExists). */
export class ImageManager {
  readonly #runtime: ContainerRuntime;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #serial: boolean;
  readonly #failures = new Map<string, string>();
  #queue: Promise<unknown> = Promise.resolve();
  /** Called after an image has come. */
  onPulled: () => void = () => {};

  constructor(options: { runtime: ContainerRuntime; clock: Clock; backoff: Backoff; serial: boolean }) {
    this.#runtime = options.runtime;
    this.#clock = options.clock;
    this.#backoff = options.backoff;
    this.#serial = options.serial;
  }

  /** Resolves with the reference to run, or rejects StartFailure. `event` records about the container. */
  ensure(pod: Pod, container: AnyContainer, event: Event): string | Promise<string> {
    const image = container.image ?? "";
    const parsed = applyDefaultTag(image);
    if ("error" in parsed) {
      const message = `Failed to apply default image tag ${goQuote(image)}: ${parsed.error}`;
      event("Warning", "InspectFailed", message);
      throw new StartFailure("InvalidImageName", message);
    }
    const { reference } = parsed;
    const present = this.#runtime.imageStatus(reference) !== undefined;
    const policy = container.imagePullPolicy ?? (reference.endsWith(":latest") ? "Always" : "IfNotPresent");
    if (present && policy !== "Always") {
      event("Normal", "Pulled", `Container image ${goQuote(image)} already present on machine and can be accessed by the pod`);
      const opening = this.#runtime.openImage(reference);
      return opening ? opening.then(() => reference) : reference;
    }
    if (policy === "Never") {
      const message = `Container image ${goQuote(image)} is not present with pull policy of Never`;
      event("Warning", "ErrImageNeverPull", message);
      throw new StartFailure("ErrImageNeverPull", message);
    }
    const key = `${uidOf(pod)}_${reference}`;
    const retryAt = this.#backoff.untilSinceUpdate(key, this.#clock.now());
    if (retryAt !== undefined) {
      const message = `Back-off pulling image ${goQuote(image)}`;
      event("Normal", "BackOff", message);
      const why = this.#failures.get(key);
      throw new StartFailure("ImagePullBackOff", why === undefined ? message : `${message}: ${why}`, retryAt);
    }
    return this.#pull(image, reference, key, event);
  }

  forgetPod(uid: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${uid}_`)) this.#failures.delete(key);
  }

  async #pull(image: string, reference: string, key: string, event: Event): Promise<string> {
    const asked = this.#clock.now();
    event("Normal", "Pulling", `Pulling image ${goQuote(image)}`);
    let begun = asked;
    const pull = (): Promise<{ readonly size: number }> => {
      begun = this.#clock.now();
      return this.#runtime.pullImage(reference);
    };
    // One pull at a time on a machine (serializeImagePulls).
    const pulling = this.#serial ? this.#queue.then(pull) : pull();
    this.#queue = pulling.then(ignore, ignore);
    try {
      const { size } = await pulling;
      const now = this.#clock.now();
      this.#failures.delete(key);
      this.#backoff.forget(key);
      const took = `${formatDuration(now - begun)} (${formatDuration(now - asked)} including waiting)`;
      event("Normal", "Pulled", `Successfully pulled image ${goQuote(image)} in ${took}. Image size: ${size} bytes.`);
      this.onPulled();
      return reference;
    } catch (error) {
      const message = rpcError(error);
      event("Warning", "Failed", `Failed to pull image ${goQuote(image)}: ${message}`);
      const now = this.#clock.now();
      this.#backoff.next(key, now, now);
      this.#failures.set(key, `ErrImagePull: ${message}`);
      throw new StartFailure("ErrImagePull", message);
    }
  }
}

const ignore = (): void => {};

/** A runtime's refusal as it looks when it has come over gRPC. */
export function rpcError(error: unknown): string {
  if (!(error instanceof RuntimeError)) return error instanceof Error ? error.message : String(error);
  if (error.message.startsWith("rpc error: ")) return error.message;
  const code = error.reason === "StartError" ? "Unknown" : error.reason;
  return `rpc error: code = ${code} desc = ${error.message}`;
}
