import { base64Text, field, goQuote, keyPairProblem } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { fill } from "../defaulting.ts";
import type { Secret } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { decodeBase64 } from "./base64.ts";
import { base64Length, checkImmutable, checkKeys, MAX_DATA } from "./data.ts";

const REDACTED = "<secret contents redacted>";

/** Texts in stringData join data, in base64; nobody reads them back (k8s: core/v1 conversion.go). */
function defaults(secret: Secret): Secret {
  const next = fill(secret, { type: "Opaque" });
  if (next.stringData === undefined) return next;
  const { stringData, ...rest } = next;
  const data: Record<string, string> = { ...rest.data };
  for (const key in stringData) data[key] = base64Text(stringData[key] ?? "");
  return { ...rest, data };
}

/** k8s: ValidateSecret. */
function validate(secret: Secret): Errors {
  const errors: Errors = [];
  const { data = {}, type } = secret;
  checkKeys(errors, "data", data);
  let size = 0;
  for (const key in data) size += base64Length(data[key] ?? "");
  if (size > MAX_DATA) errors.push(field.tooLong("data", "", MAX_DATA));
  const require = (key: string): void => {
    if (data[key] === undefined) errors.push(field.required(`data[${key}]`));
  };
  switch (type) {
    case "kubernetes.io/service-account-token":
      if (!secret.metadata?.annotations?.["kubernetes.io/service-account.name"])
        errors.push(field.required("metadata.annotations[kubernetes.io/service-account.name]"));
      break;
    case "kubernetes.io/dockercfg":
      checkJson(errors, ".dockercfg", data);
      break;
    case "kubernetes.io/dockerconfigjson":
      checkJson(errors, ".dockerconfigjson", data);
      break;
    case "kubernetes.io/basic-auth":
      if (data.username === undefined && data.password === undefined) {
        require("username");
        require("password");
      }
      break;
    case "kubernetes.io/ssh-auth":
      if (!data["ssh-privatekey"]) errors.push(field.required("data[ssh-privatekey]"));
      break;
    case "kubernetes.io/tls":
      require("tls.crt");
      require("tls.key");
      break;
    case undefined:
  }
  return errors;
}

function checkJson(errors: Errors, key: string, data: Readonly<Record<string, string>>): void {
  const text = data[key];
  if (text === undefined) return void errors.push(field.required(`data[${key}]`));
  const problem = jsonProblem(decodeBase64(text));
  if (problem !== null) errors.push(field.invalid(`data[${key}]`, REDACTED, problem));
}

const LITERALS = ["null", "true", "false"];

/** What Go's encoding/json says of a text that is no JSON, for where texts usually go wrong: at their start or end. */
function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const start = text.trimStart();
    const first = start.charAt(0);
    if (first === "") return "unexpected end of JSON input";
    const literal = LITERALS.find((word) => word.startsWith(first));
    for (let i = 1; literal !== undefined && i < literal.length; i++) {
      const char = start.charAt(i);
      if (char === "") return "unexpected end of JSON input";
      if (char !== literal[i]) return `invalid character ${charText(char)} in literal ${literal} (expecting '${literal[i]}')`;
    }
    if (literal !== undefined) return `invalid character ${charText(start.charAt(literal.length))} after top-level value`;
    return /[-{["0-9]/.test(first) ? "unexpected end of JSON input" : `invalid character ${charText(first)} looking for beginning of value`;
  }
}

const charText = (char: string): string => (char === "'" ? "'\\''" : char === '"' ? "'\"'" : `'${goQuote(char).slice(1, -1)}'`);

/** A pair that is none is taken, and remarked on (k8s: registry/core/secret strategy.go warningsForSecret). */
function warnings({ type, data = {} }: Secret): readonly string[] {
  if (type !== "kubernetes.io/tls") return [];
  const problem = keyPairProblem(decodeBase64(data["tls.crt"] ?? ""), decodeBase64(data["tls.key"] ?? ""));
  return problem === undefined ? [] : [problem];
}

export const secret: Kind<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  namespaced: true,
  defaults,
  validate,
  validateUpdate(object, old) {
    const errors: Errors = [];
    if (object.type !== old.type) errors.push(field.invalid("type", object.type, "field is immutable"));
    checkImmutable(errors, object, old, ["data"]);
    return errors;
  },
  warnings,
  fields: (object) => ({ type: object.type ?? "" }),
  selectableFields: ["type"],
  columns: [
    { name: "Type", description: "What it is for.", cell: (s) => s.type ?? "" },
    { name: "Data", description: "How many keys it has.", cell: (s) => Object.keys(s.data ?? {}).length },
    ageColumn,
  ],
};
