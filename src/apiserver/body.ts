import {
  badRequest,
  goJsonProblem,
  goYamlOptions,
  goYamlProblem,
  goYamlValueProblem,
  requestEntityTooLarge,
  StatusError,
  stringKeyed,
  unsupportedMediaType,
} from "../machinery/index.ts";
import { duplicateKeys } from "./strict-yaml.ts";
import type { ApiRequest } from "./types.ts";

/** 3 MiB, as kube-apiserver limits bodies. */
export const MAX_BODY = 3 * 1024 * 1024;

/** What the API server speaks; it takes protobuf but does not answer in it. */
export const MEDIA_TYPES = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** A body that came from outside: what it was as bytes, and what its codec made of it. */
export class ReadBody {
  readonly bytes: Uint8Array;
  readonly value: unknown;
  /** Why there is no value, in the codec's words; a refusal is answered as it is. */
  readonly problem: string | StatusError | undefined;
  /** Keys that come twice in a map of YAML, in go-yaml's words. */
  readonly duplicates: readonly string[];

  constructor(bytes: Uint8Array, value: unknown, problem?: string | StatusError, duplicates: readonly string[] = []) {
    this.bytes = bytes;
    this.value = value;
    this.problem = problem;
    this.duplicates = duplicates;
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** An object's body by its media type; refusals of the text itself are values, for each caller words them. Throws 413 and 415. */
export function readBody(request: ApiRequest): { readonly value: unknown } | { readonly problem: string } {
  const { body } = request;
  if (body instanceof ReadBody) {
    const problem = problemOf(body);
    return problem === undefined ? { value: body.value } : { problem };
  }
  if (body !== undefined && !(body instanceof Uint8Array) && typeof body !== "string") return { value: body };
  const bytes = typeof body === "string" ? encoder.encode(body) : (body ?? new Uint8Array());
  checkSize(bytes);
  if (mediaTypeOf(request.contentType) !== "application/json") throw unsupportedMediaType(MEDIA_TYPES);
  const read = readJson(bytes);
  return "problem" in read ? { problem: `couldn't get version/kind; json parse error: ${read.problem}` } : read;
}

/** The JSON value of a patch. Throws 400 and 413 in upstream's words. */
export function parseBody(request: ApiRequest): unknown {
  const { body } = request;
  if (body instanceof ReadBody) {
    const problem = problemOf(body);
    if (problem !== undefined) throw badRequest(`error decoding patch: ${problem}`);
    return body.value;
  }
  if (!(body instanceof Uint8Array) && typeof body !== "string") return body;
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  checkSize(bytes);
  const read = readJson(bytes);
  if ("problem" in read) throw badRequest(read.problem);
  return read.value;
}

/** The JSON text that a body came as; undefined for objects by reference and other codecs. */
export function bodyText({ body }: ApiRequest): string | undefined {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array && body.length > 0 ? decoder.decode(body) : undefined;
}

function problemOf(body: ReadBody): string | undefined {
  checkSize(body.bytes);
  if (body.problem instanceof StatusError) throw body.problem;
  return body.problem;
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length > MAX_BODY) throw requestEntityTooLarge(`limit is ${MAX_BODY}`);
}

/** Nothing this deep comes from a real client, and what walks objects does so by recursion. */
const MAX_DEPTH = 500;

function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return { problem: goJsonProblem(bytes) ?? "unexpected end of JSON input" };
  }
  return tooDeep(bytes) ? { problem: "exceeded max depth" } : { value };
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [...'"\\[]{}'].map((c) => c.charCodeAt(0));

function tooDeep(bytes: Uint8Array): boolean {
  if (bytes.length < 2 * MAX_DEPTH) return false;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if (quoted) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) quoted = false;
    } else if (c === QUOTE) quoted = true;
    else if (c === OPEN_LIST || c === OPEN_MAP) {
      if (++depth > MAX_DEPTH) return true;
    } else if (c === CLOSE_LIST || c === CLOSE_MAP) depth--;
  }
  return false;
}

/** Without parameters. */
export function mediaTypeOf(contentType = ""): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() || "application/json";
}

/** A YAML body's first document. The parser is loaded when it is first needed: only outsiders send YAML. */
export async function readYaml(bytes: Uint8Array): Promise<ReadBody> {
  if (bytes.length > MAX_BODY) return new ReadBody(bytes, undefined);
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const failed = (problem: string) => new ReadBody(bytes, undefined, `error converting YAML to JSON: yaml: ${problem}`);
  const text = decoder.decode(bytes);
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...goYamlOptions, lineCounter });
  const first = Array.isArray(documents) ? documents[0] : undefined;
  if (!first) return new ReadBody(bytes, null);
  const [error] = first.errors;
  if (error) return failed(goYamlProblem(error, text, lineCounter.linePos(error.pos[0]).line));
  try {
    const value = stringKeyed(first.toJS({ maxAliasCount: 100 }));
    // An alias can make depth that the text does not have.
    if (deeper(value, MAX_DEPTH)) return failed("exceeded max depth");
    return new ReadBody(
      bytes,
      value,
      undefined,
      duplicateKeys(first.contents, (offset) => lineCounter.linePos(offset).line),
    );
  } catch (e) {
    return failed(e instanceof RangeError ? "exceeded max depth" : goYamlValueProblem(e));
  }
}

function deeper(value: unknown, than: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return than === 0 || Object.values(value).some((child) => deeper(child, than - 1));
}

const SUMMARY = 30;

/** The beginning of a body, in hexadecimal unless it looks like JSON (k8s: handlers/rest.go summarizeData). */
export function summary({ body }: ApiRequest): string {
  const bytes =
    body instanceof ReadBody
      ? body.bytes
      : body instanceof Uint8Array
        ? body
        : encoder.encode(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
  if (bytes.length === 0) return "<empty>";
  const head = bytes.subarray(0, SUMMARY);
  const shown = head[0] === OPEN_MAP ? decoder.decode(head) : Array.from(head, (b) => b.toString(16).padStart(2, "0")).join("");
  return bytes.length > SUMMARY ? `${shown} ...` : shown;
}
