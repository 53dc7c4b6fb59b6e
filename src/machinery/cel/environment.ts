import type { Environment } from "./check.ts";
import { functionsOf } from "./functions.ts";
import { authz } from "./library/authz.ts";
import { conversions } from "./library/conversions.ts";
import { formats } from "./library/formats.ts";
import { lists } from "./library/lists.ts";
import { net } from "./library/net.ts";
import { numbers } from "./library/numbers.ts";
import { operators } from "./library/operators.ts";
import { strings } from "./library/strings.ts";
import { time } from "./library/time.ts";
import { urls } from "./library/url.ts";
import { optionals } from "./optional.ts";
import * as t from "./types.ts";
import type { Type } from "./types.ts";

const functions = functionsOf([operators, conversions, time, strings, lists, optionals, net, urls, numbers, formats, authz]);

/** Names of types are values: `type(x) == int`. */
const TYPES: readonly Type[] = [
  ...[t.BOOL, t.BYTES, t.DOUBLE, t.DURATION, t.INT, t.NULL, t.STRING, t.TIMESTAMP, t.TYPE, t.UINT],
  t.listOf(t.DYN),
  t.mapOf(t.DYN, t.DYN),
  t.optionalOf(t.DYN),
  ...["net.IP", "net.CIDR", "kubernetes.URL", "kubernetes.Quantity", "kubernetes.Semver", "kubernetes.NamedFormat"].map(t.opaque),
];
const typeNames: readonly (readonly [string, Type])[] = TYPES.map((type) => [type.name, t.typeOfType(type)]);

/** Kubernetes v1.36's environment with these variables (k8s: cel/environment/base.go). */
export function environment(
  variables: Readonly<Record<string, Type>>,
  struct: (name: string) => Type | undefined = () => undefined,
): Environment {
  return { functions, variables: new Map([...typeNames, ...Object.entries(variables)]), struct };
}
