import type { Cancel, Cause, Clock } from "../../sim/index.ts";
import type { ResourceInfo } from "../route.ts";
import type { ApiRequest, ApiResponse, UserInfo } from "../types.ts";

/** What one admission plugin did to a request; what it let pass unchanged leaves no verdict. */
export interface Verdict {
  readonly plugin: string;
  readonly phase: "mutate" | "validate";
  readonly verdict: "changed" | "refused";
  readonly message?: string;
}

/** What is known of a request, filled in along the pipeline. Times are virtual milliseconds. */
export interface RequestRecord {
  /** Counts from 1 in the order in which requests came. */
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly query: ApiRequest["query"];
  readonly agent: string;
  readonly causes: readonly Cause[];
  /** From outside the process. */
  readonly outside: boolean;
  readonly at: number;
  info: ResourceInfo | undefined;
  verb: string;
  /** Who it really was. */
  user: UserInfo | undefined;
  /** Whom it was made as, when that is somebody else. */
  as: UserInfo | undefined;
  verdicts: Verdict[] | undefined;
  /** What policies note about it. */
  annotations: Record<string, string> | undefined;
  /** Of the write it made. */
  revision: number | undefined;
  status: number;
  /** The answer, when it was a refusal. */
  refusal: object | undefined;
  /** When the answer began, for what is long; and when it was over. */
  started: number | undefined;
  ended: number | undefined;
}

/** An annotation of the audit event. */
export function annotate(record: RequestRecord, key: string, value: string): void {
  (record.annotations ??= {})[key] = value;
}

/** How many requests are kept. */
const KEPT = 4096;

/**
 * The newest requests, in a ring. What the cluster's own components only read is counted but not kept: it would push
 * out in a second what people look for. Their writes are kept, as is everything that people and outsiders ask.
 */
export class RequestLog {
  readonly #clock: Clock;
  readonly #ring: RequestRecord[] = [];
  readonly #watchers = new Set<(record: RequestRecord) => void>();
  #next = 0;
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(request: ApiRequest): RequestRecord {
    return {
      sequence: ++this.#sequence,
      method: request.method,
      path: request.path,
      query: request.query,
      agent: request.agent,
      causes: request.causes,
      outside: request.headers !== undefined,
      at: this.#clock.now(),
      info: undefined,
      verb: "",
      user: request.user,
      as: undefined,
      verdicts: undefined,
      annotations: undefined,
      revision: undefined,
      status: 0,
      refusal: undefined,
      started: undefined,
      ended: undefined,
    };
  }

  /** The answer is there; of a watch or another stream only its beginning. */
  answered(record: RequestRecord, response: ApiResponse): void {
    record.status = response.status;
    if (response.status >= 400 && typeof response.body === "object" && !(response.body instanceof Uint8Array))
      record.refusal = response.body;
    if (response.watch || response.stream) record.started = this.#clock.now();
    else record.ended = this.#clock.now();
    if (!isKept(record)) return;
    this.#ring[this.#next] = record;
    this.#next = (this.#next + 1) % KEPT;
    this.#tell(record);
  }

  /** A stream is over. */
  ended(record: RequestRecord): void {
    if (record.ended !== undefined) return;
    record.ended = this.#clock.now();
    if (isKept(record)) this.#tell(record);
  }

  /** Oldest first, those after a sequence number only. */
  entries(after = 0): readonly RequestRecord[] {
    const ordered = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return ordered.filter((record) => record.sequence > after);
  }

  /** Told of each record that is kept, in a turn of its own: when it is answered and, for a stream, when that is over. */
  watch(on: (record: RequestRecord) => void): Cancel {
    this.#watchers.add(on);
    return () => this.#watchers.delete(on);
  }

  get total(): number {
    return this.#sequence;
  }

  #tell(record: RequestRecord): void {
    if (this.#watchers.size === 0) return;
    this.#clock.turn(() => {
      for (const on of [...this.#watchers]) on(record);
    });
  }
}

const READS = ["get", "list", "watch"];

function isKept({ outside, user, verb }: RequestRecord): boolean {
  return outside || !user?.name.startsWith("system:") || !READS.includes(verb);
}
