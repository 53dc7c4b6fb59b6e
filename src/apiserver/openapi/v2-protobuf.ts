import type { Json, JsonObject } from "./v2.ts";

/**
 * OpenAPI v2 in gnostic's protobuf (google/gnostic openapiv2/OpenAPIv2.proto), which kubectl asks for. A message is a
 * table of its fields: number, and how the JSON value is written.
 */
type Writer = (out: Bytes, field: number, value: Json) => void;
type Message = Readonly<Record<string, readonly [field: number, writer: Writer]>>;

/** A growing buffer. */
class Bytes {
  #data = new Uint8Array(256);
  length = 0;

  #room(more: number): void {
    if (this.length + more <= this.#data.length) return;
    const larger = new Uint8Array(Math.max(this.#data.length * 2, this.length + more));
    larger.set(this.#data.subarray(0, this.length));
    this.#data = larger;
  }
  varint(value: number): void {
    this.#room(10);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#data[this.length++] = (rest % 128) | 0x80;
    this.#data[this.length++] = rest;
  }
  bytes(field: number, data: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(data.length);
    this.#room(data.length);
    this.#data.set(data, this.length);
    this.length += data.length;
  }
  flag(field: number, value: boolean): void {
    if (!value) return;
    this.varint(field * 8);
    this.varint(1);
  }
  done(): Uint8Array {
    return this.#data.subarray(0, this.length);
  }
}

const encoder = new TextEncoder();
const text: Writer = (out, field, value) => out.bytes(field, encoder.encode(value as string));
const texts: Writer = (out, field, value) => {
  for (const one of typeof value === "string" ? [value] : (value as readonly string[])) text(out, field, one);
};
const flag: Writer = (out, field, value) => out.flag(field, value === true);
/** Go reads what it does not know as YAML, of which JSON is a part. */
const any: Writer = (out, field, value) => {
  const inner = new Bytes();
  text(inner, 2, `${JSON.stringify(value)}\n`);
  out.bytes(field, inner.done());
};
const anys: Writer = (out, field, value) => {
  for (const one of value as readonly Json[]) any(out, field, one);
};

/** `extensions`: the field that what begins with x- goes to. */
function encode(message: Message, value: JsonObject, extensions?: number): Uint8Array {
  const out = new Bytes();
  for (const [key, one] of Object.entries(value)) {
    const known = message[key];
    if (known) known[1](out, known[0], one);
    else if (extensions !== undefined && key.startsWith("x-")) out.bytes(extensions, named(key, one, any));
  }
  return out.done();
}

function named(name: string, value: Json, write: Writer): Uint8Array {
  const out = new Bytes();
  text(out, 1, name);
  write(out, 2, value);
  return out.done();
}

const message =
  (fields: () => Message, extensions?: number): Writer =>
  (out, field, value) =>
    out.bytes(field, encode(fields(), value as JsonObject, extensions));

/** A map as `name`, `value` pairs in field `entries` of a message of its own. */
const map =
  (entries: number, write: Writer): Writer =>
  (out, field, value) => {
    const inner = new Bytes();
    for (const [name, one] of Object.entries(value as JsonObject)) inner.bytes(entries, named(name, one, write));
    out.bytes(field, inner.done());
  };

/** A message whose only field is `field`. */
const within =
  (inner: number, write: Writer): Writer =>
  (out, field, value) => {
    const wrapped = new Bytes();
    write(wrapped, inner, value);
    out.bytes(field, wrapped.done());
  };

const each =
  (write: Writer): Writer =>
  (out, field, value) => {
    for (const one of value as readonly Json[]) write(out, field, one);
  };

const schema: Writer = (out, field, value) => message(() => SCHEMA, 31)(out, field, value);
const additional: Writer = (out, field, value) => (typeof value === "boolean" ? within(2, flag) : within(1, schema))(out, field, value);

const SCHEMA: Message = {
  $ref: [1, text],
  format: [2, text],
  title: [3, text],
  description: [4, text],
  required: [19, texts],
  enum: [20, anys],
  additionalProperties: [21, additional],
  type: [22, within(1, texts)],
  items: [23, within(1, schema)],
  allOf: [24, each(schema)],
  properties: [25, map(1, schema)],
};

const COMMON: Message = { required: [1, flag], in: [2, text], description: [3, text], name: [4, text] };
const QUERY: Message = { ...COMMON, type: [6, text], format: [7, text], uniqueItems: [20, flag] };
const PATH: Message = { ...COMMON, type: [5, text], format: [6, text], uniqueItems: [18, flag] };
const BODY: Message = { description: [1, text], name: [2, text], in: [3, text], required: [4, flag], schema: [5, schema] };

const parameter: Writer = (out, field, value) => {
  const where = (value as JsonObject)["in"];
  const inner =
    where === "body"
      ? within(
          1,
          message(() => BODY, 6),
        )
      : within(
          2,
          where === "path"
            ? within(
                4,
                message(() => PATH, 22),
              )
            : within(
                3,
                message(() => QUERY, 23),
              ),
        );
  within(1, inner)(out, field, value);
};

const RESPONSE: Message = { description: [1, text], schema: [2, within(1, schema)] };
const OPERATION: Message = {
  tags: [1, texts],
  description: [3, text],
  operationId: [5, text],
  produces: [6, texts],
  consumes: [7, texts],
  parameters: [8, each(parameter)],
  responses: [
    9,
    map(
      1,
      within(
        1,
        message(() => RESPONSE, 5),
      ),
    ),
  ],
  schemes: [10, texts],
};
const operation = message(() => OPERATION, 13);
const PATH_ITEM: Message = {
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  options: [6, operation],
  head: [7, operation],
  patch: [8, operation],
  parameters: [9, each(parameter)],
};
const SECURITY: Message = { type: [1, text], name: [2, text], in: [3, text], description: [4, text] };
const DOCUMENT: Message = {
  swagger: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [2, text] }))],
  paths: [
    8,
    map(
      2,
      message(() => PATH_ITEM, 10),
    ),
  ],
  definitions: [9, map(1, schema)],
  securityDefinitions: [
    13,
    map(
      1,
      within(
        2,
        message(() => SECURITY),
      ),
    ),
  ],
};

/** A whole document; security requirements are left to JSON. */
export const encodeDocument = (document: JsonObject): Uint8Array => encode(DOCUMENT, document);
