import { base64Decode } from "../../base64.ts";
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  maskTrailingDash,
} from "../../validation.ts";
import type { FunctionTable } from "../functions.ts";
import { NONE, Optional } from "../optional.ts";
import { ListValue, Opaque } from "../values.ts";
import { timestampOf } from "./time.ts";
import { uriProblems } from "./url.ts";

type Check = (text: string) => readonly string[];

class Format extends Opaque {
  readonly typeName = "kubernetes.NamedFormat";
  readonly name: string;
  readonly check: Check;

  constructor(name: string, check: Check) {
    super();
    this.name = name;
    this.check = check;
  }

  equals(other: Opaque): boolean {
    return other instanceof Format && other.name === this.name;
  }
}

const unless =
  (holds: (text: string) => boolean, problem: string): Check =>
  (text) =>
    holds(text) ? [] : [problem];
const prefix =
  (check: Check): Check =>
  (text) =>
    check(maskTrailingDash(text));

const CHECKS: Readonly<Record<string, Check>> = {
  dns1123Label: isDNS1123Label,
  dns1123Subdomain: isDNS1123Subdomain,
  dns1035Label: isDNS1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: prefix(isDNS1123Label),
  dns1123SubdomainPrefix: prefix(isDNS1123Subdomain),
  dns1035LabelPrefix: prefix(isDNS1035Label),
  labelValue: isValidLabelValue,
  uri: uriProblems,
  uuid: unless(
    (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
    "does not match the UUID format",
  ),
  byte: unless((text) => text !== "" && typeof base64Decode(text) !== "number", "invalid base64"),
  date: unless((text) => /^\d{4}-\d\d-\d\d$/.test(text) && timestampOf(`${text}T00:00:00Z`) !== undefined, "invalid date"),
  datetime: unless((text) => timestampOf(text) !== undefined, "invalid datetime"),
};
const FORMATS = new Map(Object.entries(CHECKS).map(([name, check]) => [name, new Format(name, check)]));

/** k8s: cel/library/format.go. */
export const formats: FunctionTable = {
  ...Object.fromEntries(
    [...FORMATS].map(([name, format]) => [`format.${name}`, [[`format.${name}`, "() kubernetes.NamedFormat", () => format]]]),
  ),
  "format.named": [
    [
      "format-named",
      "(string) optional(kubernetes.NamedFormat)",
      (name: string) => (FORMATS.has(name) ? new Optional(FORMATS.get(name) as Format) : NONE),
    ],
  ],
  validate: [
    [
      "format-validate",
      ".(kubernetes.NamedFormat, string) optional(list(string))",
      (format: Format, text: string) => {
        const problems = format.check(text);
        return problems.length === 0 ? NONE : new Optional(new ListValue(problems));
      },
    ],
  ],
};
