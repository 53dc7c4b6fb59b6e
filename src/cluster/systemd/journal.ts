import type { Cancel, Clock, Persistent } from "../../sim/index.ts";

/** What a process said: its words, or what they are made of when somebody reads them. */
export type Said = string | KlogLine;
/** A line of klog's structured kind: place, words, and what it is about (k8s: klog InfoS, ErrorS). */
export interface KlogLine {
  readonly severity: "I" | "W" | "E" | "F";
  readonly place: string;
  /** Or what it is put together from, as Sprintf does. */
  readonly text: string | readonly [format: string, ...args: string[]];
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** An explanation that systemd's catalog has for a message of its own. */
export type CatalogId = "starting" | "started" | "stopping" | "stopped" | "exited" | "failed" | "succeeded" | "restart";

export interface JournalEntry {
  /** In the order of all that was said on the machine. */
  readonly n: number;
  /** Virtual ms. */
  readonly at: number;
  readonly unit: string;
  readonly identifier: string;
  readonly pid: number;
  /** syslog's: 3 error, 4 warning, 6 info. */
  readonly priority: number;
  readonly said: Said;
  readonly catalog?: CatalogId;
}

/** Kept of each unit, and how many of them are one record. */
const KEPT = 1024;
const CHUNK = 64;

interface Ring {
  entries: JournalEntry[];
  /** How many have been dropped. */
  first: number;
}

/** What a machine's units have said lately. Records: `<unit>/<chunk>`. */
export class Journal implements Persistent {
  readonly name: string;
  readonly #clock: Clock;
  readonly #rings = new Map<string, Ring>();
  readonly #changed = new Set<string>();
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #next = 1;

  constructor(machine: string, clock: Clock) {
    this.name = `journal/${machine}`;
    this.#clock = clock;
  }

  add(entry: Omit<JournalEntry, "n" | "at">): void {
    const ring = this.#rings.get(entry.unit) ?? { entries: [], first: 0 };
    this.#rings.set(entry.unit, ring);
    const whole = { n: this.#next++, at: this.#clock.now(), ...entry };
    ring.entries.push(whole);
    this.#changed.add(`${entry.unit}/${Math.floor((ring.first + ring.entries.length - 1) / CHUNK)}`);
    if (ring.entries.length >= KEPT + CHUNK) {
      this.#changed.add(`${entry.unit}/${ring.first / CHUNK}`);
      ring.entries = ring.entries.slice(CHUNK);
      ring.first += CHUNK;
    }
    for (const fn of this.#listeners) fn(whole);
  }

  /** In order; of all units without one. */
  entries(units?: readonly string[]): readonly JournalEntry[] {
    const rings = [...this.#rings].filter(([unit]) => units === undefined || units.includes(unit));
    if (rings.length === 1) return rings[0]?.[1].entries ?? [];
    return rings.flatMap(([, { entries }]) => entries).sort((a, b) => a.n - b.n);
  }

  on(fn: (entry: JournalEntry) => void): Cancel {
    this.#listeners.add(fn);
    return () => void this.#listeners.delete(fn);
  }

  drain(): ReadonlyMap<string, unknown> {
    const out = new Map<string, unknown>();
    for (const key of this.#changed) {
      const [unit = "", chunk] = key.split("/");
      const ring = this.#rings.get(unit);
      const from = Number(chunk) * CHUNK - (ring?.first ?? 0);
      out.set(key, ring === undefined || from < 0 ? undefined : ring.entries.slice(from, from + CHUNK));
    }
    this.#changed.clear();
    return out;
  }

  restore(records: ReadonlyMap<string, unknown>): void {
    const chunks = [...records]
      .map(([key, entries]) => ({ key, chunk: Number(key.split("/")[1]), entries: entries as readonly JournalEntry[] }))
      .sort((a, b) => a.chunk - b.chunk);
    for (const { key, chunk, entries } of chunks) {
      const unit = key.split("/")[0] ?? "";
      const ring = this.#rings.get(unit) ?? { entries: [], first: chunk * CHUNK };
      this.#rings.set(unit, ring);
      ring.entries.push(...entries);
      for (const { n } of entries) this.#next = Math.max(this.#next, n + 1);
    }
  }
}
