import type { KubeObject } from "../../../api/index.ts";

/**
 * What mutating plugins remember within one request: when one of them changes the object, all run once more, and of
 * policies and webhooks those that asked for it (k8s: webhook/mutating reinvocationcontext.go).
 */
export class Reinvocation {
  /** This is the second time. */
  again = false;
  /** There should be a second time. */
  wanted = false;
  readonly #memories = new Map<string, Memory>();

  /** A plugin's own. */
  of(plugin: string): Memory {
    let memory = this.#memories.get(plugin);
    if (memory === undefined) this.#memories.set(plugin, (memory = new Memory()));
    return memory;
  }
}

class Memory {
  readonly #eligible = new Set<string>();
  readonly #required = new Set<string>();
  #last: KubeObject | undefined;

  /** At the second time: others changed what this plugin left behind. */
  begin(object: KubeObject | undefined): void {
    if (object !== this.#last) this.changed();
  }

  end(object: KubeObject | undefined): void {
    this.#last = object;
  }

  /** The object changed: who ran before and asked for it runs again. */
  changed(): void {
    for (const key of this.#eligible) this.#required.add(key);
    this.#eligible.clear();
  }

  ran(key: string, eligible: boolean): void {
    if (eligible) this.#eligible.add(key);
  }

  requires(key: string): boolean {
    return this.#required.has(key);
  }
}
