import { field, semanticEqual } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { goForm } from "../core/go-form.ts";
import { at, put } from "../defaulting.ts";
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { conditionErrors } from "./flow-schema.ts";
import { MANDATORY_LEVELS } from "./mandatory.ts";

const EMPTY_STATUS = Object.freeze({});
const SHARES = 30;
const QUEUES = { handSize: 8, queues: 64, queueLengthLimit: 50 } as const;
const MAX_QUEUES = 10_000_000;
/** Bits of the hash that deals requests to queues. */
const HASH_BITS = 60;

/** k8s: apis/flowcontrol/v1/defaults.go. */
const defaults = (given: PriorityLevelConfiguration): PriorityLevelConfiguration =>
  at(given, "spec", (spec) =>
    at(
      at(spec, "limited", (limited) => at(defaultShares(limited, SHARES), "limitResponse", (r) => at(r, "queuing", defaultQueues))),
      "exempt",
      (exempt) => defaultShares(exempt, 0),
    ),
  );

function defaultShares<T extends ExemptPriorityLevelConfiguration>(given: T, shares: number): T {
  const { nominalConcurrencyShares = shares, lendablePercent = 0 } = given;
  return put(put(given, "nominalConcurrencyShares", nominalConcurrencyShares), "lendablePercent", lendablePercent);
}

function defaultQueues(queuing: QueuingConfiguration): QueuingConfiguration {
  let next = queuing;
  for (const key of ["handSize", "queues", "queueLengthLimit"] as const) if (!next[key]) next = { ...next, [key]: QUEUES[key] };
  return next;
}

/** k8s: apis/flowcontrol/validation ValidatePriorityLevelConfiguration. */
function validate({ metadata, spec, status }: PriorityLevelConfiguration): Errors {
  const errors: Errors = [];
  const name = metadata?.name ?? "";
  const given: PriorityLevelConfigurationSpec = spec ?? { type: "" };
  checkSpec(errors, name, given);
  const fixed = MANDATORY_LEVELS[name];
  const exempt = name === "exempt";
  if (fixed !== undefined && !semanticEqual(exempt ? put(given, "exempt", undefined) : given, fixed)) {
    const what = exempt ? "spec of 'exempt' except the 'spec.exempt' field" : `spec of '${name}'`;
    errors.push(
      field.invalid("spec", goForm("flowcontrol.v1.PriorityLevelConfigurationSpec", given), `${what} must equal the fixed value`),
    );
  }
  return [...errors, ...conditionErrors({ status })];
}

function checkSpec(errors: Errors, name: string, { type, limited, exempt }: PriorityLevelConfigurationSpec): void {
  if ((name === "exempt") !== (type === "Exempt"))
    errors.push(field.invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'"));
  if (type === "Exempt") {
    if (limited !== undefined) errors.push(field.forbidden("spec.limited", "must be nil if the type is not Limited"));
    if (exempt !== undefined) checkShares(errors, "spec.exempt", exempt);
  } else if (type === "Limited") {
    if (exempt !== undefined) errors.push(field.forbidden("spec.exempt", "must be nil if the type is Limited"));
    if (limited === undefined) errors.push(field.required("spec.limited", "must not be empty when type is Limited"));
    else checkLimited(errors, limited);
  } else errors.push(field.notSupported("spec.type", type, ["Exempt", "Limited"]));
}

function checkShares(
  errors: Errors,
  path: string,
  { nominalConcurrencyShares: shares, lendablePercent }: ExemptPriorityLevelConfiguration,
): void {
  if (shares !== undefined && shares < 0)
    errors.push(field.invalid(`${path}.nominalConcurrencyShares`, shares, "must be a non-negative integer"));
  if (lendablePercent !== undefined && (lendablePercent < 0 || lendablePercent > 100))
    errors.push(field.invalid(`${path}.lendablePercent`, lendablePercent, "must be between 0 and 100, inclusive"));
}

function checkLimited(errors: Errors, limited: LimitedPriorityLevelConfiguration): void {
  checkShares(errors, "spec.limited", limited);
  const { borrowingLimitPercent: borrowing, limitResponse } = limited;
  const path = "spec.limited.limitResponse";
  if (limitResponse?.type === "Reject") {
    if (limitResponse.queuing !== undefined)
      errors.push(field.forbidden(`${path}.queuing`, "must be nil if limited.limitResponse.type is not Limited"));
  } else if (limitResponse?.type === "Queue") {
    if (limitResponse.queuing === undefined)
      errors.push(field.required(`${path}.queuing`, "must not be empty if limited.limitResponse.type is Limited"));
    else checkQueues(errors, `${path}.queuing`, limitResponse.queuing);
  } else errors.push(field.notSupported(`${path}.type`, limitResponse?.type ?? "", ["Queue", "Reject"]));
  if (borrowing !== undefined && borrowing < 0)
    errors.push(field.invalid("spec.limited.borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer"));
}

function checkQueues(errors: Errors, path: string, { queueLengthLimit = 0, queues = 0, handSize = 0 }: QueuingConfiguration): void {
  const wrong = (name: string, value: number, why: string): void => void errors.push(field.invalid(`${path}.${name}`, value, why));
  if (queueLengthLimit <= 0) wrong("queueLengthLimit", queueLengthLimit, "must be positive");
  if (queues <= 0) wrong("queues", queues, "must be positive");
  else if (queues > MAX_QUEUES) wrong("queues", queues, `must not be greater than ${MAX_QUEUES}`);
  if (handSize <= 0) wrong("handSize", handSize, "must be positive");
  else if (handSize > queues) wrong("handSize", handSize, `should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * handSize) > HASH_BITS)
    wrong(
      "handSize",
      handSize,
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`,
    );
}

const limited = ({ spec }: PriorityLevelConfiguration) => spec?.limited;
const queueCell =
  (key: keyof QueuingConfiguration) =>
  (level: PriorityLevelConfiguration): string | number =>
    limited(level)?.limitResponse?.queuing?.[key] ?? "<none>";

export const priorityLevelConfiguration: Kind<PriorityLevelConfiguration> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  singular: "prioritylevelconfiguration",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults,
  validate,
  validateStatusUpdate: conditionErrors,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  columns: [
    { name: "Type", description: "Whether its requests are limited.", cell: (l) => l.spec?.type ?? "" },
    {
      name: "NominalConcurrencyShares",
      description: "Its part of the server.",
      cell: (l) => limited(l)?.nominalConcurrencyShares ?? "<none>",
    },
    { name: "Queues", description: "How many queues it has.", cell: queueCell("queues") },
    { name: "HandSize", description: "How many queues a flow may use.", cell: queueCell("handSize") },
    { name: "QueueLengthLimit", description: "How many requests may wait in one.", cell: queueCell("queueLengthLimit") },
    ageColumn,
  ],
};
