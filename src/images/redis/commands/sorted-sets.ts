import { sorted } from "../keyspace.ts";
import { array, bulk, bulks, int, NIL } from "../resp.ts";
import {
  type Call,
  type DataCommands,
  float,
  floatText,
  grows,
  integer,
  reads,
  refuse,
  scanOptions,
  span,
  SYNTAX,
  writes,
} from "./types.ts";

type Pair = readonly [string, number];
const zset = ({ db }: Call, key: string) => db.typed(key, "zset");
const ordered = (call: Call, key: string): readonly Pair[] => {
  const entry = zset(call, key);
  return entry ? sorted(entry) : [];
};
const shown = (pairs: readonly Pair[], scores: boolean): string => bulks(pairs.flatMap(([m, s]) => (scores ? [m, floatText(s)] : [m])));

function add(call: Call, [key = "", ...rest]: readonly string[]): string {
  const flags = new Set<string>();
  let i = 0;
  for (; /^(nx|xx|gt|lt|ch|incr)$/i.test(rest[i] ?? ""); i++) flags.add((rest[i] as string).toUpperCase());
  const pairs = rest.slice(i);
  if (pairs.length === 0 || pairs.length % 2 !== 0) refuse(SYNTAX);
  if (flags.has("NX") && flags.has("XX")) refuse("ERR XX and NX options at the same time are not compatible");
  if (flags.has("INCR") && pairs.length > 2) refuse("ERR INCR option supports a single increment-element pair");
  const scores = pairs.filter((_, n) => n % 2 === 0).map((s) => float(s));
  const { value } = call.db.made(key, "zset");
  let [added, changed] = [0, 0];
  let result: number | undefined;
  for (const [n, given] of scores.entries()) {
    const member = pairs[n * 2 + 1] as string;
    const old = value.get(member);
    const score = flags.has("INCR") ? (old ?? 0) + given : given;
    if (old === undefined ? flags.has("XX") : flags.has("NX") || (flags.has("GT") && score <= old) || (flags.has("LT") && score >= old))
      continue;
    if (old === undefined) added++;
    else if (old !== score) changed++;
    value.set(member, score);
    result = score;
  }
  call.db.settle(key);
  if (added + changed > 0) call.changed(added + changed);
  if (flags.has("INCR")) return result === undefined ? NIL : bulk(floatText(result));
  return int(flags.has("CH") ? added + changed : added);
}

interface Bound {
  readonly score: number;
  readonly open: boolean;
}
function bound(text: string | undefined): Bound {
  const open = text?.startsWith("(") ?? false;
  return { score: float(open ? text?.slice(1) : text, "ERR min or max is not a float"), open };
}
const within = (low: Bound, high: Bound) => (pair: Pair) =>
  (low.open ? pair[1] > low.score : pair[1] >= low.score) && (high.open ? pair[1] < high.score : pair[1] <= high.score);

const rangeByScore =
  (down: boolean) =>
  (call: Call, [key = "", a, b, ...options]: readonly string[]): string => {
    const [low, high] = down ? [bound(b), bound(a)] : [bound(a), bound(b)];
    let scores = false;
    let [offset, n] = [0, -1];
    for (let i = 0; i < options.length; i++) {
      if (/^withscores$/i.test(options[i] as string)) scores = true;
      else if (/^limit$/i.test(options[i] as string)) {
        offset = integer(options[++i] ?? refuse(SYNTAX));
        n = integer(options[++i] ?? refuse(SYNTAX));
      } else refuse(SYNTAX);
    }
    const all = ordered(call, key).filter(within(low, high));
    return shown((down ? all.toReversed() : all).slice(offset, n < 0 ? undefined : offset + n), scores);
  };

