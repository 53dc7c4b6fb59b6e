import type { Secret, ServiceAccount } from "../../api/index.ts";
import { base64Text } from "../../machinery/index.ts";

export const TYPE = "kubernetes.io/service-account-token";
const NAME = "kubernetes.io/service-account.name";
const UID = "kubernetes.io/service-account.uid";

/** The account that a Secret wants a token of. */
export const accountOf = ({ metadata }: Secret): string => metadata?.annotations?.[NAME] ?? "";

/** Whether a Secret's account is this one, and not an earlier one of its name (k8s: serviceaccount.IsServiceAccountToken). */
export function belongsTo(secret: Secret, account: ServiceAccount): boolean {
  const uid = secret.metadata?.annotations?.[UID] ?? "";
  return accountOf(secret) === account.metadata?.name && (uid === "" || uid === account.metadata?.uid);
}

/** The Secret with what it lacks, or itself when nothing does (k8s: tokens_controller.go generateTokenIfNeeded). */
export function completed(secret: Secret, account: ServiceAccount, rootCa: string, token: () => string): Secret {
  const { data = {}, metadata = {} } = secret;
  const ca = base64Text(rootCa);
  const right = data["ca.crt"] === ca && data["namespace"] && data["token"] && metadata.annotations?.[UID] === account.metadata?.uid;
  if (right) return secret;
  return {
    ...secret,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [UID]: account.metadata?.uid ?? "" } },
    data: {
      ...data,
      "ca.crt": ca,
      namespace: data["namespace"] || base64Text(metadata.namespace ?? ""),
      token: data["token"] || base64Text(token()),
    },
  };
}
