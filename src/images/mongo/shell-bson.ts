/**
 * BSON's types and how mongosh shows values, in JavaScript, run inside the interpreter after Node's globals (`host`,
 * `inspect`): what goes to the server and comes from it is extended JSON.
 */
export const SHELL_BSON = String.raw`
const ask = globalThis.__ask;
delete globalThis.__ask;
const custom = inspectCustom;
class ObjectId {
  constructor(hex) {
    if (hex === undefined) hex = host("objectid");
    if (typeof hex === "object" && hex !== null && hex.hex) hex = hex.hex;
    if (!/^[0-9a-fA-F]{24}$/.test(String(hex))) throw named("BSONError", "input must be a 24 character hex string, 12 byte Uint8Array, or an integer");
    Object.defineProperty(this, "hex", { value: String(hex).toLowerCase(), enumerable: false });
  }
  static isValid(v) { return /^[0-9a-fA-F]{24}$/.test(String(v)); }
  toString() { return this.hex; }
  toHexString() { return this.hex; }
  valueOf() { return this.hex; }
  equals(o) { return String(o) === this.hex; }
  getTimestamp() { return new Date(parseInt(this.hex.slice(0, 8), 16) * 1000); }
  toJSON() { return this.hex; }
  [custom]() { return "ObjectId('" + this.hex + "')"; }
}
const wrapper = (name, key, check) => {
  const Type = { [name]: class {
    constructor(v) { Object.defineProperty(this, "value", { value: check(v), enumerable: false }); }
    toString() { return String(this.value); }
    valueOf() { return Number(this.value); }
    toNumber() { return Number(this.value); }
    toJSON() { return { [key]: String(this.value) }; }
    [custom]() { return name + "('" + this.value + "')"; }
  } }[name];
  return Type;
};
const whole = (v) => { const t = String(v ?? 0); if (!/^-?\d+$/.test(t)) throw named("BSONError", "Value string does not match the format of an integer: " + t); return t; };
const LongType = wrapper("Long", "$numberLong", whole);
const DecimalType = wrapper("Decimal128", "$numberDecimal", (v) => String(v ?? 0));
class TimestampType {
  constructor(t) { Object.defineProperty(this, "value", { value: t ?? { t: 0, i: 0 }, enumerable: false }); }
  [custom]() { return "Timestamp({ t: " + this.value.t + ", i: " + this.value.i + " })"; }
}
class BinaryType {
  constructor(v) { Object.defineProperty(this, "value", { value: v, enumerable: false }); }
  [custom]() { return "Binary.createFromBase64('" + this.value.base64 + "', " + parseInt(this.value.subType, 16) + ")"; }
}
class MinKeyType { [custom]() { return "MinKey()"; } }
class MaxKeyType { [custom]() { return "MaxKey()"; } }
const callable = (Type) => new Proxy(Type, { apply: (_, __, args) => new Type(...args) });
globalThis.ObjectId = callable(ObjectId);
globalThis.Long = globalThis.NumberLong = callable(LongType);
globalThis.NumberDecimal = globalThis.Decimal128 = callable(DecimalType);
globalThis.NumberInt = globalThis.Int32 = (v) => Math.trunc(Number(v));
globalThis.Double = (v) => Number(v);
globalThis.Timestamp = (t, i) => new TimestampType(typeof t === "object" ? t : { t: t ?? 0, i: i ?? 0 });
globalThis.MinKey = () => new MinKeyType();
globalThis.MaxKey = () => new MaxKeyType();
globalThis.ISODate = (s) => {
  if (s === undefined) return new Date();
  const d = new Date(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(String(s)) ? s + "Z" : s);
  if (isNaN(d)) throw named("MongoshInvalidInputError", JSON.stringify(s) + " is not a valid ISODate");
  return d;
};
globalThis.UUID = () => { throw named("MongoshUnimplementedError", "UUID is not simulated by Timonel"); };
Date.prototype[custom] = function () { return isNaN(this) ? "Invalid Date" : "ISODate('" + this.toISOString() + "')"; };

function named(name, message, more) {
  const e = new Error(message);
  Object.defineProperty(e, "name", { value: name, enumerable: false, writable: true });
  return Object.assign(e, more);
}
// A value as extended JSON.
function pack(v, seen) {
  if (v === null || v === undefined) return null;
  if (typeof v === "number") return Number.isFinite(v) ? v : { $numberDouble: String(v) };
  if (typeof v === "string" || typeof v === "boolean") return v;
  if (typeof v === "bigint") return { $numberLong: String(v) };
  if (typeof v === "function" || typeof v === "symbol") return null;
  if (v instanceof ObjectId) return { $oid: v.hex };
  if (v instanceof Date) return { $date: v.getTime() };
  if (v instanceof LongType) return { $numberLong: v.value };
  if (v instanceof DecimalType) return { $numberDecimal: v.value };
  if (v instanceof TimestampType) return { $timestamp: v.value };
  if (v instanceof BinaryType) return { $binary: v.value };
  if (v instanceof MinKeyType) return { $minKey: 1 };
  if (v instanceof MaxKeyType) return { $maxKey: 1 };
  if (v instanceof RegExp) return { $regularExpression: { pattern: v.source, options: v.flags.replace(/[^imsx]/g, "") } };
  if (seen.includes(v)) throw named("BSONError", "Cannot convert circular structure to BSON");
  const next = seen.concat([v]);
  if (Array.isArray(v)) return v.map((e) => pack(e, next));
  const out = {};
  for (const k of Object.keys(v)) if (v[k] !== undefined) out[k] = pack(v[k], next);
  return out;
}
// Extended JSON as values.
function unpack(v) {
  if (v === null || typeof v !== "object") return v;
  if (Array.isArray(v)) return v.map(unpack);
  const keys = Object.keys(v);
  switch (keys[0]) {
    case "$oid": return new ObjectId(v.$oid);
    case "$date": return new Date(v.$date);
    case "$numberLong": return new LongType(v.$numberLong);
    case "$numberDecimal": return new DecimalType(v.$numberDecimal);
    case "$numberDouble": return Number(v.$numberDouble);
    case "$timestamp": return new TimestampType(v.$timestamp);
    case "$binary": return new BinaryType(v.$binary);
    case "$minKey": return new MinKeyType();
    case "$maxKey": return new MaxKeyType();
    case "$regularExpression": return new RegExp(v.$regularExpression.pattern, v.$regularExpression.options.replace("x", ""));
  }
  const out = {};
  for (const k of keys) out[k] = unpack(v[k]);
  return out;
}
// What a driver gives: numbers where they fit.
const promoted = (v) => (v instanceof LongType && Math.abs(Number(v.value)) < 2 ** 53 ? Number(v.value) : v);
globalThis.EJSON = {
  stringify: (v, replacer, space) => JSON.stringify(relaxed(pack(v, [])), null, typeof replacer === "number" ? replacer : space),
  parse: (s) => unpack(JSON.parse(s)),
  serialize: (v) => relaxed(pack(v, [])),
};
function relaxed(v) {
  if (v === null || typeof v !== "object") return v;
  if (Array.isArray(v)) return v.map(relaxed);
  if ("$date" in v) return { $date: new Date(v.$date).toISOString() };
  if ("$numberLong" in v) return Number(v.$numberLong);
  const out = {};
  for (const k of Object.keys(v)) out[k] = relaxed(v[k]);
  return out;
}
`;