function range(call: Call, [key = "", start, stop, ...options]: readonly string[], down = false): string {
  const flags = options.map((o) => o.toUpperCase());
  if (flags.includes("BYLEX")) refuse("ERR BYLEX is not simulated by Timonel");
  if (flags.includes("REV")) down = true;
  if (flags.includes("BYSCORE"))
    return rangeByScore(down)(call, [key, start as string, stop as string, ...options.filter((o) => !/^(rev|byscore)$/i.test(o))]);
  for (const f of flags) if (f !== "WITHSCORES" && f !== "REV") refuse(SYNTAX);
  const all = ordered(call, key);
  const at = span(integer(start), integer(stop), all.length);
  return shown(at ? (down ? all.toReversed() : all).slice(...at) : [], flags.includes("WITHSCORES"));
}

const rank =
  (down: boolean) =>
  (call: Call, [key = "", member]: readonly string[]): string => {
    const all = ordered(call, key);
    const at = all.findIndex(([m]) => m === member);
    return at < 0 ? NIL : int(down ? all.length - 1 - at : at);
  };

const take =
  (down: boolean) =>
  (call: Call, [key = "", n]: readonly string[]): string => {
    const all = ordered(call, key);
    const times = n === undefined ? 1 : integer(n, "ERR value is out of range, must be positive");
    const taken = (down ? all.toReversed() : all).slice(0, times);
    remove(call, key, taken);
    return shown(taken, true);
  };

function remove(call: Call, key: string, pairs: readonly Pair[]): number {
  const value = zset(call, key)?.value;
  for (const [member] of pairs) value?.delete(member);
  if (pairs.length > 0) {
    call.changed(pairs.length);
    call.effect("ZREM", key, ...pairs.map(([m]) => m));
  }
  return pairs.length;
}

export const sortedSets: DataCommands = {
  zadd: grows(-4, add),
  zincrby: grows(4, (call, [key = "", by = "", member = ""]) => add(call, [key, "INCR", by, member])),
  zscore: reads(3, (call, [key = "", member = ""]) => {
    const score = zset(call, key)?.value.get(member);
    return score === undefined ? NIL : bulk(floatText(score));
  }),
  zmscore: reads(-3, (call, [key = "", ...names]) => {
    const value = zset(call, key)?.value;
    return bulks(names.map((m) => (value?.has(m) ? floatText(value.get(m) as number) : undefined)));
  }),
  zcard: reads(2, (call, [key = ""]) => int(zset(call, key)?.value.size ?? 0)),
  zrange: reads(-4, (call, args) => range(call, args)),
  zrevrange: reads(-4, (call, args) => range(call, args, true)),
  zrangebyscore: reads(-4, rangeByScore(false)),
  zrevrangebyscore: reads(-4, rangeByScore(true)),
  zcount: reads(4, (call, [key = "", a, b]) => int(ordered(call, key).filter(within(bound(a), bound(b))).length)),
  zrank: reads(3, rank(false)),
  zrevrank: reads(3, rank(true)),
  zrem: writes(-3, (call, [key = "", ...names]) => {
    const value = zset(call, key)?.value;
    return int(
      remove(
        call,
        key,
        names.filter((m, i) => value?.has(m) && names.indexOf(m) === i).map((m) => [m, 0]),
      ),
    );
  }),
  zremrangebyrank: writes(4, (call, [key = "", start, stop]) => {
    const all = ordered(call, key);
    const at = span(integer(start), integer(stop), all.length);
    return int(remove(call, key, at ? all.slice(...at) : []));
  }),
  zremrangebyscore: writes(4, (call, [key = "", a, b]) => int(remove(call, key, ordered(call, key).filter(within(bound(a), bound(b)))))),
  zpopmin: writes(-2, take(false)),
  zpopmax: writes(-2, take(true)),
  zscan: reads(-3, (call, [key = "", cursor, ...rest]) => {
    integer(cursor, "ERR invalid cursor");
    const { match } = scanOptions(rest);
    return array([
      bulk("0"),
      shown(
        ordered(call, key).filter(([m]) => !match || match(m)),
        true,
      ),
    ]);
  }),
};
