import type { Pod } from "../api/index.ts";
import { milliValue, value } from "../machinery/index.ts";
import { uidOf } from "./pod.ts";
import { resizeRefusal, type ResizeRefusal } from "./resize/decide.ts";
import { admit, hostPorts, podRequests, type Amounts, type Rejection, type Room, shortagesAlone, type Shortage } from "./resources.ts";

/** What a node has for pods, and what of it they have been given. */
export class NodeRoom {
  readonly #allocatable: Room["allocatable"];
  readonly #now: () => Pick<Room, "pressure" | "node">;
  readonly #used = { cpu: 0, memory: 0, pods: 0, others: {} as Record<string, number> };
  readonly #ports = new Set<string>();
  readonly #taken = new Map<string, Amounts & { readonly pod: Pod; readonly ports: readonly string[] }>();

  /** `now`: what the node reports. */
  constructor(allocatable: Readonly<Record<string, string>>, pods: number, now: () => Pick<Room, "pressure" | "node">) {
    const { cpu, memory, pods: _, ...rest } = allocatable;
    const others = Object.fromEntries(Object.entries(rest).map(([name, amount]) => [name, value(amount)]));
    this.#allocatable = { cpu: milliValue(cpu), memory: value(memory), pods, others };
    this.#now = now;
  }

  get pods(): number {
    return this.#taken.size;
  }
  get #room(): Room {
    return { allocatable: this.#allocatable, used: this.#used, ports: this.#ports, ...this.#now() };
  }

  /** Takes a pod in, or says why not. */
  admit(pod: Pod): Rejection | null {
    const rejection = admit(pod, this.#room);
    if (rejection === null) this.take(pod);
    return rejection;
  }

  /** What alone it lacks for a pod. */
  lacks(pod: Pod): readonly Shortage[] {
    return shortagesAlone(pod, this.#room);
  }

  take(pod: Pod): void {
    const amounts = podRequests(pod);
    const ports = hostPorts(pod);
    this.#taken.set(uidOf(pod), { ...amounts, pod, ports });
    for (const port of ports) this.#ports.add(port);
    this.#used.cpu += amounts.cpu;
    this.#used.memory += amounts.memory;
    this.#count(amounts.others, 1);
    this.#used.pods++;
  }

  release(uid: string): void {
    const amounts = this.#taken.get(uid);
    if (amounts === undefined) return;
    this.#taken.delete(uid);
    this.#used.cpu -= amounts.cpu;
    this.#used.memory -= amounts.memory;
    this.#count(amounts.others, -1);
    this.#used.pods--;
    for (const port of amounts.ports) this.#ports.delete(port);
  }

  #count(others: Amounts["others"] = {}, sign: number): void {
    for (const [name, amount] of Object.entries(others)) this.#used.others[name] = (this.#used.others[name] ?? 0) + sign * amount;
  }

  /** Gives a pod what it asks for now in place of what it has, or says why not. */
  exchange(pod: Pod): ResizeRefusal | undefined {
    const had = this.#taken.get(uidOf(pod))?.pod;
    this.release(uidOf(pod));
    const refusal = resizeRefusal(pod, this.#room);
    if (refusal === undefined) this.take(pod);
    else if (had !== undefined) this.take(had);
    return refusal;
  }
}
