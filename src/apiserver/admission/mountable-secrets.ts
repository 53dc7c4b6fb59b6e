import type { Container, EphemeralContainer, Pod, PodSpec, ServiceAccount } from "../../api/index.ts";
import { references } from "../authz/node-graph.ts";

const ENFORCE = "kubernetes.io/enforce-mountable-secrets";
const TRUE = ["1", "t", "T", "true", "TRUE", "True"];

/** An account may be annotated to lend its pods none but its own secrets. */
export const isStrict = ({ metadata }: ServiceAccount): boolean => TRUE.includes(metadata?.annotations?.[ENFORCE] ?? "");

interface Use {
  readonly secret: string;
  readonly where: string;
}

const quoted = (what: string, name: string): string => `${what}="${name}"`;

/** What is used that the account does not list, in upstream's words (k8s: serviceaccount/admission.go limitSecretReferences). */
export function secretProblem(account: ServiceAccount, { spec }: Pod): string | undefined {
  const volumes = (spec?.volumes ?? []).flatMap(({ secret }): Use[] => {
    const name = secret?.secretName ?? "";
    return secret === undefined ? [] : [{ secret: name, where: `volume with ${quoted("secret.secretName", name)}` }];
  });
  const uses = [...volumes, ...envUses("init container", spec?.initContainers), ...envUses("container", spec?.containers)];
  const problem = foreign(account, uses);
  if (problem !== undefined) return problem;
  const mine = account.imagePullSecrets?.map((s) => s.name ?? "") ?? [];
  const pulls = spec?.imagePullSecrets ?? [];
  const at = pulls.findIndex(({ name = "" }) => !mine.includes(name));
  if (at < 0) return undefined;
  const said = quoted(`imagePullSecrets[${at}].name`, pulls[at]?.name ?? "");
  return `${said} is not allowed because service account ${account.metadata?.name} does not reference that imagePullSecret`;
}

/** As `secretProblem`, of containers that join a pod (k8s: limitEphemeralContainerSecretReferences). */
export const ephemeralSecretProblem = (account: ServiceAccount, { spec }: Pod): string | undefined =>
  foreign(account, envUses("ephemeral container", spec?.ephemeralContainers));

function envUses(what: string, containers: readonly (Container | EphemeralContainer)[] | undefined): readonly Use[] {
  return (containers ?? []).flatMap(({ name, env }) =>
    (env ?? []).flatMap((variable): Use[] => {
      const ref = variable.valueFrom?.secretKeyRef;
      if (ref === undefined) return [];
      const secret = ref.name ?? "";
      return [{ secret, where: `${what} ${name} with envVar ${variable.name} referencing ${quoted("secret.secretName", secret)}` }];
    }),
  );
}

function foreign(account: ServiceAccount, uses: readonly Use[]): string | undefined {
  const mine = account.secrets?.map((s) => s.name ?? "") ?? [];
  const found = uses.find(({ secret }) => !mine.includes(secret));
  return found && `${found.where} is not allowed because service account ${account.metadata?.name} does not reference that secret`;
}

/** Whether a pod names any secret (k8s: podutil.VisitPodSecretNames). */
export function usesSecrets(spec: PodSpec): boolean {
  let found = false;
  references(spec, "", (resource, name) => {
    found ||= resource === "secrets" && Boolean(name);
  });
  return found;
}
