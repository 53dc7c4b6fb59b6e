import { array, bulk, bulks, int, OK } from "../resp.ts";
import { big, type Call, type DataCommands, float, floatText, grows, integer, reads, refuse, scanOptions, writes } from "./types.ts";

const fields = ({ db }: Call, key: string): Map<string, string> | undefined => db.typed(key, "hash")?.value;

function setAll(call: Call, key: string, pairs: readonly string[], name: string): number {
  if (pairs.length % 2 !== 0) refuse(`ERR wrong number of arguments for '${name}' command`);
  const { value } = call.db.made(key, "hash");
  const before = value.size;
  for (let i = 0; i < pairs.length; i += 2) value.set(pairs[i] as string, pairs[i + 1] as string);
  call.changed(pairs.length / 2);
  return value.size - before;
}

export const hashes: DataCommands = {
  hset: grows(-4, (call, [key = "", ...pairs]) => int(setAll(call, key, pairs, "hset"))),
  hmset: grows(-4, (call, [key = "", ...pairs]) => {
    setAll(call, key, pairs, "hmset");
    return OK;
  }),
  hsetnx: grows(4, (call, [key = "", field = "", value = ""]) => {
    if (fields(call, key)?.has(field)) return int(0);
    call.db.made(key, "hash").value.set(field, value);
    call.changed();
    return int(1);
  }),
  hget: reads(3, (call, [key = "", field = ""]) => bulk(fields(call, key)?.get(field))),
  hmget: reads(-3, (call, [key = "", ...names]) => {
    const value = fields(call, key);
    return bulks(names.map((n) => value?.get(n)));
  }),
  hgetall: reads(2, (call, [key = ""]) => bulks([...(fields(call, key) ?? [])].flat())),
  hkeys: reads(2, (call, [key = ""]) => bulks([...(fields(call, key)?.keys() ?? [])])),
  hvals: reads(2, (call, [key = ""]) => bulks([...(fields(call, key)?.values() ?? [])])),
  hlen: reads(2, (call, [key = ""]) => int(fields(call, key)?.size ?? 0)),
  hexists: reads(3, (call, [key = "", field = ""]) => int(fields(call, key)?.has(field) ? 1 : 0)),
  hstrlen: reads(3, (call, [key = "", field = ""]) => int(fields(call, key)?.get(field)?.length ?? 0)),
  hdel: writes(-3, (call, [key = "", ...names]) => {
    const value = fields(call, key);
    const gone = names.filter((n) => value?.delete(n)).length;
    if (gone > 0) call.changed(gone);
    return int(gone);
  }),
  hincrby: grows(4, (call, [key = "", field = "", by]) => {
    const step = big(by);
    const sum = big(fields(call, key)?.get(field) ?? "0", "ERR hash value is not an integer") + step;
    if (sum >= 2n ** 63n || sum < -(2n ** 63n)) refuse("ERR increment or decrement would overflow");
    call.db.made(key, "hash").value.set(field, String(sum));
    call.changed();
    return int(sum);
  }),
  hincrbyfloat: grows(4, (call, [key = "", field = "", by]) => {
    const step = float(by);
    const sum = float(fields(call, key)?.get(field) ?? "0", "ERR hash value is not a float") + step;
    const value = floatText(Number(sum.toPrecision(15)));
    call.db.made(key, "hash").value.set(field, value);
    call.changed();
    call.effect("HSET", key, field, value);
    return bulk(value);
  }),
  hscan: reads(-3, (call, [key = "", cursor, ...rest]) => {
    integer(cursor, "ERR invalid cursor");
    const { match } = scanOptions(rest);
    return array([bulk("0"), bulks([...(fields(call, key) ?? [])].filter(([f]) => !match || match(f)).flat())]);
  }),
};
