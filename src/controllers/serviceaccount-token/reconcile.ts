import type { Secret, ServiceAccount } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { accountOf, belongsTo, completed, TYPE } from "./decide.ts";

/** Secrets that ask for a token of a service account get one, and go with it (k8s: pkg/controller/serviceaccount/tokens_controller.go). */
export function createServiceAccountTokenController(
  { informers, rootCa }: ControllerContext,
  token: (account: ServiceAccount, secretName: string) => string,
): Controller {
  const secrets = informers.of("secrets");
  const accounts = informers.of("serviceaccounts");
  const keyOf = ({ metadata }: Secret): string => `${metadata?.namespace}/${metadata?.name}`;
  return {
    name: "serviceaccount-token",
    watches: [
      { resource: "secrets", keys: ({ key, object }) => ((object as Secret | undefined)?.type === TYPE ? [key] : []) },
      {
        resource: "serviceaccounts",
        keys: ({ object, old }) =>
          secrets
            .by("namespace", (object ?? old)?.metadata?.namespace ?? "")
            .filter((secret) => secret.type === TYPE && accountOf(secret) === (object ?? old)?.metadata?.name)
            .map(keyOf),
      },
    ],
    async reconcile(key, { client }) {
      const secret = secrets.get(key);
      if (secret?.type !== TYPE || secret.metadata?.deletionTimestamp) return;
      const { namespace, name = "" } = secret.metadata ?? {};
      try {
        const cached = accounts.get(`${namespace}/${accountOf(secret)}`);
        // What the cache does not know yet may be there.
        const account = cached ?? (await client.get("serviceaccounts", namespace, accountOf(secret)));
        const next = belongsTo(secret, account) ? completed(secret, account, rootCa, () => token(account, name)) : undefined;
        if (next === undefined) await client.delete("secrets", namespace, name, { preconditions: { uid: secret.metadata?.uid ?? "" } });
        else if (next !== secret) await client.update("secrets", next);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await client.delete("secrets", namespace, name).catch((again: unknown) => {
          if (!isNotFound(again)) throw again;
        });
      }
    },
  };
}
