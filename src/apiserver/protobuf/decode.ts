import { hasStructure, structureOf, type FieldStructure, type Scalar, type Shape } from "../../api/index.ts";
import { base64Encode, failure } from "../../machinery/index.ts";
import { rfc3339, rfc3339Micro } from "../../sim/index.ts";
import fields from "./fields.json" with { type: "json" };

/** "k8s" and a zero: what precedes every message (k8s: runtime/serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const text = new TextDecoder();

/** Message to its fields: `1name`, `2replicas*` for a pointer in Go, `3+Type` for an embedded struct. */
const lines = fields as Readonly<Record<string, string>>;

/**
 * A body in Kubernetes' protobuf encoding as the JSON value it stands for: field numbers are those of the Go types' tags
 * (scripts/generate/protobuf.mjs), types those of OpenAPI. Throws 400 for what is no such message, and 415 for kinds
 * that v1.36 does not have.
 */
export function decodeProtobuf(body: Uint8Array): object {
  if (MAGIC.some((byte, i) => body[i] !== byte))
    throw failure(400, "BadRequest", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  const envelope = new Reader(body.subarray(MAGIC.length));
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array();
  for (let field = envelope.next(); field; field = envelope.next()) {
    if (field.number === 1) {
      const type = new Reader(field.bytes);
      for (let f = type.next(); f; f = type.next()) {
        if (f.number === 1) apiVersion = text.decode(f.bytes);
        else if (f.number === 2) kind = text.decode(f.bytes);
      }
    } else if (field.number === 2) raw = field.bytes;
  }
  const name = messageName(apiVersion, kind);
  if (name === undefined)
    throw failure(
      415,
      "UnsupportedMediaType",
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in protobuf`,
    );
  return { apiVersion, kind, ...message(name, raw) };
}

/** `apps/v1` and `Deployment` to `io.k8s.api.apps.v1.Deployment`; what all groups share is meta's. */
function messageName(apiVersion: string, kind: string): string | undefined {
  const [version = "", group = "core"] = apiVersion.split("/").toReversed();
  const first = group.split(".")[0] ?? "";
  const names = [
    `io.k8s.api.${first}.${version}.${kind}`,
    `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`,
    `io.k8s.apiextensions-apiserver.pkg.apis.${first}.${version}.${kind}`,
    `io.k8s.kube-aggregator.pkg.apis.${first}.${version}.${kind}`,
  ];
  return names.find((name) => lines[name] !== undefined && hasStructure(name));
}

interface Field {
  readonly name: string;
  readonly pointer: boolean;
  /** The message of an embedded struct, whose fields are the surrounding object's. */
  readonly embedded?: string;
}
const known = new Map<string, ReadonlyMap<number, Field>>();

function fieldsOf(name: string): ReadonlyMap<number, Field> {
  let found = known.get(name);
  if (!found) {
    found = new Map((lines[name] ?? "").split(" ").filter(Boolean).map(readField));
    known.set(name, found);
  }
  return found;
}

function readField(line: string): readonly [number, Field] {
  const number = Number.parseInt(line, 10);
  const rest = line.slice(String(number).length);
  if (rest.startsWith("+")) return [number, { name: "", pointer: false, embedded: rest.slice(1) }];
  return [number, { name: rest.replace("*", ""), pointer: rest.endsWith("*") }];
}

function message(name: string, body: Uint8Array): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  fill(out, structureOf(name).fields, name, body);
  return out;
}

/** Reads the fields of message `name` into `out`, an object whose properties are `structure`. */
function fill(out: Record<string, unknown>, structure: ReadonlyMap<string, FieldStructure>, name: string, body: Uint8Array): void {
  const numbers = fieldsOf(name);
  const reader = new Reader(body);
  for (let wire = reader.next(); wire; wire = reader.next()) {
    // As Go does, a field of a later release is skipped.
    const field = numbers.get(wire.number);
    if (!field) continue;
    if (field.embedded !== undefined) {
      fill(out, structure, field.embedded, wire.bytes);
      continue;
    }
    const shape = structure.get(field.name)?.shape;
    if (!shape) continue;
    if (shape.kind === "map") {
      const [key, one] = entry(shape.of, wire.bytes);
      // Any key becomes the map's own.
      Object.defineProperty((out[field.name] ??= {}), key, { value: one, enumerable: true, configurable: true, writable: true });
    } else if (shape.kind === "list") ((out[field.name] ??= []) as unknown[]).push(value(shape.of, wire));
    else {
      const one = value(shape, wire);
      // Go writes zero values of what is no pointer; they mean nothing.
      if (field.pointer || !(one === "" || one === 0 || one === false || one === undefined)) out[field.name] = one;
    }
  }
}

function entry(shape: Shape, body: Uint8Array): [string, unknown] {
  const reader = new Reader(body);
  let key = "";
  let found: unknown = shape.kind === "scalar" && (shape.scalar === "bytes" || shape.scalar === "string") ? "" : undefined;
  for (let wire = reader.next(); wire; wire = reader.next()) {
    if (wire.number === 1) key = text.decode(wire.bytes);
    else if (wire.number === 2) found = value(shape, wire);
  }
  return [key, found];
}

function value(shape: Shape, wire: Wire): unknown {
  switch (shape.kind) {
    case "ref":
      return message(shape.name, wire.bytes);
    case "scalar":
      return scalar(shape.scalar, wire);
    case "list": {
      // A list in a map (UserInfo.extra) is a message of its own with the items in field 1.
      const items: unknown[] = [];
      const reader = new Reader(wire.bytes);
      for (let item = reader.next(); item; item = reader.next()) items.push(value(shape.of, item));
      return items;
    }
    case "map":
      return Object.fromEntries([entry(shape.of, wire.bytes)]);
  }
}

function scalar(type: Scalar, wire: Wire): unknown {
  switch (type) {
    case "string":
      return text.decode(wire.bytes);
    case "bytes":
      return base64Encode(wire.bytes);
    case "int32":
    case "int64":
      return Number(BigInt.asIntN(64, wire.varint));
    case "double":
      return wire.bytes.length === 8 ? new DataView(wire.bytes.buffer, wire.bytes.byteOffset, 8).getFloat64(0, true) : 0;
    case "boolean":
      return wire.varint !== 0n;
    case "quantity":
    case "numberOrString":
      return text.decode(numbered(wire.bytes).get(1)?.bytes);
    case "intOrString": {
      const parts = numbered(wire.bytes);
      return parts.get(1)?.varint === 1n ? text.decode(parts.get(3)?.bytes) : Number(BigInt.asIntN(32, parts.get(2)?.varint ?? 0n));
    }
    case "time":
    case "microtime": {
      const parts = numbered(wire.bytes);
      const seconds = parts.get(1)?.varint;
      if (seconds === undefined) return undefined;
      const ms = Number(BigInt.asIntN(64, seconds)) * 1000;
      return type === "time" ? rfc3339(ms) : rfc3339Micro(ms + Number(parts.get(2)?.varint ?? 0n) / 1e6);
    }
    case "object":
    case "any":
      return embeddedJson(wire.bytes);
  }
}

/** RawExtension, FieldsV1 and JSON hold text; a schema or a boolean, an array of schemas or one, are messages of two. */
function embeddedJson(body: Uint8Array): unknown {
  const raw = numbered(body).get(1)?.bytes;
  if (raw === undefined || raw.length === 0) return undefined;
  try {
    return JSON.parse(text.decode(raw)) as unknown;
  } catch {
    throw failure(415, "UnsupportedMediaType", "a schema in protobuf is not simulated yet in Timonel; send application/json");
  }
}

function numbered(body: Uint8Array): ReadonlyMap<number, Wire> {
  const reader = new Reader(body);
  const found = new Map<number, Wire>();
  for (let wire = reader.next(); wire; wire = reader.next()) found.set(wire.number, wire);
  return found;
}

/** One field as it is on the wire: a number or some bytes. */
interface Wire {
  readonly number: number;
  readonly varint: bigint;
  readonly bytes: Uint8Array;
}
const NOTHING = new Uint8Array();

class Reader {
  readonly #body: Uint8Array;
  #at = 0;
  constructor(body: Uint8Array) {
    this.#body = body;
  }
  #varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#body[this.#at++];
      if (byte === undefined) break;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw failure(400, "BadRequest", "proto: unexpected EOF");
  }
  next(): Wire | undefined {
    if (this.#at >= this.#body.length) return undefined;
    const tag = Number(this.#varint());
    const number = tag >>> 3;
    if ((tag & 7) === 0) return { number, varint: this.#varint(), bytes: NOTHING };
    const fixed = (tag & 7) === 1 ? 8 : (tag & 7) === 5 ? 4 : undefined;
    if ((tag & 7) !== 2 && fixed === undefined) throw failure(400, "BadRequest", `proto: wrong wireType = ${tag & 7}`);
    const length = fixed ?? Number(this.#varint());
    const end = this.#at + length;
    if (end > this.#body.length) throw failure(400, "BadRequest", "proto: unexpected EOF");
    const bytes = this.#body.subarray(this.#at, end);
    this.#at = end;
    return { number, varint: 0n, bytes };
  }
}
