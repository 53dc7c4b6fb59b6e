import { PyFloat, PyTuple, type Value } from "../values.ts";
import { typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { typeName } from "../vm/names.ts";
import { asFloat } from "../vm/numbers.ts";
import { record } from "./records.ts";
import { civil, dayOfYear, epochOf, strftime, type Moment } from "./calendar.ts";

const FIELDS = ["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"];
const structOf = (c: Moment): PyTuple =>
  record("time.struct_time", FIELDS, [c.year, c.month, c.day, c.hour, c.minute, c.second, c.weekday, dayOfYear(c), 0]);
export function momentOf(v: Value): Moment {
  if (!(v instanceof PyTuple)) throw typeError("Tuple or struct_time argument required");
  const [year, month, day, hour, minute, second, weekday] = v.items.map(Number) as [number, number, number, number, number, number, number];
  return { year, month, day, hour, minute, second, weekday, micro: 0 };
}
export function secondsOf(v: Value): number {
  const x = asFloat(v);
  if (x === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return x;
}

function* sleep(m: Machine, v: Value): Gen {
  const seconds = secondsOf(v);
  if (Number.isNaN(seconds)) throw valueError("Invalid value NaN (not a number)");
  if (seconds < 0) throw valueError("sleep length must be non-negative");
  yield m.proc.clock.sleep(seconds * 1000);
  return null;
}

/** time: the container's clock is the cluster's, in UTC. */
export function timeModule(m: Machine): Map<string, Value> {
  const now = (): number => m.clock();
  const since = (): number => now() - m.started;
  const ns = (ms: number): Value => BigInt(Math.round(ms * 1e6)) + 0n;
  const at = (v: Value | undefined): Moment => civil(v === undefined || v === null ? now() : Math.floor(secondsOf(v)) * 1000);
  return new Map<string, Value>([
    ...functions({
      time: ["", () => new PyFloat(now() / 1000)],
      time_ns: ["", () => ns(now())],
      sleep: ["seconds, /", (_, [s]) => sleep(m, s as Value)],
      monotonic: ["", () => new PyFloat(1000 + since() / 1000)],
      monotonic_ns: ["", () => ns(1e6 + since())],
      perf_counter: ["", () => new PyFloat(1000 + since() / 1000)],
      perf_counter_ns: ["", () => ns(1e6 + since())],
      process_time: ["", () => new PyFloat(m.proc.usage().own / 1000)],
      thread_time: ["", () => new PyFloat(m.proc.usage().own / 1000)],
      gmtime: ["seconds=, /", (_, [s]) => structOf(at(s))],
      localtime: ["seconds=, /", (_, [s]) => structOf(at(s))],
      mktime: ["t, /", (_, [v]) => new PyFloat(epochOf(momentOf(v as Value)) / 1000)],
      strftime: ["format, t=, /", (_, [format, v]) => strftime(v === undefined ? at(undefined) : momentOf(v), String(format))],
      ctime: ["seconds=, /", (_, [s]) => strftime(at(s), "%a %b %e %H:%M:%S %Y")],
      asctime: ["t=, /", (_, [v]) => strftime(v === undefined ? at(undefined) : momentOf(v), "%a %b %e %H:%M:%S %Y")],
      tzset: ["", () => null],
    }),
    ["timezone", 0],
    ["altzone", 0],
    ["daylight", 0],
    ["tzname", new PyTuple(["UTC", "UTC"])],
  ]);
}
