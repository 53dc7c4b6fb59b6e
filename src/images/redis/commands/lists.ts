import { bulk, bulks, int, NIL, NIL_ARRAY, OK } from "../resp.ts";
import { type Call, type DataCommands, grows, integer, reads, refuse, span, SYNTAX, writes } from "./types.ts";

const list = ({ db }: Call, key: string): string[] | undefined => db.typed(key, "list")?.value;

const push =
  (left: boolean, must: boolean) =>
  (call: Call, [key = "", ...items]: readonly string[]): string => {
    if (must && !list(call, key)) return int(0);
    const { value } = call.db.made(key, "list");
    if (left) value.unshift(...items.toReversed());
    else for (const item of items) value.push(item);
    call.changed(items.length);
    return int(value.length);
  };

const pop =
  (left: boolean) =>
  (call: Call, [key = "", n, extra]: readonly string[]): string => {
    if (extra !== undefined) refuse(`ERR wrong number of arguments for '${left ? "lpop" : "rpop"}' command`);
    const times = n === undefined ? 1 : integer(n, "ERR value is out of range, must be positive");
    if (times < 0) refuse("ERR value is out of range, must be positive");
    const value = list(call, key);
    if (!value) return n === undefined ? NIL : NIL_ARRAY;
    const taken = left ? value.splice(0, times) : value.splice(Math.max(0, value.length - times)).reverse();
    if (taken.length > 0) call.changed(taken.length);
    return n === undefined ? bulk(taken[0]) : bulks(taken);
  };

export function move(call: Call, from: string, to: string, fromLeft: boolean, toLeft: boolean): string | undefined {
  const source = list(call, from);
  if (!source || source.length === 0) return undefined;
  if (to !== from) list(call, to);
  const item = (fromLeft ? source.shift() : source.pop()) as string;
  const target = from === to ? source : call.db.made(to, "list").value;
  if (toLeft) target.unshift(item);
  else target.push(item);
  call.changed();
  call.effect("LMOVE", from, to, fromLeft ? "LEFT" : "RIGHT", toLeft ? "LEFT" : "RIGHT");
  return item;
}
export function side(text: string | undefined): boolean {
  const word = text?.toUpperCase();
  return word === "LEFT" || (word !== "RIGHT" && refuse(SYNTAX));
}

export const lists: DataCommands = {
  lpush: grows(-3, push(true, false)),
  rpush: grows(-3, push(false, false)),
  lpushx: grows(-3, push(true, true)),
  rpushx: grows(-3, push(false, true)),
  lpop: writes(-2, pop(true)),
  rpop: writes(-2, pop(false)),
  llen: reads(2, (call, [key = ""]) => int(list(call, key)?.length ?? 0)),
  lrange: reads(4, (call, [key = "", start, stop]) => {
    const [a, b] = [integer(start), integer(stop)];
    const value = list(call, key) ?? [];
    const range = span(a, b, value.length);
    return bulks(range ? value.slice(...range) : []);
  }),
  lindex: reads(3, (call, [key = "", index]) => bulk(list(call, key)?.at(integer(index)))),
  lset: grows(4, (call, [key = "", index, item = ""]) => {
    const value = list(call, key) ?? refuse("ERR no such key");
    const n = integer(index);
    const at = n < 0 ? value.length + n : n;
    if (at < 0 || at >= value.length) refuse("ERR index out of range");
    value[at] = item;
    call.changed();
    return OK;
  }),
  lrem: writes(4, (call, [key = "", times, item]) => {
    const n = integer(times);
    const value = list(call, key);
    if (!value) return int(0);
    let left = n === 0 ? Infinity : Math.abs(n);
    const keep = (v: string): boolean => !(v === item && left-- > 0);
    const kept = n < 0 ? value.toReversed().filter(keep).toReversed() : value.filter(keep);
    const gone = value.length - kept.length;
    value.splice(0, value.length, ...kept);
    if (gone > 0) call.changed(gone);
    return int(gone);
  }),
  ltrim: writes(4, (call, [key = "", start, stop]) => {
    const [a, b] = [integer(start), integer(stop)];
    const value = list(call, key);
    if (!value) return OK;
    const range = span(a, b, value.length) ?? [0, 0];
    value.splice(range[1]);
    value.splice(0, range[0]);
    call.changed();
    return OK;
  }),
  linsert: grows(5, (call, [key = "", where = "", pivot = "", item = ""]) => {
    const after = /^after$/i.test(where) || (!/^before$/i.test(where) && refuse(SYNTAX));
    const value = list(call, key);
    if (!value) return int(0);
    const at = value.indexOf(pivot);
    if (at < 0) return int(-1);
    value.splice(after ? at + 1 : at, 0, item);
    call.changed();
    return int(value.length);
  }),
  lpos: reads(-3, (call, [key = "", item = "", ...options]) => {
    if (options.length > 0) refuse("ERR options of LPOS are not simulated by Timonel");
    const at = list(call, key)?.indexOf(item) ?? -1;
    return at < 0 ? NIL : int(at);
  }),
  rpoplpush: grows(3, (call, [from = "", to = ""]) => bulk(move(call, from, to, false, true)), [1, 2, 1]),
  lmove: grows(5, (call, [from = "", to = "", a, b]) => bulk(move(call, from, to, side(a), side(b))), [1, 2, 1]),
};
