import type { Pod } from "../api/index.ts";
import { milliValue, value } from "../machinery/index.ts";
import { uidOf } from "./pod.ts";
import { resizeRefusal, type ResizeRefusal } from "./resize/decide.ts";
import { admit, hostPorts, podRequests, type Amounts, type Rejection, type Room } from "./resources.ts";

/** What a node has for pods, and what of it they have been given. */
export class NodeRoom {
  readonly #allocatable: Room["allocatable"];
  readonly #pressure: () => readonly string[];
  readonly #used = { cpu: 0, memory: 0, pods: 0 };
  readonly #ports = new Set<string>();
  readonly #taken = new Map<string, Amounts & { readonly pod: Pod; readonly ports: readonly string[] }>();

  /** `pressure`: conditions of it that the node reports. */
  constructor(allocatable: Readonly<Record<string, string>>, pods: number, pressure: () => readonly string[]) {
    this.#allocatable = { cpu: milliValue(allocatable["cpu"]), memory: value(allocatable["memory"]), pods };
    this.#pressure = pressure;
  }

  get pods(): number {
    return this.#taken.size;
  }
  get #room(): Room {
    return { allocatable: this.#allocatable, used: this.#used, ports: this.#ports, pressure: this.#pressure() };
  }

  /** Takes a pod in, or says why not. */
  admit(pod: Pod): Rejection | null {
    const rejection = admit(pod, this.#room);
    if (rejection === null) this.take(pod);
    return rejection;
  }

  take(pod: Pod): void {
    const amounts = podRequests(pod);
    const ports = hostPorts(pod);
    this.#taken.set(uidOf(pod), { ...amounts, pod, ports });
    for (const port of ports) this.#ports.add(port);
    this.#used.cpu += amounts.cpu;
    this.#used.memory += amounts.memory;
    this.#used.pods++;
  }

  release(uid: string): void {
    const amounts = this.#taken.get(uid);
    if (amounts === undefined) return;
    this.#taken.delete(uid);
    this.#used.cpu -= amounts.cpu;
    this.#used.memory -= amounts.memory;
    this.#used.pods--;
    for (const port of amounts.ports) this.#ports.delete(port);
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
