import { parseTime, rfc3339, utcFields } from "../../../sim/index.ts";
import { DurationError, parseDuration } from "../../duration.ts";
import { zoneOffset } from "../../zone.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, Opaque, textFormats } from "../values.ts";

const SECOND = 1_000_000_000n;
const MILLI = 1_000_000n;

export class Duration extends Opaque {
  readonly typeName = "google.protobuf.Duration";
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    if (BigInt.asIntN(64, nanos) !== nanos) throw new CelError("duration overflow");
    this.nanos = nanos;
  }

  equals(other: Opaque): boolean {
    return other instanceof Duration && other.nanos === this.nanos;
  }

  /** In seconds: `5400s`, `0.5s`. */
  override toString(): string {
    const [sign, size] = this.nanos < 0n ? ["-", -this.nanos] : ["", this.nanos];
    return `${sign}${size / SECOND}${fraction(size % SECOND)}s`;
  }
}

const fraction = (nanos: bigint): string => (nanos === 0n ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`);

export class Timestamp extends Opaque {
  readonly typeName = "google.protobuf.Timestamp";
  /** Since the Unix epoch. */
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    // From the year 1 to 9999.
    if (nanos < -62135596800n * SECOND || nanos >= 253402300800n * SECOND) throw new CelError("timestamp overflow");
    this.nanos = nanos;
  }

  equals(other: Opaque): boolean {
    return other instanceof Timestamp && other.nanos === this.nanos;
  }

  get millis(): number {
    return Number(floorDivide(this.nanos, MILLI));
  }

  override toString(): string {
    return rfc3339(this.millis).replace("Z", `${fraction(this.nanos - floorDivide(this.nanos, SECOND) * SECOND)}Z`);
  }
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

export const plus = (time: Timestamp, nanos: bigint): Timestamp => new Timestamp(time.nanos + nanos);

/** Undefined for a text that is no duration. */
export function durationOf(text: string): Duration | undefined {
  try {
    const ms = parseDuration(text);
    const whole = Math.trunc(ms);
    return new Duration(BigInt(whole) * MILLI + BigInt(Math.round((ms - whole) * 1e6)));
  } catch (error) {
    if (error instanceof DurationError || error instanceof CelError) return undefined;
    throw error;
  }
}

const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

export function timestampOf(text: string): Timestamp | undefined {
  const [, seconds = "", parts = "", zone = ""] = RFC3339.exec(text) ?? [];
  const ms = parseTime((seconds + zone).toUpperCase());
  return Number.isNaN(ms) ? undefined : new Timestamp(BigInt(ms) * MILLI + BigInt(parts.padEnd(9, "0").slice(0, 9)));
}

const conversion = (from: string, to: string) => new CelError(`type conversion error from '${from}' to '${to}'`);

export function toDuration(text: string): Duration {
  const found = durationOf(text);
  if (!found) throw conversion("string", "google.protobuf.Duration");
  return found;
}

export function toTimestamp(text: string): Timestamp {
  const found = timestampOf(text);
  if (!found) throw conversion("string", "google.protobuf.Timestamp");
  return found;
}

textFormats.set("duration", toDuration);
textFormats.set("timestamp", (text, type) => toTimestamp(type.format === "date" ? `${text}T00:00:00Z` : text));

type Fields = ReturnType<typeof utcFields>;

/** Milliseconds of what a clock in that zone shows, as if it were UTC. Zones: IANA's names, or `-08:00`. */
function local(time: Timestamp, zone: string | undefined): number {
  const ms = time.millis;
  if (zone === undefined || zone === "" || zone === "UTC") return ms;
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset) return ms + (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  try {
    return ms + zoneOffset(ms, zone);
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

const dayOfYear = (ms: number, { year }: Fields): number =>
  Math.floor((ms - parseTime(`${String(year).padStart(4, "0")}-01-01T00:00:00Z`)) / 86_400_000);

const get = (id: string, field: (fields: Fields, ms: number) => number): FunctionTable[string] => {
  const read = (time: Timestamp, zone?: string) => {
    const ms = local(time, zone);
    return BigInt(field(utcFields(ms), ms));
  };
  return [
    [`timestamp_to_${id}`, ".(timestamp) int", read],
    [`timestamp_to_${id}_with_tz`, ".(timestamp, string) int", read],
  ];
};
const whole = (id: string, unit: bigint): FunctionTable[string][number] => [
  `duration_to_${id}`,
  ".(duration) int",
  ({ nanos }: Duration) => nanos / unit,
];

export const time: FunctionTable = {
  getFullYear: get("year", (f) => f.year),
  getMonth: get("month", (f) => f.month - 1),
  getDate: get("day_of_month_1_based", (f) => f.day),
  getDayOfMonth: get("day_of_month", (f) => f.day - 1),
  getDayOfWeek: get("day_of_week", (f) => f.weekday),
  getDayOfYear: get("day_of_year", (f, ms) => dayOfYear(ms, f)),
  getHours: [...get("hours", (f) => f.hour), whole("hours", 3600n * SECOND)],
  getMinutes: [...get("minutes", (f) => f.minute), whole("minutes", 60n * SECOND)],
  getSeconds: [...get("seconds", (f) => f.second), whole("seconds", SECOND)],
  getMilliseconds: [
    ...get("milliseconds", (f) => f.millisecond),
    ["duration_to_milliseconds", ".(duration) int", ({ nanos }: Duration) => (nanos % SECOND) / MILLI],
  ],
};
