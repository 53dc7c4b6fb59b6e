/** The attachable volumes that a node's pods need, and which of them its status tells of (k8s: volumemanager GetVolumesInUse). */
export class VolumesInUse {
  readonly #pods = new Map<string, Set<string>>();
  #reported: ReadonlySet<string> = new Set();
  /** The status has something new to tell. */
  onChange: () => void = () => {};
  /** Pods that waited for the status to tell. */
  onReported: (uids: ReadonlySet<string>) => void = () => {};

  /** Its pods have been taken up: what is not among them is not in use. */
  known = false;

  /** What the status is to tell, where it told `before`. */
  names(before: readonly string[]): readonly string[] {
    return this.known ? [...this.#pods.keys()].sort() : before;
  }

  /** What a pod needs, to be stored with it. */
  of(uid: string): readonly string[] {
    const names: string[] = [];
    for (const [volume, pods] of this.#pods) if (pods.has(uid)) names.push(volume);
    return names;
  }
  /** What a pod needed before a reload, and the status told of. */
  restore(uid: string, names: readonly string[]): void {
    for (const name of names) this.#pods.set(name, new Set([...(this.#pods.get(name) ?? []), uid]));
    this.#reported = new Set([...this.#reported, ...names]);
  }

  /** Whether the node's status tells of it already: only then will nobody detach it under the pod. */
  need(volume: string, uid: string): boolean {
    const pods = this.#pods.get(volume);
    if (pods !== undefined) pods.add(uid);
    else {
      this.#pods.set(volume, new Set([uid]));
      this.onChange();
    }
    return this.#reported.has(volume);
  }

  release(uid: string): void {
    let gone = false;
    for (const [volume, pods] of this.#pods)
      if (pods.delete(uid) && pods.size === 0) {
        this.#pods.delete(volume);
        gone = true;
      }
    if (gone) this.onChange();
  }

  /** The node's status has been written with these. */
  reported(names: readonly string[]): void {
    const waiting = new Set<string>();
    for (const name of names) if (!this.#reported.has(name)) for (const uid of this.#pods.get(name) ?? []) waiting.add(uid);
    this.#reported = new Set(names);
    if (waiting.size > 0) this.onReported(waiting);
  }
}
