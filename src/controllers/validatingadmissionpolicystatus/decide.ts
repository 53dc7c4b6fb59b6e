import { ExpressionCompiler, type ExpressionWarning, type ValidatingAdmissionPolicy } from "../../api/index.ts";
import type { Typed } from "./types.ts";

/** k8s: maxTypesToCheck. */
const MAX_TYPES = 10;

/**
 * What is wrong with a policy's validations when `object` is of each of the kinds that the policy names (k8s:
 * policy/validating typechecking.go Check). `stamp` makes names of types unique. CEL must be loaded.
 */
export function typeWarnings(policy: ValidatingAdmissionPolicy, all: readonly Typed[], stamp: number): readonly ExpressionWarning[] {
  const { paramKind, validations = [], variables = [] } = policy.spec ?? {};
  const named = all.find((kind) => paramKind && gv(kind) === paramKind.apiVersion && kind.kind === paramKind.kind);
  const params = named?.type(`${named.kind}${stamp}`);
  const declared = { params: paramKind !== undefined, authorizer: true };
  const worlds = kindsToCheck(policy, all).flatMap((kind) => {
    const object = kind.type(`${kind.kind}${stamp}`);
    if (!object) return [];
    const compiler = new ExpressionCompiler({ object, ...(params ? { params } : {}) });
    for (const { name, expression } of variables) compiler.variable(name, expression, declared);
    return [{ about: `${gv(kind)}, Kind=${kind.kind}`, compiler }];
  });
  const check = (fieldRef: string, expression: string): readonly ExpressionWarning[] => {
    const found = worlds.flatMap(({ about, compiler }) => {
      const problem = compiler.problem(expression, declared);
      return problem === undefined ? [] : [`${about}: ${problem}\n`];
    });
    return found.length === 0 ? [] : [{ fieldRef, warning: found.join("\n") }];
  };
  return validations.flatMap(({ expression, messageExpression = "" }, i) => [
    ...check(`spec.validations[${i}].expression`, expression),
    ...(messageExpression === "" ? [] : check(`spec.validations[${i}].messageExpression`, messageExpression)),
  ]);
}

const gv = ({ group, version }: Typed): string => (group === "" ? version : `${group}/${version}`);

/** Wildcards and subresources say nothing about kinds. As RESTMapper has it, the core group's name is no name: any group will do. */
function kindsToCheck({ spec }: ValidatingAdmissionPolicy, all: readonly Typed[]): readonly Typed[] {
  const found = new Set<Typed>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of spec?.matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((name) => name.includes("*"))) continue;
    const wanted = all.filter(
      ({ group, version, plural }) =>
        (apiGroups.includes(group) || apiGroups.includes("")) && apiVersions.includes(version) && resources.includes(plural),
    );
    for (const kind of wanted.slice(0, MAX_TYPES)) found.add(kind);
    if (wanted.length >= MAX_TYPES) break;
  }
  const key = ({ group, version, kind }: Typed): string => `${group}\0${version}\0${kind}`;
  return [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
