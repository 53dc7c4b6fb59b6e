import { array, bulk, bulks, int, NIL } from "../resp.ts";
import { type Call, type DataCommands, grows, integer, reads, refuse, scanOptions, writes } from "./types.ts";

const members = ({ db }: Call, key: string): Set<string> | undefined => db.typed(key, "set")?.value;

/** Whole numbers lie in their order, as an intset has them; others as they came. */
function inOrder(set: Set<string> | undefined): readonly string[] {
  const all = [...(set ?? [])];
  return all.length <= 512 && all.every((m) => /^(0|-?[1-9]\d{0,14})$/.test(m)) ? all.sort((a, b) => Number(a) - Number(b)) : all;
}

type Combine = (call: Call, keys: readonly string[]) => Set<string>;
const union: Combine = (call, keys) => new Set(keys.flatMap((k) => [...(members(call, k) ?? [])]));
const inter: Combine = (call, keys) => {
  const [first = new Set<string>(), ...rest] = keys.map((k) => members(call, k) ?? new Set<string>());
  return new Set([...first].filter((m) => rest.every((s) => s.has(m))));
};
const diff: Combine = (call, keys) => {
  const [first = new Set<string>(), ...rest] = keys.map((k) => members(call, k) ?? new Set<string>());
  return new Set([...first].filter((m) => !rest.some((s) => s.has(m))));
};
const store =
  (combine: Combine) =>
  (call: Call, [to = "", ...keys]: readonly string[]): string => {
    const value = combine(call, keys);
    const had = call.db.remove(to);
    if (value.size > 0) call.db.put(to, { type: "set", value });
    if (had || value.size > 0) call.changed();
    return int(value.size);
  };

export const sets: DataCommands = {
  sadd: grows(-3, (call, [key = "", ...items]) => {
    const { value } = call.db.made(key, "set");
    const before = value.size;
    for (const item of items) value.add(item);
    if (value.size > before) call.changed(value.size - before);
    return int(value.size - before);
  }),
  srem: writes(-3, (call, [key = "", ...items]) => {
    const value = members(call, key);
    const gone = items.filter((i) => value?.delete(i)).length;
    if (gone > 0) call.changed(gone);
    return int(gone);
  }),
  smembers: reads(2, (call, [key = ""]) => bulks(inOrder(members(call, key)))),
  sismember: reads(3, (call, [key = "", item = ""]) => int(members(call, key)?.has(item) ? 1 : 0)),
  smismember: reads(-3, (call, [key = "", ...items]) => array(items.map((i) => int(members(call, key)?.has(i) ? 1 : 0)))),
  scard: reads(2, (call, [key = ""]) => int(members(call, key)?.size ?? 0)),
  spop: writes(-2, (call, [key = "", n]) => {
    const times = n === undefined ? 1 : integer(n, "ERR value is out of range, must be positive");
    if (times < 0) refuse("ERR value is out of range, must be positive");
    const value = members(call, key);
    if (!value) return n === undefined ? NIL : bulks([]);
    const taken = picked(call, [...value], times);
    for (const item of taken) value.delete(item);
    if (taken.length > 0) {
      call.changed(taken.length);
      call.effect("SREM", key, ...taken);
    }
    return n === undefined ? bulk(taken[0]) : bulks(taken);
  }),
  srandmember: reads(-2, (call, [key = "", n]) => {
    const all = [...(members(call, key) ?? [])];
    if (n === undefined) return all.length === 0 ? NIL : bulk(all[call.random.int(all.length)]);
    const times = integer(n);
    if (times >= 0) return bulks(picked(call, all, times));
    if (-times > 100_000) refuse("ERR value is out of range");
    return bulks(all.length === 0 ? [] : Array.from({ length: -times }, () => all[call.random.int(all.length)]));
  }),
  smove: writes(
    4,
    (call, [from = "", to = "", item = ""]) => {
      const source = members(call, from);
      members(call, to);
      if (!source?.has(item)) return int(0);
      if (from !== to) {
        source.delete(item);
        call.db.made(to, "set").value.add(item);
      }
      call.changed();
      return int(1);
    },
    [1, 2, 1],
  ),
  sunion: reads(-2, (call, keys) => bulks(inOrder(union(call, keys))), [1, -1, 1]),
  sinter: reads(-2, (call, keys) => bulks(inOrder(inter(call, keys))), [1, -1, 1]),
  sdiff: reads(-2, (call, keys) => bulks(inOrder(diff(call, keys))), [1, -1, 1]),
  sunionstore: grows(-3, store(union), [1, -1, 1]),
  sinterstore: grows(-3, store(inter), [1, -1, 1]),
  sdiffstore: grows(-3, store(diff), [1, -1, 1]),
  sscan: reads(-3, (call, [key = "", cursor, ...rest]) => {
    integer(cursor, "ERR invalid cursor");
    const { match } = scanOptions(rest);
    return array([bulk("0"), bulks([...(members(call, key) ?? [])].filter((m) => !match || match(m)))]);
  }),
};

function picked({ random }: Call, from: string[], n: number): string[] {
  const taken: string[] = [];
  while (taken.length < n && from.length > 0) taken.push(...from.splice(random.int(from.length), 1));
  return taken;
}
