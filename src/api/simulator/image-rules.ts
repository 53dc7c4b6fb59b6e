import { base64Decode, field, parseDuration, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import { checkOneOf, type Errors } from "../checks.ts";
import type { Image, ImageFile, ImageHTTPServer } from "../generated/types.ts";

const NAME =
  /^(?:[a-zA-Z0-9.-]+(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?$/;
const ARCHITECTURES = ["amd64", "arm64"];
const MOST_FILES = 5000;

/** What is wrong with an image that somebody makes. */
export function validateImage({ spec = {} }: Image): Errors {
  const errors: Errors = [];
  const {
    reference = "",
    from,
    architectures,
    singlePlatform,
    size,
    files = [],
    script,
    entrypoint,
    env = [],
    ports = [],
    http = [],
  } = spec;
  if (reference === "") errors.push(field.required("spec.reference"));
  else if (!NAME.test(reference))
    errors.push(
      field.invalid("spec.reference", reference, "must be an image's name with a tag and without a digest, as my-registry.io/team/app:v1"),
    );
  if (from !== undefined && from !== "" && from !== "scratch" && !NAME.test(from.replace(/@sha256:[0-9a-f]{64}$/, "")))
    errors.push(field.invalid("spec.from", from, "must be an image's name, or scratch"));
  for (const [i, architecture] of (architectures ?? []).entries())
    checkOneOf(errors, `spec.architectures[${i}]`, architecture, ARCHITECTURES);
  if (architectures?.length === 0) errors.push(field.required("spec.architectures"));
  if (singlePlatform && architectures?.length !== 1)
    errors.push(field.invalid("spec.singlePlatform", true, "must go with exactly one of spec.architectures"));
  if (size !== undefined && (quantityProblem(size) !== null || parseQuantity(size).nano <= 0n))
    errors.push(field.invalid("spec.size", size, "must be a quantity greater than 0"));
  if (script !== undefined && entrypoint !== undefined)
    errors.push(field.forbidden("spec.entrypoint", "may not be set beside spec.script, which is the entrypoint"));
  if (files.length > MOST_FILES) errors.push(field.tooMany("spec.files", files.length, MOST_FILES));
  for (const [i, file] of files.slice(0, MOST_FILES).entries()) checkFile(errors, `spec.files[${i}]`, file);
  for (const [i, { name }] of env.entries())
    if (!name || name.includes("=")) errors.push(field.invalid(`spec.env[${i}].name`, name ?? "", "must be a name without ="));
  for (const [i, port] of ports.entries()) checkPort(errors, `spec.ports[${i}]`, port);
  for (const [i, server] of http.entries()) checkServer(errors, `spec.http[${i}]`, server);
  return errors;
}

function checkFile(errors: Errors, path: string, { path: at, content, data, link, directory, removed, mode }: ImageFile): void {
  if (!at) errors.push(field.required(`${path}.path`));
  else if (!at.startsWith("/") || at.split("/").includes(".."))
    errors.push(field.invalid(`${path}.path`, at, "must be an absolute path without .."));
  const kinds = [content, data, link, directory || undefined, removed || undefined].filter((kind) => kind !== undefined);
  if (kinds.length > 1) errors.push(field.invalid(path, at ?? "", "must have one of content, data, link, directory and removed"));
  if (data !== undefined && typeof base64Decode(data) === "number")
    errors.push(field.invalid(`${path}.data`, data.slice(0, 64), "must be base64"));
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) errors.push(field.invalid(`${path}.mode`, mode, 'must be octal, as "0755"'));
}

function checkServer(errors: Errors, path: string, { port, routes = [] }: ImageHTTPServer): void {
  if (port === undefined) errors.push(field.required(`${path}.port`));
  else checkPort(errors, `${path}.port`, port);
  for (const [i, { path: at, status, delay, cpu }] of routes.entries()) {
    if (at !== undefined && !at.startsWith("/")) errors.push(field.invalid(`${path}.routes[${i}].path`, at, "must begin with /"));
    if (status !== undefined && (status < 200 || status > 599))
      errors.push(field.invalid(`${path}.routes[${i}].status`, status, "must be between 200 and 599, inclusive"));
    for (const [name, text] of Object.entries({ delay, cpu }))
      if (text !== undefined && !isDuration(text))
        errors.push(field.invalid(`${path}.routes[${i}].${name}`, text, 'must be a duration, as "500ms"'));
  }
}

function checkPort(errors: Errors, path: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    errors.push(field.invalid(path, port, "must be between 1 and 65535, inclusive"));
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) >= 0;
  } catch {
    return false;
  }
}
