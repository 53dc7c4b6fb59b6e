import { badRequest, field, type FieldError, invalid } from "../machinery/index.ts";
import { queryValue } from "./context.ts";
import type { ApiRequest } from "./types.ts";

/** CreateOptions, UpdateOptions and PatchOptions in one. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Empty: the user agent's first word stands for it. */
  readonly fieldManager: string;
  readonly fieldValidation: "Ignore" | "Warn" | "Strict";
  /** Undefined: nothing was said; only an apply may say something. */
  readonly force: boolean | undefined;
}

/** ListOptions but for the selectors, which `selectionOf` reads. */
export interface ListOptions {
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  readonly limit: number;
  readonly continue: string;
  readonly sendInitialEvents: boolean | undefined;
}

/** A boolean of a query: absent, else false for "0" and "false" in any case (k8s: Convert_Slice_string_To_bool). */
export function queryBoolean(request: ApiRequest, name: string): boolean | undefined {
  const value = queryValue(request, name);
  return value === undefined ? undefined : value !== "0" && value.toLowerCase() !== "false";
}

/** An int64 of a query. Throws 400 in Go's words. */
export function queryInteger(request: ApiRequest, name: string): number | undefined {
  const value = queryValue(request, name);
  return value === undefined ? undefined : parseInteger(value);
}

const LARGEST = 2n ** 63n;

function parseInteger(text: string): number {
  const problem = (why: string) => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw problem("invalid syntax");
  const value = BigInt(text.replace("+", ""));
  if (value >= LARGEST || value < -LARGEST) throw problem("value out of range");
  return Number(value);
}

const NO_LIST_OPTIONS: ListOptions = {
  watch: false,
  allowWatchBookmarks: false,
  resourceVersion: "",
  resourceVersionMatch: "",
  timeoutSeconds: undefined,
  limit: 0,
  continue: "",
  sendInitialEvents: undefined,
};

const optionsOf = (kind: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
};

/** Throws 400 for what can't be read and 422 for what does not go together (k8s: ValidateListOptions). */
export function listOptions(request: ApiRequest): ListOptions {
  if (request.query === undefined) return NO_LIST_OPTIONS;
  const options: ListOptions = {
    watch: queryBoolean(request, "watch") ?? false,
    allowWatchBookmarks: queryBoolean(request, "allowWatchBookmarks") ?? false,
    resourceVersion: queryValue(request, "resourceVersion") ?? "",
    resourceVersionMatch: queryValue(request, "resourceVersionMatch") ?? "",
    timeoutSeconds: queryInteger(request, "timeoutSeconds"),
    limit: queryInteger(request, "limit") ?? 0,
    continue: queryValue(request, "continue") ?? "",
    sendInitialEvents: queryBoolean(request, "sendInitialEvents"),
  };
  optionsOf("ListOptions", options.watch ? watchErrors(options) : listErrors(options));
  return options;
}

const MATCH = "resourceVersionMatch";

function listErrors(o: ListOptions): readonly FieldError[] {
  const errors: FieldError[] = [];
  const match = o.resourceVersionMatch;
  if (match !== "") {
    if (o.resourceVersion === "")
      errors.push(field.forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (o.continue !== "") errors.push(field.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
    if (match !== "Exact" && match !== "NotOlderThan") errors.push(field.notSupported(MATCH, match, ["Exact", "NotOlderThan", ""]));
    if (match === "Exact" && o.resourceVersion === "0")
      errors.push(field.forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (o.sendInitialEvents !== undefined) errors.push(field.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  return errors;
}

function watchErrors(o: ListOptions): readonly FieldError[] {
  const errors: FieldError[] = [];
  const match = o.resourceVersionMatch;
  if (o.sendInitialEvents !== undefined && match !== "NotOlderThan")
    errors.push(field.forbidden(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  if (match === "") return errors;
  if (o.sendInitialEvents === undefined)
    errors.push(field.forbidden(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  if (match !== "NotOlderThan") errors.push(field.notSupported(MATCH, match, ["NotOlderThan"]));
  if (o.continue !== "") errors.push(field.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
  return errors;
}

const NO_WRITE_OPTIONS: WriteOptions = { dryRun: false, fieldManager: "", fieldValidation: "Warn", force: undefined };
const OPTIONS_OF_VERB: Readonly<Record<string, string>> = { create: "CreateOptions", update: "UpdateOptions", patch: "PatchOptions" };

/** What a create, update or patch may say in its query. Throws 422 (k8s: ValidateCreateOptions and its kin). */
export function writeOptions(request: ApiRequest, verb: string): WriteOptions {
  const kind = OPTIONS_OF_VERB[verb];
  const apply = verb === "patch" && (request.contentType ?? "").startsWith("application/apply-patch");
  if (kind === undefined || (request.query === undefined && !apply)) return NO_WRITE_OPTIONS;
  const { dryRun: given } = request.query ?? {};
  const dryRun = given === undefined ? [] : typeof given === "string" ? [given] : given;
  const fieldManager = queryValue(request, "fieldManager") ?? "";
  const fieldValidation = queryValue(request, "fieldValidation") ?? "";
  const force = verb === "patch" ? queryBoolean(request, "force") : undefined;
  const errors: FieldError[] = [];
  if (apply && fieldManager === "") errors.push(field.required("fieldManager", "is required for apply patch"));
  if (!apply && force !== undefined) errors.push(field.forbidden("force", "may not be specified for non-apply patch"));
  errors.push(...managerErrors(fieldManager), ...dryRunErrors(dryRun));
  if (!VALIDATIONS.includes(fieldValidation)) errors.push(field.notSupported("fieldValidation", fieldValidation, VALIDATIONS));
  optionsOf(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: (fieldValidation || "Warn") as WriteOptions["fieldValidation"],
    force,
  };
}

const VALIDATIONS = ["", "Ignore", "Strict", "Warn"];

export function dryRunErrors(dryRun: readonly string[]): readonly FieldError[] {
  return dryRun.every((value) => value === "All") ? [] : [field.notSupported("dryRun", dryRun, ["All"])];
}

/** Longer names of managers are refused. */
const MANAGER_LENGTH = 128;

function managerErrors(manager: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (new TextEncoder().encode(manager).length > MANAGER_LENGTH) errors.push(field.tooLong("fieldManager", "", MANAGER_LENGTH));
  let at = 0;
  for (const c of manager) {
    if (/[\p{C}\p{Z}]/u.test(c) && c !== " ")
      errors.push(field.invalid("fieldManager", manager, `invalid character ${unicodeName(c)} (at position ${at})`));
    at += new TextEncoder().encode(c).length;
  }
  return errors;
}

/** Go's %#U of a character that can't be printed. */
const unicodeName = (c: string): string => `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
