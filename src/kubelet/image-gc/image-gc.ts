import type { Node } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import { timerCause, type Clock } from "../../sim/index.ts";
import type { KubeletConfig } from "../types.ts";

/** k8s: kubelet.go ImageGCPeriod. */
const PERIOD_MS = 300_000;

interface ImageRecord {
  readonly detected: number;
  readonly used: number;
}
export type ImageRecords = readonly (readonly [string, ImageRecord])[];

interface Deletable {
  readonly imageRef: string;
  readonly size: number;
  readonly record: ImageRecord;
}

/** Which of these go so that so many bytes are free again: the longest unused first, none that is in use or has just come. */
export function toDelete(images: readonly Deletable[], bytes: number, now: number, minimumAge: number): readonly Deletable[] {
  const out: Deletable[] = [];
  let freed = 0;
  for (const image of images.toSorted((a, b) => a.record.used - b.record.used || a.record.detected - b.record.detected)) {
    if (freed >= bytes) break;
    if (image.record.used >= now || now - image.record.detected < minimumAge) continue;
    out.push(image);
    freed += image.size;
  }
  return out;
}

interface Options {
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly config: KubeletConfig;
  readonly node: () => Node;
  /** Images were removed. */
  readonly changed: () => void;
  /** Others are there than before: what is saved is to be saved again. */
  readonly noted: () => void;
}

/** Removes images that nothing uses when the disk fills up (k8s: images/image_gc_manager.go). Looks when told to, as often as it likes. */
export class ImageCollector {
  readonly #o: Options;
  readonly #records = new Map<string, ImageRecord>();
  #next = -Infinity;
  #failed = false;

  constructor(options: Options) {
    this.#o = options;
  }

  save(): ImageRecords {
    return [...this.#records];
  }
  restore(records: ImageRecords, now: number): void {
    for (const [image, record] of records) this.#records.set(image, record);
    this.#next = now + PERIOD_MS;
  }

  /** Every five minutes: looks what there is, and whether there is too much. */
  housekeep(): void {
    const now = this.#o.clock.now();
    if (now < this.#next) return;
    // What was there before the kubelet counts as old.
    this.#detect(this.#next === -Infinity ? 0 : now);
    this.#next = now + PERIOD_MS;
    this.#collect(now);
  }

  /** All that nothing uses, whether there is too much or not: the node is short of disk. */
  removeUnused(): void {
    this.#free(Infinity, this.#o.clock.now());
  }

  #detect(at: number): void {
    const { runtime, clock } = this.#o;
    const inUse = new Set(runtime.containers().map((c) => c.imageRef));
    const here = new Set<string>();
    const before = this.#records.size;
    let other = false;
    for (const { imageRef } of runtime.images()) {
      here.add(imageRef);
      const known = this.#records.get(imageRef);
      other ||= known === undefined;
      const used = inUse.has(imageRef) ? clock.now() : (known?.used ?? 0);
      if (known === undefined || known.used !== used) this.#records.set(imageRef, { detected: known?.detected ?? at, used });
    }
    for (const image of this.#records.keys()) if (!here.has(image)) this.#records.delete(image);
    if (other || this.#records.size !== before) this.#o.noted();
  }

  #collect(now: number): void {
    const { runtime, config, recorder } = this.#o;
    const { capacity, used } = runtime.use().disk;
    const available = Math.max(0, capacity.bytes - used.bytes);
    const percent = 100 - Math.floor((available * 100) / capacity.bytes);
    if (percent < config.imageGCHighThresholdPercent) {
      this.#failed = false;
      return;
    }
    const wanted = Math.floor((capacity.bytes * (100 - config.imageGCLowThresholdPercent)) / 100) - available;
    const freed = this.#free(wanted, now);
    if (freed >= wanted) {
      this.#failed = false;
      return;
    }
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
    const causes = [timerCause("kubelet image garbage collection", [])];
    recorder.event(this.#o.node(), "Warning", "FreeDiskSpaceFailed", message, causes);
    // Once may be bad luck.
    if (this.#failed) recorder.event(this.#o.node(), "Warning", "ImageGCFailed", message, causes);
    this.#failed = true;
  }

  #free(bytes: number, now: number): number {
    const { runtime, config } = this.#o;
    this.#detect(now);
    const images = runtime.images().flatMap(({ imageRef, size }) => {
      const record = this.#records.get(imageRef);
      return record === undefined ? [] : [{ imageRef, size, record }];
    });
    let freed = 0;
    for (const { imageRef, size } of toDelete(images, bytes, now, config.imageMinimumGCAge)) {
      runtime.removeImage(imageRef);
      this.#records.delete(imageRef);
      freed += size;
    }
    if (freed > 0) this.#o.changed();
    return freed;
  }
}
