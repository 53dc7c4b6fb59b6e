import type { Node } from "../../api/index.ts";
import { countsForZone, evictionInterval, readyOf, type ZoneState, zoneOf, zoneState } from "./decide.ts";

interface Zone {
  ready: number;
  notReady: number;
  /** When the next node of the zone may get its NoExecute taint. */
  next: number;
}

/** Health of zones, counted as nodes change, and the rate at which their nodes may be emptied. */
export class Zones {
  readonly #zones = new Map<string, Zone>();
  readonly #nodes = new Map<string, { readonly zone: string; readonly ready: boolean }>();
  readonly #names = new Set<string>();
  #disrupted = 0;
  #changed = false;

  /** Answers whether a zone's state changed, which changes what the others may do. */
  observe(name: string, node: Node | undefined): boolean {
    this.#changed = false;
    const old = this.#nodes.get(name);
    if (old) this.#count(old.zone, old.ready, -1);
    this.#nodes.delete(name);
    if (node) this.#names.add(name);
    else this.#names.delete(name);
    if (node && countsForZone(node)) {
      const now = { zone: zoneOf(node), ready: readyOf(node)?.status === "True" };
      this.#nodes.set(name, now);
      this.#count(now.zone, now.ready, 1);
    }
    return this.#changed;
  }

  /** Nothing answers anywhere: the fault is more likely ours, and nobody is evicted. */
  get allDisrupted(): boolean {
    return this.#disrupted > 0 && this.#disrupted === this.#zones.size;
  }

  get names(): Iterable<string> {
    return this.#names;
  }

  /** Ms until a node of this zone may get its taint; 0 takes the place. */
  take(node: Node, now: number): number {
    const zone = this.#zones.get(zoneOf(node));
    if (!zone) return 0;
    const interval = evictionInterval(stateOf(zone), zone.ready + zone.notReady, this.allDisrupted);
    if (interval === Infinity) return Infinity;
    if (zone.next > now) return zone.next - now;
    zone.next = now + interval;
    return 0;
  }

  #count(name: string, ready: boolean, by: 1 | -1): void {
    let zone = this.#zones.get(name);
    if (!zone) this.#zones.set(name, (zone = { ready: 0, notReady: 0, next: 0 }));
    const before = stateOf(zone);
    if (ready) zone.ready += by;
    else zone.notReady += by;
    const after = stateOf(zone);
    this.#changed ||= after !== before;
    this.#disrupted += Number(after === "FullDisruption") - Number(before === "FullDisruption");
    if (zone.ready + zone.notReady === 0) this.#zones.delete(name);
  }
}

const stateOf = (zone: Zone): ZoneState => zoneState(zone.ready, zone.notReady);
